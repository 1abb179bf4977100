public import TasteModel

extension TasteReport {
  /// What was found out about the owner's data beside how good the model is. What is absent was not looked at.
  public struct Studies: Sendable {
    /// The number of judged songs that these studies looked at.
    public var songs = 0
    /// The learner that they used.
    public var learner = ""
    /// How the AUC grows with the number of judged songs.
    public var learningCurve: [Checks.CurvePoint] = []
    /// What the learner finds in opinions that were permuted at random.
    public var permutation: Checks.Permutation?
    /// How a network and boosted trees learn.
    public var progress: LearningProgress?
    /// Whether the epochs are those of the model in use, not of a network trained for the report.
    public var isProgressOfModel = false
    /// How much each trait matters.
    public var importance: [Findings.Importance] = []
    /// How much traits correlate.
    public var redundancy: [[Double]] = []
    /// How far liked and rejected songs lie apart.
    public var separation: Findings.Separation?
    /// How near versions without vocals lie to their originals.
    public var karaoke: [KaraokePair] = []
    /// What harmonic-percussive separation adds.
    public var percussion: Findings.Contribution?
    /// Why something above is absent, a sentence each.
    public var remarks: [String] = []

    /// No studies.
    public init() {}
  }

  /// A version without vocals beside its original.
  public struct KaraokePair: Sendable, Equatable {
    /// What the version is called.
    public var version: String
    /// What the original is called.
    public var original: String
    /// How far apart they sound.
    public var distance: Double
    /// The place of the version among all tracks by nearness to the original, from 1.
    public var place: Int
    /// The number of tracks that it was compared with.
    public var tracks: Int

    /// A pair of these values.
    public init(version: String, original: String, distance: Double, place: Int, tracks: Int) {
      self.version = version
      self.original = original
      self.distance = distance
      self.place = place
      self.tracks = tracks
    }
  }
}
