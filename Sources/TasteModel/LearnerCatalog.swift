import Learning
import Tracks

/// What each learner's name stands for: its kind and its settings.
enum LearnerCatalog {
  /// The learners that `combined` is made of.
  static let combined: [LearnerName] = [.logistic, .extraTrees]

  /// Whether a learner compares values of different columns, so that they must be brought to one scale.
  static func needsScaling(_ learner: LearnerName) -> Bool {
    switch learner {
    case .forest, .extraTrees, .studyTree: false
    default: true
    }
  }

  /// A learner over rows of so many columns, one row a song.
  static func summaryLearner(_ recipe: Recipe, columns: Int) -> any Learner {
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
      return SupportVectorMachine(cost: 1, threads: recipe.threads)
    case .smallNetwork:
      return smallNetwork(recipe, columns: columns)
    default:
      preconditionFailure("\(recipe.learner.rawValue) is no learner over summaries")
    }
  }

  /// The study's decision tree.
  static func sampleLearner(_ recipe: Recipe) -> any Learner {
    DecisionTreeLearner.study
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

  /// A network that some thousand songs can fill: two narrow layers, held back by dropout and decay.
  private static func smallNetwork(_ recipe: Recipe, columns: Int) -> NetworkLearner {
    var training = NetworkTraining()
    training.optimiser = .adam(rate: 0.001, decay: 0.01)
    training.batch = 64
    training.epochs = 60
    training.patience = 8
    training.validation = .share(0.15)
    training.threads = recipe.threads
    return NetworkLearner(
      layout: NetworkLayout(
        columns: columns,
        layers: [
          .dropout(0.2), .dense(64, start: .he), .normalise, .relu, .dropout(0.4), .dense(32, start: .he), .normalise,
          .relu, .dropout(0.3), .dense(1, start: .uniform(0.003)), .sigmoid,
        ]),
      training: training, standardises: false)
  }
}
