/// Solves the dual problem of a support vector machine by sequential minimal optimisation.
///
/// The working pair is chosen by second-order information (Fan, Chen and Lin, "Working set selection using second order
/// information for training support vector machines", 2005), as in LIBSVM: minimise a'Qa / 2 - sum(a) subject to
/// 0 <= a[i] <= bound[i] and sum(side[i] a[i]) = 0, with Q[i][j] = side[i] side[j] K[i][j] and K[i][i] = 1.
struct SupportVectorSolver {
  /// +1 for positive rows, -1 for others.
  let sides: [Double]
  /// The upper bound of each multiplier.
  let bounds: [Double]
  /// How far a pair may violate the optimality conditions.
  let tolerance: Double

  /// The multipliers, each with its row's side, and the shift to take off the decision.
  struct Solution {
    var multipliers: [Double]
    var shift: Double
  }

  /// The steps after which the solution is taken as it is.
  private var mostSteps: Int { max(10_000_000, 100 * sides.count) }

  /// Solves; `pause` is called now and then and may end it.
  func solve(_ kernel: KernelRows, pause: () throws -> Void) rethrows -> Solution {
    let count = sides.count
    var multipliers = [Double](repeating: 0, count: count)
    var gradient = [Double](repeating: -1, count: count)
    for step in 0..<mostSteps {
      if step % 512 == 0 { try pause() }
      guard let (first, second) = pair(multipliers, gradient, kernel) else { break }
      let (firstRow, secondRow) = (kernel.row(first), kernel.row(second))
      let (oldFirst, oldSecond) = (multipliers[first], multipliers[second])
      let curvature = max(2 - 2 * Double(firstRow[second]), 1e-12)
      let isOpposite = sides[first] != sides[second]
      let (boundFirst, boundSecond) = (bounds[first], bounds[second])
      var (a, b) = (oldFirst, oldSecond)
      if isOpposite {
        let move = (-gradient[first] - gradient[second]) / curvature
        let difference = a - b
        a += move
        b += move
        if difference > 0, b < 0 { (a, b) = (difference, 0) }
        if difference <= 0, a < 0 { (a, b) = (0, -difference) }
        if difference > boundFirst - boundSecond, a > boundFirst { (a, b) = (boundFirst, boundFirst - difference) }
        if difference <= boundFirst - boundSecond, b > boundSecond { (a, b) = (boundSecond + difference, boundSecond) }
      } else {
        let move = (gradient[first] - gradient[second]) / curvature
        let sum = a + b
        a -= move
        b += move
        if sum > boundFirst, a > boundFirst { (a, b) = (boundFirst, sum - boundFirst) }
        if sum <= boundFirst, b < 0 { (a, b) = (sum, 0) }
        if sum > boundSecond, b > boundSecond { (a, b) = (sum - boundSecond, boundSecond) }
        if sum <= boundSecond, a < 0 { (a, b) = (0, sum) }
      }
      multipliers[first] = a
      multipliers[second] = b
      let (moveFirst, moveSecond) = ((a - oldFirst) * sides[first], (b - oldSecond) * sides[second])
      gradient.withUnsafeMutableBufferPointer { gradient in
        sides.withUnsafeBufferPointer { sides in
          for index in 0..<count {
            gradient[index] +=
              sides[index] * (moveFirst * Double(firstRow[index]) + moveSecond * Double(secondRow[index]))
          }
        }
      }
    }
    return Solution(
      multipliers: zip(multipliers, sides).map { $0 * $1 }, shift: shift(multipliers, gradient))
  }

  /// The pair that violates optimality most by second-order information, or `nil` when none does.
  private func pair(_ multipliers: [Double], _ gradient: [Double], _ kernel: KernelRows) -> (Int, Int)? {
    multipliers.withUnsafeBufferPointer { multipliers in
      gradient.withUnsafeBufferPointer { gradient in
        sides.withUnsafeBufferPointer { sides in
          bounds.withUnsafeBufferPointer { bounds in
            var (up, first) = (-Double.infinity, -1)
            for index in 0..<sides.count {
              let canGrow = sides[index] > 0 ? multipliers[index] < bounds[index] : multipliers[index] > 0
              let value = -sides[index] * gradient[index]
              if canGrow, value >= up { (up, first) = (value, index) }
            }
            guard first >= 0 else { return nil }
            let row = kernel.row(first)
            var (down, best, second) = (-Double.infinity, Double.infinity, -1)
            for index in 0..<sides.count {
              let canShrink = sides[index] > 0 ? multipliers[index] > 0 : multipliers[index] < bounds[index]
              guard canShrink else { continue }
              let value = sides[index] * gradient[index]
              down = max(down, value)
              let violation = up + value
              guard violation > 0 else { continue }
              let gain = -violation * violation / max(2 - 2 * Double(row[index]), 1e-12)
              if gain <= best { (best, second) = (gain, index) }
            }
            return up + down < tolerance || second < 0 ? nil : (first, second)
          }
        }
      }
    }
  }

  /// The mean over the rows strictly within their bounds, or the middle of what the others allow.
  private func shift(_ multipliers: [Double], _ gradient: [Double]) -> Double {
    var (sum, free) = (0.0, 0.0)
    var (least, most) = (Double.infinity, -Double.infinity)
    for index in sides.indices {
      let value = sides[index] * gradient[index]
      if multipliers[index] > 0, multipliers[index] < bounds[index] {
        sum += value
        free += 1
      } else if (multipliers[index] <= 0) == (sides[index] > 0) {
        least = min(least, value)
      } else {
        most = max(most, value)
      }
    }
    if free > 0 { return sum / free }
    return least.isFinite && most.isFinite ? (least + most) / 2 : least.isFinite ? least : most.isFinite ? most : 0
  }
}
