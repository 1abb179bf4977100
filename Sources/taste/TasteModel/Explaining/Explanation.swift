import Learning
import Tracks

/// Why a song got its probability.
public struct Explanation: Sendable, Equatable {
  /// What one property of the song did to its probability.
  public struct Part: Sendable, Equatable {
    /// A tag whose history of opinions a model may know.
    public enum Tag: String, Sendable, CaseIterable {
      /// The album.
      case album
      /// The artist and the album's artist.
      case artist
      /// The genres.
      case genre
      /// The year.
      case year
    }

    /// The opinions on the songs of one artist or album.
    public struct Opinions: Sendable, Equatable {
      /// The number of judged songs.
      public let judged: Int
      /// The number of liked ones among them.
      public let liked: Int
      /// The share of liked ones among all judged songs.
      public let baseRate: Double
    }

    /// The property of the sound; `nil` where the part is a tag.
    public let trait: SoundTrait?
    /// The tag; `nil` where the part is a property of the sound.
    public let tag: Tag?
    /// The opinions on that artist's or album's songs; `nil` for other parts, and where none was judged.
    public let opinions: Opinions?
    /// By how much it raised (above 0) or lowered (below 0) the log-odds, against the same song with that property of
    /// other judged songs, on average.
    public let effect: Double
    /// How far the property lies above (or below) the judged songs' mean, in their deviations; 0 for properties that
    /// have kinds, not strengths.
    public let height: Double

    /// A part that is a property of the sound.
    init(trait: SoundTrait, effect: Double, height: Double) {
      self.trait = trait
      tag = nil
      opinions = nil
      self.effect = effect
      self.height = height
    }

    /// A part that is a tag.
    init(tag: Tag, effect: Double, opinions: Opinions?) {
      trait = nil
      self.tag = tag
      self.opinions = opinions
      self.effect = effect
      height = 0
    }

    /// Whether the opinions are no reason for the effect: what is liked as often as all songs, or more, speaks for none
    /// but for, and the other way round.
    var isContradicted: Bool {
      guard let opinions else { return false }
      let share = Double(opinions.liked) / Double(opinions.judged)
      return effect > 0 ? share <= opinions.baseRate : share >= opinions.baseRate
    }

    /// The property and how it differs from the usual, as text.
    public var words: String {
      guard let trait else {
        let name = tag?.rawValue ?? "tags"
        guard let opinions else { return "its \(name), by your opinions on others of it" }
        guard opinions.judged > 1 else {
          return "its \(name) (you \(opinions.liked == 1 ? "like" : "dislike") the only song judged)"
        }
        let all = Int((opinions.baseRate * 100).rounded())
        return "its \(name) (you like \(opinions.liked) of \(opinions.judged) judged songs, of all \(all)%)"
      }
      // What is neither high nor low can still be of the liked or of the rejected kind.
      guard let poles = trait.poles, abs(height) >= 0.25 else {
        return "\(trait.kinds) as in songs you \(effect > 0 ? "like" : "have thrown out")"
      }
      let words = height > 0 ? poles.strong : poles.weak
      return abs(height) >= 1.5 ? "much \(words)" : words
    }
  }

  /// The calibrated probability that the owner likes the song.
  public let probability: Double
  /// The properties, that with the largest effect first; none whose opinions contradict its effect.
  public let parts: [Part]

  /// What raises the song's score, strongest first.
  public var speaksFor: [Part] { parts.filter { $0.effect > 0 } }
  /// What lowers it, strongest first.
  public var speaksAgainst: [Part] { parts.filter { $0.effect < 0 } }

  /// The effect below which a property is not worth a word: it changes the odds by less than a fiftieth.
  public static let leastEffect = 0.02

  /// At most so many properties on each side that matter, as text, strongest first.
  public func strongest(_ count: Int) -> (speaksFor: [String], speaksAgainst: [String]) {
    func words(_ parts: [Part]) -> [String] {
      parts.filter { abs($0.effect) >= Explanation.leastEffect }.prefix(count).map(\.words)
    }
    return (words(speaksFor), words(speaksAgainst))
  }
}

