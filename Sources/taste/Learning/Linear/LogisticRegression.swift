internal import Glibc

/// A weighted sum of standardised columns, turned into a probability by the logistic function.
public struct LogisticRegression: Classifier, Equatable {
  /// The name a stored one is found by.
  public static let codingName = "logistic-regression"

  /// How the columns are standardised first.
  public let standardiser: Standardiser
  /// The weight of each standardised column.
  public let weights: [Double]
  /// What is added to the weighted sum.
  public let constant: Double

  /// The number of columns of the rows it was fitted on.
  public var columns: Int { weights.count }

  init(standardiser: Standardiser, weights: [Double], constant: Double) {
    self.standardiser = standardiser
    self.weights = weights
    self.constant = constant
  }

  /// The logarithm of the odds of the positive class for each row.
  public func logOdds(of rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "the rows have the columns of the fit")
    let factors = weights.indices.map { weights[$0] / Double(standardiser.deviations[$0]) }
    let means = standardiser.means.map { Double($0) }
    return rows.values.withUnsafeBufferPointer { values in
      (0..<rows.rows).map { row in
        var sum = constant
        for column in 0..<columns {
          sum += factors[column] * (Double(values[row * columns + column]) - means[column])
        }
        return sum
      }
    }
  }

  /// The probability of the positive class for each row.
  public func probabilities(of rows: Matrix) -> [Double] {
    logOdds(of: rows).map(logistic)
  }

  /// Appends the scales of the columns, their weights and the constant.
  public func encode(into writer: inout ByteWriter) {
    standardiser.encode(into: &writer)
    writer.write(weights)
    writer.write(constant)
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    standardiser = try Standardiser(from: &reader)
    weights = try reader.readList()
    constant = try reader.readDouble()
    guard weights.count == standardiser.columns, weights.allSatisfy(\.isFinite), constant.isFinite else {
      throw CodingFailure("a stored logistic regression is damaged")
    }
  }
}

/// 1 / (1 + e^-x) without overflow.
@inline(__always)
func logistic(_ x: Double) -> Double {
  let decay = exp(-abs(x))
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
}

/// log(1 + e^-|x|).
@inline(__always)
func softening(_ x: Double) -> Double { log1p(exp(-abs(x))) }

/// The logarithm of the odds of a probability strictly between 0 and 1.
func logit(_ probability: Double) -> Double { log(probability / (1 - probability)) }

/// Fits a logistic regression with an L2 penalty on standardised columns.
///
/// The sum of the rows' weighted losses plus `penalty` / 2 times the squared length of the weights is made as small as
/// possible; the constant is free. `penalty` is 1 / C of scikit-learn's `LogisticRegression`.
public struct LogisticRegressionLearner: Learner {
  /// How strongly the weights are pulled towards zero, positive.
  public var penalty: Double
  /// How much the classes count.
  public var classWeighting: ClassWeighting
  /// The most threads used, at least 1; the result does not depend on it.
  public var threads: Int

  /// A learner with these settings.
  public init(penalty: Double = 1, classWeighting: ClassWeighting = .equal, threads: Int = Processors.count) {
    precondition(penalty > 0, "the penalty is positive")
    self.penalty = penalty
    self.classWeighting = classWeighting
    self.threads = threads
  }

  /// Finds the weights; see `Learner.fit`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    precondition(rows.rows == positive.count, "every row has a class")
    precondition(positive.contains(true) && positive.contains(false), "both classes are present")
    let standardiser = Standardiser(of: rows)
    let loss = LogisticLoss(
      standardiser.standardised(rows), positive, weights: classWeighting.weights(for: positive, times: weights),
      penalty: penalty, crew: Crew(threads: max(1, threads)))
    var minimiser = Minimiser(tolerance: 1e-6)
    var point = [Double](repeating: 0, count: rows.columns + 1)
    try minimiser.minimise(&point, evaluate: loss.evaluate) { step in
      if Task.isCancelled { throw CancellationError() }
      progress(Double(step) / Double(step + 50))
    }
    progress(1)
    return LogisticRegression(
      standardiser: standardiser, weights: Array(point.dropLast()), constant: point[rows.columns])
  }
}
