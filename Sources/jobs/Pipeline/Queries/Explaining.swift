import Labelling
import Learning
public import MusicIndex
import Platform
import TasteModel
public import Tracks

/// Why a track is labelled and scored as it is.
public struct TrackExplanation: Sendable {
  /// A track that sounds alike.
  public struct Neighbour: Sendable, Equatable {
    /// Where it is.
    public var track: TrackPlace
    /// Its label.
    public var label: TrackLabel
    /// How far away it sounds (`SongSpace`): 0 for the same.
    public var distance: Double
  }

  /// A property of the sound and what it does to the score.
  public struct Property: Sendable, Equatable {
    /// The property in a listener's words.
    public var words: String
    /// By how much it raises (above 0) or lowers (below 0) the log-odds.
    public var effect: Double
  }

  /// How a track and its copies were listened to; `nil` for what no source tells. Times are in seconds since 1970-01-01 UTC.
  public struct Habits: Sendable, Equatable {
    /// When it was first played.
    public var firstPlayed: Double?
    /// When it was last played.
    public var lastPlayed: Double?
    /// When it was added to foobar2000's library.
    public var added: Double?
    /// The plays a year from its adding to the newest statistics.
    public var playsPerYear: Double?
    /// How often it was skipped.
    public var skips: Int?
    /// When it was last skipped.
    public var lastSkipped: Double?

    /// Nothing is known.
    public init() {}

    init(_ history: TrackHistory, until statistics: Double?) {
      (firstPlayed, lastPlayed, added) = (history.firstPlayed, history.lastPlayed, history.added)
      (skips, lastSkipped) = (history.skips, history.lastSkipped)
      playsPerYear = history.playsPerYear(until: statistics)
    }
  }

  /// What became of the track's label once.
  public struct PastLabel: Sendable, Equatable {
    /// When, in seconds since 1970.
    public var at: Double
    /// What it became and what it was, without its beginning and a full stop.
    var change: String

    /// The change as a sentence.
    ///
    /// - Parameter time: the time in words.
    public func words(_ time: String) -> String { "On \(time) it became \(change)." }
  }

  /// What the model in use knew of the track when it was trained.
  public enum Training: Sendable, Equatable {
    /// It was among the songs of the training, as liked or not, and models that had not seen it gave it this probability.
    case included(liked: Bool, unseen: Double)
    /// It was not among them, so its score is a fair one.
    case excluded
    /// The model does not say of every song whether it was.
    case unknown
  }

  /// What became of the judged songs whose scores, by models that had not seen them, lie in the same tenth from 0 to 1.
  public struct Alike: Sendable, Equatable {
    /// The lowest score of the tenth.
    public var low: Double
    /// The score at which the next one begins.
    public var high: Double
    /// The number of judged songs.
    public var songs: Int
    /// The number of liked ones among them.
    public var liked: Int

    init(_ probability: Double, among scores: [OutOfFoldScore]) {
      func tenth(_ score: Double) -> Int { min(9, max(0, Int(score * 10))) }
      let own = tenth(probability)
      let found = scores.filter { tenth($0.probability) == own }
      (low, high) = (Double(own) / 10, Double(own + 1) / 10)
      (songs, liked) = (found.count, found.count { $0.liked })
    }
  }

  /// Where the track is.
  public var track: TrackPlace
  /// Its label.
  public var label: TrackLabel?
  /// The rule that decided, as one word.
  public var reason: String?
  /// The same for people.
  public var reasonWords: String? { reason.map(LabelReason.words) }
  /// Every rule that fired, a sentence each, the decisive one last.
  public var rules: [String]
  /// How its judgement changed, a sentence each, the oldest first.
  public var past: [PastLabel]
  /// The number of plays, where an import tells it.
  public var plays: Int?
  /// When it was played and skipped, and how often.
  public var habits = Habits()
  /// The probability that the owner likes it; `nil` without a model or an analysis.
  public var probability: Double?
  /// The share of liked songs among the judged ones; `nil` without a model.
  public var baseRate: Double?
  /// The judged songs whose scores lie in the same tenth; `nil` without a score.
  public var alike: Alike?
  /// Whether the model may rank no better than a coin; `nil` without a model.
  public var mayBeCoin: Bool?
  /// The distance beyond which half of all tracks lie; `nil` without an analysis.
  public var typicalDistance: Double?
  /// Whether its sound was analysed.
  public var isAnalysed: Bool
  /// What the model knew of it; `nil` without a model.
  public var training: Training?
  /// Whether it is on the playlist.
  public var isInPlaylist: Bool
  /// Whether it is there to teach the model.
  public var explores = false
  /// Why it is not on the playlist, or what becomes of it there next, as a sentence; `nil` where there is nothing to say.
  public var listing: String?
  /// What speaks for it and against it, the strongest first.
  public var properties: [Property]
  /// The nearest liked tracks, the nearest first.
  public var liked: [Neighbour]
  /// The nearest rejected tracks, the nearest first.
  public var rejected: [Neighbour]
}

