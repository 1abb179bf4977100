public import Tracks

/// How tracks are labelled: the section `labels`.
public struct LabelSettings: Sendable, Equatable {
  /// What decides.
  public var rules = LabelRules()
  /// The file of the owner's corrections, or `nil` for none.
  public var corrections: FilePath?

  /// The section with every default.
  public init() {}
}

extension LabelSettings: SettingsSection {
  static var fields: [SettingsField<LabelSettings>] {
    [
      SettingsField("goodPlays", \.rules.goodPlays, .whole(1...1_000)),
      SettingsField("archived", \.rules.archived, .word),
      SettingsField("activePlaylists", \.rules.activePlaylists, .texts("names of playlists")),
      SettingsField("trustedPlaylists", \.rules.trustedPlaylists, .texts("names of playlists")),
      SettingsField("multiTrackMinutes", \.rules.multiTrackMinutes, .number(1...1_440)),
      SettingsField("shortMarkers", \.rules.shortMarkers, .texts("words in titles")),
      SettingsField("karaokeMarkers", \.rules.karaokeMarkers, .texts("words in titles")),
      SettingsField("duplicateSeconds", \.rules.duplicateSeconds, .number(0...30)),
      SettingsField("ratings", \.rules.usesRatings, .onOrOff),
      SettingsField("ratingGood", \.rules.ratingGood, .whole(2...5)),
      SettingsField("ratingBad", \.rules.ratingBad, .whole(1...4)),
      SettingsField("neglected", \.rules.usesNeglect, .onOrOff),
      SettingsField("neglectedPlays", \.rules.neglectedPlays, .whole(1...1_000)),
      SettingsField("neglectedAddedDays", \.rules.neglectedAddedDays, .whole(1...36_500)),
      SettingsField("neglectedIdleDays", \.rules.neglectedIdleDays, .whole(1...36_500)),
      SettingsField("skips", \.rules.usesSkips, .onOrOff),
      SettingsField("skippedTimes", \.rules.skippedTimes, .whole(1...1_000)),
      SettingsField("skippedPlays", \.rules.skippedPlays, .whole(1...1_000)),
      SettingsField("frequent", \.rules.usesFrequency, .onOrOff),
      SettingsField("frequentPlays", \.rules.frequentPlays, .whole(1...1_000)),
      SettingsField("frequentPerYear", \.rules.frequentPerYear, .whole(1...1_000)),
      SettingsField("faded", \.rules.usesFading, .onOrOff),
      SettingsField("fadedDays", \.rules.fadedDays, .whole(1...36_500)),
      SettingsField("corrections", \.corrections, .optional(.path("a file"))),
    ]
  }

  var contradiction: (key: String, words: String)? {
    rules.ratingBad < rules.ratingGood
      ? nil : ("ratingBad", "labels.ratingBad must be below labels.ratingGood, which is \(rules.ratingGood)")
  }
}
