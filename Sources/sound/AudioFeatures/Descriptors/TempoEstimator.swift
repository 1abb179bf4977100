internal import Glibc
internal import Tracks

/// The tempo of an onset envelope, as librosa's `feature.tempo`: the mean over time of the normalised autocorrelations
/// of 8 s long Hann windows centred on every frame, times a log-normal prior around 120 BPM one octave wide, at most
/// 320 BPM.
///
/// librosa transforms every window. Here the mean is taken in closed form: a product of two Hann windows is a sum of
/// three cosines, so the sum over windows turns into running sums over their weights, and the whole into a handful of
/// correlations of the envelope with itself. Where the windows' energies lie so far apart that the running sums would
/// cancel, every window is transformed after all.
///
/// Reference: P. Grosche, M. Müller and F. Kurth, "Cyclic tempogram", ICASSP 2010.
final class TempoEstimator {
  /// A tempo and how sure it is.
  struct Estimate: Sendable, Equatable {
    /// Beats a minute.
    var tempo: Double
    /// The mean normalised autocorrelation at that tempo's period, 0 to 1.
    var strength: Double
  }

  /// The largest number of frames of an envelope.
  let mostFrames: Int
  /// The number of frames of a window.
  let window: Int
  /// The mean normalised autocorrelation at each lag after `estimate`: `window` values.
  let autocorrelation: AlignedStorage<Double>

  private let hop: Int
  private let prior: [Double]
  private let tempi: [Double]
  private let squaredWindow: AlignedStorage<Double>
  private let plainWindow: AlignedStorage<Double>
  /// exp(i a m) for every place m of the padded envelope, a being the window's angular frequency.
  let turns: AlignedStorage<SIMD2<Double>>
  let envelope: AlignedStorage<Double>
  let weights: AlignedStorage<Double>
  let running: AlignedStorage<SIMD8<Double>>
  let transform: FourierTransform<Double>
  let plain: AlignedStorage<SIMD2<Double>>
  let turned: AlignedStorage<SIMD2<Double>>
  let sums: AlignedStorage<SIMD2<Double>>
  let weighted: AlignedStorage<SIMD2<Double>>

  /// An estimator for envelopes of at most `frames` frames, `hop` values apart.
  init(hop: Int, frames: Int) {
    self.hop = hop
    mostFrames = frames
    window = 8 * Sampling.rate / hop
    let length = frames + 2 * (window / 2) + 1
    var size = 1
    while size < length + window { size *= 2 }
    autocorrelation = AlignedStorage(window, filledWith: 0)
    let step = 2 * Double.pi / Double(window)
    let hann = (0..<window).map { 0.5 - 0.5 * cos(step * Double($0)) }
    plainWindow = AlignedStorage(hann, filler: 0)
    squaredWindow = AlignedStorage(hann.map { $0 * $0 }, filler: 0)
    turns = AlignedStorage((0..<length).map { SIMD2(cos(step * Double($0)), sin(step * Double($0))) }, filler: .zero)
    tempi = (0..<window).map { $0 == 0 ? .infinity : 60 * Double(Sampling.rate) / (Double(hop) * Double($0)) }
    prior = tempi.map { tempo in
      guard tempo < 320 else { return -.infinity }
      let octaves = log2(tempo) - log2(120)
      return -0.5 * octaves * octaves
    }
    envelope = AlignedStorage(length, filledWith: 0)
    weights = AlignedStorage(frames, filledWith: 0)
    running = AlignedStorage(frames + 1, filledWith: .zero)
    transform = FourierTransform<Double>(size: size)
    plain = AlignedStorage(size, filledWith: .zero)
    turned = AlignedStorage(size, filledWith: .zero)
    sums = AlignedStorage(size, filledWith: .zero)
    weighted = AlignedStorage(size, filledWith: .zero)
  }

