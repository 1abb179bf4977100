import Glibc

/// max(0, x), in place: input and output share their memory, and so do their derivatives.
final class ReluOperation: NetworkOperation {
  private let output: Signal

  init(_ output: Signal) {
    self.output = output
  }

  func forward(_ pass: Pass) {
    pass.overRows { rows in
      let values = output.values + rows.lowerBound * output.shape.width
      for index in 0..<(rows.count * output.shape.width) { values[index] = values[index] > 0 ? values[index] : 0 }
    }
  }

  func backward(_ pass: Pass) {
    guard let slope = output.gradient else { return }
    pass.overRows { rows in
      let offset = rows.lowerBound * output.shape.width
      let (values, slope) = (output.values + offset, slope + offset)
      for index in 0..<(rows.count * output.shape.width) { slope[index] = values[index] > 0 ? slope[index] : 0 }
    }
  }
}

/// 1 / (1 + exp(-x)).
final class SigmoidOperation: NetworkOperation {
  private let input: Signal
  private let output: Signal

  init(_ input: Signal, _ output: Signal) {
    self.input = input
    self.output = output
  }

  func forward(_ pass: Pass) {
    for index in 0..<(pass.rows * output.shape.width) {
      output.values[index] = 1 / (1 + exp(-input.values[index]))
    }
  }

  func backward(_ pass: Pass) {
    guard let slope = output.gradient, let back = input.gradient else { return }
    for index in 0..<(pass.rows * output.shape.width) {
      let value = output.values[index]
      back[index] = slope[index] * value * (1 - value)
    }
  }
}

/// Dropout: output and input have memory of their own, since a layer before it may need its output unchanged.
final class DropoutOperation: NetworkOperation {
  private let input: Signal
  private let output: Signal
  private let share: Float
  private let seed: UInt64
  private let number: Int

  init(_ input: Signal, _ output: Signal, share: Float, seed: UInt64, number: Int) {
    self.input = input
    self.output = output
    self.share = share
    self.seed = seed
    self.number = number
  }

  /// Writes `source`, scaled up where it is kept and 0 elsewhere; the choice depends on seed, layer, step and place.
  private func mask(_ pass: Pass, _ source: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>) {
    let random = CountedRandom(seed: seed, 0x0D50, UInt64(number), UInt64(pass.step))
    let limit = UInt64(Double(share) * 0x1p16)
    let scale = 1 / (1 - share)
    let width = output.shape.width
    pass.overRows { rows in
      // Each 64 bits decide on four neighbouring values.
      let last = rows.upperBound * width
      var index = rows.lowerBound * width
      while index < last {
        var bits = random.bits(at: index >> 2) >> (16 * UInt64(index & 3))
        let end = min(last, (index | 3) + 1)
        while index < end {
          result[index] = bits & 0xFFFF < limit ? 0 : source[index] * scale
          bits >>= 16
          index += 1
        }
      }
    }
  }

  func forward(_ pass: Pass) {
    if pass.training, share > 0 {
      mask(pass, input.values, output.values)
    } else {
      output.values.update(from: input.values, count: pass.rows * output.shape.width)
    }
  }

  func backward(_ pass: Pass) {
    guard let slope = output.gradient, let back = input.gradient else { return }
    if share > 0 {
      mask(pass, slope, back)
    } else {
      back.update(from: slope, count: pass.rows * output.shape.width)
    }
  }
}

/// Batch normalisation of each column; input and output have memory of their own.
final class NormaliseOperation: NetworkOperation {
  static let epsilon: Float = 0.001
  static let momentum = 0.99

  private let input: Signal
  private let output: Signal
  private let weights: UnsafeMutablePointer<Float>
  private let gradient: UnsafeMutablePointer<Float>?
  private let statistics: UnsafeMutablePointer<Float>
  private let count: Int
  /// For each column: mean, 1 / deviation, and two sums of the backward pass.
  private let scratch: FloatStorage
  /// The input less its mean, over its deviation.
  private let normalised: FloatStorage

