public import Tracks

/// How tracks are labelled: the section `labels`.
public struct LabelSettings: Sendable, Equatable {
  /// The label of a track that was there when the active set was exported and is not in it.
  public enum Archived: String, Sendable, CaseIterable {
    /// It is rejected.
    case bad
    /// It is liked.
    case good
    /// It says nothing: it neither trains nor is recommended.
    case ignore
  }

  /// The number of plays from which an active track is good.
  public var goodPlays = 6
  /// The label of a track outside the active set.
  public var archived = Archived.bad
  /// The names of the playlists that make up the active set, with `*` and `?`, in any case.
  public var activePlaylists = ["Active*"]
  /// The names of the lists that are right as they are, however many of their entries name no file, with `*` and `?`.
  public var trustedPlaylists: [String] = []
  /// The length in minutes beyond which a file without other evidence holds several tracks.
  public var multiTrackMinutes = 30.0
  /// What in a title marks a short version.
  public var shortMarkers = TitleMarkers.short
  /// What in a title marks a version without its vocals.
  public var karaokeMarkers = TitleMarkers.karaoke
  /// How far apart in seconds two copies by their tags may be in length.
  public var duplicateSeconds = 2.0
  /// Whether ratings judge: good from `ratingGood` stars on, bad up to `ratingBad`.
  public var ratings = false
  /// The number of stars from which a rating makes a track good.
  public var ratingGood = 4
  /// The number of stars up to which a rating makes a track bad, below `ratingGood`.
  public var ratingBad = 2
  /// Whether neglect judges: added long ago, played hardly ever, and not for long: bad.
  public var neglected = false
  /// The most plays of a neglected track; one that was never played is unheard.
  public var neglectedPlays = 2
  /// How many days ago a neglected track was added at least.
  public var neglectedAddedDays = 365
  /// For how many days a neglected track was not played at least.
  public var neglectedIdleDays = 180
  /// Whether skips judge: skipped often and hardly played: bad.
  public var skips = false
  /// The fewest skips of a track that is bad for them.
  public var skippedTimes = 3
  /// The number of plays from which skips do not make a track bad.
  public var skippedPlays = 3
  /// Whether the rate of plays judges: played often for the time that it is there: good.
  public var frequent = false
  /// The fewest plays of a track that is good for their rate.
  public var frequentPlays = 3
  /// The fewest plays a year of a track that is good for them.
  public var frequentPerYear = 12
  /// Whether the last play judges: played enough, but not for long: undecided.
  public var faded = false
  /// For how many days a faded track was not played at least.
  public var fadedDays = 1_095
  /// The file of the owner's corrections, or `nil` for none.
  public var corrections: FilePath?

  /// The section with every default.
  public init() {}
}

extension LabelSettings: SettingsSection {
  static var fields: [SettingsField<LabelSettings>] {
    [
      SettingsField("goodPlays", \.goodPlays, .whole(1...1_000)),
      SettingsField("archived", \.archived, .word),
      SettingsField("activePlaylists", \.activePlaylists, .texts("names of playlists")),
      SettingsField("trustedPlaylists", \.trustedPlaylists, .texts("names of playlists")),
      SettingsField("multiTrackMinutes", \.multiTrackMinutes, .number(1...1_440)),
      SettingsField("shortMarkers", \.shortMarkers, .texts("words in titles")),
      SettingsField("karaokeMarkers", \.karaokeMarkers, .texts("words in titles")),
      SettingsField("duplicateSeconds", \.duplicateSeconds, .number(0...30)),
      SettingsField("ratings", \.ratings, .onOrOff),
      SettingsField("ratingGood", \.ratingGood, .whole(2...5)),
      SettingsField("ratingBad", \.ratingBad, .whole(1...4)),
      SettingsField("neglected", \.neglected, .onOrOff),
      SettingsField("neglectedPlays", \.neglectedPlays, .whole(1...1_000)),
      SettingsField("neglectedAddedDays", \.neglectedAddedDays, .whole(1...36_500)),
      SettingsField("neglectedIdleDays", \.neglectedIdleDays, .whole(1...36_500)),
      SettingsField("skips", \.skips, .onOrOff),
      SettingsField("skippedTimes", \.skippedTimes, .whole(1...1_000)),
      SettingsField("skippedPlays", \.skippedPlays, .whole(1...1_000)),
      SettingsField("frequent", \.frequent, .onOrOff),
      SettingsField("frequentPlays", \.frequentPlays, .whole(1...1_000)),
      SettingsField("frequentPerYear", \.frequentPerYear, .whole(1...1_000)),
      SettingsField("faded", \.faded, .onOrOff),
      SettingsField("fadedDays", \.fadedDays, .whole(1...36_500)),
      SettingsField("corrections", \.corrections, .optional(.path("a file"))),
    ]
  }

  var contradiction: (key: String, words: String)? {
    ratingBad < ratingGood
      ? nil : ("ratingBad", "labels.ratingBad must be below labels.ratingGood, which is \(ratingGood)")
  }
}
