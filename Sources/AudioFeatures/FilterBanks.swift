internal import Foundation
internal import Tracks

/// Triangular mel filters of unit area, 128 of them if not told otherwise, on Slaney's scale, as librosa's `filters.mel`.
///
/// Reference: M. Slaney, "Auditory Toolbox", Interval Research Technical Report 1998-010.
final class MelFilterBank {
  static let bands = 128
  private let count: Int
  private let starts: AlignedStorage<Int32>
  /// For each band the end of its weights.
  private let ends: AlignedStorage<Int32>
  private let weights: AlignedStorage<Float>

  /// Filters from 0 Hz to `highest` for spectra on a grid at a rate.
  init(_ grid: FrameGrid, highest: Double, bands count: Int = bands, rate: Int = Sampling.rate) {
    let last = Self.mel(highest)
    let edges = (0..<(count + 2)).map { Self.hertz(last * Double($0) / Double(count + 1)) }
    let frequencies = (0..<grid.bins).map { Double($0) * Double(rate) / Double(grid.size) }
    var starts: [Int32] = []
    var ends: [Int32] = []
    var weights: [Float] = []
    for band in 0..<count {
      let area = 2 / (edges[band + 2] - edges[band])
      let row = frequencies.map { frequency in
        let rising = (frequency - edges[band]) / (edges[band + 1] - edges[band])
        let falling = (edges[band + 2] - frequency) / (edges[band + 2] - edges[band + 1])
        return Float(Double(Float(max(0, min(rising, falling)))) * area)
      }
      let first = row.firstIndex { $0 > 0 } ?? 0
      let end = (row.lastIndex { $0 > 0 } ?? -1) + 1
      starts.append(Int32(first))
      if first < end { weights += row[first..<end] }
      ends.append(Int32(weights.count))
    }
    self.count = count
    self.starts = AlignedStorage(starts, filler: 0)
    self.ends = AlignedStorage(ends, filler: 0)
    self.weights = AlignedStorage(weights, filler: 0)
  }

  /// Writes the power in each band of eight frames.
  func apply(_ power: UnsafePointer<Lanes>, into bands: UnsafeMutablePointer<Lanes>) {
    var weight = 0
    for band in 0..<count {
      let end = Int(ends.base[band])
      var bin = Int(starts.base[band])
      var sum = Lanes.zero
      while weight < end {
        sum += weights.base[weight] * power[bin]
        weight += 1
        bin += 1
      }
      bands[band] = sum
    }
  }

  /// Slaney's mel scale: linear to 1 kHz, logarithmic above.
  private static func mel(_ hertz: Double) -> Double {
    hertz < 1_000 ? hertz * 3 / 200 : 15 + log(hertz / 1_000) / (log(6.4) / 27)
  }

  private static func hertz(_ mel: Double) -> Double {
    mel < 15 ? mel * 200 / 3 : 1_000 * exp((mel - 15) * (log(6.4) / 27))
  }
}

/// 12 bell-shaped chroma filters, as librosa's `filters.chroma` with tuning 0, beginning with C.
///
/// Reference: D. Ellis, "Chroma feature analysis and synthesis", Columbia University, 2007.
final class ChromaFilterBank {
  static let classes = 12
  private let bins: Int
  /// The first six weights of each bin, together, then the other six of each.
  private let weights: AlignedStorage<Float>

  /// Filters for spectra on a grid at `Sampling.rate`.
  init(_ grid: FrameGrid) {
    bins = grid.bins
    let classes = Double(Self.classes)
    var positions = (1..<grid.size).map { bin in
      classes * log2(Double(bin) * Double(Sampling.rate) / Double(grid.size) / (440 / 16))
    }
    positions.insert(positions[0] - 1.5 * classes, at: 0)
    var (low, high): ([Float], [Float]) = ([], [])
    for bin in 0..<grid.bins {
      let width = max(positions[bin + 1] - positions[bin], 1)
      var column = (0..<Self.classes).map { pitch in
        var distance = (positions[bin] - Double(pitch) + classes / 2 + 10 * classes)
        distance = distance - classes * (distance / classes).rounded(.down) - classes / 2
        return exp(-0.5 * (2 * distance / width) * (2 * distance / width))
      }
      let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let octave = (positions[bin] / classes - 5) / 2
      column = column.map { $0 / length * exp(-0.5 * octave * octave) }
      // The positions count from A.
      let turned = (0..<Self.classes).map { Float(column[($0 + 3) % Self.classes]) }
      low += turned.prefix(Self.classes / 2)
      high += turned.suffix(Self.classes / 2)
    }
    weights = AlignedStorage(low + high, filler: 0)
  }

  /// Writes the chroma of eight frames, each divided by its largest value; a silent frame stays 0.
  func apply(_ power: UnsafePointer<Lanes>, into classes: UnsafeMutablePointer<Lanes>) {
    half(power, weights.base, into: classes)
    half(power, weights.base + bins * Self.classes / 2, into: classes + Self.classes / 2)
    var largest = classes[0]
    for pitch in 1..<Self.classes { largest = Vector.max(largest, classes[pitch]) }
    let tiny = Lanes(repeating: Float.leastNormalMagnitude)
    largest.replace(with: 1, where: largest .< tiny)
    for pitch in 0..<Self.classes { classes[pitch] /= largest }
  }

  /// Six classes: the sums of all twelve do not fit the registers of every processor.
  private func half(
    _ power: UnsafePointer<Lanes>, _ weights: UnsafePointer<Float>, into classes: UnsafeMutablePointer<Lanes>
  ) {
    var (a, b, c, d, e, f) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var weight = weights
    for bin in 0..<bins {
      let frames = power[bin]
      a += frames * weight[0]
      b += frames * weight[1]
      c += frames * weight[2]
      d += frames * weight[3]
      e += frames * weight[4]
      f += frames * weight[5]
      weight += 6
    }
    (classes[0], classes[1], classes[2]) = (a, b, c)
    (classes[3], classes[4], classes[5]) = (d, e, f)
  }
}
