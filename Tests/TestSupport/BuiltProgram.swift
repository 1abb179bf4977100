import Foundation

/// A program of this package as it was built beside the tests.
public struct BuiltProgram: Sendable {
  /// What a run of a program came to.
  public struct Run: Sendable {
    /// The exit code, or minus the number of the signal that ended it.
    public var code: Int32
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var errors: String
  }

  /// The program's file.
  public let path: String

  /// The program of this name.
  public init(_ name: String) {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    path = tests.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Whether there is a program of the system of this name.
  public static func isInstalled(_ name: some StringProtocol) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: its arguments.
  ///   - environment: variables beside those of this process.
  ///   - wrapper: a program and its arguments that start this one, such as `setpriv`.
  public func run(
    _ arguments: [String], environment: [String: String] = [:], through wrapper: [String] = []
  ) throws -> Run {
    let running = try start(arguments, environment: environment, through: wrapper)
    return running.wait()
  }

  /// A program that runs.
  public final class Running: Sendable {
    private let process: Process
    private let folder: TemporaryFolder

    init(process: Process, folder: TemporaryFolder) {
      self.process = process
      self.folder = folder
    }

    /// The number of the process.
    public var number: Int32 { process.processIdentifier }

    /// Whether it has not ended yet.
    public var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    public func send(_ signal: Int32) {
      kill(process.processIdentifier, signal)
    }

    /// What it has written to standard error so far.
    public var errors: String {
      // Nothing was written where the file is not there.
      (try? String(contentsOfFile: folder["errors"], encoding: .utf8)) ?? ""
    }

    /// Waits for its end.
    public func wait() -> Run {
      process.waitUntilExit()
      let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
      // Output that is not UTF-8 is a failure the test sees as an empty text.
      let output = (try? Data(contentsOf: URL(fileURLWithPath: folder["output"]))) ?? Data()
      let errors = (try? Data(contentsOf: URL(fileURLWithPath: folder["errors"]))) ?? Data()
      return Run(
        code: code, output: String(decoding: output, as: UTF8.self), errors: String(decoding: errors, as: UTF8.self))
    }
  }

  /// Starts the program.
  public func start(
    _ arguments: [String], environment: [String: String] = [:], through wrapper: [String] = []
  ) throws -> Running {
    let folder = try TemporaryFolder()
    // Files instead of pipes: a program that writes much never waits for the test to read.
    for name in ["output", "errors"] { try folder.write("", to: name) }
    let process = Process()
    let command = wrapper + [path] + arguments
    process.executableURL = URL(fileURLWithPath: command[0].hasPrefix("/") ? command[0] : "/usr/bin/env")
    process.arguments = command[0].hasPrefix("/") ? Array(command.dropFirst()) : command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["output"]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["errors"]))
    try process.run()
    return Running(process: process, folder: folder)
  }
}
