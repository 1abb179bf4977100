import Foundation
import Glibc
import TestSupport
import Testing

/// What a file does to the process that reads it costs that file alone, and once: seen from `indexctl try`.
@Suite(.blocking, .timeLimit(.minutes(5))) struct IsolationTests {
  private let library: OwnersLibrary

  /// A trial of five files that is done, with the shortest limit on time.
  init() throws {
    library = try OwnersLibrary(liked: 2, rejected: 2, unheard: 1, seconds: 5)
    #expect(try library.tryOnce([]).code == 0)
    let file = try library.configuration()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "\nanalysis:\n  timeLimit: 5\n").write(toFile: file, atomically: true, encoding: .utf8)
  }

  enum Harm: CaseIterable, CustomTestStringConvertible {
    case kill, stop

    var testDescription: String { "\(self)" }

    var reason: String {
      switch self {
      case .kill: "crashed"
      case .stop: "timedOut"
      }
    }

    func `do`(to process: pid_t) {
      switch self {
      case .kill: Glibc.kill(process, SIGKILL)
      case .stop: Glibc.kill(process, SIGSTOP)
      }
    }
  }

  /// Runs `try` and does harm to every worker, or every decoder of a worker, that has the file open.
  private func tryOnce(_ harm: Harm, to program: String, that hasOpen: String) throws -> BuiltProgram.Run {
    let running = try indexctl.start(["try", library.folder["music"]], environment: library.environment)
    while running.isRunning {
      let workers = Self.children(of: running.number)
      for process in workers + workers.flatMap(Self.children)
      where Self.program(process) == program && Self.has(process, open: hasOpen) { harm.do(to: process) }
      usleep(1_000)
    }
    return running.wait()
  }

  private static func names(_ folder: String) -> [String] {
    // A process that ends meanwhile has no folder any more.
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private static func children(of process: pid_t) -> [pid_t] {
    names("/proc/\(process)/task").flatMap { thread -> [pid_t] in
      let list = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/children", encoding: .utf8)
      return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  private static func link(_ path: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
  }

  private static func program(_ process: pid_t) -> String {
    (link("/proc/\(process)/exe") as NSString).lastPathComponent
  }

  private static func has(_ process: pid_t, open file: String) -> Bool {
    names("/proc/\(process)/fd").contains { link("/proc/\(process)/fd/\($0)") == file }
  }

  /// The file alone has failed, the others are as they were; it is not tried again until it changes.
  private func check(_ run: BuiltProgram.Run, _ file: String, _ harm: Harm) throws {
    #expect(run.code == 3, "\(run.errors)")
    let failures = try library.failures()
    #expect(failures.map(\.path) == [file] && failures.map(\.reason) == [harm.reason], "\(failures)")
    let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    #expect(
      status["library"] as? [String: Int]
        == ["files": 7, "analysed": 6, "waiting": 0, "failed": 1, "missing": 0, "unreadable": 0])

    let opening = OpeningOf(file)
    #expect(try library.tryOnce([]).code == 3)
    #expect(!opening.hasHappened)

    let good = try Data(contentsOf: URL(fileURLWithPath: library.folder["music/liked 0.wav"]))
    try good.write(to: URL(fileURLWithPath: file))
    let last = try library.tryOnce([])
    #expect(last.code == 0, "\(last.errors)")
    #expect(try library.failures().isEmpty)
  }

  private func addAnother() throws {
    try library.folder.write(WaveFile.bytes(Tune(seed: 7, seconds: 6).played(seconds: 6)), to: "music/another.wav")
  }

  @Test(arguments: Harm.allCases) func aWorkerThatComesToHarm(_ harm: Harm) throws {
    let file = library.folder["music/long.wav"]
    try LongFile.wave(file)
    try addAnother()
    try check(tryOnce(harm, to: "indexd-worker", that: file), file, harm)
  }
}
