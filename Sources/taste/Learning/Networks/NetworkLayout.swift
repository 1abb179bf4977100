/// One step of a network.
public enum NetworkLayer: Sendable, Equatable {
  /// How a dense layer's weights start.
  public enum Start: Sendable, Equatable {
    /// Normal with deviation sqrt(2 / (inputs + outputs)), cut off at twice that (Glorot and Bengio 2010, as in Keras).
    case glorot
    /// Normal with deviation sqrt(2 / inputs), cut off at twice that (He et al. 2015).
    case he
    /// Evenly spread from minus to plus this number.
    case uniform(Float)
  }

  /// Every input joined to every one of so many outputs; `decay` is the factor of the squared weights in the loss.
  case dense(Int, decay: Float = 0, start: Start = .glorot)
  /// `filters` filters, each over `width` neighbouring positions and all channels, only where they fit whole.
  case convolution(filters: Int, width: Int)
  /// The maximum of every two neighbouring positions; the last of an odd number stands alone ("same" padding).
  case pool
  /// Positions and channels as one row, position by position.
  case flatten
  /// max(0, x).
  case relu
  /// 1 / (1 + exp(-x)).
  case sigmoid
  /// Batch normalisation (Ioffe and Szegedy 2015) with Keras's defaults: epsilon 0.001, momentum 0.99, scale and shift
  /// learned. The moving averages are freed of their start value, as Adam's are, so that short trainings can be judged.
  case normalise
  /// While training, a random share of the values is set to zero and the rest scaled up.
  case dropout(Float)
}

/// The shape of a network: branches that each read some columns, joined side by side, and a trunk that reads them all.
public struct NetworkLayout: Sendable, Equatable {
  /// A chain of layers over some of the columns.
  public struct Branch: Sendable, Equatable {
    /// The columns it reads.
    public var columns: Range<Int>
    /// The number of positions; the columns hold them one after the other, each with all its channels.
    public var positions: Int
    /// What happens to them; ends flat.
    public var layers: [NetworkLayer]

    /// A branch; `columns.count` must be a multiple of `positions`.
    public init(columns: Range<Int>, positions: Int = 1, layers: [NetworkLayer]) {
      precondition(positions > 0 && columns.count % positions == 0, "a branch's columns hold whole positions")
      self.columns = columns
      self.positions = positions
      self.layers = layers
    }
  }

  /// The number of columns of its input.
  public var columns: Int
  /// The branches, joined in this order.
  public var branches: [Branch]
  /// What happens to the joined branches; its last layer gives the network's output.
  public var trunk: [NetworkLayer]

  /// A network of branches and a trunk.
  public init(columns: Int, branches: [Branch], trunk: [NetworkLayer]) {
    self.columns = columns
    self.branches = branches
    self.trunk = trunk
  }

  /// A network without branches: every column into one chain of layers.
  public init(columns: Int, layers: [NetworkLayer]) {
    self.init(columns: columns, branches: [Branch(columns: 0..<columns, layers: [])], trunk: layers)
  }
}

/// The shape of a signal between two layers: for each row, `positions` places for `channels` values each, of which the
/// first `valid` hold values.
struct SignalShape: Equatable {
  var positions: Int
  var valid: Int
  var channels: Int

  /// The distance of two rows.
  var width: Int { positions * channels }
}

/// A layer with the shapes around it and the place of its numbers.
struct PlacedLayer {
  let layer: NetworkLayer
  let input: SignalShape
  let output: SignalShape
  /// Where its weights begin among the weights: for dense and convolution the matrix, then the shifts; for a
  /// normalisation its scales, then its shifts.
  let weights: Int
  /// Where a normalisation's moving means begin among the statistics; its moving variances follow.
  let statistics: Int
  /// Its number in the network, which seeds its random choices.
  let number: Int

  /// The size of its weight matrix: inputs of one output by outputs.
  var matrix: (rows: Int, columns: Int) {
    switch layer {
    case .dense(let units, _, _): (input.width, units)
    case .convolution(let filters, let width): (width * input.channels, filters)
    default: (0, 0)
    }
  }
}

