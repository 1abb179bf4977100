internal import CBLAS

/// MusiCNN: a convolutional network that was trained to tag music; what its last layer but one says of three seconds is a
/// learned description of their sound.
///
/// Convolutions are matrix products in single precision, on the calling thread. One thread at a time may use it; it owns
/// all memory that it needs.
/// Reference: J. Pons and X. Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging", LBD-ISMIR
/// 2019; J. Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR 2018.
final class MusiCNN {
  /// The number of frames of a patch.
  static let frames = 187
  /// The number of mel bands of a frame.
  static let bands = 96
  /// The number of values of an embedding.
  static let outputs = 200

  private static let reach = 3
  private static let fronts = 561
  private static let middles = 64
  private static let width = fronts + 3 * middles

  private let weights: MusiCNNWeights
  private let low: SpectralConvolution
  private let wide: SpectralConvolution
  private let spectrum = SpectralConvolution.Spectrum(frames: frames + 2 * reach)
  /// The patch, frame after frame, with silent frames around it.
  private let input = AlignedStorage<Float>((frames + 2 * reach) * bands, filledWith: 0)
  /// One band over time, with silence around it.
  private let track = AlignedStorage<Float>(frames + 127, filledWith: 0)
  private let windows = AlignedStorage<Float>(frames * 128, filledWith: 0)
  private let products = AlignedStorage<Float>(frames * 64, filledWith: 0)
  /// The largest and the smallest sum of each frame and filter over the bands.
  private let largest = AlignedStorage<Float>(frames * 51, filledWith: 0)
  private let smallest = AlignedStorage<Float>(frames * 51, filledWith: 0)
  /// All features of each frame, with silent frames around them.
  private let features = AlignedStorage<Float>((frames + 2 * reach) * width, filledWith: 0)

  /// A network of some weights; those that the program carries by default.
  init(_ weights: MusiCNNWeights = MusiCNNWeights()) {
    self.weights = weights
    low = SpectralConvolution(weights.convolutions[0], reach: 38)
    wide = SpectralConvolution(weights.convolutions[1], reach: 67)
    // Who wants more threads analyses more songs.
    openblas_set_num_threads(1)
  }

  /// The embedding of a patch: `frames` frames of `bands` values log10(10,000 power + 1).
  func embedding(of patch: UnsafePointer<Float>) -> [Float] {
    for index in 0..<(Self.frames * Self.bands) {
      input.base[Self.reach * Self.bands + index] = patch[index] * weights.inputScale + weights.inputShift
    }
    spectrum.transform(input.base)
    low.apply(spectrum, frames: Self.frames, into: row(0), stride: Self.width)
    wide.apply(spectrum, frames: Self.frames, into: row(0) + 204, stride: Self.width)
    temporal()
    join(weights.convolutions[5], from: 0, at: Self.fronts, adding: nil)
    join(weights.convolutions[6], from: Self.fronts, at: Self.fronts + Self.middles, adding: Self.fronts)
    join(
      weights.convolutions[7], from: Self.fronts + Self.middles, at: Self.fronts + 2 * Self.middles,
      adding: Self.fronts + Self.middles)
    return finish()
  }

  private func row(_ frame: Int) -> UnsafeMutablePointer<Float> {
    features.base + (frame + Self.reach) * Self.width
  }

  /// Filters along time on one band after the other; the strongest answer over the bands counts.
  private func temporal() {
    for number in 0..<3 {
      let layer = weights.convolutions[2 + number]
      for band in 0..<Self.bands {
        lay(band)
        // The window of 128 frames holds those of 64 and 32 at its middle.
        let inset = (128 - layer.inner) / 2
        multiply(
          rows: Self.frames, layer.inner, windows.base + inset, stride: 128, layer.kernel.base, layer.outputs,
          into: products.base)
        for frame in 0..<Self.frames {
          let sums = products.base + frame * layer.outputs
          if band == 0 {
            start(frame, from: sums, count: layer.outputs)
          } else {
            compare(frame, with: sums, count: layer.outputs)
          }
        }
      }
      for frame in 0..<Self.frames { finish(frame, layer, into: row(frame) + 408 + 51 * number) }
    }
  }

