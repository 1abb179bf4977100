import AudioDecoding
import Foundation
import Glibc
import Tracks

/// The whole of `indexctl try` (scanning, workers, decoding, features, SQLite) against decoding and nothing else: the same
/// segments with libsndfile, of what that does not read the whole file with libavcodec.
enum WholeTry {
  private static let rounds = 3

  private struct Round {
    var plain: Double
    var whole: Double
    var wall: Double
    var bytes: Double
  }

  private typealias Song = (file: String, starts: [Double], isWhole: Bool)

  /// Measures each folder, turn by turn, and prints a row for it.
  static func print(indexctl: String, folders: [String]) throws {
    Swift.print(
      """

      CPU seconds, user and system, of all processes: median (smallest-largest) of \(rounds) rounds, turn by turn

      | folder | songs, seconds | decoding alone | the whole of `try` | ratio | songs a minute | songs a CPU second | \
      bytes read over bytes |
      |---|---|---|---|---|---|---|---|
      """)
    for folder in folders {
      let files = try files(in: folder)
      var buffer: [Float] = []
      // The first decoding brings the files into memory.
      for song in files { decode(song, &buffer) }
      let size = files.reduce(0.0) { $0 + Self.size(of: $1.file) }
      let measured = try (0..<rounds).map { _ in
        let begin = Stopwatch.now()
        for song in files { decode(song, &buffer) }
        let plain = Stopwatch.now() - begin
        let asked = bytesRead()
        let (whole, wall) = try tryOnce(indexctl, folder)
        return Round(plain: plain, whole: whole, wall: wall, bytes: (bytesRead() - asked) / size)
      }
      let ratios = measured.map { $0.whole / $0.plain }.sorted()
      let segments = files.reduce(0) { $0 + $1.starts.count } * Sampling.seconds
      let pace = measured.map { Double(files.count) * 60 / $0.wall }
      let thrift = measured.map { Double(files.count) / $0.whole }
      func words(_ values: [Double]) -> String {
        let sorted = values.sorted().map(Stopwatch.short)
        return "\(sorted[sorted.count / 2]) (\(sorted[0])-\(sorted[sorted.count - 1]))"
      }
      Swift.print(
        """
        | \((folder as NSString).lastPathComponent) | \(files.count), \(segments) | \(words(measured.map(\.plain))) \
        | \(words(measured.map(\.whole))) | \(words(ratios)) | \(words(pace)) | \(words(thrift)) \
        | \(words(measured.map(\.bytes))) |
        """)
    }
  }

  private static func decode(_ song: Song, _ buffer: inout [Float]) {
    guard !song.isWhole else { return _ = PlainDecoding.whole(song.file) }
    _ = PlainDecoding.run(song.file, starts: song.starts, buffer: &buffer)
  }

  private static func size(of file: String) -> Double {
    var status = stat()
    return stat(file, &status) == 0 ? Double(status.st_size) : 0
  }

  /// The bytes that this process, and those that have ended and that it waited for with theirs, have asked of the kernel.
  private static func bytesRead() -> Double {
    // A kernel that does not tell gives no figure.
    let lines = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.first { $0.hasPrefix("rchar: ") }.flatMap { Double($0.dropFirst(7)) } ?? 0
  }

  /// The files that can be read, with where their samples lie.
  private static func files(in folder: String) throws -> [Song] {
    var buffer: [Float] = []
    return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().compactMap { name in
      let file = "\(folder)/\(name)"
      // What is no audio is no song.
      guard let properties = try? AudioFile.probe(FilePath(file)).properties else { return nil }
      return (file, Samples.starts(properties), !PlainDecoding.run(file, starts: [], buffer: &buffer))
    }
  }

  /// The CPU seconds of `indexctl try` and all its processes, and the seconds of the clock.
  private static func tryOnce(_ indexctl: String, _ folder: String) throws -> (cpu: Double, wall: Double) {
    let state = FileManager.default.temporaryDirectory.appendingPathComponent("ears-\(getpid())").path
    defer {
      // What is left behind is the temporary folder's own.
      try? FileManager.default.removeItem(atPath: state)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: indexctl)
    process.arguments = ["try", folder]
    process.environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": state]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let before = childrenSeconds()
    let start = Date()
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      Swift.print("indexctl try \(folder) ended with \(process.terminationStatus)")
      exit(1)
    }
    return (childrenSeconds() - before, Date().timeIntervalSince(start))
  }

  /// The CPU seconds of the processes that have ended and that were waited for, with theirs.
  private static func childrenSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + 1e-6 * Double(time.tv_usec) }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
