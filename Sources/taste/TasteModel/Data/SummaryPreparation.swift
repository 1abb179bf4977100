import Learning
import Tracks

/// What a learner over songs is shown of their summaries, so that no family of features drowns the others: log-mel alone
/// fills 512 of the 736 columns of a summary.
///
/// Summaries of another length than `SummaryLayout.count` have no families: `pooled` is `plain` and `balanced` is `scaled`.
enum SummaryPreparation: UInt8, Sendable {
  /// The values as they are.
  case plain
  /// Log-mel by the means of `pooledBands` neighbouring bands, the rest as it is: for trees, which draw columns.
  case pooled
  /// Every column with mean 0 and deviation 1.
  case scaled
  /// Every column with mean 0 and deviation 1, times a factor that depends on the size of its group: for learners that
  /// add up over columns.
  case balanced

  /// The number of mel bands of which one mean is taken.
  static let pooledBands = 8

  /// Whether the columns are brought to one scale.
  var isScaled: Bool { self == .scaled || self == .balanced }

  /// The columns of some summaries before they are scaled.
  func columns(of summaries: Matrix) -> Matrix {
    guard self == .pooled, summaries.columns == SummaryLayout.count else { return summaries }
    let runs = SummaryPreparation.runs
    var values = [Float]()
    values.reserveCapacity(summaries.rows * runs.count)
    summaries.values.withUnsafeBufferPointer { all in
      for row in 0..<summaries.rows {
        let start = row * summaries.columns
        for run in runs {
          var sum: Float = 0
          for column in run { sum += all[start + column] }
          values.append(sum / Float(run.count))
        }
      }
    }
    return Matrix(rows: summaries.rows, columns: runs.count, values: values)
  }

  /// Scaled rows with every column times the factor of its group; `tags` columns of the tags follow those of the summary.
  func weighed(_ rows: Matrix, tags: Int) -> Matrix {
    guard self == .balanced, rows.columns - tags == SummaryLayout.count else { return rows }
    func factor(_ size: Int) -> Float { 1 / Float(size).squareRoot().squareRoot() }
    let factors =
      SummaryPreparation.groupSizes.map(factor) + [Float](repeating: factor(max(1, tags)), count: tags)
    var weighed = rows
    weighed.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows.rows {
        for column in 0..<rows.columns { values[row * rows.columns + column] *= factors[column] }
      }
    }
    return weighed
  }

  /// The columns of a summary that are pooled into one, in order.
  private static let runs: [Range<Int>] = {
    var runs: [Range<Int>] = []
    for column in 0..<SummaryLayout.count {
      let slot = SummaryLayout.slot(of: column)
      if slot.family != .logMel {
        runs.append(column..<(column + 1))
      } else if slot.band % pooledBands == 0 {
        runs.append(column..<(column + pooledBands))
      }
    }
    return runs
  }()

  /// For each column of a summary the number of columns in its group.
  private static let groupSizes: [Int] = {
    let groups = (0..<SummaryLayout.count).map { group(SummaryLayout.family(of: $0)) }
    return groups.map { own in groups.count { $0 == own } }
  }()

  /// The group of a family: spectrum, timbre, its change, contrast, harmony, shape, loudness, rhythm.
  private static func group(_ family: SummaryLayout.Family) -> Int {
    switch family {
    case .logMel: 0
    case .mfcc: 1
    case .mfccChange: 2
    case .contrast: 3
    case .chroma: 4
    case .rolloff, .centroid, .flatness, .energyFraction, .loudness: 5
    case .flux, .tempo, .tempoStrength: 6
    }
  }
}
