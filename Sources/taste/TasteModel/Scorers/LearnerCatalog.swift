import Learning
import Tracks

/// What each learner's name stands for: its kind and its settings.
enum LearnerCatalog {
  /// The learners that `combined` is made of: they err in different ways, and each is quick.
  static let combined: [LearnerName] = [.extraTrees, .kernel, .forest]

  /// What a learner over songs is shown of their summaries.
  static func preparation(_ learner: LearnerName) -> SummaryPreparation {
    switch learner {
    case .forest, .extraTrees, .boosting: .pooled
    case .kernel, .knn: .balanced
    case .studyTree: .plain
    default: .scaled
    }
  }

  /// A learner over rows that are songs.
  ///
  /// - Parameter recordings: the number of the first copy of each song that is learnt from.
  static func summaryLearner(_ recipe: Recipe, recordings: [Int]) -> any Learner {
    switch recipe.learner {
    case .forest:
      return RandomForestLearner(
        trees: 500, parameters: TreeParameters(minimumRowsInLeaf: 2, splitColumns: .squareRoot), threads: recipe.threads
      )
    case .extraTrees:
      return ExtraTreesLearner(
        trees: 500, parameters: TreeParameters(minimumRowsInLeaf: 2, splitColumns: .squareRoot), threads: recipe.threads
      )
    case .logistic:
      return LogisticRegressionLearner(penalty: 100, threads: recipe.threads)
    case .knn:
      return KNearestNeighbours(neighbours: 15, vote: .inverseDistance, threads: recipe.threads)
    case .kernel:
      return SupportVectorMachine(cost: 1, standardises: false, threads: recipe.threads)
    case .boosting:
      return GradientBoostingLearner(
        trees: 200, learningRate: 0.05, maximumLeaves: 8, minimumRowsInLeaf: 10, penalty: 1, columnShare: 0.3,
        rowShare: 0.7, threads: recipe.threads)
    case .smallNetwork:
      var network = SmallNetwork()
      network.threads = recipe.threads
      network.things = recordings
      return network
    default:
      preconditionFailure("\(recipe.learner.rawValue) is no learner over summaries")
    }
  }

  /// A learner over samples: the study's decision tree, or k-nearest neighbours, which the study could not finish.
  static func sampleLearner(_ recipe: Recipe) -> any Learner {
    recipe.learner == .knn ? KNearestNeighbours(neighbours: 15, threads: recipe.threads) : DecisionTreeLearner.study
  }

  /// The classifier over a song's sorted answers.
  static var secondLevel: any Learner {
    RandomForestLearner(trees: 100, parameters: TreeParameters(minimumRowsInLeaf: 5), threads: 1)
  }

  /// The study's network over the blocks of a variant; `held` are the rows that tell when to stop.
  static func studyNetwork(_ recipe: Recipe, stoppedBy held: [Int]) -> NetworkLearner {
    let layout = BlockLayout(recipe.blocks)
    let branches = BlockLayout.Feature.allCases.map { feature in
      let kind: StudyNetwork.Kind =
        switch feature {
        case .mel: .fourConvolutions
        case .chroma: .threeConvolutions
        case .contrast where layout.bands(.contrast) >= 8: .twoConvolutions
        case .contrast, .flux, .rolloff, .energyFraction, .tempo: .dense
        }
      return StudyNetwork.Branch(columns: layout.range(feature), bands: layout.bands(feature), kind: kind)
    }
    var training = StudyNetwork.training
    training.epochs = recipe.epochs
    training.patience = recipe.patience
    training.validation = .rows(held)
    training.threads = recipe.threads
    return NetworkLearner(
      layout: StudyNetwork.layout(columns: layout.count, branches), training: training,
      // The study's features were normalised sample by sample; the dense ones have units as different as Hz and dB.
      standardises: recipe.blocks == .dense)
  }
}
