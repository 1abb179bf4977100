import Foobar2000
import Foundation
import Glibc
public import MusicIndex
import Platform
public import ServiceState
import TasteModel
import Tracks

extension Status {
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
    isTrial = state.isTrial
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
      let cue = try transaction.partCounts(version: version)
      cueTracks = CueNumbers(
        tracks: cue.tracks, analysed: cue.analysed, labels: try transaction.partLabelCounts())
      changes = try transaction.note(.importChanges)
      taggedFiles = try transaction.taggedFileCount()
      rate = try transaction.note(.songsPerMinute)
      imports = Self.newest(try transaction.imports(refused: Self.shownRefusals)).map(ImportNumbers.init)
      sources = try transaction.note(.sources) ?? []
      advice += sources.compactMap(\.detail)
      refusedImports = try transaction.refusedImportCount()
      if let id = try transaction.note(.activeModel),
        let stored = try transaction.models().first(where: { $0.id == id })
      {
        let tested = try transaction.note(.testedFigures)
        model = try ModelNumbers(stored, tested: tested?.model == id ? tested?.figures : nil)
      }
      playlist.file = try transaction.note(.playlistFile)
      playlist.tracks = try transaction.playlist().count
      playlist.exploring = try transaction.exploredFiles().count
      playlist.standing = try transaction.note(.listStanding)
      playlist.heldBack = try transaction.note(.heldBack)
      playlist.change = try transaction.note(.listChange).flatMap {
        $0.at > Clock.now() - ListChange.toldDays * 86_400 ? $0 : nil
      }
      playlist.expectedPrecision = playlist.standing?.share
      playlist.isFlat = try transaction.note(.haveEqualScores) == true
      playlist.isAllTooShort = try transaction.note(.tooShort) != nil
      playlist.targetMet = try transaction.note(.isTargetMet) == true
      daemon.isRunning = isRunning
      if isRunning {
        daemon.since = try transaction.note(.daemonSince)
        daemon.activity = try transaction.note(.activity)
        watch = try transaction.note(.watch) ?? .off(reason: "the daemon is starting")
        retraining = try transaction.note(.retraining) ?? Retraining()
      } else {
        retraining.reason = "no daemon is running"
      }
      if let repair = try IndexRepair.advice(transaction, state) { advice.append(repair) }
      if let replaced = try IndexKeeper.advice(transaction) { advice.append(replaced) }
      // What stood in the way of the last training may be over before the next.
      let (good, bad, needed) = (labels[.good] ?? 0, labels[.bad] ?? 0, TrainingSettings.neededLabels)
      let isShort = min(good, bad) < needed
      if let obstacle = try transaction.note(.modelObstacle), model == nil || isShort {
        // The labels may have changed since.
        let needs = isShort ? TasteFailure.needs(good: good, bad: bad, needed: needed) : nil
        advice.append(
          model == nil
            ? needs.map { "no model yet: it needs \($0)" } ?? obstacle
            : "the model in use stays: " + (needs.map { "a new one needs \($0)" } ?? obstacle))
      }
      for note: IndexNote<[String]> in [.problem, .labelAdvice, .spellingAdvice, .scanWarnings] {
        let lines = try transaction.note(note) ?? []
        advice += lines.prefix(Self.shownWarnings)
        if lines.count > Self.shownWarnings { advice.append("and \(lines.count - Self.shownWarnings) more like these") }
      }
      trackRecord = try Self.record(transaction)
    }
    if let room = DiskRoom.advice(state.path) { advice.append(room) }
    if let waiting = Self.waiting(state, isRunning: isRunning) { advice.append(waiting) }
    derivedPaths = try MatchRun.derived(index)
    if labels[.good] ?? 0 == 0, let words = missingExports(state) { advice.append(words) }
  }

  /// What the owner has to export so that anything can be liked; `nil` where something tells of plays.
  private func missingExports(_ state: StateFolder) -> String? {
    let statistics = "export Library > Playback Statistics > Export statistics to XML"
    let taken = imports.filter { $0.refusal == nil }
    guard !taken.isEmpty else {
      return "No export of foobar2000 is imported yet: \(statistics), and the active playlist as .m3u8, and "
        + (state.isTrial
          ? "name both behind the music folder: `indexctl try MUSIC_DIR Statistics.xml Active.m3u8`"
          : placeOfExports(state, "both"))
    }
    guard taggedFiles == 0, taken.allSatisfy({ ExportKind(rawValue: $0.kind)?.isPlaylist == true }) else { return nil }
    return "Only playlists are imported, which tell nothing of plays: \(statistics) as well, and "
      + (state.isTrial
        ? "name all exports behind the music folder: `indexctl try MUSIC_DIR Statistics.xml Active.m3u8`"
        : placeOfExports(state, "the file"))
  }

  /// Where exports go: what `sources` names, where it names anything, else the inbox.
  private func placeOfExports(_ state: StateFolder, _ exports: String) -> String {
    guard !sources.isEmpty else {
      return "give \(exports) to `indexctl import`, or drop \(exports) into \(state.inbox.display)"
    }
    if let open = sources.first(where: { $0.state == .empty }) ?? sources.first(where: { $0.state != .away }) {
      return "save \(exports) into \(open.path)"
    }
    return "save \(exports) to what `sources` names: " + sources.map(\.path).joined(separator: ", ")
  }

  /// The imports without those that hold an older state of a file than another.
  private static func newest(_ rows: [ImportRow]) -> [ImportRow] {
    var newest: [FilePath: Int64] = [:]
    for row in rows.sorted(by: { ($0.exportedAt, $0.id) < ($1.exportedAt, $1.id) }) where row.refusal == nil {
      newest[row.path] = row.id
    }
    return rows.filter { $0.refusal != nil || newest[$0.path] == $0.id }
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
    let next = postponed.map(\.retryAt).min().map { ", next at \(WallTime.text($0))" } ?? ""
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
    if state.isTrial, !isRunning {
      return "\(words) for `indexd --once --config \(state.path.appending("indexd.yaml").display)`"
    }
    return isRunning
      ? "\(words) until what goes on now is done"
      : "\(words) for the next start of indexd (or `indexd --once`)"
  }

  private static func record(_ transaction: IndexTransaction) throws -> TrackRecord {
    let history = try RecommendationHistory(transaction)
    var record = TrackRecord()
    record.recommended = history.recommended
    record.liked = history.judged.count { $0.liked }
    record.rejected = history.judged.count - record.liked
    record.open = record.recommended - history.judged.count
    record.explored = history.explored
    record.kept = history.kept.map { TrackRecord.Kept(judged: $0.judged, liked: $0.liked, promised: $0.promised) }
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
      baseRate: figures.baseRate, breakdown: try FiguresText.breakdown(stored.figures))
  }
}

