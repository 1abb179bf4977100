import Tracks

/// A property of the sound that a listener understands, and the values of a summary that stand for it.
public enum SoundTrait: String, Sendable, Codable, CaseIterable {
  /// The bass, below about 300 Hz.
  case bass
  /// The middle, from about 300 to 4,000 Hz.
  case middle
  /// The treble, above about 4,000 Hz.
  case treble
  /// The timbre: which instruments and voices it sounds like.
  case timbre
  /// How much the timbre moves.
  case movement
  /// How far tones stand out from what lies between them.
  case clarity
  /// The harmony: which notes, and how they change.
  case harmony
  /// The force of the attacks.
  case attacks
  /// The brightness: where the weight of the spectrum lies.
  case brightness
  /// How much like noise it sounds.
  case noise
  /// How much of the sound lies from 100 to 300 Hz.
  case warmth
  /// The loudness.
  case loudness
  /// The tempo.
  case tempo
  /// How steady the beat is.
  case beat

  /// The mel bands below about 300 Hz, and those above about 4,000 Hz.
  private static let bassBands = 0..<10
  private static let trebleBands = 82..<128

  /// The trait that a value of the summary belongs to, by its index from 0 to `SummaryLayout.count - 1`.
  public static func of(_ index: Int) -> SoundTrait {
    let slot = SummaryLayout.slot(of: index)
    switch slot.family {
    case .logMel:
      return bassBands.contains(slot.band) ? .bass : trebleBands.contains(slot.band) ? .treble : .middle
    case .mfcc: return .timbre
    case .mfccChange: return .movement
    case .contrast: return .clarity
    case .chroma: return .harmony
    case .flux: return .attacks
    case .rolloff, .centroid: return .brightness
    case .flatness: return .noise
    case .energyFraction: return .warmth
    case .loudness: return .loudness
    case .tempo: return .tempo
    case .tempoStrength: return .beat
    }
  }

  /// The indices of the summary that belong to the trait, ascending.
  public var columns: [Int] { SoundTrait.columnsByTrait[self] ?? [] }

  private static let columnsByTrait = Dictionary(grouping: 0..<SummaryLayout.count, by: SoundTrait.of)

  /// The indices whose height says that the trait is strong or weak: means over the frames and over the song.
  var levels: [Int] {
    columns.filter { index in
      let slot = SummaryLayout.slot(of: index)
      return slot.overSamples == .mean && slot.overFrames != .deviation
        || self == .movement && slot.overSamples == .mean
    }
  }

  /// What the trait is called.
  public var name: String {
    switch self {
    case .bass: "bass"
    case .middle: "middle tones"
    case .treble: "treble"
    case .timbre: "timbre (instruments and voices)"
    case .movement: "liveliness"
    case .clarity: "clarity of tones"
    case .harmony: "harmony"
    case .attacks: "force of the attacks"
    case .brightness: "brightness"
    case .noise: "noisiness"
    case .warmth: "warmth (100 to 300 Hz)"
    case .loudness: "loudness"
    case .tempo: "tempo"
    case .beat: "steadiness of the beat"
    }
  }

  /// The words that begin a sentence on a song of which the trait is neither strong nor weak.
  var kinds: String {
    switch self {
    case .timbre: "instruments and voices"
    case .harmony: "harmonies"
    case .warmth: "warmth"
    default: name
    }
  }

  /// The words for a song whose trait is stronger or weaker than usual; `nil` for traits that have kinds, not
  /// strengths.
  var poles: (strong: String, weak: String)? {
    switch self {
    case .timbre, .harmony: nil
    case .bass: ("more bass than usual", "less bass than usual")
    case .middle: ("stronger middle tones than usual", "weaker middle tones than usual")
    case .treble: ("more treble than usual", "less treble than usual")
    case .movement: ("livelier sound than usual", "calmer sound than usual")
    case .clarity: ("clearer tones than usual", "denser sound than usual")
    case .attacks: ("harder attacks than usual", "softer attacks than usual")
    case .brightness: ("brighter than usual", "darker than usual")
    case .noise: ("noisier than usual", "purer than usual")
    case .warmth: ("warmer than usual", "leaner than usual")
    case .loudness: ("louder than usual", "quieter than usual")
    case .tempo: ("faster than usual", "slower than usual")
    case .beat: ("steadier beat than usual", "looser beat than usual")
    }
  }
}
