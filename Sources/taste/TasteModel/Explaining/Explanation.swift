import Learning
import Tracks

/// Why a song got its probability.
public struct Explanation: Sendable, Equatable {
  /// What one property of the song did to its probability.
  public struct Part: Sendable, Equatable {
    /// The property: of the sound, or `nil` for the owner's history with artist, album artist, genre and year.
    public let trait: SoundTrait?
    /// By how much it raised (above 0) or lowered (below 0) the log-odds, against the same song with that property of
    /// other judged songs, on average.
    public let effect: Double
    /// How far the property lies above (or below) the judged songs' mean, in their deviations; 0 for properties that
    /// have kinds, not strengths.
    public let height: Double

    /// The property and how it differs from the usual, in words.
    public var words: String {
      guard let trait else { return "your history with its artist, genre and year" }
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
  /// The properties, that with the largest effect first.
  public let parts: [Part]

  /// What speaks for the song, strongest first.
  public var speaksFor: [Part] { parts.filter { $0.effect > 0 } }
  /// What speaks against it, strongest first.
  public var speaksAgainst: [Part] { parts.filter { $0.effect < 0 } }

  /// The effect below which a property is not worth a word: it changes the odds by less than a fiftieth.
  public static let leastEffect = 0.02

  /// At most so many properties on each side that are worth a word, in words, strongest first.
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
  /// that say the same are shared between them, and need not sum to the whole.
  ///
  /// - Returns: `nil` for a model that works on blocks.
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
    let probabilities = try judged.probabilities(of: batch(rows, [TrackTags](repeating: song.tags, count: count)))
    let own = Calibration.logOdds(probabilities[0])
    var parts = SoundTrait.allCases.enumerated().map { number, trait in
      let first = 1 + number * typical.references.rows
      let others = probabilities[first..<(first + typical.references.rows)].map(Calibration.logOdds)
      let effect = own - others.reduce(0, +) / Double(others.count)
      return Explanation.Part(trait: trait, effect: effect, height: height(of: trait, in: song.summary))
    }
    if usesTags {
      let untagged = try judged.probabilities(of: batch(song.summary, [TrackTags()]))
      parts.append(Explanation.Part(trait: nil, effect: own - Calibration.logOdds(untagged[0]), height: 0))
    }
    parts.sort { abs($0.effect) > abs($1.effect) }
    return Explanation(probability: probabilities[0], parts: parts)
  }

  private func batch(_ values: [Float], _ tags: [TrackTags]) -> SongBatch {
    SongBatch(summaries: Matrix(rows: tags.count, columns: summaryLength, values: values), tags: tags) { _, variant in
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
