/// Turns the scores of a classifier into probabilities; a higher score never gets a lower probability.
public struct Calibrator: Sendable, Equatable {
  private enum Shape: Sendable, Equatable {
    case logistic(slope: Double, constant: Double)
    /// Straight lines between points of rising scores and probabilities, level before the first and after the last.
    case steps(scores: [Double], probabilities: [Double])
  }

  private let shape: Shape

  /// Fits a logistic curve to scores and classes (Platt 1999, with the targets and the method of Lin, Lin and Weng
  /// 2007).
  ///
  /// Level at the share of the positive class if higher scores do not come with it.
  ///
  /// - Parameters:
  ///   - scores: finite numbers, at least one.
  ///   - positive: the class of each.
  public static func platt(scores: [Double], positive: [Bool]) -> Calibrator {
    precondition(scores.count == positive.count && !scores.isEmpty, "every score has a class, and there is one")
    return Calibrator(shape: plattShape(scores, positive))
  }

  /// Fits the rising steps closest to the classes (isotonic regression by pooling adjacent violators: Zadrozny and
  /// Elkan 2002), joined by straight lines.
  ///
  /// - Parameters:
  ///   - scores: finite numbers, at least one.
  ///   - positive: the class of each.
  ///   - weights: how much each counts, positive; `nil` for all alike.
  public static func isotonic(scores: [Double], positive: [Bool], weights: [Double]? = nil) -> Calibrator {
    precondition(scores.count == positive.count && !scores.isEmpty, "every score has a class, and there is one")
    precondition(weights == nil || weights?.count == scores.count, "every score has a weight")
    return Calibrator(shape: isotonicShape(scores, positive, weights))
  }

  /// The probability of the positive class at a score.
  public func probability(of score: Double) -> Double {
    switch shape {
    case .logistic(let slope, let constant):
      return Learning.logistic(slope * score + constant)
    case .steps(let scores, let probabilities):
      // Invariant: scores[..<low] <= score < scores[high...].
      var low = 0
      var high = scores.count
      while low < high {
        let middle = (low + high) / 2
        if scores[middle] <= score { low = middle + 1 } else { high = middle }
      }
      if low == 0 { return probabilities[0] }
      if low == scores.count { return probabilities[low - 1] }
      let share = (score - scores[low - 1]) / (scores[low] - scores[low - 1])
      return probabilities[low - 1] + share * (probabilities[low] - probabilities[low - 1])
    }
  }

  /// The probabilities at these scores.
  public func probabilities(of scores: [Double]) -> [Double] {
    scores.map(probability)
  }

  /// Appends the curve.
  public func encode(into writer: inout ByteWriter) {
    switch shape {
    case .logistic(let slope, let constant):
      writer.write(UInt8(0))
      writer.write(slope)
      writer.write(constant)
    case .steps(let scores, let probabilities):
      writer.write(UInt8(1))
      writer.write(scores)
      writer.write(probabilities)
    }
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    switch try reader.read(UInt8.self) {
    case 0:
      let slope = try reader.readDouble()
      let constant = try reader.readDouble()
      guard slope.isFinite, slope >= 0, constant.isFinite else {
        throw CodingFailure("a stored calibration curve is damaged")
      }
      shape = .logistic(slope: slope, constant: constant)
    case 1:
      let scores: [Double] = try reader.readList()
      let probabilities: [Double] = try reader.readList()
      guard
        !scores.isEmpty, scores.count == probabilities.count, scores.allSatisfy(\.isFinite),
        probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }),
        zip(scores, scores.dropFirst()).allSatisfy({ $0 < $1 }),
        zip(probabilities, probabilities.dropFirst()).allSatisfy({ $0 <= $1 })
      else { throw CodingFailure("a stored calibration curve is damaged") }
      shape = .steps(scores: scores, probabilities: probabilities)
    case let other: throw CodingFailure("there is no calibration curve of kind \(other)")
    }
  }

  private init(shape: Shape) {
    self.shape = shape
  }

  private static func plattShape(_ scores: [Double], _ positive: [Bool]) -> Shape {
    let good = Double(positive.count { $0 })
    let bad = Double(positive.count) - good
    let target = (positive: (good + 1) / (good + 2), negative: 1 / (bad + 2))
    let targets = positive.map { $0 ? target.positive : target.negative }
    let level = targets.reduce(0, +) / Double(targets.count)
    // Newton's steps are taken on standardised scores, where both parameters are of size 1.
    let mean = scores.reduce(0, +) / Double(scores.count)
    let deviation = (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)).squareRoot()
    guard deviation > 0 else { return .logistic(slope: 0, constant: logit(level)) }
    let inputs = scores.map { ($0 - mean) / deviation }
    var (slope, constant) = (0.0, logit(level))
    var value = plattLoss(inputs, targets, slope, constant)
    for _ in 0..<100 {
      // The tiny diagonal keeps the system solvable where all probabilities are near 0 or 1.
      var (gs, gc, hss, hsc, hcc) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for (input, target) in zip(inputs, targets) {
        let probability = Learning.logistic(slope * input + constant)
        let error = probability - target
        let spread = probability * (1 - probability)
        gs += error * input
        gc += error
        hss += spread * input * input
        hsc += spread * input
        hcc += spread
      }
      if abs(gs) < 1e-10, abs(gc) < 1e-10 { break }
      let determinant = hss * hcc - hsc * hsc
      let step = (slope: -(hcc * gs - hsc * gc) / determinant, constant: -(hss * gc - hsc * gs) / determinant)
      let descent = gs * step.slope + gc * step.constant
      var length = 1.0
      while length > 1e-10 {
        let next = (slope + length * step.slope, constant + length * step.constant)
        let nextValue = plattLoss(inputs, targets, next.0, next.1)
        if nextValue <= value + 1e-4 * length * descent + abs(value) * 1e-15 {
          (slope, constant, value) = (next.0, next.1, nextValue)
          break
        }
        length /= 2
      }
      if length <= 1e-10 { break }
    }
    guard slope > 0 else { return .logistic(slope: 0, constant: logit(level)) }
    return .logistic(slope: slope / deviation, constant: constant - slope * mean / deviation)
  }

  private static func plattLoss(
    _ inputs: [Double], _ targets: [Double], _ slope: Double, _ constant: Double
  ) -> Double {
    zip(inputs, targets).reduce(0) { sum, row in
      let answer = slope * row.0 + constant
      return sum + max(answer, 0) - row.1 * answer + softening(answer)
    }
  }

  private static func isotonicShape(_ scores: [Double], _ positive: [Bool], _ weights: [Double]?) -> Shape {
    var blocks: [(first: Double, last: Double, sum: Double, weight: Double)] = []
    let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1] }
    var place = 0
    while place < order.count {
      // Equal scores are one point.
      let score = scores[order[place]]
      var block = (first: score, last: score, sum: 0.0, weight: 0.0)
      while place < order.count, scores[order[place]] == score {
        let weight = weights?[order[place]] ?? 1
        block.sum += positive[order[place]] ? weight : 0
        block.weight += weight
        place += 1
      }
      while let before = blocks.last, before.sum * block.weight >= block.sum * before.weight {
        block = (before.first, block.last, before.sum + block.sum, before.weight + block.weight)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    var points: [(score: Double, probability: Double)] = []
    for block in blocks {
      // Rounding must not let a block fall below the one before.
      let probability = min(1, max(points.last?.probability ?? 0, block.sum / block.weight))
      points.append((block.first, probability))
      if block.last > block.first { points.append((block.last, probability)) }
    }
    return .steps(scores: points.map(\.score), probabilities: points.map(\.probability))
  }
}
