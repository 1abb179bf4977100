import Foundation
import Glibc
import Testing

@testable import Tracks

@Suite struct KernelNumberTests {
  private static let second = 1_000_000_000

  @Test(arguments: [
    (0, 0, Int64(0)), (1, 5, 1_000_000_005), (-1, 999_999_999, -1),
    // The last and first moments that fit, and those just beyond.
    (9_223_372_036, 854_775_807, .max), (9_223_372_036, 854_775_806, .max - 1), (9_223_372_036, 854_775_808, .max),
    (9_223_372_037, 0, .max), (-9_223_372_037, 145_224_192, .min), (-9_223_372_038, 0, .min),
    // 1901, 2262, 2300, 2446: what file systems hold.
    (-2_147_483_648, 0, -2_147_483_648_000_000_000), (9_223_286_400, 0, 9_223_286_400_000_000_000),
    (10_413_792_000, 0, .max), (15_032_385_535, 999_999_999, .max), (Int.max, 999_999_999, .max),
    (Int.max, Int.max, .max), (Int.min, 0, .min), (Int.min, Int.min, .min),
  ])
  func nanosecondsEndWhereTheyDoNotFit(seconds: Int, nanoseconds: Int, expected: Int64) {
    #expect(KernelNumber.nanoseconds(timespec(tv_sec: seconds, tv_nsec: nanoseconds)) == expected)
  }

  @Test func everyTimeIsOrderedAndNoneTraps() {
    var generator = SystemRandomNumberGenerator()
    var edges = [Int.min, Int.min + 1, -1, 0, 1, Int.max - 1, Int.max]
    for shift in 0..<63 { edges += [1 << shift, -(1 << shift), (1 << shift) - 1] }
    for _ in 0..<2_000 { edges.append(Int.random(in: .min ... .max, using: &generator)) }
    var last = Int64.min
    for seconds in edges.sorted() {
      let time = timespec(tv_sec: seconds, tv_nsec: 0)
      let now = KernelNumber.nanoseconds(time)
      #expect(now >= last)
      last = now
      #expect(KernelNumber.seconds(time).isFinite)
      #expect(KernelNumber.time(KernelNumber.seconds(time)).tv_nsec >= 0)
      #expect((-62_135_596_800...253_402_300_799).contains(KernelNumber.writable(Double(seconds))))
    }
  }

  @Test(arguments: [
    (Double.nan, 0), (.infinity, Int.max), (-.infinity, Int.min), (0x1p63, .max),
    (0x1p63.nextDown, 9_223_372_036_854_774_784),
    (-0x1p63, .min), (1e300, .max), (-1e300, .min), (1.9, 1), (-1.9, -1), (0, 0),
  ])
  func numbersAreCutOffAtWhatThereIs(number: Double, expected: Int) {
    #expect(KernelNumber.integer(number) == expected)
  }

  @Test(arguments: [
    (UInt(0), UInt(4096), 0), (10, 4096, 40_960), (.max, 4096, Int.max), (.max, .max, .max), (.max, 1, .max),
    (UInt(Int.max), 1, .max), (1 << 50, 1 << 20, .max),
  ])
  func roomOnADiskIsAtMostWhatCanBeSaid(blocks: UInt, size: UInt, expected: Int) {
    var room = statvfs()
    room.f_bavail = blocks
    room.f_frsize = size
    #expect(KernelNumber.freeBytes(room) == expected)
  }

  @Test func timesForTheKernelAreWholeAndARest() {
    let time = KernelNumber.time(-1.25)
    #expect(time.tv_sec == -2 && time.tv_nsec == 750_000_000)
    #expect(KernelNumber.time(.nan).tv_sec == 0 && KernelNumber.time(1e30).tv_sec == .max)
    #expect(KernelNumber.text(timespec(tv_sec: 15_032_385_535, tv_nsec: 1)) == "15032385535.1")
  }

  /// Numbers of the kernel are converted in one place: any other would trap at a value that nobody thought of.
  @Test func nobodyElseConvertsTheKernelsNumbers() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources")
    let parts = try Regex(#"\b(tv_sec|tv_nsec|tv_usec|f_bavail|f_bfree|f_frsize|f_bsize|f_files|f_ffree|ru_maxrss)\b"#)
    let trapping = try Regex(#"\bU?Int(8|16|32|64)?\(\s*[\w.!?]*\b(st_\w+|f_blocks)\b"#)
    let sums = try Regex(#"\bst_(size|blocks)\b\s*(\+|-|\*|<<)[^&]|(\+|-|\*)\s*\w+\.st_(size|blocks)\b"#)
    var found: [String] = []
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    for case let file as URL in files
    where file.pathExtension == "swift" && file.lastPathComponent != "KernelNumber.swift" {
      for (number, line) in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n").enumerated() {
        let code = line.components(separatedBy: "//")[0]
        if code.contains(parts) || code.contains(trapping) || code.contains(sums) {
          found.append("\(file.lastPathComponent):\(number + 1): \(line)")
        }
      }
    }
    #expect(found == [], "convert these in KernelNumber, where nothing traps")
  }
}