/// A layout with every layer's shapes and places worked out.
struct PlacedNetwork {
  let branches: [[PlacedLayer]]
  let trunk: [PlacedLayer]
  /// The shape of each branch's input.
  let inputs: [SignalShape]
  /// The shape of the joined branches.
  let joined: SignalShape
  /// The number of weights that training changes.
  let weightCount: Int
  /// The number of moving means and variances.
  let statisticCount: Int

  /// Works out a layout's places, or says what is wrong with it.
  init(_ layout: NetworkLayout) throws(CodingFailure) {
    var weights = 0
    var statistics = 0
    var number = 0

    func place(_ layers: [NetworkLayer], from start: SignalShape) throws(CodingFailure) -> [PlacedLayer] {
      var shape = start
      var placed: [PlacedLayer] = []
      for layer in layers {
        let output = try Self.output(of: layer, shape)
        let next = PlacedLayer(
          layer: layer, input: shape, output: output, weights: weights, statistics: statistics, number: number)
        placed.append(next)
        number += 1
        switch layer {
        case .dense, .convolution:
          weights += next.matrix.rows * next.matrix.columns + next.matrix.columns
        case .normalise:
          weights += 2 * output.channels
          statistics += 2 * output.channels
        default: break
        }
        shape = output
      }
      return placed
    }

    var branches: [[PlacedLayer]] = []
    var inputs: [SignalShape] = []
    var width = 0
    for branch in layout.branches {
      guard branch.columns.lowerBound >= 0, branch.columns.upperBound <= layout.columns, !branch.columns.isEmpty,
        branch.positions > 0, branch.columns.count % branch.positions == 0
      else { throw CodingFailure("a network's branch reads columns that are not there") }
      let start = SignalShape(
        positions: branch.positions, valid: branch.positions, channels: branch.columns.count / branch.positions)
      let layers = try place(branch.layers, from: start)
      inputs.append(start)
      branches.append(layers)
      let end = layers.last?.output ?? start
      guard end.positions == end.valid else { throw CodingFailure("a network's branch does not end flat") }
      width += end.width
    }
    guard width > 0 else { throw CodingFailure("a network has no branch") }
    joined = SignalShape(positions: 1, valid: 1, channels: width)
    trunk = try place(layout.trunk, from: joined)
    self.branches = branches
    self.inputs = inputs
    weightCount = weights
    statisticCount = statistics
  }

  /// The shape of the network's output.
  var output: SignalShape { trunk.last?.output ?? joined }

  /// Every layer, branch by branch, then the trunk.
  var layers: [PlacedLayer] { branches.flatMap { $0 } + trunk }

  private static func output(of layer: NetworkLayer, _ input: SignalShape) throws(CodingFailure) -> SignalShape {
    switch layer {
    case .dense(let units, _, _):
      guard input.positions == 1, units > 0 else { throw CodingFailure("a dense layer needs a flat input") }
      return SignalShape(positions: 1, valid: 1, channels: units)
    case .convolution(let filters, let width):
      guard width > 0, filters > 0, width <= input.valid else {
        throw CodingFailure("a convolution is wider than its input")
      }
      // Rows keep their distance: the windows over all rows are then evenly spaced, and no copy of them is needed.
      return SignalShape(positions: input.positions, valid: input.valid - width + 1, channels: filters)
    case .pool:
      let half = (input.valid + 1) / 2
      return SignalShape(positions: half, valid: half, channels: input.channels)
    case .flatten:
      guard input.positions == input.valid else { throw CodingFailure("only pooled values can be flattened") }
      return SignalShape(positions: 1, valid: 1, channels: input.width)
    case .normalise:
      guard input.positions == 1 else { throw CodingFailure("a normalisation needs a flat input") }
      return input
    case .dropout(let share):
      guard share >= 0, share < 1 else { throw CodingFailure("a dropout's share is not below 1") }
      return input
    case .relu, .sigmoid:
      return input
    }
  }
}
