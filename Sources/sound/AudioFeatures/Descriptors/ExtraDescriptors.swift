internal import Glibc

/// Descriptors of the literature that are not part of the summary, because so far they have not made a model better:
/// kept to be measured again.
///
/// - Tonal centroids: the chroma, divided by its sum, projected onto the circles of fifths, minor thirds and major
///   thirds, two values each; as librosa's `feature.tonnetz` of the dense chroma.
///   Reference: C. Harte, M. Sandler and M. Gasser, "Detecting harmonic change in musical audio", AMCMM 2006.
/// - Percussion: the share of the power that a median over 31 mel bands keeps rather than one over 31 frames, in all
///   bands and in four groups of 32; as librosa's `decompose.hpss` with its default mask, on the mel spectrogram.
///   Reference: D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010.
public enum ExtraDescriptors {
  /// A group of descriptors.
  public enum Family: String, CaseIterable, Sendable {
    /// Tonal centroids, 6 rows.
    case tonnetz
    /// The percussive share of the power, 5 rows, each from 0 to 1.
    case percussion

    /// The number of rows.
    public var bands: Int {
      switch self {
      case .tonnetz: 6
      case .percussion: 5
      }
    }
  }

  /// The number of values of a sample: of each family the means of its rows over the frames, then the deviations.
  public static let count = Family.allCases.reduce(0) { $0 + 2 * $1.bands }

  /// Where a family's values lie among those of a sample.
  public static func range(_ family: Family) -> Range<Int> {
    var start = 0
    for other in Family.allCases {
      if other == family { break }
      start += 2 * other.bands
    }
    return start..<(start + 2 * family.bands)
  }
}

/// Computes the extra descriptors from what the dense extraction of a sample left.
final class ExtraExtractor {
  private let filter = MedianFilter()
  private let tonnetz: FeatureMatrix
  private let percussion: FeatureMatrix
  private let percussive: FeatureMatrix
  /// The spectrogram on its side, eight bands to a vector, before and after the filter.
  private let turned: AlignedStorage<Lanes>
  private let harmonic: AlignedStorage<Lanes>
  /// For each of the 12 pitch classes its place on the three circles.
  private let circles: [[Float]]

  /// An extractor for samples of at most so many frames.
  init(frames: Int, chromaFrames: Int) {
    tonnetz = FeatureMatrix(rows: 6, frames: chromaFrames)
    percussion = FeatureMatrix(rows: 5, frames: frames)
    percussive = FeatureMatrix(rows: MelFilterBank.bands, frames: frames)
    turned = AlignedStorage(percussive.stride * MelFilterBank.bands, filledWith: .zero)
    harmonic = AlignedStorage(turned.count, filledWith: .zero)
    let turns: [(turn: Double, radius: Double)] = [(7.0 / 6, 1), (3.0 / 2, 1), (2.0 / 3, 0.5)]
    var circles: [[Float]] = []
    for (turn, radius) in turns {
      for shift in [0.5, 0.0] {
        circles.append((0..<12).map { pitch in Float(radius * cos(Double.pi * (turn * Double(pitch) - shift))) })
      }
    }
    self.circles = circles
  }

  /// Writes the values of a sample, from its chroma and its log10-mel spectrogram of `SummaryLayout.leastMelPower` at least.
  func extract(
    chroma: FeatureMatrix, chromaFrames: Int, logMel: FeatureMatrix, frames: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    place(chroma, frames: chromaFrames)
    let tonal = target + ExtraDescriptors.range(.tonnetz).lowerBound
    tonnetz.statistics(frames: chromaFrames, means: tonal, deviations: tonal + tonnetz.rows)
    separate(logMel, frames: frames)
    let shares = target + ExtraDescriptors.range(.percussion).lowerBound
    percussion.statistics(frames: frames, means: shares, deviations: shares + percussion.rows)
  }

  private func place(_ chroma: FeatureMatrix, frames: Int) {
    for batch in 0..<((frames + 7) / 8) {
      var sum = Lanes.zero
      for pitch in 0..<chroma.rows { sum += chroma.row(pitch)[batch] }
      sum.replace(with: 1, where: sum .< Float.leastNormalMagnitude)
      for (row, weights) in circles.enumerated() {
        var place = Lanes.zero
        for pitch in 0..<chroma.rows { place += chroma.row(pitch)[batch] * weights[pitch] }
        tonnetz.row(row)[batch] = place / sum
      }
    }
  }

  /// Medians of logarithms are logarithms of medians, so the filters work on what is there already.
  private func separate(_ logMel: FeatureMatrix, frames: Int) {
    let batches = (frames + 7) / 8
    let groups = logMel.rows / 8
    for batch in 0..<batches {
      filter.apply(logMel.lanes + batch, count: logMel.rows, stride: logMel.stride, into: percussive.lanes + batch)
    }
    let side = UnsafeMutableRawPointer(turned.base).assumingMemoryBound(to: Float.self)
    for band in 0..<logMel.rows {
      let row = logMel.values(band)
      for frame in 0..<frames { side[frame * logMel.rows + band] = row[frame] }
    }
    for group in 0..<groups {
      filter.apply(turned.base + group, count: frames, stride: groups, into: harmonic.base + group)
    }
    let steady = UnsafeRawPointer(harmonic.base).assumingMemoryBound(to: Float.self)
    for batch in 0..<batches {
      var all = Lanes.zero
      var hit = Lanes.zero
      for part in 0..<4 {
        var partAll = Lanes.zero
        var partHit = Lanes.zero
        for band in (32 * part)..<(32 * part + 32) {
          var apart = Lanes.zero
          for lane in 0..<min(8, frames - 8 * batch) { apart[lane] = steady[(8 * batch + lane) * logMel.rows + band] }
          apart -= percussive.row(band)[batch]
          let power = Vector.exp10(logMel.row(band)[batch])
          partAll += power
          // P^2 / (H^2 + P^2); beyond the limits it is 0 or 1 anyhow.
          let limited = Vector.max(Vector.min(apart, Lanes(repeating: 15)), Lanes(repeating: -15))
          partHit += power / (1 + Vector.exp10(2 * limited))
        }
        percussion.row(1 + part)[batch] = partHit / partAll
        all += partAll
        hit += partHit
      }
      percussion.row(0)[batch] = hit / all
    }
  }
}
