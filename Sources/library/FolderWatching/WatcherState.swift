import CLinux
import Glibc
import Platform
import Synchronization
import Tracks

/// What the watcher's threads and its owner share: what happened, what is to be told, what is to be done.
final class WatcherState: Sendable {
  /// What the thread that owns inotify is asked to do.
  enum Command {
    /// Watch these folders and give the outcomes.
    case watch([FilePath], @Sendable ([WatchOutcome]) -> Void)
    /// Stop watching a folder and everything below it.
    case unwatch(FilePath)
    /// Notice when a root, or a folder above it, is moved, replaced or made anew.
    case follow(root: FilePath)
    /// Stop that.
    case unfollow(root: FilePath)
  }

  private struct State {
    var settling: EventDebouncer
    var written = RecentWrites()
    var ready: [WatchEvent] = []
    var waiter: CheckedContinuation<WatchEvent?, Never>?
    var commands: [Command] = []
    var isStopping = false
    /// Whether a thread takes commands.
    var isServed = true
    var troubles = Troubles()
    var told: Set<WatchTrouble.Reason> = []
    var watches = 0
    /// Until when the clock's thread sleeps.
    var sleepsUntil = Double.infinity
  }
  private let state: Mutex<State>
  private let wakeFile: WakeFile?
  private let clockPipe: (read: Int32, write: Int32)