  /// The tempo of an envelope of 1 to `mostFrames` frames. Silence has the tempo nearest to 120 and strength 0.
  func estimate(_ onsets: UnsafePointer<Float>, frames: Int) -> Estimate {
    precondition((1...mostFrames).contains(frames), "an envelope has 1 to \(mostFrames) frames")
    let spread = prepare(onsets, frames: frames)
    if spread > 1e7 || window < 64 {
      transformEveryWindow(frames: frames)
    } else {
      correlate(frames: frames)
    }
    var best = 0
    var bestScore = -Double.infinity
    for lag in 0..<window {
      let score = log1p(1e6 * autocorrelation.base[lag]) + prior[lag]
      if score > bestScore {
        bestScore = score
        best = lag
      }
    }
    return Estimate(tempo: tempi[best], strength: min(max(autocorrelation.base[best], 0), 1))
  }

  /// Takes over an envelope and returns how many times the weakest window's energy goes into the envelope's.
  func prepare(_ onsets: UnsafePointer<Float>, frames: Int) -> Double {
    pad(onsets, frames: frames)
    return weigh(frames: frames)
  }

  /// The envelope with a ramp down to 0 on either side, half a window long.
  private func pad(_ onsets: UnsafePointer<Float>, frames: Int) {
    let half = window / 2
    let (first, last) = (Double(onsets[0]), Double(onsets[frames - 1]))
    envelope.fill(with: 0)
    for place in 0..<half {
      // numpy's ramp has the envelope's own precision.
      envelope.base[place] = Double(Float(first * Double(place) / Double(half)))
      envelope.base[half + frames + place] = Double(Float(last * Double(half - 1 - place) / Double(half)))
    }
    for frame in 0..<frames { envelope.base[half + frame] = Double(onsets[frame]) }
  }

  /// Sets each window's weight, one over its energy (0 for a silent one), and returns how many times the weakest
  /// window's energy goes into the envelope's.
  private func weigh(frames: Int) -> Double {
    // The squares are needed once for each window that covers them; `sums` is free until the correlation.
    let squares = UnsafeMutableRawPointer(sums.base).assumingMemoryBound(to: Double.self)
    var total = 0.0
    for place in 0..<envelope.count {
      squares[place] = envelope.base[place] * envelope.base[place]
      total += squares[place]
    }
    var weakest = Double.infinity
    for frame in 0..<frames {
      // Sixteen sums, for one would have to wait for its last addition each time.
      var energies = SIMD16<Double>.zero
      let part = squares + frame
      let whole = window / 16 * 16
      var place = 0
      while place < whole {
        energies +=
          UnsafeRawPointer(part + place).loadUnaligned(as: SIMD16<Double>.self)
          * UnsafeRawPointer(squaredWindow.base + place).loadUnaligned(as: SIMD16<Double>.self)
        place &+= 16
      }
      var energy = energies.sum()
      for place in whole..<window { energy += part[place] * squaredWindow.base[place] }
      weights.base[frame] = energy > 0 ? 1 / energy : 0
      if energy > 0 { weakest = min(weakest, energy) }
    }
    return total / weakest
  }

  /// The mean of the normalised autocorrelations, window by window, two to a transform.
  func transformEveryWindow(frames: Int) {
    let size = transform.size
    sums.fill(with: .zero)
    transform.input.fill(with: .zero)
    for frame in stride(from: 0, to: frames, by: 2) {
      let first = weights.base[frame].squareRoot()
      let second = frame + 1 < frames ? weights.base[frame + 1].squareRoot() : 0
      for place in 0..<window {
        transform.input.base[place] =
          SIMD2(envelope.base[frame + place] * first, second == 0 ? 0 : envelope.base[frame + 1 + place] * second)
          * plainWindow.base[place]
      }
      transform.run()
      for bin in 0..<size {
        let value = transform.output.base[bin]
        sums.base[bin] += value * value
      }
    }
    // |Z(k)|^2 + |Z(-k)|^2 is twice the sum of both windows' powers; the sum of all is even, so a forward transform
    // is an inverse one.
    for bin in 0..<size {
      let mirror = bin == 0 ? 0 : size - bin
      transform.input.base[bin] = SIMD2((sums.base[bin].sum() + sums.base[mirror].sum()) / 2, 0)
    }
    transform.run()
    for lag in 0..<window {
      autocorrelation.base[lag] = transform.output.base[lag].x / Double(size) / Double(frames)
    }
  }
}
