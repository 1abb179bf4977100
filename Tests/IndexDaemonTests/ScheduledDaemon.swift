import Foundation
import Logging
import MusicIndex
import Pipeline
import ServiceState
import Settings
import Setup
import Synchronization
import TestSupport
import Tracks

@testable import FolderWatching
@testable import IndexDaemon

/// A daemon's schedule over a folder of its own: real files, a real index and real workers; the clock, and what it is told of
/// changes, are the test's.
final class ScheduledDaemon: Sendable {
  let folder: TemporaryFolder
  let time: TestClock
  let work: PendingWork
  let socket: NotifySocket
  private let messages: AsyncStream<String>
  let scheduler: Scheduler
  let state: StateFolder
  private let running = Mutex<Task<Void, any Error>?>(nil)

  /// A daemon that does not run yet, with a music folder of these files.
  ///
  /// - Parameter passing: Sleeps of this length pass by themselves: by default the quiet that a thorough matching waits for.
  init(
    _ files: [String: [UInt8]], passing: Double? = 5, configure: (inout Settings, TemporaryFolder) -> Void = { _, _ in }
  ) throws {
    time = TestClock(passing: passing)
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder["music"], withIntermediateDirectories: true)
    for (name, bytes) in files { try folder.write(bytes, to: "music/\(name)") }
    var settings = Settings()
    settings.music = [FilePath(folder["music"])]
    settings.state = FilePath(folder["state"])
    settings.playlist.file = FilePath(folder["list.m3u8"])
    settings.analysis.workers = 1
    configure(&settings, folder)
    let workspace = Workspace(file: FilePath(folder["indexd.yaml"]), settings: settings)
    state = workspace.state
    try state.make()
    work = PendingWork(clock: time.clock)
    socket = try NotifySocket(folder["notify"])
    messages = socket.messages()
    scheduler = Scheduler(
      workspace: workspace, lock: try StateLock(state), index: try MusicIndex(state.index),
      watcher: FolderWatcher(refusing: ()), work: work, health: HealthMonitor(stallTimeout: 60),
      notifier: socket.notifier, threshold: LogThreshold(.error), clock: time.clock,
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  /// Begins to run.
  func start() { running.withLock { $0 = Task { try await self.scheduler.run() } } }

  /// Ends, as SIGTERM would have it; returns when it has ended.
  func stop() async throws {
    let task = running.withLock { $0 }
    task?.cancel()
    try await task?.value
    socket.notifier.stopping(status: "")
  }

  /// What it told systemd, up to a status that begins like this.
  func statuses(until last: String) async -> [String] {
    var heard: [String] = []
    for await message in messages {
      guard let line = message.split(separator: "\n").first(where: { $0.hasPrefix("STATUS=") }) else { continue }
      heard.append(String(line.dropFirst("STATUS=".count)))
      if heard.last?.hasPrefix(last) == true { break }
    }
    return heard
  }

  /// The index, read by another connection.
  func read<Value>(_ body: (IndexTransaction) throws -> Value) throws -> Value {
    try MusicIndex(state.index, readOnly: true).read(body)
  }

  /// A song of a few seconds that no other seed has.
  static func song(_ seed: Int) -> [UInt8] {
    let pitch = 200 + Float(seed) * 7
    return WaveFile.bytes((0..<88_200).map { sin(2 * .pi * pitch * Float($0) / 44_100) * 0.5 })
  }
}