  init(
    _ input: Signal, _ output: Signal, batch: Int, weights: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>?, statistics: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.output = output
    self.weights = weights
    self.gradient = gradient
    self.statistics = statistics
    count = input.shape.width
    scratch = FloatStorage(4 * count)
    normalised = FloatStorage(gradient == nil ? 0 : batch * count)
  }

  func forward(_ pass: Pass) {
    if pass.training { forwardWithBatchStatistics(pass) } else { forwardWithMovingStatistics(pass) }
  }

  private func forwardWithMovingStatistics(_ pass: Pass) {
    let (factors, offsets) = (scratch.base, scratch.base + count)
    for column in 0..<count {
      factors[column] = weights[column] / (statistics[count + column] + Self.epsilon).squareRoot()
      offsets[column] = weights[count + column] - statistics[column] * factors[column]
    }
    pass.overRows { rows in
      for row in rows {
        let (source, result) = (input.values + row * count, output.values + row * count)
        for column in 0..<count { result[column] = source[column] * factors[column] + offsets[column] }
      }
    }
  }

  private func forwardWithBatchStatistics(_ pass: Pass) {
    // Adam's correction for the start, written as one momentum that grows with the steps.
    let kept = pow(Self.momentum, Double(pass.step))
    let momentum = Float(Self.momentum * (1 - kept) / (1 - Self.momentum * kept))
    let share = 1 / Float(pass.rows)
    pass.over(count, work: 64 * pass.rows * count) { part in
      let (first, size) = (part.lowerBound, part.count)
      let (means, scales) = (scratch.base + first, scratch.base + count + first)
      let (scale, shift) = (weights + first, weights + count + first)
      let (movingMeans, movingVariances) = (statistics + first, statistics + count + first)
      means.update(repeating: 0, count: size)
      scales.update(repeating: 0, count: size)
      for row in 0..<pass.rows {
        let source = input.values + row * count + first
        for column in 0..<size { means[column] += source[column] }
      }
      for column in 0..<size { means[column] *= share }
      for row in 0..<pass.rows {
        let source = input.values + row * count + first
        for column in 0..<size {
          let difference = source[column] - means[column]
          scales[column] += difference * difference
        }
      }
      for column in 0..<size {
        let variance = scales[column] * share
        scales[column] = 1 / (variance + Self.epsilon).squareRoot()
        movingMeans[column] = momentum * movingMeans[column] + (1 - momentum) * means[column]
        movingVariances[column] = momentum * movingVariances[column] + (1 - momentum) * variance
      }
      for row in 0..<pass.rows {
        let offset = row * count + first
        let (source, result, kept) = (input.values + offset, output.values + offset, normalised.base + offset)
        for column in 0..<size {
          let value = (source[column] - means[column]) * scales[column]
          kept[column] = value
          result[column] = value * scale[column] + shift[column]
        }
      }
    }
  }

  func backward(_ pass: Pass) {
    guard let gradient, let slope = output.gradient else { return }
    let share = 1 / Float(pass.rows)
    pass.over(count, work: 64 * pass.rows * count) { part in
      let (first, size) = (part.lowerBound, part.count)
      let (scales, scale) = (scratch.base + count + first, weights + first)
      let (scaleGradient, shiftGradient) = (gradient + first, gradient + count + first)
      let (products, sums) = (scratch.base + 2 * count + first, scratch.base + 3 * count + first)
      products.update(repeating: 0, count: size)
      sums.update(repeating: 0, count: size)
      for row in 0..<pass.rows {
        let offset = row * count + first
        let (values, kept) = (slope + offset, normalised.base + offset)
        for column in 0..<size {
          sums[column] += values[column]
          products[column] += values[column] * kept[column]
        }
      }
      scaleGradient.update(from: products, count: size)
      shiftGradient.update(from: sums, count: size)
      for column in 0..<size {
        products[column] *= share
        sums[column] *= share
      }
      guard let back = input.gradient else { return }
      for row in 0..<pass.rows {
        let offset = row * count + first
        let (values, kept, result) = (slope + offset, normalised.base + offset, back + offset)
        for column in 0..<size {
          result[column] =
            scale[column] * scales[column] * (values[column] - sums[column] - kept[column] * products[column])
        }
      }
    }
  }
}