  init(quiet: Double, patience: Double) {
    state = Mutex(State(settling: EventDebouncer(quiet: quiet, patience: patience)))
    wakeFile = WakeFile()
    var pair: [Int32] = [-1, -1]
    // Without a pipe the clock's thread looks every second (`waitMilliseconds`).
    if linux_make_pipe(&pair) == 0 {
      for end in pair { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
    }
    clockPipe = (pair[0], pair[1])
  }

  deinit {
    if clockPipe.read >= 0 {
      close(clockPipe.read)
      close(clockPipe.write)
    }
  }

  /// Seconds since 1970.
  private static func today() -> Double { Clock.now() }

  /// Seconds of the monotonic clock.
  static func now() -> Double { Clock.steady() }

  /// The name of the file whose events end the wait for events; `nil` where there is none.
  var wakeName: String? { wakeFile?.name }

  // MARK: What happened

  /// Changes what is settling, and has the clock's thread look when that is sooner than it would.
  func note(_ change: (inout EventDebouncer, Double) -> Void) {
    let now = Self.now()
    let mustWake = state.withLock { state -> Bool in
      change(&state.settling, now)
      if state.settling.isFlooded {
        state.settling.clear()
        post(.overflow, to: &state)
      }
      guard let next = state.settling.next, next < state.sleepsUntil else { return false }
      state.sleepsUntil = next
      return true
    }
    if mustWake { wakeClock() }
  }

  /// Changes how long a folder waits until it is told.
  func setWaiting(quiet: Double, patience: Double) {
    state.withLock { state in
      state.settling.quiet = quiet
      state.settling.patience = patience
    }
  }

  /// Changes which folders are told when a file in them is written to.
  func setEager(_ folders: Set<FilePath>) {
    state.withLock { $0.settling.eager = folders }
  }

  /// Events were lost.
  func noteOverflow() {
    state.withLock { state in
      state.settling.clear()
      post(.overflow, to: &state)
    }
  }

  /// Whether a file is being written.
  func isBeingWritten(_ file: FilePath) -> Bool {
    let now = Self.now()
    return state.withLock { $0.settling.isBeingWritten(file, at: now) }
  }

  /// Changes what is known of written files.
  func noteWritten(_ change: (inout RecentWrites, Double) -> Void) {
    let now = Self.today()
    state.withLock { change(&$0.written, now) }
  }

  /// When a file was last written to, in seconds since 1970.
  func lastWrite(of file: FilePath) -> Double? {
    let now = Self.today()
    return state.withLock { $0.written.lastWrite(of: file, at: now) }
  }

  /// Moves the ripe folders to what is to be told; the milliseconds until there may be more, -1 for none.
  func ripen() -> Int32 {
    let now = Self.now()
    return state.withLock { state in
      for folder in state.settling.takeRipe(at: now) { post(.look(folder), to: &state) }
      state.sleepsUntil = state.settling.next ?? .infinity
      if clockPipe.read < 0 { return 1000 }
      guard state.sleepsUntil.isFinite else { return -1 }
      // Rounded up, so that the clock does not wake just before the time.
      return Int32(min(max((state.sleepsUntil - now) * 1000, 0).rounded(.up) + 1, 60_000))
    }
  }

  // MARK: What is to be told

  /// Tells an event.
  func post(_ event: WatchEvent) {
    state.withLock { post(event, to: &$0) }
  }

  private func post(_ event: WatchEvent, to state: inout State) {
    switch event {
    case .look:
      if state.ready.contains(.overflow) || state.ready.contains(event) { return }
      if state.ready.count > EventDebouncer.mostFolders { return post(.overflow, to: &state) }
    case .overflow:
      state.ready.removeAll { if case .look = $0 { true } else { $0 == .overflow } }
    case .rules: if state.ready.contains(event) { return }
    case .degraded, .recovered, .mounted, .unmounted: break
    }
    state.ready.append(event)
    guard let waiter = state.waiter else { return }
    state.waiter = nil
    waiter.resume(returning: state.ready.removeFirst())
  }

  /// The next event; `nil` at the end.
  func next() async -> WatchEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if !state.ready.isEmpty {
            continuation.resume(returning: state.ready.removeFirst())
          } else if state.isStopping || Task.isCancelled {
            continuation.resume(returning: nil)
          } else {
            precondition(state.waiter == nil, "a watcher's events have one reader")
            state.waiter = continuation
          }
        }
      }
    } onCancel: {
      dismissWaiter()
    }
  }

  private func dismissWaiter() {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: nil)
  }

  // MARK: What is wrong

  /// What is wrong now.
  var troubles: [WatchTrouble] {
    state.withLock { $0.troubles.list(watches: $0.watches) }
  }

  /// The number of folders that are watched.
  var watches: Int { state.withLock { $0.watches } }

  /// Notes the number of watches and a change of what is wrong; tells what is new of it.
  func update(watches: Int? = nil, _ change: (inout Troubles) -> Void) {
    state.withLock { state in
      if let watches { state.watches = watches }
      change(&state.troubles)
      let list = state.troubles.list(watches: state.watches)
      let reasons = Set(list.map(\.reason))
      for trouble in list where !state.told.contains(trouble.reason) {
        state.told.insert(trouble.reason)
        post(.degraded(trouble), to: &state)
      }
      if reasons.isEmpty && !state.told.isEmpty { post(.recovered, to: &state) }
      state.told = reasons
    }
  }

  // MARK: What is to be done

  /// Hands a command to the thread that owns inotify; `false` where there is none any more.
  func order(_ command: Command) -> Bool {
    let isServed = state.withLock { state -> Bool in
      guard state.isServed, !state.isStopping else { return false }
      state.commands.append(command)
      return true
    }
    if isServed { wakeFile?.wake() }
    return isServed
  }

  /// Takes the commands; `nil` where the thread is to end and there are none left.
  func takeCommands() -> [Command]? {
    state.withLock { state in
      if state.commands.isEmpty && state.isStopping { return nil }
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// No thread takes commands any more; those that still wait.
  func closeCommands() -> [Command] {
    state.withLock { state in
      state.isServed = false
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// Whether the watcher is stopping.
  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Ends both threads and the events.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeFile?.wake()
    wakeClock()
    dismissWaiter()
  }

  /// Makes the event after which there is none in the queue, once nothing else is watched.
  func markEnd() {
    wakeFile?.markEnd()
  }

  // MARK: The clock's pipe

  /// The descriptor that becomes readable when the clock's thread is to look; -1 where there is none.
  var clockDescriptor: Int32 { clockPipe.read }

  /// Empties the clock's pipe.
  func drainClock() {
    var buffer = [UInt8](repeating: 0, count: 256)
    while read(clockPipe.read, &buffer, buffer.count) > 0 {}
  }

  private func wakeClock() {
    var byte: UInt8 = 0
    // A full pipe wakes as well.
    _ = write(clockPipe.write, &byte, 1)
  }
}
