/// What says that a track was played, but not how often.
public enum HearingEvidence: String, Sendable, Codable, CaseIterable {
  /// An entry of the statistics with plays names several recordings by their paths.
  case sharedEntry
  /// An entry of the statistics with plays may mean this track or another one.
  case ambiguousEntry
  /// The file that the track is in, as a whole, was played.
  case wholeFile
  /// A part of the file was played that no cue sheet names.
  case partOfFile
  /// Statistics in the file's tags tell of plays without a usable count.
  case tag
  /// A play has a time that cannot be.
  case date

  /// The evidence in words without a full stop.
  var words: String {
    switch self {
    case .sharedEntry: "an entry with plays names several recordings, this one too"
    case .ambiguousEntry: "an entry with plays may mean this track or another one"
    case .wholeFile: "the file that it is in was played"
    case .partOfFile: "a part of the file was played"
    case .tag: "the file's tags tell of plays"
    case .date: "it has a time of a play that cannot be right"
    }
  }
}