extension TasteModel {
  /// Why a song gets its probability, for models that work on summaries of `SummaryLayout`.
  ///
  /// Each property is replaced by that of some judged songs, one at a time, and the mean change of the log-odds is what
  /// the property did (interventional, as Štrumbelj and Kononenko 2014, single coalitions only): effects of properties
  /// that correlate are shared between them, and need not sum to the whole.
  ///
  /// - Returns: `nil` for a model that works on blocks.
  /// - Throws: `TasteFailure` where the song lacks what the model works on.
  public func explanation(of song: SongEvidence) throws -> Explanation? {
    guard blocks == nil, summaryLength == SummaryLayout.count else { return nil }
    precondition(song.summary.count == summaryLength, "a summary of the length the model was trained on")
    var rows = song.summary
    for trait in SoundTrait.allCases {
      for reference in 0..<typical.references.rows {
        var changed = song.summary
        for column in trait.columns { changed[column] = typical.references[reference, column] }
        rows += changed
      }
    }
    let count = rows.count / summaryLength
    let probabilities = try judged.probabilities(
      of: batch(rows, [TrackTags](repeating: song.tags, count: count), song.folder))
    let own = Calibration.logOdds(probabilities[0])
    var parts = SoundTrait.allCases.enumerated().map { number, trait in
      let first = 1 + number * typical.references.rows
      let others = probabilities[first..<(first + typical.references.rows)].map(Calibration.logOdds)
      let effect = own - others.reduce(0, +) / Double(others.count)
      return Explanation.Part(trait: trait, effect: effect, height: height(of: trait, in: song.summary))
    }
    if usesTags { parts += try tagParts(of: song, whole: own) }
    parts.sort { abs($0.effect) > abs($1.effect) }
    return Explanation(probability: probabilities[0], parts: parts)
  }

  /// What the history of opinions does: the tags are taken away one after the other, the album before its artist, so
  /// that the artist's effect is what it adds where the album adds nothing.
  private func tagParts(of song: SongEvidence, whole: Double) throws -> [Explanation.Part] {
    var tags = song.tags
    var steps: [TrackTags] = []
    tags.album = nil
    steps.append(tags)
    (tags.artist, tags.albumArtist) = (nil, nil)
    steps.append(tags)
    tags.genre = nil
    steps.append(tags)
    tags.date = nil
    steps.append(tags)
    let values = [[Float]](repeating: song.summary, count: steps.count).flatMap { $0 }
    let left = try judged.probabilities(of: batch(values, steps, song.folder)).map(Calibration.logOdds)
    let history = judged.scorer.knownHistory?.judged(of: song.tags, folder: song.folder)
    let opinions = [history?.album, history?.artist].map { counts in
      counts.map {
        Explanation.Part.Opinions(judged: Int($0.all), liked: Int($0.good), baseRate: figures.baseRate)
      }
    }
    let parts = Explanation.Part.Tag.allCases.enumerated().map { number, tag in
      Explanation.Part(
        tag: tag, effect: (number == 0 ? whole : left[number - 1]) - left[number],
        opinions: number < opinions.count ? opinions[number] : nil)
    }
    // What the song does not have, or nothing is known of, changed nothing but the last digits. Where the number of opinions
    // moved the score, and not what they are, they are no reason that anybody could follow.
    return parts.filter { abs($0.effect) > 1e-9 && !$0.isContradicted }
  }

  private func batch(_ values: [Float], _ tags: [TrackTags], _ folder: FilePath?) -> SongBatch {
    SongBatch(
      summaries: Matrix(rows: tags.count, columns: summaryLength, values: values), tags: tags,
      folders: [FilePath](repeating: folder ?? FilePath(bytes: []), count: tags.count)
    ) { _, variant in
      throw TasteFailure(.missingBlocks(variant))
    }
  }

  private func height(of trait: SoundTrait, in summary: [Float]) -> Double {
    guard trait.poles != nil else { return 0 }
    let heights = trait.levels.compactMap { column -> Double? in
      let deviation = typical.deviations[column]
      return deviation > 0 ? Double((summary[column] - typical.means[column]) / deviation) : nil
    }
    return heights.isEmpty ? 0 : heights.reduce(0, +) / Double(heights.count)
  }
}

extension SongScorer {
  /// The scorer's history by tags; `nil` where it has none.
  fileprivate var knownHistory: TagHistory? {
    if let combined = self as? CombinedScorer { return combined.members.lazy.compactMap(\.scorer.knownHistory).first }
    return (self as? SummaryScorer)?.history
  }
}
