import Glibc
import Pipeline
import Platform
import Setup
import Synchronization
import Tracks

/// Keeps a command from waiting for ever, and without a word, for a disk that does not answer: a network disk whose server
/// is gone holds whoever looks at it, and nothing else but another thread can say so.
enum DiskWatch {
  private struct State {
    var paths: Set<FilePath> = []
    var isPatient = false
    var isRunning = false
  }
  private static let state = Mutex(State())

  /// Watches the disks of files that a command was given, or of what becomes of them.
  static func add(files: [String], isPatient: Bool = false) {
    add(files.map { Workspace.absolute(FilePath($0)) }.flatMap { [$0, $0.parent] }, isPatient: isPatient)
  }

  /// The seconds between two looks.
  private static let interval: UInt32 = 2

  /// Watches the disks of these paths beside those watched already, from now to the command's end. When one does not answer,
  /// the command ends with 1 and a sentence that names the path, within twelve seconds or so.
  ///
  /// - Parameter isPatient: Whether the command is not ended, but tells it once: what takes hours may wait for a disk that
  ///   takes a minute, and what writes much makes disks slow.
  static func add(_ paths: [FilePath], isPatient: Bool = false) {
    let isFirst = state.withLock { state in
      state.paths.formUnion(paths)
      state.isPatient = state.isPatient || isPatient
      defer { state.isRunning = true }
      return !state.isRunning
    }
    // Without a thread the command waits without a word.
    if isFirst { _ = OwnThread.start { look() } }
  }

  private static func look() {
    var isTold = false
    while true {
      let silent = SilentDisks.among(state.withLock { $0.paths.sorted() }).first
      guard let silent else {
        isTold = false
        sleep(interval)
        continue
      }
      let words = SilentDisks.words(silent)
      guard state.withLock({ $0.isPatient }) else {
        Terminal.tell("indexctl: \(words)")
        // exit() would wait for what the waiting threads hold.
        _exit(1)
      }
      if !isTold { Terminal.tell("indexctl: \(words); waiting") }
      isTold = true
      sleep(60)
    }
  }
}
