import Foundation
import MusicIndex
public import Platform
public import TasteModel
public import Tracks

/// How indexd stands: everything `indexctl status` tells.
public struct Status: Sendable {
  /// The counts of the library.
  public var library = LibraryNumbers()
  /// The number of files by label.
  public var labels: [TrackLabel: Int] = [:]
  /// The model in use.
  public var model: ModelNumbers?
  /// The tracks of cue sheets.
  public var cueTracks = CueNumbers()
  /// What the newest import changed among the judged tracks; `nil` before the first.
  public var changes: ImportChanges?
  /// The files whose own tags tell how often they were played.
  public var taggedFiles = 0
  /// The playlist.
  public var playlist = PlaylistNumbers()
  /// Whether the folders are watched.
  public var watch = WatchState.off(reason: "no daemon is running")
  /// The daemon.
  public var daemon = DaemonState()
  /// Whether it is that of a trial, which needs no daemon.
  public var isTrial = false
  /// Songs a minute in the last analysis, where there was one.
  public var rate: Double?
  /// The imports, the newest of each file; of the refused ones the newest `shownRefusals`.
  public var imports: [ImportNumbers] = []
  /// How the configured sources stand.
  public var sources: [Source.Report] = []
  /// The number of refused imports, those included that are not in `imports`.
  public var refusedImports = 0
  /// When the model is trained again.
  public var retraining = Retraining()
  /// What became of recommended tracks.
  public var trackRecord = TrackRecord()
  /// What the owner should know or do, as sentences.
  public var advice: [String] = []
  /// The Windows folders that were mapped to folders here without being told.
  public var derivedPaths: [DerivedFolder] = []

  /// The counts of the library.
  public struct LibraryNumbers: Sendable, Equatable {
    /// Files that are there.
    public var files = 0
    /// Files whose audio was analysed.
    public var analysed = 0
    /// Files that wait to be analysed.
    public var waiting = 0
    /// Files that cannot be read.
    public var failed = 0
    /// Files and tracks of cue sheets that cannot be read for now and are tried again; the files wait.
    public var unreadable = 0
    /// Files that are gone and still remembered.
    public var missing = 0
  }

  /// The tracks that cue sheets name inside files.
  public struct CueNumbers: Sendable, Equatable {
    /// Tracks in files that are there.
    public var tracks = 0
    /// Tracks whose audio was analysed.
    public var analysed = 0
    /// The number of tracks by label.
    public var labels: [TrackLabel: Int] = [:]
    /// Unheard tracks that could be recommended if a playlist file could name them.
    public var unaddressable: Int { labels[.unheard] ?? 0 }
  }

  /// The model in use and how good it is.
  public struct ModelNumbers: Sendable {
    /// The learner's name.
    public var learner: String
    /// When it was trained, in seconds since 1970.
    public var trainedAt: Double
    /// The number of judged songs.
    public var songs: Int
    /// What was kept whole when it was judged.
    public var split: String
    /// The area under the ROC curve with its 95% interval.
    public var auc: Double
    /// The lower end of the interval.
    public var aucLow: Double
    /// The upper end of the interval.
    public var aucHigh: Double
    /// The share of liked songs in the judged list.
    public var precision: Double
    /// The lower end of the one-sided 95% interval of the precision.
    public var precisionLow: Double
    /// The share of all liked songs on that list.
    public var recall: Double
    /// The lowest probability on the list.
    public var threshold: Double
    /// The share of liked songs among the judged ones.
    public var baseRate: Double
    /// What it is made of, and how it does with other evidence; `nil` for a model of an earlier version.
    public var breakdown: ModelBreakdown?
  }

  /// The playlist as it was last written.
  public struct PlaylistNumbers: Sendable, Equatable {
    /// The file.
    public var file: FilePath?
    /// The number of tracks.
    public var tracks = 0
    /// The number of those among them that are there to teach the model.
    public var exploring = 0
    /// The share of its recommended tracks that the owner will probably like.
    public var expectedPrecision: Double?
    /// Whether the promised precision is met.
    public var targetMet = false
    /// Whether it is empty because every unheard track is shorter than `playlist.shortest`.
    public var isAllTooShort = false
    /// Whether it is empty because every unheard track has the same score.
    public var isFlat = false
    /// What may be said of it; `nil` for an empty one.
    public var standing: ListStanding?
    /// The unheard tracks that are not on it; `nil` before there was a model.
    public var heldBack: HeldBack?
    /// Why it became a good deal longer or shorter last; `nil` where it did not these days.
    public var change: ListChange?
  }

  /// Whether the folders are watched.
  public enum WatchState: Sendable, Equatable {
    /// Every folder is watched.
    case live
    /// Some changes are only found by the periodic scan.
    case degraded(reason: String)
    /// Nothing is watched.
    case off(reason: String)
  }

