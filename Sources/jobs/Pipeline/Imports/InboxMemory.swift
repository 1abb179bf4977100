import Foobar2000
import Glibc
import MusicIndex
import Platform
import Synchronization
import Tracks

/// What the last looks at the inbox made of each file: one that is as it was is not read again, one that was refused for a
/// reason that passes is tried again after growing intervals.
final class InboxMemory: Sendable {
  /// What tells that a file, or what is read together with it, has changed.
  struct Stamp: Equatable, Sendable {
    fileprivate var numbers: [Int64]

    /// The stamp of a file as it is now; `nil` where it cannot be looked at.
    init?(_ file: FilePath) {
      numbers = []
      guard add(file) else { return nil }
      add(ExportFile.log(of: file))
      // The names of live playlists are in a file of their own.
      if file.fileExtension == "fplite" { add(file.parent.appending("index.txt")) }
    }

    /// When the file was written last, in seconds since 1970.
    var modified: Double { Double(numbers[3]) + Double(numbers[4]) / 1e9 }

    @discardableResult
    private mutating func add(_ file: FilePath) -> Bool {
      var status = stat()
      guard file.withCString({ stat($0, &status) }) == 0 else {
        numbers.append(-1)
        return false
      }
      numbers += [
        Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino), Int64(status.st_size),
        Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec), Int64(status.st_ctim.tv_sec),
        Int64(status.st_ctim.tv_nsec), Int64(status.st_mode),
      ]
      return true
    }
  }

  private struct Entry {
    var stamp: Stamp
    /// When it is tried again, on the monotonic clock; `nil` where only a change makes it worth a look.
    var retryAt: Double?
    var tries = 0
    /// The number of imports after which it was tried, where another file may bring what it lacks.
    var companionsSeen: Int?
    /// Until when a change of it waits, on the monotonic clock: reading it again and again would take all the time.
    var restsUntil = 0.0
    /// Why it was refused, and whether it only is nothing that can be imported.
    var refusal: (words: String, isForeign: Bool)?
  }

  private struct State {
    var entries: [FilePath: Entry] = [:]
    var refused: Set<FilePath> = []
    var imports = 0
    var isPrimed = false
    /// The sources that were asked for and have not answered.
    var silent: Set<FilePath> = []
  }
  private let state = Mutex(State())

  /// The seconds until the first further try, which double with each; and the most they become.
  private static let (firstWait, longestWait, longestWaitOfSource) = (5.0, 600.0, 60.0)
  /// A source that changes all the time is read for a small part of it.
  private static let rest = 3.0

  /// Whether a file need not be looked at: nothing of it changed, and no time or file has come that could change its
  /// outcome.
  ///
  /// - Parameter now: the time on the monotonic clock.
  func isSettled(_ file: FilePath, _ stamp: Stamp?, now: Double) -> Bool {
    state.withLock { state in
      guard let stamp, let entry = state.entries[file] else { return false }
      if entry.stamp != stamp {
        guard now < entry.restsUntil else { return false }
        state.entries[file]?.retryAt = entry.restsUntil
        return true
      }
      if let seen = entry.companionsSeen, seen != state.imports { return false }
      return entry.retryAt.map { $0 > now } ?? true
    }
  }

  /// Notes what became of a file that was as `stamp` says before it was read.
  ///
  /// - Parameter seconds: How long it took to read a source; `nil` for a file that lies in the inbox.
  func note(
    _ outcome: ImportOutcome, of file: FilePath, _ stamp: Stamp?, now: Double, source seconds: Double? = nil
  ) {
    state.withLock { state in
      guard let stamp else { return state.entries[file] = nil }
      var entry = Entry(stamp: stamp)
      if let seconds { entry.restsUntil = now + max(1, Self.rest * seconds) }
      let row: ImportRow
      switch outcome {
      case .imported(let imported):
        state.imports += 1
        row = imported
      case .known(let known), .refused(let known): row = known
      }
      if row.refusal != nil {
        state.refused.insert(file)
        let isForeign = row.refusalReason == ImportFailure.Reason.unrecognised.rawValue
        entry.refusal = (row.refusal ?? "", isForeign)
        // A copy that is being made looks like anything.
        if row.isRefusedForNow || seconds != nil && !isForeign {
          let before = state.entries[file]
          entry.tries = before?.stamp == stamp ? (before?.tries ?? 0) + 1 : 1
          let longest = seconds == nil ? Self.longestWait : Self.longestWaitOfSource
          entry.retryAt = now + min(longest, Self.firstWait * Double(1 << min(entry.tries - 1, 10)))
        } else if row.refusalReason == ImportFailure.Reason.hashOnly.rawValue {
          entry.companionsSeen = state.imports
        }
      }
      state.entries[file] = entry
    }
  }

  /// Forgets the files that are gone.
  ///
  /// - Returns: whether the index may list refused files that are gone.
  func keep(only there: Set<FilePath>) -> Bool {
    state.withLock { state in
      let before = state.refused.count
      state.refused.formIntersection(there)
      if state.entries.count > there.count || !state.entries.keys.allSatisfy(there.contains) {
        state.entries = state.entries.filter { there.contains($0.key) }
      }
      defer { state.isPrimed = true }
      return !state.isPrimed || state.refused.count < before
    }
  }

  /// Why a file was refused when it was last read, and whether it only is nothing that can be imported.
  func refusal(of file: FilePath) -> (words: String, isForeign: Bool)? {
    state.withLock { $0.entries[file]?.refusal }
  }

  /// The sources whose disks do not answer. Takes two seconds where there is a new one; each is asked by one thread, which
  /// goes on waiting.
  func silent(among sources: [FilePath]) -> Set<FilePath> {
    let asked = state.withLock { state in
      let asked = sources.filter { !state.silent.contains($0) }
      state.silent.formUnion(asked)
      return asked
    }
    _ = SilentDisks.among(asked, seconds: 2) { [self] path in
      SilentDisks.look(path)
      _ = state.withLock { $0.silent.remove(path) }
    }
    return state.withLock { $0.silent.intersection(sources) }
  }

  /// When the next file is to be tried again, on the monotonic clock; `nil` for none.
  var nextTry: Double? {
    state.withLock { $0.entries.values.compactMap(\.retryAt).min() }
  }
}

extension ImportRow {
  /// Whether it was refused for a reason that passes without a change of the file: a disk that was full, a right that was
  /// missing, a file that was in use.
  var isRefusedForNow: Bool {
    guard refusal != nil else { return false }
    // What could not even be looked at has no kind of refusal, but neither a kind.
    let passing: [ImportFailure.Reason] = [.cannotOpen, .cannotRead]
    return passing.map(\.rawValue).contains(refusalReason)
  }
}
