/// A fitted model of two classes: rows in, the probability of the positive class out.
///
/// A classifier is a value: fitted once by its learner, then only read, from any thread.
public protocol Classifier: Sendable {
  /// The name that `ClassifierCoding` stores with the bytes and finds the type by; lower case, never changed.
  static var codingName: String { get }

  /// The number of columns of the rows it was fitted on.
  var columns: Int { get }

  /// The probability (or an uncalibrated score from 0 to 1) of the positive class for each row.
  ///
  /// `rows.columns` must equal `columns`.
  func probabilities(of rows: Matrix) -> [Double]

  /// Appends everything `init(from:)` needs.
  func encode(into writer: inout ByteWriter)

  /// Reads what `encode(into:)` wrote.
  ///
  /// - Throws: `CodingFailure` where the bytes end early or hold what no classifier wrote.
  init(from reader: inout ByteReader) throws(CodingFailure)
}

/// A way of fitting a classifier.
public protocol Learner: Sendable {
  /// Fits a classifier.
  ///
  /// Deterministic: equal arguments give an equal classifier, to the bit on one machine, whatever the number of
  /// threads. A cancelled task ends the fit with `CancellationError`.
  ///
  /// - Parameters:
  ///   - rows: the training rows, all values finite.
  ///   - positive: the class of each row; both classes must be present.
  ///   - weights: the weight of each row, positive, or `nil` for equal weights.
  ///   - seed: what every random choice is derived from.
  ///   - progress: called now and then with the done share from 0 to 1, on the fitting thread.
  func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier
}
