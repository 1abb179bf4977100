internal import Glibc

/// The shape of a short-time Fourier transform with centred frames and a periodic Hann window.
struct FrameGrid: Sendable {
  /// The length of the window and of the transform.
  let size: Int
  /// The distance between the centres of two frames.
  let hop: Int

  /// The number of bins from 0 to half of the rate.
  var bins: Int { size / 2 + 1 }

  /// The number of frames of `count` values: librosa's, and one for none.
  func frames(of count: Int) -> Int { 1 + count / hop }

  /// Where a frame starts, counted from the sample's first value.
  func start(of frame: Int) -> Int { frame * hop - size / 2 }

  /// The periodic Hann window of `size` values.
  var window: [Double] {
    (0..<size).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(size)) }
  }
}

/// The power spectra of eight frames, bin by bin, each bin's eight frames together.
///
/// Two frames travel through one complex transform, the first as its real, the second as its imaginary part:
/// with Z the transform and Y(k) = conj(Z(n - k)), the first frame's is (Z + Y) / 2, the second's (Z - Y) / 2i. Double
/// precision, because spectral contrast looks at the quietest bins, which lie below the rounding noise that the loudest
/// leave in a single-precision transform.
final class PowerSpectrum {
  let grid: FrameGrid
  /// The powers: `grid.bins` values for eight frames each.
  let power: AlignedStorage<Lanes>
  private let transform: FourierTransform<Double>
  /// Half of the window, for the division by 2.
  private let halfWindow: AlignedStorage<SIMD2<Double>>

  /// Spectra on a grid.
  init(_ grid: FrameGrid) {
    self.grid = grid
    transform = FourierTransform<Double>(size: grid.size)
    power = AlignedStorage(grid.bins, filledWith: .zero)
    let window = grid.window
    halfWindow = AlignedStorage(
      stride(from: 0, to: grid.size, by: 2).map { SIMD2(window[$0] / 2, window[$0 + 1] / 2) }, filler: .zero)
  }

  /// Computes the frames `first ..< first + 8`; those at or beyond `frames` are silent.
  func compute(_ sample: ScaledSample, from first: Int, of frames: Int) {
    for pair in 0..<4 {
      let frame = first + 2 * pair
      let sounds = (frame < frames && isHeard(sample, frame), frame + 1 < frames && isHeard(sample, frame + 1))
      if sounds.0 || sounds.1 {
        window(sample.values + grid.start(of: frame), sample.values + grid.start(of: min(frame + 1, frames - 1)))
        transform.run()
      }
      separate(into: pair, heard: sounds)
    }
  }

  private func isHeard(_ sample: ScaledSample, _ frame: Int) -> Bool {
    sample.peak(from: grid.start(of: frame), length: grid.size) > 0
  }

  private func window(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>) {
    var first = UnsafeRawPointer(first)
    var second = UnsafeRawPointer(second)
    var window = UnsafeRawPointer(halfWindow.base)
    var target = UnsafeMutableRawPointer(transform.input.base)
    for _ in 0..<(grid.size / 4) {
      let a = first.loadUnaligned(as: SIMD4<Float>.self)
      let b = second.loadUnaligned(as: SIMD4<Float>.self)
      let (u, v) = (window.load(as: SIMD2<Double>.self), window.load(fromByteOffset: 16, as: SIMD2<Double>.self))
      let low = SIMD4<Double>(SIMD4(a[0], b[0], a[1], b[1])) * SIMD4(u[0], u[0], u[1], u[1])
      let high = SIMD4<Double>(SIMD4(a[2], b[2], a[3], b[3])) * SIMD4(v[0], v[0], v[1], v[1])
      target.storeBytes(of: low, as: SIMD4<Double>.self)
      target.storeBytes(of: high, toByteOffset: 32, as: SIMD4<Double>.self)
      first += 16
      second += 16
      window += 32
      target += 64
    }
  }

  /// Writes the powers of a pair's two frames into its two lanes; a frame that is not heard gets exact zeros, not the
  /// rounding noise of its neighbour.
  private func separate(into pair: Int, heard: (Bool, Bool)) {
    let spectrum = transform.output.base
    let bins = grid.bins
    let target = UnsafeMutableRawPointer(power.base) + pair * MemoryLayout<SIMD2<Float>>.stride
    let step = MemoryLayout<Lanes>.stride
    guard heard.0 || heard.1 else {
      for bin in 0..<bins { target.storeBytes(of: .zero, toByteOffset: bin * step, as: SIMD2<Float>.self) }
      return
    }
    target.storeBytes(of: Self.powers(spectrum[0], spectrum[0]), as: SIMD2<Float>.self)
    var value = spectrum + 1
    var other = spectrum + grid.size - 1
    var place = target + step
    for _ in 1..<bins {
      place.storeBytes(of: Self.powers(value.pointee, other.pointee), as: SIMD2<Float>.self)
      value += 1
      other -= 1
      place += step
    }
    if !heard.0 || !heard.1 {
      let silent = target + (heard.0 ? MemoryLayout<Float>.stride : 0)
      for bin in 0..<bins { silent.storeBytes(of: 0, toByteOffset: bin * step, as: Float.self) }
    }
  }

  /// The powers of the two frames at a bin, from the transform there and at its mirror image.
  @inline(__always)
  private static func powers(_ value: SIMD2<Double>, _ other: SIMD2<Double>) -> SIMD2<Float> {
    let sum = value + other
    let difference = value - other
    let squares = difference * difference
    return SIMD2<Float>(sum * sum + SIMD2(squares[1], squares[0]))
  }
}
