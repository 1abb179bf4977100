import Foundation
import Glibc
public import MusicIndex
import TasteModel
import Tracks

extension Status {
  /// The notes that the daemon keeps for `indexctl status`.
  public enum Note {
    /// What the daemon is doing.
    public static let activity = "activity"
    /// Since when it runs, in seconds since 1970.
    public static let since = "daemonSince"
    /// `live`, or `degraded` and the reason after a tab.
    public static let watch = "watch"
    /// When the model is trained again, in seconds since 1970, and why after a tab.
    public static let retraining = "retraining"
    /// What went wrong last, until it goes right.
    public static let problem = "problem"
    /// What the last scan warned of, a line each.
    public static let warnings = "scanWarnings"
  }

  /// Reads the status of an index.
  ///
  /// - Parameters:
  ///   - index: the index; opened read only is enough.
  ///   - state: the state folder, whose lock tells whether a daemon runs.
  ///   - ignoresOwnLock: for a process that holds the lock itself and is no daemon.
  /// - Throws: `IndexFailure`.
  public init(of index: MusicIndex, state: StateFolder, ignoresOwnLock: Bool = false) throws {
    self.init()
    let version = FeatureVariant.dense.version
    let isRunning = !ignoresOwnLock && StateLock.holder(of: state) != nil
    try index.read { transaction in
      let counts = try transaction.libraryCounts(version: version)
      library = LibraryNumbers(
        files: counts.files, analysed: counts.analysed, waiting: counts.waiting, failed: counts.failed,
        missing: counts.missing)
      let postponed = try transaction.postponed()
      library.unreadable = postponed.count
      if let words = Self.advice(on: postponed) { advice.append(words) }
      if let words = try Self.futureAdvice(transaction) { advice.append(words) }
      labels = try transaction.labelCounts()
      let cue = try transaction.cueTrackCounts(version: version)
      cueTracks = CueNumbers(
        tracks: cue.tracks, analysed: cue.analysed, labels: try transaction.cueLabelCounts())
      changes = try transaction.note(ImportChanges.note).flatMap(ImportChanges.init(text:))
      taggedFiles = try transaction.taggedFileCount()
      rate = try transaction.note(Pipeline.rateNote).flatMap(Double.init)
      imports = try transaction.imports(refused: Self.shownRefusals).map(ImportNumbers.init)
      refusedImports = try transaction.refusedImportCount()
      if let id = try transaction.note(TrainRun.activeNote).flatMap(Int64.init),
        let stored = try transaction.models().first(where: { $0.id == id })
      {
        let tested = try transaction.note(PlaylistRun.figuresNote)?.split(separator: "\t", maxSplits: 1) ?? []
        model = try ModelNumbers(stored, tested: tested.first == "\(id)" ? tested.last.map(String.init) : nil)
      }
      playlist.file = try transaction.note(PlaylistRun.fileNote).map { FilePath($0) }
      playlist.tracks = try transaction.playlist().count
      playlist.expectedPrecision = try transaction.note(PlaylistRun.expectedNote).flatMap(Double.init)
      playlist.isAllTooShort = try transaction.note(PlaylistRun.shortNote) != nil
      playlist.targetMet = try transaction.note(PlaylistRun.targetNote) == "1"
      daemon.isRunning = isRunning
      if isRunning {
        daemon.since = try transaction.note(Note.since).flatMap(Double.init)
        daemon.activity = try transaction.note(Note.activity)
        watch = Self.watch(try transaction.note(Note.watch))
        retraining = Self.retraining(try transaction.note(Note.retraining))
      } else {
        retraining.reason = "no daemon is running"
      }
      if let repair = try IndexRepair.advice(transaction, state) { advice.append(repair) }
      if let replaced = try IndexKeeper.advice(transaction) { advice.append(replaced) }
      // What stood in the way of the last training may be over before the next.
      let (good, bad, needed) = (labels[.good] ?? 0, labels[.bad] ?? 0, TrainingSettings.neededLabels)
      let isShort = min(good, bad) < needed
      if let obstacle = try transaction.note(TrainRun.obstacleNote), model == nil || isShort {
        // The labels may have changed since.
        let words = isShort ? TasteFailure(.tooFewLabels(good: good, bad: bad, needed: needed)).description : obstacle
        advice.append(
          model == nil
            ? words : "the model in use stays: " + words.replacing("no model yet: it needs", with: "a new one needs"))
      }
      for note in [Note.problem, LabelRun.adviceNote, Note.warnings] {
        let lines = (try transaction.note(note) ?? "").split(separator: "\n").map(String.init)
        advice += lines.prefix(Self.shownWarnings)
        if lines.count > Self.shownWarnings { advice.append("and \(lines.count - Self.shownWarnings) more like these") }
      }
      trackRecord = try Self.record(transaction)
    }
    if let room = DiskRoom.advice(state.path) { advice.append(room) }
    if let waiting = Self.waiting(state, isRunning: isRunning) { advice.append(waiting) }
    derivedPaths = try MatchRun.derived(index)
    if labels[.good] ?? 0 == 0, imports.allSatisfy({ $0.refusal != nil }) {
      advice.append(
        "No export of foobar2000 is imported yet: export Library > Playback Statistics > Export statistics to XML, and "
          + "the active playlist as .m3u8, and "
          + (state.isTrial
            ? "name both behind the music folder: `indexctl try MUSIC_DIR Statistics.xml Active.m3u8`"
            : "drop both into \(state.inbox.display)"))
    }
  }

