import Tracks

/// What two tracks are to each other by their sound.
public enum CopyRelation: Sendable, Equatable {
  /// One recording, also where it was encoded or mastered anew.
  case sameRecording
  /// The first is a part of the second.
  case firstIsShort
  /// The second is a part of the first.
  case secondIsShort
  /// They run side by side, but are not the same: a karaoke version, another mix.
  case otherVersion
  /// They have nothing in common.
  case different
}

/// Fingerprints of the same moments of two tracks, and how they compare.
public struct WindowComparison: Sendable, Equatable {
  /// Where the second track begins in the first by this window, in seconds.
  public var offset: Double
  /// The part of the bits that differ.
  public var errorRate: Double
  /// The part of the bits that differ at other offsets.
  public var background: Double
  /// How much was compared, in seconds.
  public var seconds: Double

  /// Compares the fingerprints of a window of each track; `nil` where they are too short.
  /// - Parameters:
  ///   - left: The fingerprint of the first track from `leftStart` on, in seconds.
  ///   - right: The fingerprint of the second one from `rightStart` on.
  public init?(_ left: [UInt32], from leftStart: Double, _ right: [UInt32], from rightStart: Double) {
    guard let found = FingerprintComparison(left, right, least: 60) else { return nil }
    offset = leftStart + Double(found.offset) * FingerprintComparison.secondsPerItem - rightStart
    errorRate = found.errorRate
    background = found.background
    seconds = Double(found.overlap) * FingerprintComparison.secondsPerItem
  }
}

/// Decides what two tracks are to each other. The thresholds were set on half of the songs that
/// `Tests/Benchmarks/Copies` makes, and measured on the other half.
public enum CopyClassifier {
  /// The likeness of two rough outlines from which a pair that sounds alike is looked at closely.
  public static let roughLikeness = 0.45
  /// The same for a pair of one artist and title.
  public static let roughLikenessOfNames = 0.35
  /// The likeness of two outlines from which fingerprints are made.
  public static let worthListening = 0.6
  /// The length of a fingerprint's window in seconds.
  public static let windowSeconds = 20.0

  /// How far in seconds a known window may lie from the one that is wanted to stand for it.
  public static let windowTolerance = 5.0

  /// The largest part of bits that may differ in any window of one recording.
  public static let sameError = 0.15
  /// How alike two tracks must run whose fingerprints do not differ at all, and how much more for each bit that does: an
  /// encoder or an equaliser changes bits but not the course of the sound, a missing voice changes both.
  static let sameLikeness = 0.75
  static let likenessForError = 1.5
  /// How alike tracks of one length must run that begin together: their samples are of the same moments.
  static let sameLikenessInStep = 0.94
  /// Within how many seconds tracks begin and end together.
  static let stepTolerance = 0.3
  /// How much more bits must differ elsewhere: less is a drone or silence, which is like itself everywhere.
  static let leastContrast = 0.12
  /// How far apart in seconds the offsets may lie that windows and outlines find.
  static let offsetTolerance = 0.8
  /// The part of the longer track that the shorter one must hold to be a copy and no short version.
  static let wholeShare = 0.8
  /// The part of the shorter track that must lie inside the longer one.
  static let insideShare = 0.9

  /// Where windows are to be fingerprinted, in seconds of the first track: inside the part that both have, and where
  /// one track's fingerprint is known already if that is far enough from the ends.
  /// - Parameters:
  ///   - first: The first track's length in seconds.
  ///   - second: The second one's.
  ///   - offset: Where the second begins in the first.
  ///   - known: Where windows begin that were fingerprinted for another pair.
  public static func windows(first: Double, second: Double, offset: Double, known: [Double]) -> [Double] {
    let start = max(0, offset)
    let length = min(first, second + offset) - start
    guard length > windowSeconds else { return [start] }
    guard length > 2.5 * windowSeconds else { return [start + (length - windowSeconds) / 2] }
    let last = start + length - windowSeconds
    let inside = known.filter { $0 >= start && $0 <= last }.sorted()
    // Two windows far apart, for a voice need not be heard everywhere.
    if let early = inside.first, let late = inside.last, late - early >= length / 4 { return [early, late] }
    return [0.3, 0.7].map { start + $0 * length - windowSeconds / 2 }
  }

  /// What two tracks are to each other.
  /// - Parameters:
  ///   - first: The first track's length in seconds.
  ///   - second: The second one's.
  ///   - alignment: Where they run alike.
  ///   - windows: Their fingerprints there; empty where it was not worth making any.
  public static func relation(
    first: Double, second: Double, alignment: OutlineAlignment, windows: [WindowComparison]
  ) -> CopyRelation {
    guard alignment.likeness >= worthListening else { return .different }
    let error = windows.map(\.errorRate).max() ?? 1
    let isInStep = abs(alignment.offset) <= stepTolerance && abs(first - second) <= stepTolerance
    let least = max(isInStep ? sameLikenessInStep : 0, sameLikeness + likenessForError * error)
    let isSame =
      error <= sameError && alignment.likeness >= least
      && windows.allSatisfy { window in
        window.background - window.errorRate >= leastContrast
          && abs(window.offset - alignment.offset) <= offsetTolerance
      }
    guard isSame else { return .otherVersion }
    let common = min(first, second + alignment.offset) - max(0, alignment.offset)
    let (shorter, longer) = (min(first, second), max(first, second))
    guard common >= insideShare * shorter else { return .otherVersion }
    if common >= wholeShare * longer { return .sameRecording }
    return first < second ? .firstIsShort : .secondIsShort
  }
}
