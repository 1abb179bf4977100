import Foundation
import GRDB
import GRDBSQLite
import Glibc
import Platform
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// What a source costs that changes again and again. `INDEXD_SOURCE_SCALE=20000,100000,1000` measures that many entries,
/// tracks and changes in CPU time, which the suite's other tests would disturb, and prints what it found.
@Suite(.enabled(if: BuiltProgram.isInstalled("python3"), "python3 is not installed")) struct SourceCostTests {
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The rows that the index was ever changed by.
  private func rows(_ library: ListenedLibrary) throws -> Int {
    try library.index.write { Int(sqlite3_total_changes($0.database.sqliteConnection)) }
  }

  private func bytes(_ library: ListenedLibrary) throws -> Int {
    // What the log holds is in the file after this.
    try library.index.emptyLog()
    return try FileManager.default.attributesOfItem(atPath: library.index.file.display)[.size] as? Int ?? 0
  }

  @Test func aThousandChangesCostTheSameAndTakeNoRoom() async throws {
    let scale = ProcessInfo.processInfo.environment["INDEXD_SOURCE_SCALE"]?.split(separator: ",").compactMap { Int($0) }
    let numbers = scale ?? [1_000, 1_200, 60]
    let (entries, tracks, changes) = (numbers[0], numbers[1], numbers[2])
    let names = (0..<tracks).map { "Artist \($0 / 100)/Album \($0 / 10 % 10)/\($0 % 10) Song \($0).flac" }
    let lengths = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, 150 + Double($0 % 97)) })
    var library = try await ListenedLibrary(names, seconds: lengths)
    let profile = try LiveProfile(library.folder["profile"])
    for start in stride(from: 0, to: entries, by: 1_000) {
      try profile.put((start..<min(start + 1_000, entries)).map { (library.file(names[$0]), $0 % 7) })
    }
    // Without a bad song every play counts anew what rules would make bad.
    try profile.list("Active", names.prefix(entries * 9 / 10).map(library.file))
    library.configuration.sources = [FilePath(profile.path)]
    library.configuration.now = { Date().timeIntervalSince1970 }
    let pipeline = library.pipeline
    var costs: [(read: Double, label: Double)] = []
    var written: [Int] = []
    var size = 0
    for change in 0...changes {
      if change == 2 { size = try bytes(library) }
      try profile.play(library.file(names[change % (entries * 9 / 10)]), count: 8 + change)
      let before = try rows(library)
      let begun = processorSeconds()
      _ = try await pipeline.importInbox()
      let read = processorSeconds()
      _ = try await pipeline.label(incrementally: true)
      costs.append((read - begun, processorSeconds() - read))
      written.append(try rows(library) - before)
    }
    let grown = try bytes(library)
    #expect(grown < size + size / 10, "\(size) bytes, then \(grown)")
    #expect(try library.index.read { try $0.imports().count } == 2)
    #expect(try library.labels()[names[changes % (entries * 9 / 10)]] == "good plays \(8 + changes)")
    // Twenty songs in a row have had every number of plays that there is before.
    let (first, last) = (written[1...min(20, changes)].max() ?? 0, written.suffix(20).max() ?? .max)
    #expect(last <= first, "\(first) rows, then \(last)")
    if scale != nil {
      print("index \(size) bytes, then \(grown)")
      for number in [0, 1, 2, costs.count / 2, costs.count - 1] {
        print("change \(number): read \(costs[number].read) s, label \(costs[number].label) s of CPU")
      }
    }
    guard scale != nil else { return }
    func median(_ part: ArraySlice<Double>) -> Double { part.sorted()[part.count / 2] }
    let totals = costs.map { $0.read + $0.label }
    let (early, late) = (median(totals[1...min(20, changes)]), median(totals.suffix(20)))
    #expect(late < 1.5 * early + 0.05, "\(early) s, then \(late) s")
  }
}
