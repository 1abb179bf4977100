import Learning
public import Tracks

/// What a model may know of a song that it shall score.
public struct SongEvidence: Sendable {
  /// The song's summary (`SongFeatures.summary` of `dense`).
  public var summary: [Float]
  /// The tags; only a model of `audio+tags` reads them.
  public var tags: TrackTags
  /// The folder that the song's file lies in, by which an album without an artist of its own is distinguished from others.
  public var folder: FilePath?
  /// The blocks of the variant that the model works on; `nil` where it works on summaries (`TasteModel.blocks`).
  public var blocks: SampleBlocks?

  /// Evidence with these values.
  public init(
    summary: [Float], tags: TrackTags = TrackTags(), folder: FilePath? = nil, blocks: SampleBlocks? = nil
  ) {
    self.summary = summary
    self.tags = tags
    self.folder = folder
    self.blocks = blocks
  }
}

/// Songs as learners see them: rows of summaries, tags, and blocks that are fetched when they are needed.
struct SongBatch {
  let summaries: Matrix
  let tags: [TrackTags]
  /// The folder of each song; an empty path where it is not known.
  let folders: [FilePath]
  /// For each song the number of its recording, which copies share; empty where the songs are only scored.
  var recordings: [Int] = []
  let blocks: (_ song: Int, _ variant: FeatureVariant) throws -> SampleBlocks

  var count: Int { tags.count }
}

extension TasteDataset {
  /// Some of the tracks, by number.
  func batch(_ numbers: [Int]) -> SongBatch {
    SongBatch(
      summaries: summaries(of: numbers), tags: numbers.map { tracks[$0].tags },
      folders: numbers.map { FilePath(bytes: tracks[$0].folder) }, recordings: recordings(of: numbers)
    ) { song, variant in
      try sampleBlocks(of: numbers[song], variant)
    }
  }

  private func recordings(of numbers: [Int]) -> [Int] {
    var known: [String: Int] = [:]
    return numbers.enumerated().map { place, number in
      guard let group = tracks[number].copyGroup else { return place }
      let first = known[group] ?? place
      known[group] = first
      return first
    }
  }

  /// The opinions of some of the tracks, by number.
  func liked(_ numbers: [Int]) -> [Bool] {
    numbers.map { tracks[$0].liked }
  }
}
