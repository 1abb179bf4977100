public import Tracks

// Every fact that is kept between jobs and runs, by who reads it.

// MARK: The model in use

extension IndexNote where Value == Int64 {
  /// The number of the model in use.
  public static var activeModel: Self { Self("activeModel") }
  /// The number of the model that the owner chose, while that choice stands.
  public static var chosenModel: Self { Self("chosenModel") }
  /// The number of the best model of the line that the one in use belongs to.
  public static var bestModel: Self { Self("bestModel") }
}

extension IndexNote where Value == String {
  /// The settings that the last training was made with.
  public static var trainedWith: Self { Self("trainedBy") }
  /// Why the last training made no model, as a sentence.
  public static var modelObstacle: Self { Self("modelObstacle") }
  /// What every record was matched by, beside files and records: settings, which lists decide, and this program.
  public static var matchedWith: Self { Self("matchedWith") }
  /// The revision and the code page that cue sheets were read with.
  public static var sheetsReadWith: Self { Self("sheetsReadWith") }
  /// The versions of the features that everything of other versions was removed for.
  public static var tidiedFor: Self { Self("featuresTidied") }
  /// What became of a damaged index, as a sentence.
  public static var repair: Self { Self("repair") }
  /// What the daemon is doing, in words.
  public static var activity: Self { Self("activity") }
}

extension IndexNote where Value == Double {
  /// Songs a minute of the last analysis.
  public static var songsPerMinute: Self { Self("songsPerMinute") }
  /// When an import came whose changes are not known yet, in seconds since 1970.
  public static var importUnlabelled: Self { Self("importUnlabelled") }
  /// When the last training ended, in seconds since 1970.
  public static var lastTraining: Self { Self("lastTraining") }
  /// Since when the daemon runs, in seconds since 1970.
  public static var daemonSince: Self { Self("daemonSince") }
  /// Before when the file of the index is not rewritten to give room back, in seconds since 1970.
  public static var rewriteNotBefore: Self { Self("rewriteNotBefore") }
}

extension IndexNote where Value == Int {
  /// The number of judged labels that changed since the last training.
  public static var labelChanges: Self { Self("labelChanges") }
  /// The number of samples a song that the features were made with.
  public static var samplesPerSong: Self { Self("samplesPerSong") }
  /// The number of unheard tracks, where all of them are too short for the playlist.
  public static var tooShort: Self { Self("tooShort") }
}

extension IndexNote where Value == Bool {
  /// Whether records were only looked for in part, so that all should be matched.
  public static var isMatchingDue: Self { Self(flag: "matchingDue") }
  /// Whether no list can be chosen, since all scores are equal.
  public static var haveEqualScores: Self { Self(flag: "equalScores") }
  /// Whether the precision asked for is met by the playlist.
  public static var isTargetMet: Self { Self(flag: "targetMet") }
}

extension IndexNote where Value == [String] {
  /// What the last labelling has to say to the owner.
  public static var labelAdvice: Self { Self(lines: "labelAdvice") }
  /// What went wrong last, until it goes right.
  public static var problem: Self { Self(lines: "problem") }
  /// What the paths on the playlist call for.
  public static var spellingAdvice: Self { Self(lines: "spellingAdvice") }
  /// What the last scan warned of.
  public static var scanWarnings: Self { Self(lines: "scanWarnings") }
}

extension IndexNote where Value == [FilePath] {
  /// The folders whose cue sheets name files of other folders.
  public static var sheetsOutside: Self { Self(paths: "sheetsOutside") }
  /// The folder that held all files when every record was matched; none where there were hardly any.
  public static var matchedBelow: Self { Self(paths: "matchedBelow") }
}
