/// The owner's decisions about labels: what the section `labels` of the configuration says.
public struct LabelRules: Sendable, Equatable, Codable {
  /// What a track outside the active set is.
  public enum Archived: String, Sendable, Codable, CaseIterable {
    /// Rejected.
    case bad
    /// Liked.
    case good
    /// Neither: it is left out of training and of the playlist.
    case ignore
  }

  /// The number of plays from which an active track is good, at least 1.
  public var goodPlays = 6
  /// What a track is that was there when the active set was exported and is not in it.
  public var archived = Archived.bad
  /// The names of the playlists that make up the active set, with `*` and `?`, in any case.
  public var activePlaylists = ["Active*"]
  /// The names of the lists that are right as they are, however many of their entries name no file, with `*` and `?`, in
  /// any case; of statistics the name of their file without its extension.
  public var trustedPlaylists: [String] = []
  /// The duration in minutes beyond which a file without other evidence holds several tracks.
  public var multiTrackMinutes = 30.0
  /// What in a title marks a short version.
  public var shortMarkers = TitleMarkers.short
  /// What in a title marks a version without its vocals.
  public var karaokeMarkers = TitleMarkers.karaoke
  /// How far apart in seconds the durations of two copies by their tags may be.
  public var duplicateSeconds = 2.0
  /// Whether ratings judge.
  public var usesRatings = false
  /// The number of stars from which a rating makes a track good.
  public var ratingGood = 4
  /// The number of stars up to which a rating makes a track bad, below `ratingGood`.
  public var ratingBad = 2
  /// Whether neglect judges: what was added over `neglectedAddedDays` before the statistics were exported, played at most
  /// `neglectedPlays` times, but played, and not in the `neglectedIdleDays` before, is bad.
  public var usesNeglect = false
  /// The most plays of a neglected track.
  public var neglectedPlays = 2
  /// How many days before the statistics a neglected track was added at least.
  public var neglectedAddedDays = 365
  /// For how many days before the statistics a neglected track was not played at least.
  public var neglectedIdleDays = 180
  /// Whether skips judge: what was skipped at least `skippedTimes` times and played fewer than `skippedPlays` times is bad.
  public var usesSkips = false
  /// The fewest skips of a track that is bad for them.
  public var skippedTimes = 3
  /// The number of plays from which skips do not make a track bad.
  public var skippedPlays = 3
  /// Whether the rate of plays judges: what was played at least `frequentPlays` times, and `frequentPerYear` times a year
  /// between its adding and the statistics, is good.
  public var usesFrequency = false
  /// The fewest plays of a track that is good for their rate.
  public var frequentPlays = 3
  /// The fewest plays a year of a track that is good for them.
  public var frequentPerYear = 12
  /// Whether the last play judges: what has enough plays to be good, but none in the `fadedDays` before the statistics, is
  /// undecided.
  public var usesFading = false
  /// For how many days before the statistics a faded track was not played at least.
  public var fadedDays = 1_095

  /// `multiTrackMinutes` in seconds.
  public var multiTrackSeconds: Double { multiTrackMinutes * 60 }

  /// The rules that hold where nothing is configured.
  public init() {}
}
