internal import Foundation
internal import Tracks

/// What MusiCNN is shown of a sample: the powers in 96 mel bands of 187 frames at 16 kHz, as librosa's `melspectrogram`
/// with a window of 512 and a hop of 256.
///
/// The frames are those around the middle of the sample. A shorter sample is repeated, as in the network's training. One
/// thread at a time may use it.
final class MusiCNNSpectrogram {
  static let rate = 16_000
  /// The values at 16 kHz that the frames of a patch see.
  static let length = (MusiCNN.frames - 1) * grid.hop + grid.size
  static let grid = FrameGrid(size: 512, hop: 256)

  private let rateChange = RateChange()
  private let filters = MelFilterBank(grid, highest: 8_000, bands: MusiCNN.bands, rate: rate)
  private let transform = FourierTransform<Float>(size: grid.size)
  private let window = AlignedStorage<Float>(grid.window.map { Float($0) }, filler: 0)
  private let source = AlignedStorage<Float>(RateChange.needed(length), filledWith: 0)
  private let values = AlignedStorage<Float>(length, filledWith: 0)
  private let power = AlignedStorage<Lanes>(grid.bins, filledWith: .zero)
  private let bands = AlignedStorage<Lanes>(MusiCNN.bands, filledWith: .zero)

  /// Writes the powers of a sample at `Sampling.rate`, frame after frame. There is at least one value; those that are
  /// not finite count as silence.
  func powers(of sample: UnsafeBufferPointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let spare = sample.count - source.count
    for place in 0..<source.count {
      let value = sample[spare >= 0 ? spare / 2 + place : place % sample.count]
      source.base[place] = value.isFinite ? value : 0
    }
    rateChange.convert(source.base, into: values.base, count: Self.length)
    powers(atRate: values.base, into: target)
  }

  /// As `powers(of:into:)`, of `length` values at 16 kHz.
  func powers(atRate values: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    for batch in 0..<((MusiCNN.frames + 7) / 8) {
      for pair in 0..<4 { analyse(values, frame: 8 * batch + 2 * pair, lane: 2 * pair) }
      filters.apply(power.base, into: bands.base)
      for lane in 0..<min(8, MusiCNN.frames - 8 * batch) {
        let row = target + (8 * batch + lane) * MusiCNN.bands
        for band in 0..<MusiCNN.bands { row[band] = bands.base[band][lane] }
      }
    }
  }

  /// Two frames travel through one transform, as in `PowerSpectrum`; those behind the last are the last again.
  private func analyse(_ values: UnsafePointer<Float>, frame: Int, lane: Int) {
    let first = values + min(frame, MusiCNN.frames - 1) * Self.grid.hop
    let second = values + min(frame + 1, MusiCNN.frames - 1) * Self.grid.hop
    for place in 0..<Self.grid.size {
      transform.input.base[place] = SIMD2(first[place], second[place]) * (window.base[place] * 0.5)
    }
    transform.run()
    for bin in 0..<Self.grid.bins {
      let value = transform.output.base[bin]
      let mirror = transform.output.base[bin == 0 ? 0 : Self.grid.size - bin]
      let sum = value + SIMD2(mirror.x, -mirror.y)
      let difference = value - SIMD2(mirror.x, -mirror.y)
      power.base[bin][lane] = (sum * sum).sum()
      power.base[bin][lane + 1] = (difference * difference).sum()
    }
  }
}

/// Brings audio from `Sampling.rate` to 16 kHz: 160 values for 441, each by a low-pass of its own phase (a Kaiser window
/// over a sinc; what lies below 7.2 kHz passes, what lies above 8 kHz is 80 dB down).
final class RateChange {
  private static let phases = 160
  private static let step = 441
  private static let taps = 320
  private let filters: AlignedStorage<Float>

  /// The number of values from which `count` are made.
  static func needed(_ count: Int) -> Int { (count - 1) * step / phases + taps + 1 }

  init() {
    let cutoff = 2 * 7_600 / Double(Sampling.rate)
    let shape = 7.857
    var filters: [Float] = []
    for phase in 0..<Self.phases {
      let centre = Double(Self.taps / 2 - 1) + Double(phase) / Double(Self.phases)
      let row = (0..<Self.taps).map { tap -> Double in
        let apart = Double(tap) - centre
        let angle = Double.pi * cutoff * apart
        let inside = max(0, 1 - (apart / Double(Self.taps / 2)) * (apart / Double(Self.taps / 2)))
        return (angle == 0 ? 1 : sin(angle) / angle) * Self.bessel(shape * inside.squareRoot())
      }
      let sum = row.reduce(0, +)
      filters += row.map { Float($0 / sum) }
    }
    self.filters = AlignedStorage(filters, filler: 0)
  }

  /// The modified Bessel function of the first kind and order 0, by its series.
  private static func bessel(_ value: Double) -> Double {
    var (sum, term, number) = (1.0, 1.0, 1.0)
    while term > 1e-12 * sum {
      term *= (value / (2 * number)) * (value / (2 * number))
      sum += term
      number += 1
    }
    return sum
  }

  /// Writes `count` values, of which the first lies at `taps / 2 - 1` values of the source.
  func convert(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let (start, phase) = (index * Self.step).quotientAndRemainder(dividingBy: Self.phases)
      let filter = UnsafeRawPointer(filters.base + phase * Self.taps)
      let values = UnsafeRawPointer(source + start)
      var (even, odd) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      for offset in stride(from: 0, to: 4 * Self.taps, by: 64) {
        even +=
          values.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
          * filter.load(fromByteOffset: offset, as: SIMD8<Float>.self)
        odd +=
          values.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
          * filter.load(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
      }
      target[index] = (even + odd).sum()
    }
  }
}