  /// The daemon.
  public struct DaemonState: Sendable, Equatable {
    /// Whether one works on this state folder.
    public var isRunning = false
    /// Since when, in seconds since 1970.
    public var since: Double?
    /// What it is doing, in words.
    public var activity: String?

    /// Whether it trains a model, which it does beside everything else.
    public var isTraining: Bool { isRunning && activity?.hasSuffix("training") == true }
  }

  /// An import.
  public struct ImportNumbers: Sendable, Equatable {
    /// The file.
    public var file: FilePath
    /// What it is.
    public var kind: String
    /// When foobar2000 wrote it, in seconds since 1970.
    public var exportedAt: Double
    /// When it was imported, in seconds since 1970.
    public var importedAt: Double
    /// Its entries.
    public var entries: Int
    /// Entries with a file.
    public var matched: Int
    /// Entries that could mean several files.
    public var ambiguous: Int
    /// Entries without a file.
    public var missing: Int
    /// Why it was refused, if it was.
    public var refusal: String?
    /// What should be said about it.
    public var warnings: [String]
  }

  /// The next training.
  public struct Retraining: Sendable, Equatable, Codable {
    /// When, in seconds since 1970.
    public var nextAt: Double?
    /// Why then, or why not.
    public var reason: String?

    /// A training at a time; `nil` while nothing asks for one.
    public init(nextAt: Double? = nil, reason: String? = nil) {
      self.nextAt = nextAt
      self.reason = reason
    }
  }

  /// What became of the tracks that were recommended.
  public struct TrackRecord: Sendable {
    /// Tracks that were ever recommended.
    public var recommended = 0
    /// Those that the owner has come to like.
    public var liked = 0
    /// Those that the owner has thrown out.
    public var rejected = 0
    /// Those that are not judged yet.
    public var open = 0
    /// Tracks that were only ever on a list to teach the model, the liked and the rejected ones among them.
    public var explored = (tracks: 0, liked: 0, rejected: 0)
    /// Of the judged ones that were on a list with a promise: how many, how many of them liked, and the share that was
    /// promised, on average; `nil` where there are none.
    public var kept: Kept?

    /// What became of the tracks of lists with a promise.
    public struct Kept: Sendable, Equatable {
      /// The judged tracks.
      public var judged: Int
      /// The liked ones among them.
      public var liked: Int
      /// The mean of the shares promised.
      public var promised: Double

      /// The same in words, without a full stop.
      public var words: String {
        "Of \(counted(judged, "track")) that you judged from lists that promised \(Int((promised * 100).rounded()))% you "
          + "like \(liked)"
      }
    }
  }

  /// An empty status.
  public init() {}
}

extension Status {
  /// A time as ISO 8601 in UTC, to the second.
  public static func time(_ seconds: Double?) -> String? {
    guard let seconds else { return nil }
    return Date(timeIntervalSince1970: KernelNumber.writable(seconds).rounded(.down)).formatted(.iso8601)
  }

  /// The seconds that the waiting files will take, by the last measured rate.
  public var secondsLeft: Double? {
    guard library.waiting > 0 else { return library.files > 0 ? 0 : nil }
    guard let rate, rate > 0 else { return nil }
    return (Double(max(0, library.waiting - library.unreadable)) / rate * 60).rounded()
  }

  /// The status as JSON, by the contract of `status --json`.
  public var json: JSONValue {
    func count(_ label: TrackLabel) -> JSONValue { .integer(labels[label] ?? 0) }
    let watchValue: JSONValue =
      switch watch {
      case .live: .object([("state", .text("live")), ("reason", .null)])
      case .degraded(let reason): .object([("state", .text("degraded")), ("reason", .text(reason))])
      case .off(let reason): .object([("state", .text("off")), ("reason", .text(reason))])
      }
    return .object([
      (
        "library",
        .object([
          ("files", .integer(library.files)), ("analysed", .integer(library.analysed)),
          ("waiting", .integer(library.waiting)), ("failed", .integer(library.failed)),
          ("missing", .integer(library.missing)), ("unreadable", .integer(library.unreadable)),
        ])
      ),
      (
        "labels",
        .object([
          ("good", count(.good)), ("bad", count(.bad)), ("undecided", count(.undecided)), ("unheard", count(.unheard)),
          ("excluded", count(.excluded)),
        ])
      ),
      ("cueTracks", Self.json(cueTracks)), ("changes", changes.map(Self.json) ?? .null),
      ("taggedFiles", .integer(taggedFiles)), ("model", model.map(Self.json) ?? .null),
      ("playlist", Self.json(playlist, trackRecord.kept)),
      ("watch", watchValue),
      (
        "daemon",
        .object([
          ("running", .bool(daemon.isRunning)), ("since", JSONValue(Self.time(daemon.since))),
          ("activity", JSONValue(daemon.activity)),
        ])
      ),
      ("trial", .bool(isTrial)),
      ("analysis", .object([("rate", JSONValue(rate)), ("secondsLeft", JSONValue(secondsLeft))])),
      ("imports", .list(imports.map(Self.json))),
      (
        "sources",
        .list(
          sources.map { source in
            .object([
              ("path", .text(source.path)), ("state", .text(source.state.rawValue)),
              ("detail", JSONValue(source.detail)),
            ])
          })
      ),
      (
        "refusedImports",
        .object([
          ("total", .integer(refusedImports)), ("shown", .integer(imports.count { $0.refusal != nil })),
        ])
      ),
      (
        "retraining",
        .object([
          ("nextAt", JSONValue(Self.time(retraining.nextAt))), ("reason", JSONValue(retraining.reason)),
        ])
      ),
      (
        "trackRecord",
        .object([
          ("recommended", .integer(trackRecord.recommended)), ("liked", .integer(trackRecord.liked)),
          ("rejected", .integer(trackRecord.rejected)), ("open", .integer(trackRecord.open)),
        ])
      ),
      ("exploration", Self.json(trackRecord.explored, listed: playlist.exploring)),
      (
        "paths",
        .list(
          derivedPaths.map {
            .object([("windows", .text($0.windows)), ("here", .text($0.here)), ("derived", .bool(true))])
          })
      ),
      ("advice", .list(advice.map(JSONValue.text))),
    ])
  }

