/// A way of learning taste, by the name it has in the configuration and in `indexctl evaluate`.
public enum LearnerName: String, Sendable, Codable, CaseIterable {
  /// The 2019 study's decision tree over samples; a song's score is the mean of its samples'.
  case studyTree = "study-tree"
  /// The study's network over samples; a song's score is the mean of its samples'.
  case studyNetwork = "study-network"
  /// The study's network; a song's score is the share of its samples that the network answers positive.
  case studyVote = "study-vote"
  /// The study's network, and a second classifier over the outputs for a song's samples.
  case studySecondLevel = "study-second-level"
  /// The nearest songs by their summaries.
  case knn
  /// Logistic regression on summaries.
  case logistic
  /// A random forest on summaries.
  case forest
  /// Extremely randomised trees on summaries.
  case extraTrees = "extra-trees"
  /// Gradient boosting on summaries.
  case boosting
  /// A small network on summaries.
  case smallNetwork = "small-network"
  /// A kernel method on summaries.
  case kernel
  /// Several of the others together.
  case combined

  /// The learners that a model can serve with; the study's are for comparison.
  public static let serving: [LearnerName] = allCases.filter { !$0.needsBlocks }

  /// Whether the learner works on the samples' blocks; the others work on the songs' summaries.
  public var needsBlocks: Bool {
    switch self {
    case .studyTree, .studyNetwork, .studyVote, .studySecondLevel: true
    case .knn, .logistic, .forest, .extraTrees, .boosting, .smallNetwork, .kernel, .combined: false
    }
  }

  /// Whether one fit takes so long that it is judged on one division of the songs instead of several folds.
  public var isSlow: Bool {
    switch self {
    case .studyNetwork, .studyVote, .studySecondLevel: true
    default: false
    }
  }
}

/// What a learner may know of a song.
public enum EvidenceSource: String, Sendable, Codable, CaseIterable {
  /// How it sounds.
  case audio
  /// How it sounds, and the owner's history with its artist, album artist, genre and year.
  case audioAndTags = "audio+tags"
}
