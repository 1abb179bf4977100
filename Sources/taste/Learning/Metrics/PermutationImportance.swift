/// How much a figure falls when a part of the columns no longer belongs to its rows (Breiman 2001; Fisher, Rudin and
/// Dominici 2019).
public struct PermutationImportance: Sendable, Equatable {
  /// The mean fall of the figure over the repetitions; about 0 where the columns do not matter.
  public let mean: Double
  /// The standard deviation of the fall over the repetitions.
  public let deviation: Double

  /// Measures the fall for each group of columns, whose values are dealt out among the rows anew, together.
  ///
  /// - Parameters:
  ///   - groups: the columns of each group.
  ///   - rows: rows that the model has not seen.
  ///   - repetitions: how often each group is dealt out, at least once.
  ///   - seed: what the dealing is derived from.
  ///   - figure: gives the figure of the changed rows, for example the area under the curve of a model's answers.
  /// - Returns: one importance for each group.
  public static func measure(
    _ groups: [[Int]], of rows: Matrix, repetitions: Int = 5, seed: UInt64 = 1,
    figure: (Matrix) throws -> Double
  ) rethrows -> [PermutationImportance] {
    precondition(repetitions >= 1, "a mean needs a repetition")
    precondition(groups.joined().allSatisfy { $0 >= 0 && $0 < rows.columns }, "the columns are there")
    let whole = try figure(rows)
    var changed = rows
    var importances: [PermutationImportance] = []
    for (number, group) in groups.enumerated() {
      var random = SplitMix64(seed: SplitMix64.seed(seed, stream: number))
      var falls: [Double] = []
      for _ in 0..<repetitions {
        let order = (0..<rows.rows).shuffled(using: &random)
        for row in 0..<rows.rows {
          for column in group { changed[row, column] = rows[order[row], column] }
        }
        falls.append(whole - (try figure(changed)))
      }
      for row in 0..<rows.rows {
        for column in group { changed[row, column] = rows[row, column] }
      }
      let mean = falls.reduce(0, +) / Double(repetitions)
      let variance = falls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(repetitions)
      importances.append(PermutationImportance(mean: mean, deviation: variance.squareRoot()))
    }
    return importances
  }
}
