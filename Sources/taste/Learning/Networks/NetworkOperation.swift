/// A signal between two layers: its values and, while training, the loss's derivative by each of them.
struct Signal {
  let shape: SignalShape
  let values: UnsafeMutablePointer<Float>
  /// `nil` where nobody asks for it.
  let gradient: UnsafeMutablePointer<Float>?
}

/// The pass over one batch that operations take part in.
struct Pass {
  /// The number of rows of this batch.
  var rows: Int
  /// Whether this is a training pass: batch statistics instead of moving ones, dropout at work.
  var training: Bool
  /// The number of this batch since training began.
  var step: Int
  let crew: Crew

  /// Cuts the rows into pieces, a fixed number of them for a batch's size.
  func overRows(_ body: (Range<Int>) -> Void) {
    let pieces = rows >= 8 ? 4 : 1
    crew.run(pieces) { body(Crew.part($0, of: pieces, count: rows)) }
  }

  /// Cuts `count` columns into pieces, of which there are several only if `work` multiplications are worth it.
  func over(_ count: Int, work: Int, _ body: (Range<Int>) -> Void) {
    let pieces = work >= 1 << 20 && count >= 64 ? 4 : 1
    crew.run(pieces) { body(Crew.part($0, of: pieces, count: count, step: 16)) }
  }
}

/// One layer at work on one network's signals.
protocol NetworkOperation: AnyObject {
  /// Computes the output's values from the input's.
  func forward(_ pass: Pass)
  /// From the derivative by the output: the derivative by the weights, and by the input where that is asked for.
  func backward(_ pass: Pass)
}

/// `output = input matrix + shifts`.
final class DenseOperation: NetworkOperation {
  private let input: Signal
  private let output: Signal
  private let weights: UnsafeMutablePointer<Float>
  private let gradient: UnsafeMutablePointer<Float>?
  private let inputs: Int
  private let units: Int

  init(
    _ input: Signal, _ output: Signal, weights: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?
  ) {
    self.input = input
    self.output = output
    self.weights = weights
    self.gradient = gradient
    inputs = input.shape.width
    units = output.shape.width
  }

  func forward(_ pass: Pass) {
    let shifts = weights + inputs * units
    pass.over(units, work: pass.rows * inputs * units) { part in
      for row in 0..<pass.rows {
        (output.values + row * units + part.lowerBound).update(from: shifts + part.lowerBound, count: part.count)
      }
      MatrixProduct.multiply(
        rows: pass.rows, columns: part.count, inner: inputs, .init(input.values, stride: inputs),
        .init(weights + part.lowerBound, stride: units), keep: 1, into: output.values + part.lowerBound, stride: units)
    }
  }

  func backward(_ pass: Pass) {
    guard let gradient, let slope = output.gradient else { return }
    let shifts = gradient + inputs * units
    shifts.update(repeating: 0, count: units)
    for row in 0..<pass.rows {
      let values = slope + row * units
      for unit in 0..<units { shifts[unit] += values[unit] }
    }
    // A piece is a part of the inputs: rows of the matrix, columns of the input's derivative.
    pass.over(inputs, work: pass.rows * inputs * units) { part in
      if let back = input.gradient {
        MatrixProduct.multiply(
          rows: pass.rows, columns: part.count, inner: units, .init(slope, stride: units),
          .init(weights + part.lowerBound * units, stride: units, transposed: true), into: back + part.lowerBound,
          stride: inputs)
      }
      MatrixProduct.multiply(
        rows: part.count, columns: units, inner: pass.rows,
        .init(input.values + part.lowerBound, stride: inputs, transposed: true), .init(slope, stride: units),
        into: gradient + part.lowerBound * units, stride: units)
    }
  }
}

/// A convolution along the positions.
///
/// The windows of one phase (every `width`-th position) lie one after the other in memory, across the rows too, so each
/// phase is one matrix product without a copy of the windows. Windows that reach into the next row are computed and
/// never read; their derivative is zero.
final class ConvolutionOperation: NetworkOperation {
  private let input: Signal
  private let output: Signal
  private let weights: UnsafeMutablePointer<Float>
  private let gradient: UnsafeMutablePointer<Float>?
  private let width: Int
  private let window: Int
  private let filters: Int
  private let partial: FloatStorage
  private static let shards = 4

  init(
    _ input: Signal, _ output: Signal, width: Int, weights: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>?
  ) {
    self.input = input
    self.output = output
    self.weights = weights
    self.gradient = gradient
    self.width = width
    window = width * input.shape.channels
    filters = output.shape.channels
    partial = FloatStorage(gradient == nil ? 0 : Self.shards * (window + 1) * filters)
  }

