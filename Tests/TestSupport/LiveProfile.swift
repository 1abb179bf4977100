import Foundation
import Glibc

/// A profile folder of foobar2000 2 whose database another process holds open, and writes to in small transactions.
public final class LiveProfile: Sendable {
  /// The profile folder.
  public let path: String
  private let process: Process
  private let input: FileHandle
  private let output: FileHandle

  private static let writer = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("foobar2000.py").path

  /// Makes or opens the profile in a folder, with these plays.
  public init(_ path: String, plays: [(path: String, count: Int)] = []) throws {
    self.path = path
    process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", Self.writer, path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.input = input.fileHandleForWriting
    self.output = output.fileHandleForReading
    if !plays.isEmpty { try put(plays) }
  }

  deinit {
    // It may have ended by itself.
    try? input.close()
    process.waitUntilExit()
  }

  /// Has the other process do something, and waits until it is done.
  public func send(_ command: String) throws {
    try input.write(contentsOf: Data((command + "\n").utf8))
    var answer = Data()
    while answer.last != UInt8(ascii: "\n") {
      let more = try output.read(upToCount: 1) ?? Data()
      guard !more.isEmpty else { throw CocoaError(.fileReadUnknown) }
      answer += more
    }
  }

  /// Writes how often files were played, in one transaction.
  public func put(_ plays: [(path: String, count: Int)]) throws {
    try send("put " + plays.map { "\($0.count) \($0.path)" }.joined(separator: "|"))
  }

  /// Writes how often a file was played.
  public func play(_ file: String, count: Int) throws { try put([(file, count)]) }

  /// Ends the other process as a crash would: the log stays.
  public func kill() throws {
    // It gives no answer.
    try? send("die")
    process.waitUntilExit()
  }

  /// Writes a live playlist of this name.
  public func list(_ name: String, _ files: [String]) throws {
    try send("list \(name)\t" + files.joined(separator: "|"))
  }

  /// What lies in the profile: the name, size and time of each file.
  public func contents() throws -> Set<String> {
    Set(
      try FileManager.default.subpathsOfDirectory(atPath: path).map { name in
        var status = stat()
        stat("\(path)/\(name)", &status)
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        return isFolder ? name : "\(name) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
      })
  }
}