extension Pipeline {
  /// Explains a track.
  ///
  /// - Throws: `PipelineFailure` where the track is not in the index, `IndexFailure`.
  public static func explain(
    _ track: TrackPlace, index: MusicIndex, configuration: PipelineConfiguration
  ) throws -> TrackExplanation {
    let known = try find(track, in: index)
    let file = known.id
    let result = try LabelRun(index: index, configuration: configuration).labels(explaining: [file])
    let assignment = result.assignments.first { $0.id == file }
    var explanation = TrackExplanation(
      track: track, label: assignment?.label, reason: assignment?.reason.rawValue,
      rules: try absence(known, index, configuration) + postponement(known, index)
        + gaps(known, index, configuration) + (result.explanations[file] ?? []),
      past: try past(known, index), plays: assignment?.plays, probability: nil, isAnalysed: known.isAnalysed,
      isInPlaylist: try index.read { try $0.playlist() }.contains(file), properties: [], liked: [], rejected: [])
    explanation.explores = try index.read { try $0.exploredFiles() }.contains(file)
    if let history = result.histories[file] { explanation.habits = .init(history, until: result.statisticsTime) }
    guard let audio = known.audio else { return explanation }
    explanation.probability = try index.read { try $0.scores()[audio] }
    let version = FeatureVariant.dense.version
    let active = try ActiveModel.load(index)
    if let active,
      let summary = try index.read({ try $0.summary(of: audio, version: version) }),
      let parts = try active.model.explanation(
        of: SongEvidence(summary: summary, tags: known.tags, folder: known.path.parent))
    {
      explanation.properties = parts.parts.map { .init(words: $0.words, effect: $0.effect) }
      explanation.baseRate = active.model.figures.baseRate
    }
    if let active {
      explanation.mayBeCoin = active.model.figures.isNoBetterThanChance
      explanation.alike = explanation.probability.map { TrackExplanation.Alike($0, among: active.model.outOfFold) }
    }
    explanation.training = active.flatMap { training(of: known, $0) }
    if assignment?.label == .unheard, !known.isMissing {
      explanation.listing =
        known.span != nil
        ? "Not on the playlist: a playlist file cannot name a track of a cue sheet."
        : try active.flatMap { try PlaylistRun(index: index, configuration: configuration).whereabouts(of: known, $0) }
    }
    let near = try neighbours(of: audio, index: index)
    explanation.typicalDistance = near.isEmpty ? nil : near[near.count / 2].distance
    explanation.liked = Array(near.lazy.filter { $0.label == .good }.prefix(3))
    explanation.rejected = Array(near.lazy.filter { $0.label == .bad }.prefix(3))
    return explanation
  }

  /// The tracks that sound most like one, the nearest first, other names of the same audio left out.
  ///
  /// - Throws: `PipelineFailure` where the track is not in the index or not analysed, `IndexFailure`.
  public static func similar(
    to track: TrackPlace, top: Int, index: MusicIndex
  ) throws -> [TrackExplanation.Neighbour] {
    let known = try find(track, in: index)
    guard let audio = known.audio, known.isAnalysed else {
      throw PipelineFailure("\(track.display): is not analysed yet")
    }
    return Array(try neighbours(of: audio, index: index).prefix(top))
  }

  /// The track that is named so. A name that is not UTF-8 can be given as it is shown, with U+FFFD.
  ///
  /// - Throws: `PipelineFailure` where there is none in the index, or where several are shown so.
  static func find(_ track: TrackPlace, in index: MusicIndex) throws -> TrackRow {
    var found: TrackRow?
    var others = 0
    try index.read { transaction in
      let file = try transaction.file(at: track.path)
      guard file != nil || track.path.display.unicodeScalars.contains("\u{FFFD}") else { return }
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { known in
        guard file.map({ $0.id == known.id }) ?? (FilePath(known.path.display) == track.path) else { return }
        if found != nil { others += 1 }
        found = known
      }
    }
    guard others == 0 else {
      throw PipelineFailure("\(track.display): \(others + 1) files are shown so; rename them to names in UTF-8")
    }
    guard let found else {
      throw PipelineFailure("\(track.display): is not in the index; give the path as `indexctl labels` lists it")
    }
    guard track.number > 0 else { return found }
    guard let part = found.parts.first(where: { $0.number == track.number }) else {
      throw PipelineFailure("\(track.path.display): has no track \(track.number) in a cue sheet")
    }
    return part
  }

