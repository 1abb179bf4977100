/// What a tag says of how a track was listened to, by its name.
public enum StatisticsTag: Sendable {
  /// The number of plays.
  case count
  /// When it was first played.
  case firstPlayed
  /// When it was last played.
  case lastPlayed
  /// When it was added.
  case added
  /// The number of skips.
  case skips
  /// When it was last skipped.
  case lastSkipped
  /// The rating.
  case rating
  /// The times of adding and of all plays, as foo_statistics writes them.
  case timestamps

  private static let names: [String: StatisticsTag] = [
    "PLAYCOUNT": .count, "PLAYCOUNTER": .count, "PLAYEDCOUNT": .count, "PLAYEDCOUNTER": .count, "TIMESPLAYED": .count,
    "FMPSPLAYCOUNT": .count, "FMPSPLAYCOUNTUSER": .count, "POPMCOUNTER": .count, "PCNT": .count,
    "2003PLAYCOUNT": .count,
    "FIRSTPLAYED": .firstPlayed, "FIRSTPLAYEDTIMESTAMP": .firstPlayed, "FIRSTPLAYEDDATE": .firstPlayed,
    "2003FIRSTPLAYED": .firstPlayed,
    "LASTPLAYED": .lastPlayed, "LASTPLAYEDTIMESTAMP": .lastPlayed, "LASTPLAYEDDATE": .lastPlayed,
    "LASTPLAYDATE": .lastPlayed, "2003LASTPLAYED": .lastPlayed,
    "ADDED": .added, "ADDEDTIMESTAMP": .added, "DATEADDED": .added, "ADDEDDATE": .added, "2003ADDED": .added,
    "SKIPCOUNT": .skips, "SKIPCOUNTER": .skips, "SKIPPEDCOUNT": .skips, "TIMESSKIPPED": .skips,
    "LASTSKIPPED": .lastSkipped, "LASTSKIP": .lastSkipped,
    "RATING": .rating, "TIMESTAMPS": .timestamps,
  ]

  /// What a tag of this name says; `nil` where it says nothing of plays. Case, blanks, `_` and `-` do not matter, nor
  /// does what stands before the last `:` or `/`, such as `----:com.apple.iTunes:`.
  public init?(name: String) {
    let last = name.unicodeScalars.split { $0 == ":" || $0 == "/" }.last ?? []
    var letters = ""
    for scalar in last where scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) {
      letters.unicodeScalars.append(scalar)
    }
    guard let known = Self.names[letters.uppercased()] else { return nil }
    self = known
  }
}
