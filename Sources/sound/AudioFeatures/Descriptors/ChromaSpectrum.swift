/// The power spectra of eight frames for the chroma, in single precision.
///
/// As `PowerSpectrum`, with each frame scaled to its own peak first: chroma is divided by its largest value in each
/// frame, so the scale does not matter, and a quiet frame does not drown in the rounding noise of the loud one it shares
/// its transform with.
final class ChromaSpectrum {
  let grid: FrameGrid
  /// The powers: `grid.bins` values for eight frames each.
  let power: AlignedStorage<Lanes>
  private let transform: FourierTransform<Float>
  private let window: AlignedStorage<SIMD2<Float>>

  /// Spectra on a grid.
  init(_ grid: FrameGrid) {
    self.grid = grid
    transform = FourierTransform<Float>(size: grid.size)
    power = AlignedStorage(grid.bins, filledWith: .zero)
    window = AlignedStorage(grid.window.map { SIMD2(repeating: Float($0)) }, filler: .zero)
  }

  /// Computes the frames `first ..< first + 8`; those at or beyond `frames` are silent.
  func compute(_ sample: ScaledSample, from first: Int, of frames: Int) {
    for pair in 0..<4 {
      let frame = first + 2 * pair
      let scales = SIMD2(scale(sample, frame, frames), scale(sample, frame + 1, frames))
      if scales != .zero {
        fill(
          sample.values + grid.start(of: min(frame, frames - 1)),
          sample.values + grid.start(of: min(frame + 1, frames - 1)), scales)
        transform.run()
      }
      separate(into: pair, scales: scales)
    }
  }

  private func scale(_ sample: ScaledSample, _ frame: Int, _ frames: Int) -> Float {
    guard frame < frames else { return 0 }
    let peak = sample.peak(from: grid.start(of: frame), length: grid.size)
    // Below this the reciprocal overflows.
    return peak > 1e-36 ? 1 / peak : 0
  }

  private func fill(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ scales: SIMD2<Float>) {
    var first = UnsafeRawPointer(first)
    var second = UnsafeRawPointer(second)
    var window = UnsafeRawPointer(self.window.base)
    var target = UnsafeMutableRawPointer(transform.input.base)
    let scale = SIMD4(scales[0], scales[1], scales[0], scales[1])
    for _ in 0..<(grid.size / 4) {
      let a = first.loadUnaligned(as: SIMD4<Float>.self)
      let b = second.loadUnaligned(as: SIMD4<Float>.self)
      let low = SIMD4(a[0], b[0], a[1], b[1]) * scale * window.load(as: SIMD4<Float>.self)
      let high = SIMD4(a[2], b[2], a[3], b[3]) * scale * window.load(fromByteOffset: 16, as: SIMD4<Float>.self)
      target.storeBytes(of: low, as: SIMD4<Float>.self)
      target.storeBytes(of: high, toByteOffset: 16, as: SIMD4<Float>.self)
      first += 16
      second += 16
      window += 32
      target += 32
    }
  }

  private func separate(into pair: Int, scales: SIMD2<Float>) {
    let spectrum = transform.output.base
    let target = UnsafeMutableRawPointer(power.base) + pair * MemoryLayout<SIMD2<Float>>.stride
    let step = MemoryLayout<Lanes>.stride
    guard scales != .zero else {
      for bin in 0..<grid.bins { target.storeBytes(of: .zero, toByteOffset: bin * step, as: SIMD2<Float>.self) }
      return
    }
    let mask = SIMD4<Float>(scales[0] > 0 ? 1 : 0, scales[1] > 0 ? 1 : 0, scales[0] > 0 ? 1 : 0, scales[1] > 0 ? 1 : 0)
    // Bin 0 mirrors itself; after it two bins at a time. There are an even number of those.
    let first = Self.powers(spectrum[0], spectrum[0]) * mask.lowHalf
    target.storeBytes(of: first, toByteOffset: 0, as: SIMD2<Float>.self)
    var ahead = UnsafeRawPointer(spectrum + 1)
    var behind = UnsafeRawPointer(spectrum + grid.size - 2)
    var place = target + step
    for _ in 0..<(grid.bins / 2) {
      let value = ahead.loadUnaligned(as: SIMD4<Float>.self)
      let mirror = behind.loadUnaligned(as: SIMD4<Float>.self)
      let other = SIMD4(mirror[2], mirror[3], mirror[0], mirror[1])
      let sum = value + other
      let difference = value - other
      let squares = difference * difference
      let powers = (sum * sum + SIMD4(squares[1], squares[0], squares[3], squares[2])) * mask
      place.storeBytes(of: powers.lowHalf, as: SIMD2<Float>.self)
      place.storeBytes(of: powers.highHalf, toByteOffset: step, as: SIMD2<Float>.self)
      ahead += 16
      behind -= 16
      place += 2 * step
    }
  }

  private static func powers(_ value: SIMD2<Float>, _ other: SIMD2<Float>) -> SIMD2<Float> {
    let sum = value + other
    let difference = value - other
    let squares = difference * difference
    return sum * sum + SIMD2(squares[1], squares[0])
  }
}
