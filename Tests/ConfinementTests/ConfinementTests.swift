import AnalysisWorker
import Confinement
import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

/// A program that gives up what a worker gives up, with the same code, and then tries what it must not do.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConfinementTests {
  /// The hostile program that was built beside the tests.
  private static let program = WorkerPool.programBesideThis().parent.appending("hostile-worker")

  private struct Ending: CustomStringConvertible {
    var said: String
    var signal: Int32
    var isDone: Bool
    var description: String { "\(said) (signal \(signal))" }
  }

  private static func start(_ words: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(program.string))
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private static func attempt(_ name: String, _ kind: String, path: String, process other: pid_t) throws -> Ending {
    let process = try start([kind, name, path, "\(other)"])
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return Ending(
      said: said.trimmingCharacters(in: .newlines), signal: isSignal ? process.terminationStatus : 0,
      isDone: !isSignal && process.terminationStatus == 0)
  }

  private static func names() throws -> [String] {
    let process = try start(["--list"])
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return said.split(separator: "\n").map(String.init)
  }

  /// A process of this user that does nothing and holds none of this one's pipes.
  private static func victim() throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["600"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func end(_ process: Process) {
    // It may have got a mask that holds SIGTERM back.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Tries everything against a file and a process of this user; the attempts that succeeded.
  private func successes(_ kind: String) throws -> [String] {
    let folder = try TemporaryFolder()
    let victim = try Self.victim()
    defer { Self.end(victim) }
    var succeeded: [String] = []
    for name in try Self.names() {
      let path = try folder.write("the owner's", to: "index.sqlite")
      let ending = try Self.attempt(name, kind, path: path, process: victim.processIdentifier)
      #expect(ending.said != "unknown" && !ending.said.hasPrefix("cannot confine"), "\(name): \(ending)")
      if ending.isDone { succeeded.append(name) }
      if !ending.isDone, ending.signal != 0 {
        #expect(ending.signal == SIGSYS && ending.said.hasPrefix("forbidden system call "), "\(name): \(ending)")
      }
      if kind != "none" {
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "the owner's", "\(name)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1, "\(name)")
        try FileManager.default.removeItem(atPath: path)
      }
    }
    return succeeded
  }

  @Test func aConfinedProcessCanOnlyCompute() throws {
    #expect(try successes("computing") == [])
  }

  /// Else the attempts above would prove nothing.
  @Test func withoutConfinementTheSameAttemptsSucceed() throws {
    let folder = try TemporaryFolder()
    let expected = [
      "read", "readEnvironment", "write", "create", "rename", "unlink", "socket", "kill", "fork", "exec", "memoryFile",
    ]
    let victim = try Self.victim()
    defer { Self.end(victim) }
    for name in expected where name != "exec" {
      let path = try folder.write("the owner's", to: "index.sqlite")
      let ending = try Self.attempt(name, "none", path: path, process: victim.processIdentifier)
      #expect(ending.isDone, "\(name): \(ending)")
    }
  }

  @Test(arguments: ["exec": "execve", "fork": "clone", "ptrace": "ptrace"]) func theCallIsNamed(
    _ name: String, _ call: String
  ) throws {
    let ending = try Self.attempt(name, "computing", path: "/", process: 1)
    #expect(ending.signal == SIGSYS && ending.said == "forbidden system call \(call)", "\(ending)")
  }
}
