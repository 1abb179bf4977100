internal import CBLAS
internal import Glibc

/// The mean logistic loss of a linear model and its gradient, summed in double precision.
final class LogisticLoss {
  private let rows: Matrix
  private let targets: [Double]
  private let weights: [Double]
  private let total: Double
  private let penalty: Double
  private let crew: Crew
  private let pieces: Int

  /// The rows of a piece that are turned into double precision at a time, so that they stay in the cache for both
  /// products.
  private static let block = 32

  /// - Parameter penalty: half of it times the squared length of the weights is added to the summed loss.
  init(_ rows: Matrix, _ positive: [Bool], weights: [Float]?, penalty: Double, crew: Crew) {
    MatrixProduct.stayOnThread()
    self.rows = rows
    targets = positive.map { $0 ? 1 : 0 }
    self.weights = weights.map { $0.map { Double($0) } } ?? [Double](repeating: 1, count: rows.rows)
    total = self.weights.reduce(0, +)
    self.penalty = penalty
    self.crew = crew
    // Not of the number of threads, so that the sums do not depend on it.
    pieces = max(1, min(16, rows.rows / 128))
  }

  /// The loss at a point, the weights of the columns followed by the constant, and its gradient.
  func evaluate(_ point: [Double], _ gradient: inout [Double]) -> Double {
    let columns = rows.columns
    var losses = [Double](repeating: 0, count: pieces)
    var parts = [Double](repeating: 0, count: pieces * (columns + 1))
    losses.withUnsafeMutableBufferPointer { losses in
      parts.withUnsafeMutableBufferPointer { parts in
        rows.values.withUnsafeBufferPointer { values in
          crew.run(pieces) { piece in
            let range = Crew.part(piece, of: pieces, count: rows.rows)
            losses[piece] = add(
              range, values, point,
              UnsafeMutableBufferPointer(
                rebasing: parts[(piece * (columns + 1))..<((piece + 1) * (columns + 1))]))
          }
        }
      }
    }
    var loss = losses.reduce(0, +)
    for place in 0...columns {
      gradient[place] = 0
      for piece in 0..<pieces { gradient[place] += parts[piece * (columns + 1) + place] }
    }
    for column in 0..<columns {
      loss += penalty / 2 * point[column] * point[column]
      gradient[column] += penalty * point[column]
    }
    for place in 0...columns { gradient[place] /= total }
    return loss / total
  }

  private func add(
    _ range: Range<Int>, _ values: UnsafeBufferPointer<Float>, _ point: [Double],
    _ gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    let columns = rows.columns
    let width = blasint(columns)
    let wide = UnsafeMutablePointer<Double>.allocate(capacity: max(1, Self.block * columns))
    let answers = UnsafeMutablePointer<Double>.allocate(capacity: Self.block)
    defer {
      wide.deallocate()
      answers.deallocate()
    }
    var loss = 0.0
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(Self.block, range.upperBound - first)
      for place in 0..<(count * columns) { wide[place] = Double(values[first * columns + place]) }
      for row in 0..<count { answers[row] = point[columns] }
      cblas_dgemv(CblasRowMajor, CblasNoTrans, blasint(count), width, 1, wide, width, point, 1, 1, answers, 1)
      for row in 0..<count {
        let answer = answers[row]
        let weight = weights[first + row]
        let target = targets[first + row]
        // log(1 + e^a) - t a without overflow.
        let decay = exp(-abs(answer))
        loss += weight * (max(answer, 0) - target * answer + log1p(decay))
        let probability = answer >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
        answers[row] = weight * (probability - target)
        gradient[columns] += answers[row]
      }
      cblas_dgemv(
        CblasRowMajor, CblasTrans, blasint(count), width, 1, wide, width, answers, 1, 1, gradient.baseAddress, 1)
      first += count
    }
    return loss
  }
}
