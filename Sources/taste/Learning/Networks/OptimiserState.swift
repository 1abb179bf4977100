import Glibc

/// An optimiser's memory and its step over all weights.
final class OptimiserState {
  private static let epsilon: Float = 1e-7
  private static let moments: (Float, Float) = (0.9, 0.999)
  private let kind: NetworkTraining.Optimiser
  private let first: FloatStorage
  private let second: FloatStorage
  private let count: Int
  /// The weights that decay: those of matrices, not shifts and scales.
  private let decaying: [Range<Int>]

  init(_ kind: NetworkTraining.Optimiser, _ placed: PlacedNetwork) {
    self.kind = kind
    count = placed.weightCount
    first = FloatStorage(count)
    second = FloatStorage(count)
    decaying = placed.layers.compactMap { layer in
      let (rows, columns) = layer.matrix
      return rows > 0 ? layer.weights..<(layer.weights + rows * columns) : nil
    }
  }

  /// Moves the weights against their derivatives; `step` counts from 1.
  func move(
    _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, step: Int, crew: Crew
  ) {
    let pieces = count >= 1 << 14 ? 8 : 1
    crew.run(pieces) { piece in
      let part = Crew.part(piece, of: pieces, count: count, step: 16)
      switch kind {
      case .adadelta(let rate, let decay):
        adadelta(weights, gradient, part, rate: rate, decay: decay)
      case .adam(let rate, let decay):
        if decay > 0 {
          for range in decaying.lazy.map({ $0.clamped(to: part) }) {
            for index in range { weights[index] -= rate * decay * weights[index] }
          }
        }
        adam(weights, gradient, part, rate: rate, step: step)
      }
    }
  }

  private func adadelta(
    _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ part: Range<Int>, rate: Float,
    decay: Float
  ) {
    let (squares, moves) = (first.base, second.base)
    let rest = 1 - decay
    for index in part {
      let slope = gradient[index]
      let square = decay * squares[index] + rest * slope * slope
      let move = slope * ((moves[index] + Self.epsilon) / (square + Self.epsilon)).squareRoot()
      squares[index] = square
      moves[index] = decay * moves[index] + rest * move * move
      weights[index] -= rate * move
    }
  }

  private func adam(
    _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ part: Range<Int>, rate: Float, step: Int
  ) {
    let (means, squares) = (first.base, second.base)
    let (keepMean, keepSquare) = Self.moments
    let (newMean, newSquare) = (1 - keepMean, 1 - keepSquare)
    let corrected =
      rate * Float(sqrt(1 - pow(Double(keepSquare), Double(step))) / (1 - pow(Double(keepMean), Double(step))))
    for index in part {
      let slope = gradient[index]
      means[index] = keepMean * means[index] + newMean * slope
      squares[index] = keepSquare * squares[index] + newSquare * slope * slope
      weights[index] -= corrected * means[index] / (squares[index].squareRoot() + Self.epsilon)
    }
  }
}