  /// Lays out the 128 frames around each frame of a band, 63 before and 64 behind it.
  private func lay(_ band: Int) {
    for frame in 0..<Self.frames {
      track.base[63 + frame] = input.base[(frame + Self.reach) * Self.bands + band]
    }
    for frame in 0..<Self.frames { (windows.base + frame * 128).update(from: track.base + frame, count: 128) }
  }

  // MARK: The strongest answers

  private func start(_ frame: Int, from sums: UnsafePointer<Float>, count: Int) {
    (largest.base + frame * 51).update(from: sums, count: count)
    (smallest.base + frame * 51).update(from: sums, count: count)
  }

  private func compare(_ frame: Int, with sums: UnsafePointer<Float>, count: Int) {
    let (high, low) = (largest.base + frame * 51, smallest.base + frame * 51)
    let whole = count / 4 * 4
    for place in stride(from: 0, to: whole, by: 4) {
      let values = UnsafeRawPointer(sums + place).loadUnaligned(as: SIMD4<Float>.self)
      let (top, bottom) = (UnsafeMutableRawPointer(high + place), UnsafeMutableRawPointer(low + place))
      top.storeBytes(of: Vector.max(values, top.loadUnaligned(as: SIMD4<Float>.self)), as: SIMD4<Float>.self)
      bottom.storeBytes(of: Vector.min(values, bottom.loadUnaligned(as: SIMD4<Float>.self)), as: SIMD4<Float>.self)
    }
    for place in whole..<count {
      high[place] = max(high[place], sums[place])
      low[place] = min(low[place], sums[place])
    }
  }

  /// What follows a product rises with the sum, or falls where the scale is negative: so the ends of the sums suffice.
  private func finish(_ frame: Int, _ layer: MusiCNNLayer, into target: UnsafeMutablePointer<Float>) {
    let (high, low) = (largest.base + frame * 51, smallest.base + frame * 51)
    for output in 0..<layer.outputs {
      target[output] = layer.finished(layer.scale[output] < 0 ? low[output] : high[output], output)
    }
  }

  // MARK: What joins

  /// Filters over seven frames and all features of some columns, with those of others added.
  private func join(_ layer: MusiCNNLayer, from column: Int, at target: Int, adding added: Int?) {
    let count = layer.inner / 7
    for step in 0..<7 {
      multiply(
        rows: Self.frames, count, row(step - Self.reach) + column, stride: Self.width,
        layer.kernel.base + step * count * layer.outputs, layer.outputs, keep: step > 0, into: products.base)
    }
    for frame in 0..<Self.frames {
      let place = row(frame)
      for output in 0..<layer.outputs {
        let value = layer.finished(products.base[frame * layer.outputs + output], output)
        place[target + output] = value + (added.map { place[$0 + output] } ?? 0)
      }
    }
  }

  /// The largest and the mean value of each feature, one after the other, and the dense layer.
  private func finish() -> [Float] {
    let pooled = windows.base
    for feature in 0..<Self.width {
      var (sum, high): (Float, Float) = (0, -.infinity)
      for frame in 0..<Self.frames {
        let value = row(frame)[feature]
        sum += value
        high = max(high, value)
      }
      let mean = sum / Float(Self.frames)
      pooled[2 * feature] = high * weights.pooledScale[2 * feature] + weights.pooledShift[2 * feature]
      pooled[2 * feature + 1] = mean * weights.pooledScale[2 * feature + 1] + weights.pooledShift[2 * feature + 1]
    }
    let dense = weights.dense
    multiply(
      rows: 1, dense.inner, pooled, stride: dense.inner, dense.kernel.base, dense.outputs, into: products.base)
    return (0..<dense.outputs).map { dense.finished(products.base[$0], $0) }
  }

  /// `result = left right`, or `result += left right`: `left` is `rows x inner` with rows `stride` apart, `right` is
  /// `inner x columns`.
  private func multiply(
    rows: Int, _ inner: Int, _ left: UnsafePointer<Float>, stride: Int, _ right: UnsafePointer<Float>, _ columns: Int,
    keep: Bool = false, into result: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(inner), 1, left,
      blasint(stride), right, blasint(columns), keep ? 1 : 0, result, blasint(columns))
  }
}
