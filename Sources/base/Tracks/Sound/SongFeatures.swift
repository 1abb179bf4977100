/// Everything that was measured of one track for one variant.
public struct SongFeatures: Sendable, Equatable {
  /// The variant.
  public var variant: FeatureVariant
  /// The version of the variant's values (`FeatureVariant.version` when they were made).
  public var version: Int
  /// The samples' starts in seconds from the beginning of the audio, ascending.
  public var starts: [Double]
  /// The block of each sample, one after the other in the order of `starts`: `starts.count x BlockLayout.count` values.
  public var blocks: [Float16]
  /// The song's summary (`SummaryLayout`); empty for `study`.
  public var summary: [Float]

  /// Features with these values; `blocks` must hold a whole block for every start.
  public init(variant: FeatureVariant, version: Int, starts: [Double], blocks: [Float16], summary: [Float]) {
    precondition(blocks.count == starts.count * BlockLayout(variant).count, "every sample has a whole block")
    self.variant = variant
    self.version = version
    self.starts = starts
    self.blocks = blocks
    self.summary = summary
  }
}
