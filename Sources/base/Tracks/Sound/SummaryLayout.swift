/// Where each statistic lies in a song's summary, so that a model can be explained and its inputs left out by family.
///
/// A sample's *statistics* are, family by family in the order of `Family.allCases`, the mean of each band over the
/// sample's frames, then the deviation of each band; a family that has only one of the two stores only that one. A
/// song's *summary* is the mean of these statistics over the song's samples, then their deviation over the samples, in
/// the same order. Deviations are population deviations (divided by the number of values).
public struct SummaryLayout: Sendable {
  /// A group of statistics that belong together.
  public enum Family: String, CaseIterable, Codable, Sendable {
    /// log10 of the power in each of 128 mel bands, of `leastMelPower` at least.
    case logMel
    /// 20 mel-frequency cepstral coefficients of the same.
    case mfcc
    /// How much the 20 coefficients change from frame to frame (a deviation only).
    case mfccChange
    /// Spectral contrast in dB, 7 rows.
    case contrast
    /// Chroma, 12 pitch classes.
    case chroma
    /// Spectral flux (onset strength).
    case flux
    /// Rolloff frequency in Hz.
    case rolloff
    /// Spectral centroid in Hz.
    case centroid
    /// Spectral flatness, 0 to 1.
    case flatness
    /// RMS of the bins from 100 to 300 Hz over the RMS of all.
    case energyFraction
    /// log10 of the RMS of the audio before it was scaled to its peak.
    case loudness
    /// Tempo in BPM (one value a sample).
    case tempo
    /// How strongly the flux repeats at that tempo, 0 to 1 (one value a sample).
    case tempoStrength

    /// The number of bands.
    public var bands: Int {
      switch self {
      case .logMel: 128
      case .mfcc, .mfccChange: 20
      case .contrast: 7
      case .chroma: 12
      case .flux, .rolloff, .centroid, .flatness, .energyFraction, .loudness, .tempo, .tempoStrength: 1
      }
    }

    /// What is taken of each band over the frames of a sample, in the order in which it is stored.
    public var overFrames: [Statistic] {
      switch self {
      case .mfccChange: [.deviation]
      case .tempo, .tempoStrength: [.value]
      default: [.mean, .deviation]
      }
    }
  }

  /// What is taken of a row of values.
  public enum Statistic: String, CaseIterable, Codable, Sendable {
    /// The mean.
    case mean
    /// The population deviation.
    case deviation
    /// The only value there is.
    case value
  }

  /// A place in the summary.
  public struct Slot: Hashable, Sendable {
    /// The family.
    public let family: Family
    /// The band within the family, from 0.
    public let band: Int
    /// What was taken over the frames of a sample.
    public let overFrames: Statistic
    /// What was taken over the samples of the song: `.mean` or `.deviation`.
    public let overSamples: Statistic
  }

  /// The least power of a mel band that the summary tells from silence; a sine at full scale has some 10,000. What lies
  /// below is where codecs leave holes: with it a song would lie nearer to others of its codec than to itself in another.
  public static let leastMelPower: Float = 1e-5

  /// The least magnitude of a bin that the contrast and the flatness of the summary tell from silence: that of the rounding of
  /// 16-bit samples, 120 dB below a sine at full scale, which has 512. What lies below tells how the file was decoded.
  public static let leastMagnitude: Float = 5e-4

  /// The number of statistics of one sample: 368.
  public static let statisticsCount = Family.allCases.reduce(0) { $0 + $1.bands * $1.overFrames.count }

  /// The number of values of a summary: twice the number of statistics.
  public static let count = 2 * statisticsCount

  private static let slots: [Slot] = [Statistic.mean, .deviation].flatMap { overSamples in
    Family.allCases.flatMap { family in
      family.overFrames.flatMap { overFrames in
        (0..<family.bands).map {
          Slot(family: family, band: $0, overFrames: overFrames, overSamples: overSamples)
        }
      }
    }
  }

  private static let starts: [Family: Int] = {
    var starts: [Family: Int] = [:]
    var start = 0
    for family in Family.allCases {
      starts[family] = start
      start += family.bands * family.overFrames.count
    }
    return starts
  }()

  /// What the value at an index from 0 to `count - 1` stands for.
  public static func slot(of index: Int) -> Slot {
    slots[index]
  }

  /// The family of the value at an index from 0 to `count - 1`.
  public static func family(of index: Int) -> Family {
    slots[index].family
  }

  /// The name of the value at an index from 0 to `count - 1`, unique in the summary: the family, the band where there
  /// are several, what was taken over the frames and what over the samples, as in `mfcc[3].deviation.mean`.
  public static func name(of index: Int) -> String {
    let slot = slots[index]
    let band = slot.family.bands > 1 ? "[\(slot.band)]" : ""
    return "\(slot.family.rawValue)\(band).\(slot.overFrames.rawValue).\(slot.overSamples.rawValue)"
  }

  /// Where a family's statistics lie among the statistics of one sample.
  public static func statisticsRange(_ family: Family) -> Range<Int> {
    let start = starts[family] ?? 0
    return start..<(start + family.bands * family.overFrames.count)
  }

  /// Where one statistic of a family lies among the statistics of one sample: one value a band. `overFrames` must be
  /// one of the family's.
  public static func statisticsRange(_ family: Family, _ overFrames: Statistic) -> Range<Int> {
    guard let place = family.overFrames.firstIndex(of: overFrames) else {
      preconditionFailure("\(family.rawValue) has no \(overFrames.rawValue) over the frames")
    }
    let start = statisticsRange(family).lowerBound + place * family.bands
    return start..<(start + family.bands)
  }

  /// Where a family's values lie in the summary: the means over the samples, or their deviations.
  public static func range(_ family: Family, overSamples: Statistic) -> Range<Int> {
    precondition(overSamples != .value, "a summary holds means and deviations over the samples")
    let range = statisticsRange(family)
    let shift = overSamples == .mean ? 0 : statisticsCount
    return (range.lowerBound + shift)..<(range.upperBound + shift)
  }
}
