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
  /// The length in minutes beyond which a file without other evidence holds several tracks.
  public var multiTrackMinutes = 30.0
  /// What in a title marks a short version.
  public var shortMarkers = TitleMarkers.short
  /// What in a title marks a version without its vocals.
  public var karaokeMarkers = TitleMarkers.karaoke
  /// How far apart in seconds two copies by their tags may be in length.
  public var duplicateSeconds = 2.0
  /// Whether ratings judge: 4 and 5 stars good, 1 and 2 bad.
  public var ratings = false
  /// Whether neglect judges: added over a year ago, 1 or 2 plays, none for 6 months: bad.
  public var neglected = false
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
      SettingsField("multiTrackMinutes", \.multiTrackMinutes, .number(1...1_440)),
      SettingsField("shortMarkers", \.shortMarkers, .texts("words in titles")),
      SettingsField("karaokeMarkers", \.karaokeMarkers, .texts("words in titles")),
      SettingsField("duplicateSeconds", \.duplicateSeconds, .number(0...30)),
      SettingsField("ratings", \.ratings, .onOrOff),
      SettingsField("neglected", \.neglected, .onOrOff),
      SettingsField("corrections", \.corrections, .optional(.path("a file"))),
    ]
  }
}
