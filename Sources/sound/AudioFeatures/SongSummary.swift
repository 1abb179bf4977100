internal import Glibc
internal import Tracks

/// Gathers the statistics of a song's samples into the song's summary.
///
/// Mean and deviation are updated sample by sample (Welford's recurrence, in double precision), so that nothing of the
/// samples has to be kept.
///
/// Reference: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", 1962.
public struct SongSummary: Sendable {
  /// The number of samples added so far.
  public private(set) var samples = 0
  private var means = [Double](repeating: 0, count: SummaryLayout.statisticsCount)
  private var squares = [Double](repeating: 0, count: SummaryLayout.statisticsCount)
  private var scale = 1.0

  /// A summary of no samples.
  public init() {}

  /// Adds the statistics of one sample: `SummaryLayout.statisticsCount` finite values.
  public mutating func add(_ statistics: [Float]) {
    precondition(statistics.count == means.count, "a sample has \(means.count) statistics")
    samples += 1
    for index in statistics.indices {
      let value = Double(statistics[index])
      let apart = value - means[index]
      means[index] += apart / Double(samples)
      squares[index] += apart * (value - means[index])
    }
  }

  /// Sets what the audio is to be divided by before its loudness is told, above 0.
  public mutating func setScale(_ scale: Double) {
    self.scale = scale
  }

  /// The summary in the order of `SummaryLayout`: the mean of each statistic over the samples, then the population
  /// deviation. All zeros without samples.
  public var summary: [Float] {
    var summary = means.map { Float($0) }
    summary += squares.map { samples > 0 ? Float(($0 / Double(samples)).squareRoot()) : 0 }
    if scale != 1 { summary[SummaryLayout.range(.loudness, overSamples: .mean).lowerBound] -= Float(log10(scale)) }
    return summary
  }
}
