import Tracks

/// Which folders are to be looked at, and when: a folder is ripe once nothing has happened in it for a while, or when it has
/// waited long enough. Also which files are being written: a look at them would be too early.
///
/// All times are seconds of one clock that never goes back.
struct EventDebouncer {
  /// A folder is ripe after so many seconds without an event.
  var quiet: Double
  /// A folder is ripe after so many seconds, whatever happens in it.
  var patience: Double
  /// The folders in which a write is news by itself, whether or not the file is ever closed.
  var eager: Set<FilePath> = []
  /// A file that was written to counts as being written until it is closed, or until so many seconds without a write.
  static let writingSeconds = 30.0
  /// A new file that was not written to counts as being written for so many seconds.
  static let createdSeconds = 3.0
  /// With more folders than these waiting, everything is to be looked at instead.
  static let mostFolders = 2000

  private struct Waiting {
    var first: Double
    var last: Double
  }
  private var folders: [FilePath: Waiting] = [:]
  /// Until when each file counts as being written.
  private var files: [FilePath: Double] = [:]
  private var soonest = Double.infinity

  init(quiet: Double, patience: Double) {
    self.quiet = quiet
    self.patience = patience
  }

  /// Something happened directly in a folder.
  mutating func touch(_ folder: FilePath, at now: Double) {
    folders[folder, default: Waiting(first: now, last: now)].last = now
    soonest = min(soonest, now + min(quiet, patience))
  }

  /// A file was created, and whoever did so has it open.
  mutating func create(_ file: FilePath, at now: Double) {
    write(file, until: now + Self.createdSeconds)
  }

  /// A file was written to.
  mutating func write(_ file: FilePath, at now: Double) {
    if eager.contains(file.parent) { touch(file.parent, at: now) }
    write(file, until: now + Self.writingSeconds)
  }

  private mutating func write(_ file: FilePath, until time: Double) {
    files[file] = time
    soonest = min(soonest, time)
  }

  /// A file was closed after writing, or is no longer there.
  mutating func finish(_ file: FilePath) {
    files[file] = nil
  }

  /// Everything below a folder that has moved is no longer there.
  mutating func finishAll(inside folder: FilePath) {
    files = files.filter { !$0.key.isInside(folder) }
  }

  /// Whether a file is being written.
  func isBeingWritten(_ file: FilePath, at now: Double) -> Bool {
    files[file].map { $0 > now } ?? false
  }

  /// Forgets everything: after a loss of events nothing of it can be trusted.
  mutating func clear() {
    folders = [:]
    files = [:]
    soonest = .infinity
  }

  /// Whether so many folders wait that all are better looked at together.
  var isFlooded: Bool { folders.count > Self.mostFolders }

  /// A moment before which nothing will be ripe; `nil` where nothing waits. After a `takeRipe` it is the very moment at which
  /// something will be, unless more happens.
  var next: Double? { soonest.isFinite ? soonest : nil }

  /// Takes the folders that are ripe, ascending. A file whose writer fell silent makes its folder ripe.
  mutating func takeRipe(at now: Double) -> [FilePath] {
    for (file, time) in files where time <= now {
      files[file] = nil
      folders[file.parent] = folders[file.parent] ?? Waiting(first: now - patience, last: now - quiet)
    }
    let ripe = folders.filter { now >= $0.value.last + quiet || now >= $0.value.first + patience }.keys.sorted()
    for folder in ripe { folders[folder] = nil }
    soonest = files.values.min() ?? .infinity
    for waiting in folders.values { soonest = min(soonest, waiting.last + quiet, waiting.first + patience) }
    return ripe
  }
}
