internal import Tracks

/// The single numbers of a spectrum: rolloff, centroid, flatness, the share of 100 to 300 Hz and the loudness.
final class SpectralShape {
  /// The values of eight frames.
  struct Values {
    /// The frequency in Hz of the first bin up to which 85% of the magnitude lies; 0 in silence.
    var rolloff = Lanes.zero
    /// The mean frequency in Hz, weighted by magnitude; 0 in silence.
    var centroid = Lanes.zero
    /// The geometric mean of the powers over their arithmetic mean, powers below 1e-10 taken for 1e-10; 1 in silence.
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

  /// All values of eight frames.
  func all(_ power: UnsafePointer<Lanes>) -> Values {
    var values = Values()
    rolloff(power, &values, withCentroid: true)
    energies(power, &values)
    values.flatness = flatness(power)
    return values
  }

  /// Only the rolloff of eight frames.
  func rolloff(_ power: UnsafePointer<Lanes>) -> Lanes {
    var values = Values()
    rolloff(power, &values, withCentroid: false)
    return values.rolloff
  }

  /// Only the energy fraction of eight frames.
  func energyFraction(_ power: UnsafePointer<Lanes>) -> Lanes {
    var values = Values()
    energies(power, &values)
    return values.energyFraction
  }

  private func rolloff(_ power: UnsafePointer<Lanes>, _ values: inout Values, withCentroid: Bool) {
    let step = Float(Double(Sampling.rate) / Double(grid.size))
    var sum = Lanes.zero
    var moment = Lanes.zero
    var bin: Float = 0
    // Added up bin by bin in single precision, as numpy does, so that the same bin crosses the threshold.
    for index in 0..<grid.bins {
      let magnitude = Vector.squareRoot(power[index])
      sum += magnitude
      moment += magnitude * bin
      cumulative.base[index] = sum
      bin += 1
    }
    if withCentroid {
      values.centroid = moment * step / Vector.max(sum, Lanes(repeating: .leastNormalMagnitude))
    }
    let threshold = sum * 0.85
    var below = SIMD8<Int32>.zero
    for index in 0..<grid.bins {
      below &-= unsafeBitCast(cumulative.base[index] .< threshold, to: SIMD8<Int32>.self)
    }
    for lane in 0..<8 { values.rolloff[lane] = Float(Double(below[lane]) * Double(Sampling.rate) / Double(grid.size)) }
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

  private func flatness(_ power: UnsafePointer<Lanes>) -> Lanes {
    let least = Lanes(repeating: 1e-10)
    var logarithms = Lanes.zero
    var sum = Lanes.zero
    // A power lies between 2^-34 and 2^21: the product of four of them times 2^6 each is far from both ends. Added up
    // in portions, because single precision would lose the last digits of a long sum.
    for portion in stride(from: 0, to: grid.bins - 1, by: 64) {
      var part = Lanes.zero
      for index in stride(from: portion, to: portion + 64, by: 4) {
        let a = Vector.max(power[index], least)
        let b = Vector.max(power[index + 1], least)
        let c = Vector.max(power[index + 2], least)
        let d = Vector.max(power[index + 3], least)
        part += Vector.log2((a * 64) * (b * 64) * ((c * 64) * (d * 64))) - 24
        sum += (a + b) + (c + d)
      }
      logarithms += part
    }
    let last = Vector.max(power[grid.bins - 1], least)
    logarithms += Vector.log2(last)
    sum += last
    let count = Float(grid.bins)
    let geometric = logarithms / count
    let arithmetic = Vector.log2(sum / count)
    return Vector.exp2(geometric - arithmetic)
  }
}
