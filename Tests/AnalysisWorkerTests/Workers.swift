import AnalysisWorker
import Foundation
import Glibc
import TestSupport
import Tracks

/// The real worker program, its processes and files for it.
enum Workers {
  /// The worker's program, as a copy: workers that other suites of this process start are of another program.
  static let program: FilePath = {
    let original = WorkerPool.programBesideThis()
    var real = [CChar](repeating: 0, count: Int(PATH_MAX))
    precondition(realpath(NSTemporaryDirectory(), &real) != nil, "there is no temporary folder")
    let folder = String(decoding: real.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let copy = "\(folder)/indexd-test-worker-\(getpid())"
    do {
      try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
      try FileManager.default.copyItem(atPath: original.display, toPath: copy + "/indexd-worker")
    } catch {
      preconditionFailure("the worker cannot be copied: \(error)")
    }
    atexit {
      // What is left over is in the temporary folder.
      try? FileManager.default.removeItem(atPath: (Workers.program.display as NSString).deletingLastPathComponent)
    }
    return FilePath(copy + "/indexd-worker")
  }()

  /// The processes that this one has started from a program and that run (or are stopped), ascending.
  static func running(_ program: FilePath = program) -> [pid_t] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
    var name = [CChar](repeating: 0, count: Int(PATH_MAX))
    return numbers.filter { process in
      // Whoever looks for one that lives for a moment must be quick: of the others no more is read than their names.
      let length = readlink("/proc/\(process)/exe", &name, Int(PATH_MAX))
      guard length > 0, name[..<length].map(UInt8.init(bitPattern:)) == program.bytes else { return false }
      let state = status(process)
      return state["PPid"] == "\(getpid())" && state["State"]?.hasPrefix("Z") != true
    }.sorted()
  }

  /// The worker that has a file open, when there is one, another one than those given. Where the test's time is over
  /// before, the number of no process.
  static func working(on file: String, except others: [pid_t] = []) async -> pid_t {
    while !Task.isCancelled {
      let found = running().first { worker in
        guard !others.contains(worker) else { return false }
        let folder = "/proc/\(worker)/fd"
        // One that ends meanwhile has no folder any more.
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return numbers.contains {
          (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == file
        }
      }
      if let found { return found }
      // No event tells of another process's descriptors.
      await Task.yield()
      usleep(2000)
    }
    return .max
  }

  /// What the kernel says of a process.
  static func status(_ process: pid_t) -> [String: String] {
    let lines = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8))?.split(separator: "\n") ?? []
    var result: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { result[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return result
  }

  /// What `ionice` says of the disk priority of a process.
  static func diskPriority(of process: pid_t) throws -> String {
    let ionice = Process()
    ionice.executableURL = URL(fileURLWithPath: "/usr/bin/ionice")
    ionice.arguments = ["-p", "\(process)"]
    let output = Pipe()
    ionice.standardOutput = output
    try ionice.run()
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    ionice.waitUntilExit()
    return words.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A second of a tone, as a WAV file.
  static func tone(seconds: Double = 1, hertz: Double = 440) -> [UInt8] {
    WaveFile.bytes((0..<Int(seconds * 44_100)).map { Float(0.5 * sin(2 * .pi * hertz * Double($0) / 44_100)) })
  }

  /// A request that keeps a worker busy for much longer than any test.
  static func longRequest(_ path: String, seconds: Int = 20_000) -> AnalysisRequest {
    AnalysisRequest(
      path: FilePath(path), variants: [.dense, .study], samples: seconds / 5,
      properties: AudioProperties(codec: "pcm", sampleRate: 44_100, channels: 1, frames: Int64(seconds) * 44_100))
  }
}

/// Waits until a process has ended.
func waitForEnd(of process: pid_t) async {
  // Only the parent learns the end of a process by an event; its own reaping happens in the pool, so its entry is looked for.
  while !Task.isCancelled, kill(process, 0) == 0, Workers.status(process)["State"]?.hasPrefix("Z") != true {
    await Task.yield()
    usleep(2000)
  }
}

/// Runs a program to its end.
func run(_ program: String, _ arguments: [String]) throws {
  let process = try Process.run(URL(fileURLWithPath: program), arguments: arguments)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
}
