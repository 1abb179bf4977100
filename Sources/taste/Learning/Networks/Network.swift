/// A network laid out in memory, ready to compute.
///
/// Every buffer it needs while working is allocated here: passes allocate none.
final class Network {
  /// The most rows of one pass.
  let batch: Int
  let placed: PlacedNetwork
  /// The rows of the current pass; the caller fills it.
  let input: FloatStorage
  /// The network's output, one row after the other.
  let output: Signal
  /// The pass it is in.
  var pass: Pass

  private let columns: Int
  private let branches: [(columns: Range<Int>, start: Signal, end: Signal, operations: [any NetworkOperation])]
  private let joined: Signal
  private let trunk: [any NetworkOperation]
  private let storage: [FloatStorage]

  /// A network over given weights and statistics.
  ///
  /// - Parameters:
  ///   - weights: `placed.weightCount` numbers.
  ///   - gradient: room for as many derivatives, or `nil` for a network that is only read.
  ///   - statistics: `placed.statisticCount` numbers.
  ///   - seed: what dropout's choices are derived from.
  init(
    _ layout: NetworkLayout, _ placed: PlacedNetwork, batch: Int, weights: FloatStorage, gradient: FloatStorage?,
    statistics: FloatStorage, seed: UInt64, crew: Crew
  ) {
    MatrixProduct.stayOnThread()
    self.batch = batch
    self.placed = placed
    columns = layout.columns
    input = FloatStorage(batch * layout.columns)
    pass = Pass(rows: 0, training: false, step: 0, crew: crew)

    var storage = [weights, statistics] + (gradient.map { [$0] } ?? [])
    func room(_ shape: SignalShape, gradient wanted: Bool) -> Signal {
      let values = FloatStorage(batch * shape.width)
      storage.append(values)
      guard wanted else { return Signal(shape: shape, values: values.base, gradient: nil) }
      let slopes = FloatStorage(batch * shape.width)
      storage.append(slopes)
      return Signal(shape: shape, values: values.base, gradient: slopes.base)
    }
    // A derivative is wanted by every signal that comes after a weight.
    func chain(_ layers: [PlacedLayer], from start: Signal) -> ([any NetworkOperation], Signal) {
      var operations: [any NetworkOperation] = []
      var signal = start
      var isWanted = start.gradient != nil
      for layer in layers {
        let mine = weights.base + layer.weights
        let slopes = gradient.map { $0.base + layer.weights }
        let next: Signal
        switch layer.layer {
        case .dense, .convolution, .normalise: isWanted = gradient != nil
        default: break
        }
        switch layer.layer {
        case .flatten:
          signal = Signal(shape: layer.output, values: signal.values, gradient: signal.gradient)
          continue
        case .relu:
          operations.append(ReluOperation(signal))
          continue
        case .sigmoid:
          next = room(layer.output, gradient: isWanted)
          operations.append(SigmoidOperation(signal, next))
        case .dense:
          next = room(layer.output, gradient: isWanted)
          operations.append(DenseOperation(signal, next, weights: mine, gradient: slopes))
        case .convolution(_, let width):
          next = room(layer.output, gradient: isWanted)
          operations.append(ConvolutionOperation(signal, next, width: width, weights: mine, gradient: slopes))
        case .pool:
          next = room(layer.output, gradient: isWanted)
          operations.append(PoolOperation(signal, next))
        case .dropout(let share):
          next = room(layer.output, gradient: isWanted)
          operations.append(DropoutOperation(signal, next, share: share, seed: seed, number: layer.number))
        case .normalise:
          next = room(layer.output, gradient: isWanted)
          operations.append(
            NormaliseOperation(
              signal, next, batch: batch, weights: mine, gradient: slopes,
              statistics: statistics.base + layer.statistics))
        }
        signal = next
      }
      return (operations, signal)
    }

    branches = zip(layout.branches, zip(placed.branches, placed.inputs)).map { branch, place in
      let start = room(place.1, gradient: false)
      let (operations, end) = chain(place.0, from: start)
      return (branch.columns, start, end, operations)
    }
    joined = room(placed.joined, gradient: branches.contains { $0.end.gradient != nil })
    (trunk, output) = chain(placed.trunk, from: joined)
    self.storage = storage
  }

  /// Computes the output of the first `pass.rows` rows of `input`.
  func forward() {
    let rows = pass.rows
    for branch in branches {
      let width = branch.columns.count
      for row in 0..<rows {
        (branch.start.values + row * width).update(
          from: input.base + row * columns + branch.columns.lowerBound, count: width)
      }
      for operation in branch.operations { operation.forward(pass) }
    }
    var offset = 0
    for branch in branches {
      let width = branch.end.shape.width
      for row in 0..<rows {
        (joined.values + row * joined.shape.width + offset).update(from: branch.end.values + row * width, count: width)
      }
      offset += width
    }
    for operation in trunk { operation.forward(pass) }
  }

  /// From `output.gradient`, which the caller fills: the derivative by every weight.
  func backward() {
    for operation in trunk.reversed() { operation.backward(pass) }
    guard let slopes = joined.gradient else { return }
    var offset = 0
    for branch in branches {
      let width = branch.end.shape.width
      if let end = branch.end.gradient {
        for row in 0..<pass.rows {
          (end + row * width).update(from: slopes + row * joined.shape.width + offset, count: width)
        }
        for operation in branch.operations.reversed() { operation.backward(pass) }
      }
      offset += width
    }
  }
}
