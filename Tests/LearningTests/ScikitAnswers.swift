import Foundation
import TestSupport

@testable import Learning

/// What scikit-learn and SciPy answered (`Golden/Scikit/make-scikit-goldens.py`).
struct ScikitAnswers: Decodable {
  struct Tree: Decodable {
    let state: UInt32
    let column: [Int32]
    let threshold: [Double]
    let impurity: [Double]
    let rows: [Int]
    let positive: [Double]
    let importances: [Double]
  }

  struct Logistic: Decodable {
    let c: Double
    let weights: [Double]
    let constant: Double
  }

  struct Scores: Decodable {
    let auc: Double
    let averagePrecision: Double
    let brier: Double
  }

  struct Trials: Decodable {
    let successes: Int
    let trials: Int
    let probability: Double
    let upperTail: Double
    let lowerBound: Double
  }

  let trees: [String: Tree]
  let logistic: [Logistic]
  /// The logarithms of the odds of each row, for each way of boosting.
  let boosting: [[Double]]
  let scores: Scores
  let binomial: [Trials]

  static func load() throws -> ScikitAnswers {
    let file = Bundle.module.bundleURL.appending(path: "Golden/Scikit/scikit.json")
    return try JSONDecoder().decode(ScikitAnswers.self, from: try Data(contentsOf: file))
  }
}

/// The rows that the script makes too.
struct ScikitRows {
  let values: Matrix
  let positive: [Bool]
  /// From 0 to 3.
  let repeats: [Int32]

  init(seed: UInt64, rows: Int, columns: Int) {
    var random = SeededGenerator(seed: seed)
    var values = Matrix(rows: rows, columns: columns)
    var positive: [Bool] = []
    var repeats: [Int32] = []
    for row in 0..<rows {
      for column in 0..<columns {
        values[row, column] =
          column % 2 == 0 ? Float(random.next() >> 56) / 256 : Float(random.next() >> 48) / 65536
      }
      let noise = Float(random.next() >> 48) / 65536
      positive.append(values[row, 0] + values[row, 1] / 2 + noise > 1.25)
      repeats.append(Int32(random.next() >> 62))
    }
    self.values = values
    self.positive = positive
    self.repeats = repeats
  }
}
