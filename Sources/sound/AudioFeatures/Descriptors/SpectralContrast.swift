internal import Glibc
internal import Tracks

/// How far the peaks of each octave stand above its valleys: the mean magnitude of the loudest 2% of the bins over that
/// of the quietest 2%, in librosa's dB (10 log10 of magnitudes, no more than 80 dB below the loudest).
///
/// Reference: D. Jiang et al., "Music type classification by spectral contrast feature", ICME 2002.
final class SpectralContrast {
  /// A row of the contrast: some bins, and how many of them count as peaks and as valleys.
  struct Band: Sendable, Equatable {
    var bins: Range<Int>
    var extremes: Int
  }

  let bands: [Band]
  private let extremes: Extremes

  /// The rows for spectra on a grid: one below `lowest` Hz and `octaves` octaves from there on.
  init(_ grid: FrameGrid, lowest: Double, octaves: Int) {
    let step = Double(Sampling.rate) / Double(grid.size)
    let edges = [0] + (0...octaves).map { lowest * pow(2, Double($0)) }
    bands = (0...octaves).map { row in
      let inside = (0..<grid.bins).filter { Double($0) * step >= edges[row] && Double($0) * step <= edges[row + 1] }
      // As librosa has it: each octave begins one bin early and ends one bin early, the last one at half of the rate.
      let first = (inside.first ?? 1) - (row > 0 ? 1 : 0)
      let end = row == octaves ? grid.bins : (inside.last ?? 0) + 1
      let share = (0.02 * Double(end - first)).rounded(.toNearestOrEven)
      return Band(bins: first..<(row == octaves ? end : end - 1), extremes: max(1, Int(share)))
    }
    extremes = Extremes(most: bands.map(\.extremes).max() ?? 1)
  }

  /// Writes the mean magnitude of each row's peaks and valleys in eight frames, each row `stride` after the last.
  func apply(
    _ power: UnsafePointer<Lanes>, peaks: UnsafeMutablePointer<Lanes>, valleys: UnsafeMutablePointer<Lanes>,
    stride: Int
  ) {
    for row in 0..<bands.count {
      let bins = power + bands[row].bins.lowerBound
      let count = bands[row].bins.count
      if bands[row].extremes == 1 {
        let ends = Extremes.ends(bins, count: count)
        peaks[row * stride] = Vector.squareRoot(ends.largest)
        valleys[row * stride] = Vector.squareRoot(ends.smallest)
      } else {
        peaks[row * stride] = extremes.meanRootOfLargest(bands[row].extremes, of: bins, count: count)
        valleys[row * stride] = extremes.meanRootOfSmallest(bands[row].extremes, of: bins, count: count)
      }
    }
  }

  /// Turns peaks and valleys into contrast, in place of the peaks: both in dB, none more than 80 below its largest.
  static func finish(
    peaks: UnsafeMutablePointer<Lanes>, valleys: UnsafeMutablePointer<Lanes>, count: Int
  ) {
    decibels(peaks, count: count)
    decibels(valleys, count: count)
    for place in 0..<count { peaks[place] -= valleys[place] }
  }

  private static func decibels(_ values: UnsafeMutablePointer<Lanes>, count: Int) {
    var largest = Lanes(repeating: -.greatestFiniteMagnitude)
    for place in 0..<count {
      values[place] = Vector.decibels(values[place])
      largest = Vector.max(largest, values[place])
    }
    let floor = Lanes(repeating: largest.max() - 80)
    for place in 0..<count { values[place] = Vector.max(values[place], floor) }
  }
}
