import Learning
import Tracks

/// What a learner over songs is shown of their summaries, so that no family of features drowns the others: log-mel alone
/// fills 512 columns of a summary.
///
/// Summaries of a length without slots (`SummaryLayout.slots(ofColumns:)`) have no families: `pooled` is `plain` and
/// `balanced` is `scaled`.
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
    guard self == .pooled, let runs = SummaryPreparation.plans[summaries.columns]?.runs else { return summaries }
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
    guard self == .balanced, let groupSizes = SummaryPreparation.plans[rows.columns - tags]?.groupSizes else {
      return rows
    }
    func factor(_ size: Int) -> Float { 1 / Float(size).squareRoot().squareRoot() }
    let factors =
      groupSizes.map(factor) + [Float](repeating: factor(max(1, tags)), count: tags)
    var weighed = rows
    weighed.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows.rows {
        for column in 0..<rows.columns { values[row * rows.columns + column] *= factors[column] }
      }
    }
    return weighed
  }

  /// What is done with summaries of a layout.
  private struct Plan {
    /// The columns that are pooled into one, in order.
    let runs: [Range<Int>]
    /// For each column the number of columns in its group.
    let groupSizes: [Int]

    init(_ slots: [SummaryLayout.Slot]) {
      runs = slots.indices.compactMap { column in
        let slot = slots[column]
        guard slot.family == .logMel else { return column..<(column + 1) }
        return slot.band % pooledBands == 0 ? column..<(column + pooledBands) : nil
      }
      let groups = slots.map { group($0.family) }
      let sizes = Dictionary(groups.map { ($0, 1) }, uniquingKeysWith: +)
      groupSizes = groups.map { sizes[$0] ?? 1 }
    }
  }

  /// The plans for the layouts that there are, by the number of columns.
  private static let plans: [Int: Plan] = {
    let layouts = [SummaryLayout.count, SummaryLayout.formerCount].compactMap(SummaryLayout.slots(ofColumns:))
    return Dictionary(uniqueKeysWithValues: layouts.map { ($0.count, Plan($0)) })
  }()

  /// The group of a family: spectrum, timbre, its change, contrast, harmony, shape, rhythm, and what the trained
  /// network says.
  private static func group(_ family: SummaryLayout.Family) -> Int {
    switch family {
    case .logMel: 0
    case .mfcc: 1
    case .mfccChange: 2
    case .contrast: 3
    case .chroma: 4
    case .rolloff, .centroid, .flatness, .energyFraction, .loudness: 5
    case .flux, .tempo, .tempoStrength: 6
    case .ear: 7
    }
  }
}
