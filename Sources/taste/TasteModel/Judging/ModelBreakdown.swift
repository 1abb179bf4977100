import Learning
public import Tracks

/// What a model is made of, and how well it does with other evidence and on songs of artists that were never judged.
public struct ModelBreakdown: Sendable, Equatable, Codable {
  /// A learner of a combination.
  public struct Member: Sendable, Equatable, Codable {
    /// The learner.
    public var learner: LearnerName
    /// What its log-odds are multiplied by (`StackWeights`): not negative; 0 for one that adds nothing to the others.
    public var weight: Double

    /// A member of these values.
    public init(learner: LearnerName, weight: Double) {
      self.learner = learner
      self.weight = weight
    }
  }

  /// The AUC of the model's learner on songs that it had not seen, with some evidence, by some split.
  public struct Judgement: Sendable, Equatable, Codable {
    /// What the learner knew of a song.
    public var source: EvidenceSource
    /// What was kept whole. By `artist`, no song is judged by a fit that knows an opinion on its artist.
    public var split: SplitKind
    /// The probability that a liked song scores higher than a rejected one.
    public var auc: Double
    /// The lower end of its 95% interval, by bootstrap over albums.
    public var aucLow: Double
    /// The upper end.
    public var aucHigh: Double
    /// The number of judged songs that it was measured on; `nil` for one of an earlier version.
    public var songs: Int?

    /// A judgement of these values.
    public init(
      source: EvidenceSource, split: SplitKind, auc: Double, aucLow: Double, aucHigh: Double, songs: Int? = nil
    ) {
      self.songs = songs
      self.source = source
      self.split = split
      self.auc = auc
      self.aucLow = aucLow
      self.aucHigh = aucHigh
    }
  }

  /// The learners of a combination in their order; empty for any other learner.
  public var members: [Member]
  /// The model's own source and split first; then the other source by that split, then its own source by artists. What
  /// cannot be judged so is left out: without tags there is one source, without artists no split by them.
  public var judgements: [Judgement]

  /// A breakdown of these parts.
  public init(members: [Member], judgements: [Judgement]) {
    self.members = members
    self.judgements = judgements
  }

  /// The share of each member in the sum of all weights; equal shares where all weights are 0.
  public var shares: [(learner: LearnerName, share: Double)] {
    let sum = members.reduce(0) { $0 + $1.weight }
    return members.map { ($0.learner, sum > 0 ? $0.weight / sum : 1 / Double(members.count)) }
  }
}

extension TasteModel {
  /// The learners that the model is a combination of, with their weights; empty for any other learner.
  public var members: [ModelBreakdown.Member] {
    guard let combined = judged.scorer as? CombinedScorer else { return [] }
    let names = LearnerCatalog.combined
    // Models of earlier versions were combined of other learners.
    guard combined.members.count == names.count else { return [] }
    return zip(names, combined.members).map { ModelBreakdown.Member(learner: $0, weight: $1.weight) }
  }
}

extension TasteTrainer {
  /// What a model is made of and how its learner does with other evidence, trained and judged anew on its songs.
  ///
  /// Only for models over summaries.
  ///
  /// - Parameters:
  ///   - dataset: the songs that it was trained on.
  ///   - known: judgements beside the model's own, by its recipe on nearly the same songs: they are taken over.
  /// - Throws: `TasteFailure` for too few judged songs, or `CancellationError`.
  public static func breakdown(
    of model: TasteModel, on dataset: TasteDataset, known: [ModelBreakdown.Judgement] = [],
    progress: TasteProgress = { _, _ in }
  ) throws -> ModelBreakdown {
    let figures = model.figures
    let settings = model.settings
    var found = ModelBreakdown(
      members: model.members,
      judgements: [
        ModelBreakdown.Judgement(
          source: settings.source, split: figures.split, auc: figures.auc, aucLow: figures.aucLow,
          aucHigh: figures.aucHigh, songs: figures.songs)
      ])
    let hasTags = dataset.tracks.contains { track in
      [track.tags.artist, track.tags.albumArtist, track.tags.album, track.tags.genre, track.tags.date].contains {
        NameKey.of($0) != nil
      }
    }
    let hasArtists =
      Grouping(dataset.tracks, by: .artist).count < Grouping(dataset.tracks, by: .song).count
    let others = EvidenceSource.allCases.filter { $0 != settings.source && hasTags }.map { ($0, figures.split) }
    let wanted = others + (hasArtists ? [(settings.source, .artist)] : [])
    for (number, (source, split)) in wanted.enumerated() {
      if let judged = known.first(where: { $0.source == source && $0.split == split }) {
        found.judgements.append(judged)
        continue
      }
      var changed = settings
      changed.source = source
      do {
        let (grouping, folds) = try division(of: dataset, changed, by: split)
        let judged = try OutOfFold.judge(
          Fitting(dataset, grouping, Recipe(changed)), folds.divisions, seed: changed.seed
        ) { progress((Double(number) + $0) / Double(wanted.count), "judging by \(source.rawValue), \(split.rawValue)") }
        guard let auc = judged.ranking.auc else { continue }
        let interval = Bootstrap(seed: changed.seed).auc(
          scores: judged.probabilities, positive: judged.liked, songs: judged.albums)
        found.judgements.append(
          ModelBreakdown.Judgement(
            source: source, split: split, auc: auc, aucLow: interval?.low ?? auc, aucHigh: interval?.high ?? auc,
            songs: dataset.count))
      } catch let failure as TasteFailure where failure.isOfDivision {
        continue
      } catch is TrainingFailure {
        continue
      }
    }
    return found
  }
}

extension ModelBreakdown {
  func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(members.count))
    for member in members {
      writer.write(member.learner.rawValue)
      writer.write(member.weight)
    }
    writer.write(UInt32(judgements.count))
    for judgement in judgements {
      writer.write(judgement.source.rawValue)
      writer.write(judgement.split.rawValue)
      for figure in [judgement.auc, judgement.aucLow, judgement.aucHigh] { writer.write(figure) }
      writer.write(UInt32(judgement.songs ?? 0))
    }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    var members: [Member] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      guard let learner = LearnerName(rawValue: try reader.readText()) else {
        throw CodingFailure("an unknown learner")
      }
      members.append(Member(learner: learner, weight: try reader.readDouble()))
    }
    var judgements: [Judgement] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      guard let source = EvidenceSource(rawValue: try reader.readText()),
        let split = SplitKind(rawValue: try reader.readText())
      else { throw CodingFailure("an unknown source or split") }
      judgements.append(
        Judgement(
          source: source, split: split, auc: try reader.readDouble(), aucLow: try reader.readDouble(),
          aucHigh: try reader.readDouble(), songs: Self.songs(try reader.read(UInt32.self))))
    }
    self.init(members: members, judgements: judgements)
  }

  /// A number of songs as it was written, 0 for none.
  private static func songs(_ count: UInt32) -> Int? { count == 0 ? nil : Int(count) }
}