  /// What the model in use knew of a track when it was trained.
  private static func training(of track: TrackRow, _ active: ActiveModel) -> TrackExplanation.Training? {
    guard let identity = track.identity else { return nil }
    if let score = active.model.outOfFold.first(where: { $0.identity == identity.bytes }) {
      return .included(liked: score.liked, unseen: score.probability)
    }
    // A network over samples is judged on one part of its songs only.
    return active.model.blocks == nil ? .excluded : .unknown
  }

  /// Since when a file is missing and how long it is remembered; nothing for one that is there.
  private static func absence(
    _ track: TrackRow, _ index: MusicIndex, _ configuration: PipelineConfiguration
  ) throws -> [String] {
    guard track.isMissing else { return [] }
    let since = try index.read { try $0.file(at: track.path) }?.missingSince.map(WallTime.day)
    return [
      "Its file is not there\(since.map { " since \($0)" } ?? ""); what is known of it is kept for "
        + "\(counted(configuration.keepMissingDays, "day")) (`scan.keepMissingDays`)."
    ]
  }

  /// Why a track waits that cannot be read for now; nothing for any other.
  private static func postponement(_ track: TrackRow, _ index: MusicIndex) throws -> [String] {
    try index.read { try $0.postponed() }.filter { $0.path == track.path && [0, track.number].contains($0.number) }.map
    {
      "It cannot be read for now (\($0.detail)); tried \(counted($0.attempts, "time")), next at "
        + "\(WallTime.text($0.retryAt))."
    }
  }

  /// How much of a track could not be heard; nothing where all of it could.
  private static func gaps(
    _ track: TrackRow, _ index: MusicIndex, _ configuration: PipelineConfiguration
  ) throws -> [String] {
    let version = FeatureVariant.dense.version
    guard let audio = track.audio, let seconds = track.properties?.duration,
      let heard = try index.read({ try $0.samples(of: audio, version: version) })
    else { return [] }
    let planned = Sampling.number(in: seconds, atMost: configuration.samples)
    // The ends of a track of a cue sheet are rounded to frames.
    guard heard < planned - (track.span == nil ? 0 : 1) else { return [] }
    return [
      "Of its \(planned) samples \(planned - heard) could not be heard (damaged, silent or a constant); its sound is that of "
        + "the other \(heard)."
    ]
  }

  /// What was thought of a track before.
  private static func past(_ track: TrackRow, _ index: MusicIndex) throws -> [TrackExplanation.PastLabel] {
    guard let identity = track.identity else { return [] }
    return try index.read { try $0.judgements(of: identity) }.map { change in
      let before = change.before.map { "before it was \($0.rawValue)" } ?? "nothing was known before"
      return TrackExplanation.PastLabel(
        at: change.at, change: "\(change.after.rawValue) (\(LabelReason.words(of: change.reason))); \(before)")
    }
  }

  /// Every analysed track that is there by its distance, one file an audio, the nearest first, ties by path.
  private static func neighbours(of audio: Int64, index: MusicIndex) throws -> [TrackExplanation.Neighbour] {
    let version = FeatureVariant.dense.version
    return try index.read { transaction in
      guard let own = try transaction.summary(of: audio, version: version) else { return [] }
      guard let space = try SoundSpace.of(transaction) else { return [] }
      let place = SoundSpace.place(own, in: space)
      var distances: [Int64: Double] = [:]
      try transaction.forEachSummary(version: version) { other, _, summary in
        guard other != audio, summary.count == own.count else { return }
        distances[other] = SongSpace.distance(place[...], SoundSpace.place(summary, in: space)[...])
      }
      var labels: [Int64: TrackLabel] = [:]
      try transaction.forEachLabel { file, _, label, _, _, _, _ in labels[file] = label }
      var found: [Int64: TrackExplanation.Neighbour] = [:]
      try transaction.forEachTrack(version: version) { file in
        guard !file.isMissing, file.parts.isEmpty, let other = file.audio, let distance = distances[other] else {
          return
        }
        let label = labels[file.id] ?? .unheard
        // Of several names of one audio the one that carries its label stands for it.
        if let before = found[other], before.label != .excluded || label == .excluded { return }
        found[other] = .init(
          track: TrackPlace(path: file.path, number: file.number), label: label, distance: distance)
      }
      return found.values.sorted { ($0.distance, $0.track) < ($1.distance, $1.track) }
    }
  }
}