extension IndexNote where Value == Status.WatchState {
  /// Whether the daemon sees every change: `live`, or `degraded` and the reason after a tab.
  public static var watch: Self {
    Self(
      "watch",
      encode: { state in
        switch state {
        case .live: "live"
        case .degraded(let reason): "degraded\t\(reason)"
        case .off(let reason): "off\t\(reason)"
        }
      },
      decode: { text in
        let parts = text.split(separator: "\t", maxSplits: 1).map(String.init)
        let reason = parts.count > 1 ? parts[1] : ""
        return switch parts.first {
        case "live": .live
        case "degraded": .degraded(reason: reason)
        default: .off(reason: reason)
        }
      })
  }
}

extension IndexNote where Value == Status.Retraining {
  /// When the model is trained again, and why then.
  public static var retraining: Self { Self(record: "retraining") }
}

/// The figures of the model in use as the playlist was chosen by them.
struct TestedFigures: Codable, Equatable {
  /// The model's number.
  var model: Int64
  /// Its figures (`FiguresText`).
  var figures: String
}

extension IndexNote where Value == TestedFigures {
  static var testedFigures: Self { Self(record: "testedFigures") }
}

extension IndexNote where Value == FilePath {
  /// The playlist file as it was last written.
  static var playlistFile: Self { Self("playlistFile", encode: \.display, decode: { FilePath($0) }) }
}

/// A Windows folder that was found to be a folder here.
public struct DerivedFolder: Sendable, Equatable {
  /// Its path in foobar2000.
  public var windows: String
  /// Its path here, for people.
  public var here: String
}

extension IndexNote where Value == [DerivedFolder] {
  /// The folders that the last matching derived, a line each: both paths, divided by a tab.
  static var derivedPaths: Self {
    Self(
      "derivedPaths", encode: { $0.map { "\($0.windows)\t\($0.here)" }.joined(separator: "\n") },
      decode: { text in
        text.split(separator: "\n").compactMap { line in
          let parts = line.split(separator: "\t", maxSplits: 1)
          return parts.count == 2 ? DerivedFolder(windows: String(parts[0]), here: String(parts[1])) : nil
        }
      })
  }
}
