public import Learning
public import Tracks

/// The blocks of one song's samples.
public struct SampleBlocks: Sendable, Equatable {
  /// The number of samples.
  public let samples: Int
  /// `samples x BlockLayout.count` values, sample after sample, in the half precision that `BlockCoding` makes.
  public let values: [Float16]

  /// Blocks of a number of samples; `values` must divide into them.
  public init(samples: Int, values: [Float16]) {
    precondition(samples >= 0 && (samples == 0 ? values.isEmpty : values.count % samples == 0), "samples of one size")
    self.samples = samples
    self.values = values
  }
}

/// The judged tracks that models are trained and judged on, sorted by identity and span.
///
/// The order of the tracks given does not matter: equal sets of tracks are equal datasets, and give equal models.
public struct TasteDataset: Sendable {
  /// Where the blocks of a track come from: called for one track at a time, from one thread at a time, again for each
  /// fold, so that only the rows in use are in memory.
  ///
  /// It gives `nil` where the track has no blocks of that variant; whatever it throws ends the training.
  public typealias BlockSource = @Sendable (_ track: TasteTrack, _ variant: FeatureVariant) throws -> SampleBlocks?

  /// The tracks in order.
  public let tracks: [TasteTrack]
  /// Where blocks come from, or `nil` where there are only summaries.
  public let blocks: BlockSource?

  /// A dataset of these tracks in any order.
  ///
  /// Each identity and span may come once, and all summaries must be of one length.
  public init(tracks: [TasteTrack], blocks: BlockSource? = nil) {
    self.tracks = tracks.sorted(by: TasteTrack.precedes)
    self.blocks = blocks
    precondition(
      zip(self.tracks, self.tracks.dropFirst()).allSatisfy { TasteTrack.precedes($0, $1) }, "a track comes once")
    precondition(
      tracks.allSatisfy { $0.summary.count == tracks[0].summary.count }, "all summaries have one length")
  }

  /// The number of tracks.
  public var count: Int { tracks.count }

  /// The number of liked tracks.
  public var good: Int { tracks.count { $0.liked } }

  /// The number of rejected tracks.
  public var bad: Int { count - good }

  /// The opinion of each track, in order.
  public var liked: [Bool] { tracks.map(\.liked) }

  /// The number of values of a summary; 0 for an empty dataset.
  public var summaryLength: Int { tracks.first?.summary.count ?? 0 }

  /// The summaries of some tracks as the rows of a matrix, in the order given.
  public func summaries(of numbers: [Int]) -> Matrix {
    var values = [Float]()
    values.reserveCapacity(numbers.count * summaryLength)
    for number in numbers { values.append(contentsOf: tracks[number].summary) }
    return Matrix(rows: numbers.count, columns: summaryLength, values: values)
  }

  /// The same tracks with other opinions, one for each track in order.
  func relabelled(_ liked: [Bool]) -> TasteDataset {
    precondition(liked.count == count, "an opinion for every track")
    var changed = tracks
    for index in changed.indices { changed[index].liked = liked[index] }
    return TasteDataset(tracks: changed, blocks: blocks)
  }

  /// Some of the tracks, by number.
  func subset(_ numbers: [Int]) -> TasteDataset {
    TasteDataset(tracks: numbers.map { tracks[$0] }, blocks: blocks)
  }

  /// The blocks of a track.
  ///
  /// - Throws: `TasteFailure` with `.missingBlocks` where the track has none, else what the source throws.
  func sampleBlocks(of number: Int, _ variant: FeatureVariant) throws -> SampleBlocks {
    guard let found = try blocks?(tracks[number], variant), found.samples > 0 else {
      throw TasteFailure(.missingBlocks(variant))
    }
    return found
  }
}
