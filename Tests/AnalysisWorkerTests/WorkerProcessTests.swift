import AnalysisWorker
import Foundation
import Glibc
import TestSupport
import Testing
import Tracks

/// What kind of process a worker is.
extension WorkerPoolTests {
  @Test func aWorkerIsLimitedGentleAndSeesNoDescriptorButItsOwn() async throws {
    let folder = try TemporaryFolder()
    try LongFile.wave(folder["long.wav"])
    let stray = open("/dev/null", O_RDONLY)
    defer { close(stray) }
    try await withPool(limits: WorkerLimits(seconds: nil, megabytes: 777), idle: true) { pool in
      let opening = OpeningOf(folder["long.wav"])
      async let broken = pool.analyse(Workers.longRequest(folder["long.wav"]))
      await opening.happens()
      let worker = await Workers.working(on: folder["long.wav"])
      let limits = try String(contentsOfFile: "/proc/\(worker)/limits", encoding: .utf8).split(separator: "\n")
      #expect(limits.contains { $0.hasPrefix("Max data size") && $0.contains(" \(777 << 20) ") })
      #expect(limits.contains { $0.hasPrefix("Max core file size") && $0.contains(" 0 ") })
      #expect(sched_getscheduler(worker) == 5)
      #expect(try Workers.diskPriority(of: worker) == "idle")
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/fd").map {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(worker)/fd/\($0)")
      }
      let kinds = open.map { $0.prefix { $0 != ":" } }.sorted()
      #expect(kinds.filter { $0 == "/dev/null" }.count == 1)
      #expect(kinds.filter { $0 == "socket" }.count == 1)
      #expect(kinds.filter { $0 == "pipe" }.count == 2)
      #expect(Workers.status(worker)["SigBlk"] == "0000000000000000")
      kill(worker, SIGKILL)
      kill(await Workers.working(on: folder["long.wav"], except: [worker]), SIGKILL)
      _ = await broken
    }
  }

  /// The shell that started a worker is killed; the worker, which waits for requests that never come, ends with it.
  @Test func aWorkerEndsWithItsParent() async throws {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
    defer { close(ends[0]) }
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let script = #"exec 3<&0; "$1" --channel 3 --parent $$ --megabytes 500 >/dev/null & echo $!; wait"#
    shell.arguments = ["-c", script, "sh", try #require(Workers.program.string)]
    let output = Pipe()
    shell.standardInput = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    shell.standardOutput = output
    try shell.run()
    let number = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let worker = try #require(Int32(number.trimmingCharacters(in: .newlines)))
    // Its greeting says that it has tied itself to its parent.
    var greeting = [UInt8](repeating: 0, count: 100)
    #expect(read(ends[0], &greeting, greeting.count) > 0)
    #expect(Workers.status(worker)["State"]?.hasPrefix("Z") == false)
    kill(shell.processIdentifier, SIGKILL)
    await waitForEnd(of: worker)
    #expect(kill(worker, 0) != 0 || Workers.status(worker)["State"]?.hasPrefix("Z") == true)
  }

  @Test(arguments: [[], ["--channel", "0"], ["--help"], ["--channel", "0", "--parent", "1", "--megabytes", "-3"]])
  func aWorkerStartedByHandSaysSo(arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Workers.program.string))
    process.arguments = arguments
    let words = Pipe()
    process.standardError = words
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
    let said = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(said == "indexd-worker is started by indexd and indexctl, not by hand\n")
  }
}
