/// Finds the lowest point of a smooth convex function (L-BFGS: Nocedal and Wright 2006, algorithm 7.5, with
/// backtracking).
struct Minimiser {
  /// How many of the last steps the curvature is taken from.
  var memory = 12
  /// The most steps.
  var steps = 1_000
  /// The search ends where no part of the gradient is larger.
  var tolerance: Double

  /// Walks down from a point until the gradient is flat, the value falls no further or the steps are used up.
  ///
  /// - Parameters:
  ///   - point: where to start, and where the search ended.
  ///   - scale: the length of the first step.
  ///   - evaluate: gives the value at a point and fills in the gradient there.
  ///   - stepped: called after each step with its number.
  mutating func minimise(
    _ point: inout [Double], scale: Double = 1, evaluate: ([Double], inout [Double]) -> Double,
    stepped: (Int) throws -> Void
  ) rethrows {
    var gradient = [Double](repeating: 0, count: point.count)
    var value = evaluate(point, &gradient)
    var history: [(step: [Double], change: [Double], curvature: Double)] = []
    for step in 1...max(1, steps) {
      if gradient.allSatisfy({ abs($0) <= tolerance }) { return }
      var direction = Self.direction(gradient, history)
      var slope = Self.dot(direction, gradient)
      if slope >= 0 {
        history = []
        direction = gradient.map { -$0 }
        slope = -Self.dot(gradient, gradient)
      }
      var length = history.isEmpty ? scale / Self.dot(gradient, gradient).squareRoot() : 1
      var nextGradient = gradient
      var next = point
      var nextValue = value
      // The bound on rounding lets the last steps pass, where the value no longer shows that it falls.
      let rounding = abs(value) * 1e-15
      while true {
        for place in point.indices { next[place] = point[place] + length * direction[place] }
        nextValue = evaluate(next, &nextGradient)
        if nextValue <= value + 1e-4 * length * slope + rounding { break }
        // The lowest point of the parabola through the value, its slope and the new value, kept within bounds.
        let parabola = -slope * length * length / (2 * (nextValue - value - slope * length))
        length = min(max(parabola, 0.1 * length), 0.5 * length)
        if length < 1e-20 { return }
      }
      let moved = zip(next, point).map { $0 - $1 }
      let change = zip(nextGradient, gradient).map { $0 - $1 }
      let curvature = Self.dot(moved, change)
      if curvature > 1e-12 * Self.dot(change, change).squareRoot() * Self.dot(moved, moved).squareRoot() {
        history.append((moved, change, curvature))
        if history.count > memory { history.removeFirst() }
      }
      point = next
      gradient = nextGradient
      value = nextValue
      try stepped(step)
    }
  }

  /// The direction down, bent by the curvature seen (Nocedal and Wright 2006, algorithm 7.4).
  private static func direction(
    _ gradient: [Double], _ history: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    var direction = gradient.map { -$0 }
    var shares: [Double] = []
    for past in history.reversed() {
      let share = dot(past.step, direction) / past.curvature
      shares.append(share)
      for place in direction.indices { direction[place] -= share * past.change[place] }
    }
    if let last = history.last {
      let scale = last.curvature / dot(last.change, last.change)
      for place in direction.indices { direction[place] *= scale }
    }
    for (past, share) in zip(history, shares.reversed()) {
      let back = share - dot(past.change, direction) / past.curvature
      for place in direction.indices { direction[place] += back * past.step[place] }
    }
    return direction
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for place in a.indices { sum += a[place] * b[place] }
    return sum
  }
}
