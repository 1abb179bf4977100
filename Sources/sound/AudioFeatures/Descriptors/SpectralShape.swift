internal import Tracks

/// The single numbers of a spectrum: rolloff, centroid, flatness, the share of 100 to 300 Hz and the loudness.
final class SpectralShape {
  /// The values of eight frames.
  struct Values {
    /// The frequency in Hz of the first bin up to which 85% of the magnitude lies; 0 in silence.
    var rolloff = Lanes.zero
    /// The mean frequency in Hz, weighted by magnitude; 0 in silence.
    var centroid = Lanes.zero
    /// The geometric mean of the powers over their arithmetic mean, powers below a least one taken for it; 1 in silence.
    var flatness = Lanes.zero
    /// The RMS of the bins with 100 < f < 300 Hz over the RMS of all; 0 in silence.
    var energyFraction = Lanes.zero
    /// The RMS of the windowed frame, by Parseval's theorem as librosa's `rms(S=...)`.
    var rms = Lanes.zero
  }

  private let grid: FrameGrid
  private let band: Range<Int>
  private let cumulative: AlignedStorage<Lanes>

  /// Shapes of spectra on a grid.
  init(_ grid: FrameGrid) {
    self.grid = grid
    let step = Double(Sampling.rate) / Double(grid.size)
    let inside = (0..<grid.bins).filter { Double($0) * step > 100 && Double($0) * step < 300 }
    band = (inside.first ?? 0)..<((inside.last ?? -1) + 1)
    cumulative = AlignedStorage(grid.bins, filledWith: .zero)
  }

  /// All values of eight frames; `least` is the least power that the flatness tells from silence.
  func all(_ power: UnsafePointer<Lanes>, least: Float = 1e-10) -> Values {
    var values = Values()
    let sums = accumulate(power, withMoment: true)
    values.rolloff = rolloff(sums.magnitude)
    let step = Float(Double(Sampling.rate) / Double(grid.size))
    values.centroid = sums.moment * step / Vector.max(sums.magnitude, Lanes(repeating: .leastNormalMagnitude))
    values.flatness = flatness(power, Lanes(repeating: least))
    energies(power, &values)
    return values
  }

  /// Only the rolloff of eight frames.
  func rolloff(_ power: UnsafePointer<Lanes>) -> Lanes {
    rolloff(accumulate(power, withMoment: false).magnitude)
  }

  /// Only the energy fraction of eight frames.
  func energyFraction(_ power: UnsafePointer<Lanes>) -> Lanes {
    var values = Values()
    energies(power, &values)
    return values.energyFraction
  }

  /// The sums of the magnitudes, and of the magnitudes times their bins. The sums up to each bin stay in `cumulative`;
  /// they are added up bin by bin in single precision, as numpy does, so that the same bin crosses the threshold.
  private func accumulate(
    _ power: UnsafePointer<Lanes>, withMoment: Bool
  ) -> (magnitude: Lanes, moment: Lanes) {
    let cumulative = cumulative.base
    var sum = Lanes.zero
    var moment = Lanes.zero
    var bin: Float = 0
    for index in 0..<grid.bins {
      let magnitude = Vector.squareRoot(power[index])
      sum += magnitude
      if withMoment { moment += magnitude * bin }
      cumulative[index] = sum
      bin += 1
    }
    return (sum, moment)
  }

  /// The first bin up to which 85% of the magnitude lies: first by portions of 32 bins, then within the portion.
  private func rolloff(_ total: Lanes) -> Lanes {
    let portion = 32
    let threshold = total * 0.85
    var below = SIMD8<Int32>.zero
    for end in stride(from: portion - 1, to: grid.bins, by: portion) {
      below &-= unsafeBitCast(cumulative.base[end] .< threshold, to: SIMD8<Int32>.self)
    }
    let sums = UnsafeRawPointer(cumulative.base).assumingMemoryBound(to: Float.self)
    var result = Lanes.zero
    for lane in 0..<8 {
      var bin = Int(below[lane]) * portion
      while bin < grid.bins - 1, sums[8 * bin + lane] < threshold[lane] { bin += 1 }
      result[lane] = Float(Double(bin) * Double(Sampling.rate) / Double(grid.size))
    }
    return result
  }

  private func energies(_ power: UnsafePointer<Lanes>, _ values: inout Values) {
    var all = Lanes.zero
    for index in 1..<(grid.bins - 1) { all += power[index] }
    all += (power[0] + power[grid.bins - 1]) * 0.5
    var inside = Lanes.zero
    for index in band { inside += power[index] }
    values.energyFraction = Vector.squareRoot(inside / Vector.max(all, Lanes(repeating: .leastNormalMagnitude)))
    values.rms = Vector.squareRoot(all * (2 / Float(grid.size * grid.size)))
  }

  /// The logarithm of a product is added up: the mantissas are multiplied, each from 1 to 2, and the exponents added,
  /// and only one logarithm is taken of every 64 bins.
  private func flatness(_ power: UnsafePointer<Lanes>, _ least: Lanes) -> Lanes {
    var logarithms = Lanes.zero
    var sum = Lanes.zero
    for portion in stride(from: 0, to: grid.bins - 1, by: 64) {
      var mantissas = Lanes(repeating: 1)
      var exponents = SIMD8<UInt32>.zero
      for index in portion..<(portion + 64) {
        let value = Vector.max(power[index], least)
        sum += value
        let bits = unsafeBitCast(value, to: SIMD8<UInt32>.self)
        exponents &+= bits &>> 23
        mantissas *= unsafeBitCast(bits & 0x007F_FFFF | 0x3F80_0000, to: Lanes.self)
      }
      for lane in 0..<8 { logarithms[lane] += Float(Int32(exponents[lane]) - 64 * 127) }
      logarithms += Vector.log2(mantissas)
    }
    let last = Vector.max(power[grid.bins - 1], least)
    logarithms += Vector.log2(last)
    sum += last
    let count = Float(grid.bins)
    return Vector.exp2(logarithms / count - Vector.log2(sum / count))
  }
}