  /// Calls `body` with each phase's first position and number of windows, for the rows of one piece.
  private func phases(_ rows: Range<Int>, _ body: (_ position: Int, _ windows: Int) -> Void) {
    let first = rows.lowerBound * input.shape.positions
    let count = rows.count * input.shape.positions - width + 1
    for phase in 0..<min(width, max(count, 0)) { body(first + phase, (count - phase - 1) / width + 1) }
  }

  func forward(_ pass: Pass) {
    let shifts = weights + window * filters
    pass.overRows { rows in
      for position in (rows.lowerBound * input.shape.positions)..<(rows.upperBound * input.shape.positions) {
        (output.values + position * filters).update(from: shifts, count: filters)
      }
      phases(rows) { position, windows in
        MatrixProduct.multiply(
          rows: windows, columns: filters, inner: window,
          .init(input.values + position * input.shape.channels, stride: window), .init(weights, stride: filters),
          keep: 1, into: output.values + position * filters, stride: width * filters)
      }
    }
  }

  func backward(_ pass: Pass) {
    guard let gradient, let slope = output.gradient else { return }
    let pieces = pass.rows >= Self.shards ? Self.shards : 1
    let size = (window + 1) * filters
    pass.crew.run(pieces) { piece in
      let rows = Crew.part(piece, of: pieces, count: pass.rows)
      let mine = partial.base + piece * size
      mine.update(repeating: 0, count: size)
      for row in rows {
        for position in 0..<output.shape.valid {
          let values = slope + (row * output.shape.positions + position) * filters
          let shifts = mine + window * filters
          for filter in 0..<filters { shifts[filter] += values[filter] }
        }
      }
      if let back = input.gradient {
        (back + rows.lowerBound * input.shape.width).update(repeating: 0, count: rows.count * input.shape.width)
      }
      phases(rows) { position, windows in
        let derivative = MatrixProduct.Operand(slope + position * filters, stride: width * filters)
        MatrixProduct.multiply(
          rows: window, columns: filters, inner: windows,
          .init(input.values + position * input.shape.channels, stride: window, transposed: true), derivative, keep: 1,
          into: mine, stride: filters)
        if let back = input.gradient {
          MatrixProduct.multiply(
            rows: windows, columns: window, inner: filters, derivative,
            .init(weights, stride: filters, transposed: true), keep: 1,
            into: back + position * input.shape.channels, stride: window)
        }
      }
    }
    gradient.update(from: partial.base, count: size)
    for piece in 1..<max(pieces, 1) {
      let other = partial.base + piece * size
      for index in 0..<size { gradient[index] += other[index] }
    }
  }
}

/// The maximum of every two neighbouring positions.
final class PoolOperation: NetworkOperation {
  private let input: Signal
  private let output: Signal

  init(_ input: Signal, _ output: Signal) {
    self.input = input
    self.output = output
  }

  func forward(_ pass: Pass) {
    let channels = input.shape.channels
    pass.overRows { rows in
      for row in rows {
        for position in 0..<output.shape.positions {
          let first = input.values + row * input.shape.width + 2 * position * channels
          let result = output.values + row * output.shape.width + position * channels
          if 2 * position + 1 < input.shape.valid {
            let second = first + channels
            for channel in 0..<channels {
              result[channel] = first[channel] >= second[channel] ? first[channel] : second[channel]
            }
          } else {
            result.update(from: first, count: channels)
          }
        }
      }
    }
  }

  func backward(_ pass: Pass) {
    guard let slope = output.gradient, let back = input.gradient else { return }
    let channels = input.shape.channels
    pass.overRows { rows in
      for row in rows {
        let base = row * input.shape.width
        let rest = input.shape.valid * channels
        (back + base + rest).update(repeating: 0, count: input.shape.width - rest)
        for position in 0..<output.shape.positions {
          let place = base + 2 * position * channels
          let values = slope + row * output.shape.width + position * channels
          guard 2 * position + 1 < input.shape.valid else {
            (back + place).update(from: values, count: channels)
            continue
          }
          let (first, second) = (input.values + place, input.values + place + channels)
          let (left, right) = (back + place, back + place + channels)
          for channel in 0..<channels {
            // Of equal values the first has it, as in Keras and PyTorch.
            let isFirst = first[channel] >= second[channel]
            left[channel] = isFirst ? values[channel] : 0
            right[channel] = isFirst ? 0 : values[channel]
          }
        }
      }
    }
  }
}