  /// The refused files that are told one by one: the newest.
  public static let shownRefusals = 20
  /// The lines of one kind of advice that are told.
  private static let shownWarnings = 20

  /// What to say of tracks that cannot be read for now; `nil` where there are none.
  private static func advice(on postponed: [PostponedTrack]) -> String? {
    guard let first = postponed.first else { return nil }
    var seen: Set<FilePath> = []
    let paths = postponed.map(\.path).filter { seen.insert($0).inserted }
    let more = paths.count > 2 ? " and \(paths.count - 2) more" : ""
    let words = paths.count == 1 ? "1 file cannot" : "\(paths.count) files cannot"
    let next = postponed.map(\.retryAt).min().flatMap(time).map { ", next at \($0)" } ?? ""
    let names = paths.prefix(2).map(\.display).joined(separator: ", ")
    return "\(words) be read for now: \(names)\(more) (\(first.reason)); "
      + "tried again at growing intervals\(next). `indexctl failures` names each; check the rights, the disk or the "
      + "network, then `indexctl rescan`"
  }

  /// What to say of files that are dated in the future; `nil` where there are none.
  static func futureAdvice(_ transaction: IndexTransaction) throws -> String? {
    let tomorrow = KernelNumber.nanoseconds(KernelNumber.time(Clock.now() + 86_400))
    guard let found = try transaction.files(modifiedAfter: tomorrow) else { return nil }
    return "\(counted(found.count, "file")) dated in the future, such as \(found.first.display): counted as come when "
      + "indexd first saw them; set the date right with `touch`, or the clock of the machine that wrote them"
  }

  /// What keeps requests waiting, where some do.
  private static func waiting(_ state: StateFolder, isRunning: Bool) -> String? {
    let old = Request.waiting(in: state).filter { file in
      var status = stat()
      return file.withCString { stat($0, &status) } == 0 && KernelNumber.seconds(status.st_mtim) < Clock.now() - 60
    }
    let all = isRunning ? old : Request.waiting(in: state)
    guard !all.isEmpty else { return nil }
    let words = all.count == 1 ? "1 request waits" : "\(all.count) requests wait"
    return isRunning
      ? "\(words) until what goes on now is done"
      : "\(words) for the next start of indexd (or `indexd --once`)"
  }

  private static func watch(_ note: String?) -> WatchState {
    guard let note else { return .off(reason: "the daemon is starting") }
    let parts = note.split(separator: "\t", maxSplits: 1).map(String.init)
    return parts[0] == "live" ? .live : .degraded(reason: parts.count > 1 ? parts[1] : "")
  }

  private static func retraining(_ note: String?) -> Retraining {
    let parts = (note ?? "").split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return Retraining(nextAt: parts.first.flatMap(Double.init), reason: parts.count > 1 ? parts[1] : nil)
  }

  private static func record(_ transaction: IndexTransaction) throws -> TrackRecord {
    let recommended = try transaction.recommendations()
    guard !recommended.isEmpty else { return TrackRecord() }
    var record = TrackRecord()
    record.recommended = recommended.count
    let labels = try transaction.labelsOfRecommended()
    for recommendation in recommended {
      switch labels[recommendation.identity] {
      case .good: record.liked += 1
      case .bad: record.rejected += 1
      default: record.open += 1
      }
    }
    return record
  }
}

extension Status.ImportNumbers {
  init(_ row: ImportRow) {
    self.init(
      file: row.path, kind: row.kind, exportedAt: row.exportedAt, importedAt: row.importedAt, entries: row.entries,
      matched: row.matched, ambiguous: row.ambiguous, missing: row.missing, refusal: row.refusal,
      warnings: row.warnings)
  }
}

extension Status.ModelNumbers {
  /// - Parameter tested: its figures as the playlist was chosen by them, where the precision asked for has changed since
  ///   it was trained.
  init(_ stored: StoredModel, tested: String?) throws {
    let figures = try FiguresText.decode(tested ?? stored.figures)
    self.init(
      learner: stored.learner, trainedAt: stored.trainedAt, songs: figures.songs, split: figures.split.rawValue,
      auc: figures.auc, aucLow: figures.aucLow, aucHigh: figures.aucHigh, precision: figures.precision,
      precisionLow: figures.precisionLow, recall: figures.recall, threshold: figures.threshold,
      baseRate: figures.baseRate)
  }
}
