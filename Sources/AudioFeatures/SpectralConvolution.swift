internal import CBLAS
internal import Foundation

/// Filters over seven frames and a stretch of the bands that are shifted along the bands, of which the strongest answer of
/// each frame counts.
///
/// Along the bands the convolution is a product of Fourier transforms of length 96, which leaves no more than seven products
/// a filter and bin: two fifths of the work of sliding the filter along. All steps are matrix products in single precision.
final class SpectralConvolution {
  /// The spectrum of the frames of a patch over their bands, which all filters of a patch share.
  final class Spectrum {
    /// For each of the 96 components a row over the frames.
    let rows: AlignedStorage<Float>
    let frames: Int
    private let waves: AlignedStorage<Float>

    /// Room for the spectra of so many frames.
    init(frames: Int) {
      self.frames = frames
      rows = AlignedStorage(SpectralConvolution.bands * frames, filledWith: 0)
      waves = AlignedStorage(
        SpectralConvolution.components.flatMap { component in
          (0..<SpectralConvolution.bands).map { Float(component.wave($0)) }
        }, filler: 0)
    }

    /// Transforms frames of 96 bands each.
    func transform(_ input: UnsafePointer<Float>) {
      let bands = SpectralConvolution.bands
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(bands), blasint(frames), blasint(bands), 1, waves.base,
        blasint(bands), input, blasint(bands), 0, rows.base, blasint(frames))
    }
  }

  /// A part of a bin of the transform.
  fileprivate struct Component {
    let bin: Int
    let isImaginary: Bool

    /// What the component is multiplied with at a band, in the transform.
    func wave(_ band: Int) -> Double {
      let angle = 2 * Double.pi * Double(bin * band % bands) / Double(bands)
      return isImaginary ? -sin(angle) : cos(angle)
    }

    /// Where a bin's part lies among the components; `nil` for imaginary parts that are 0.
    static func place(_ bin: Int, isImaginary: Bool) -> Int? {
      if bin == 0 || bin == bands / 2 { return isImaginary ? nil : bin == 0 ? 0 : bands - 1 }
      return 2 * bin - (isImaginary ? 0 : 1)
    }
  }

  private static let bands = MusiCNN.bands
  private static let steps = 7
  /// The real parts and, where they are not 0, the imaginary parts of the bins 0 to 48.
  private static let components: [Component] = (0...(bands / 2)).flatMap { bin in
    bin == 0 || bin == bands / 2
      ? [Component(bin: bin, isImaginary: false)]
      : [Component(bin: bin, isImaginary: false), Component(bin: bin, isImaginary: true)]
  }
  /// The frames that are worked on together, so that their products stay in the processor's cache.
  private static let batch = 24

  private let layer: MusiCNNLayer
  private let places: Int
  /// For each component of the answer the filters: seven rows for the real, seven for the imaginary parts of the frames.
  private let filters: AlignedStorage<Float>
  /// For each place along the bands the weights of the components.
  private let inverse: AlignedStorage<Float>
  private let windows = AlignedStorage<Float>(batch * 2 * steps, filledWith: 0)
  private let answers: AlignedStorage<Float>
  private let sums: AlignedStorage<Float>

  /// A convolution with a layer's filters that reach over so many bands.
  init(_ layer: MusiCNNLayer, reach: Int) {
    let outputs = layer.outputs
    self.layer = layer
    places = Self.bands - reach + 1
    var filters: [Float] = []
    for component in Self.components {
      // The answer is the frames' transform times the conjugate of the filter's.
      func row(_ step: Int, _ part: Bool, _ sign: Double) -> [Float] {
        let waves = (0..<reach).map { Component(bin: component.bin, isImaginary: part).wave($0) * sign }
        return (0..<outputs).map { output in
          var sum = 0.0
          for band in 0..<reach {
            sum += Double(layer.kernel.base[(step * reach + band) * outputs + output]) * waves[band]
          }
          return Float(sum)
        }
      }
      for step in 0..<Self.steps { filters += row(step, component.isImaginary, component.isImaginary ? -1 : 1) }
      for step in 0..<Self.steps { filters += row(step, !component.isImaginary, 1) }
    }
    self.filters = AlignedStorage(filters, filler: 0)
    inverse = AlignedStorage(
      (0..<places).flatMap { place in
        Self.components.map { component in
          let isSingle = component.bin == 0 || component.bin == Self.bands / 2
          return Float(component.wave(place) * (isSingle ? 1 : 2) / Double(Self.bands))
        }
      }, filler: 0)
    answers = AlignedStorage(Self.bands * Self.batch * outputs, filledWith: 0)
    sums = AlignedStorage(places * Self.batch * outputs, filledWith: 0)
  }

  /// Writes the strongest answer of each filter for each of `frames` frames, rows of results `stride` apart; the spectrum
  /// holds three frames more on either side.
  func apply(
    _ spectrum: Spectrum, frames: Int, into target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let outputs = layer.outputs
    for first in Swift.stride(from: 0, to: frames, by: Self.batch) {
      let count = min(Self.batch, frames - first)
      multiply(spectrum, from: first, count: count)
      let width = count * outputs
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(places), blasint(width), blasint(Self.bands), 1,
        inverse.base,
        blasint(Self.bands), answers.base, blasint(width), 0, sums.base, blasint(width))
      for frame in 0..<count { finish(frame, width, into: target + (first + frame) * stride) }
    }
  }

  /// The transforms of the answers of `count` frames: a row of frames and filters for each component.
  private func multiply(_ spectrum: Spectrum, from first: Int, count: Int) {
    let outputs = layer.outputs
    for (number, component) in Self.components.enumerated() {
      if !component.isImaginary { lay(spectrum, component.bin, from: first, count: count) }
      let inner = 2 * Self.steps
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(count), blasint(outputs), blasint(inner), 1, windows.base,
        blasint(inner), filters.base + number * inner * outputs, blasint(outputs), 0,
        answers.base + number * count * outputs, blasint(outputs))
    }
  }

  /// Lays out the seven frames around each frame at a bin: real parts, then imaginary ones.
  private func lay(_ spectrum: Spectrum, _ bin: Int, from first: Int, count: Int) {
    for (half, isImaginary) in [false, true].enumerated() {
      let place = Component.place(bin, isImaginary: isImaginary)
      for frame in 0..<count {
        let target = windows.base + (2 * frame + half) * Self.steps
        if let place {
          target.update(from: spectrum.rows.base + place * spectrum.frames + first + frame, count: Self.steps)
        } else {
          target.update(repeating: 0, count: Self.steps)
        }
      }
    }
  }

  /// What follows a product rises with the sum, or falls where the scale is negative: so the ends of the sums suffice.
  private func finish(_ frame: Int, _ width: Int, into target: UnsafeMutablePointer<Float>) {
    let outputs = layer.outputs
    let whole = outputs / 4 * 4
    let sums = sums.base + frame * outputs
    for output in Swift.stride(from: 0, to: whole, by: 4) {
      var high = UnsafeRawPointer(sums + output).loadUnaligned(as: SIMD4<Float>.self)
      var low = high
      for place in 1..<places {
        let values = UnsafeRawPointer(sums + place * width + output).loadUnaligned(as: SIMD4<Float>.self)
        high = Vector.max(values, high)
        low = Vector.min(values, low)
      }
      for lane in 0..<4 {
        target[output + lane] = layer.finished(layer.scale[output + lane] < 0 ? low[lane] : high[lane], output + lane)
      }
    }
    for output in whole..<outputs {
      let column = (0..<places).map { sums[$0 * width + output] }
      let end = layer.scale[output] < 0 ? column.min() : column.max()
      target[output] = layer.finished(end ?? 0, output)
    }
  }
}