  private static func json(_ playlist: PlaylistNumbers, _ kept: TrackRecord.Kept?) -> JSONValue {
    let promises = kept.map { kept in
      JSONValue.object([
        ("judged", .integer(kept.judged)), ("liked", .integer(kept.liked)), ("promised", .number(kept.promised)),
      ])
    }
    return .object([
      ("file", JSONValue(playlist.file?.display)), ("tracks", .integer(playlist.tracks)),
      ("expectedPrecision", JSONValue(playlist.expectedPrecision)), ("targetMet", .bool(playlist.targetMet)),
      ("standing", playlist.standing?.json ?? .null), ("heldBack", playlist.heldBack?.json ?? .null),
      ("change", playlist.change?.json ?? .null), ("promisesKept", promises ?? .null),
    ])
  }

  private static func json(_ model: ModelNumbers) -> JSONValue {
    .object([
      ("learner", .text(model.learner)), ("trainedAt", JSONValue(time(model.trainedAt))),
      ("songs", .integer(model.songs)), ("split", .text(model.split)), ("auc", .number(model.auc)),
      ("aucLow", .number(model.aucLow)), ("aucHigh", .number(model.aucHigh)), ("precision", .number(model.precision)),
      ("precisionLow", .number(model.precisionLow)), ("recall", .number(model.recall)),
      ("threshold", .number(model.threshold)), ("baseRate", .number(model.baseRate)),
      ("source", JSONValue(model.breakdown?.judgements.first?.source.rawValue)),
      ("members", model.breakdown.map(BreakdownText.members) ?? .null),
      ("judgements", model.breakdown.map(BreakdownText.judgements) ?? .null),
    ])
  }

  private static func json(_ explored: (tracks: Int, liked: Int, rejected: Int), listed: Int) -> JSONValue {
    .object([
      ("listed", .integer(listed)), ("tracks", .integer(explored.tracks)), ("liked", .integer(explored.liked)),
      ("rejected", .integer(explored.rejected)),
      ("open", .integer(explored.tracks - explored.liked - explored.rejected)),
    ])
  }

  private static func json(_ cue: CueNumbers) -> JSONValue {
    .object(
      [("tracks", .integer(cue.tracks)), ("analysed", .integer(cue.analysed))]
        + TrackLabel.allCases.map { ($0.rawValue, .integer(cue.labels[$0] ?? 0)) }
        + [("unaddressable", .integer(cue.unaddressable))])
  }

  private static func json(_ changes: ImportChanges) -> JSONValue {
    .object([
      ("since", JSONValue(time(changes.since))), ("newlyGood", .integer(changes.newlyGood)),
      ("newlyBad", .integer(changes.newlyBad)), ("noLongerGood", .integer(changes.noLongerGood)),
      ("noLongerBad", .integer(changes.noLongerBad)),
    ])
  }

  private static func json(_ row: ImportNumbers) -> JSONValue {
    .object([
      ("file", .text(row.file.display)), ("kind", .text(row.kind)), ("exportedAt", JSONValue(time(row.exportedAt))),
      ("importedAt", JSONValue(time(row.importedAt))), ("entries", .integer(row.entries)),
      ("matched", .integer(row.matched)), ("ambiguous", .integer(row.ambiguous)), ("missing", .integer(row.missing)),
      ("refusal", JSONValue(row.refusal)), ("warnings", .list(row.warnings.map(JSONValue.text))),
    ])
  }
}
