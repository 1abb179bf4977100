import AnalysisWorker
import Learning
import MusicIndex
import Platform
import TasteModel
import Tracks

/// What came of wanting a model.
public enum TrainingOutcome: Sendable, Equatable {
  /// The labels and settings are those of the last training: nothing to do.
  case unchanged
  /// There is a new model, and it is in use.
  case accepted
  /// There is a new model, but the old one stays in use, for this reason.
  case kept(reason: String)
  /// There is no model, for this reason.
  case impossible(reason: String)
  /// The training itself went wrong, for this reason; it may succeed the next time.
  case failed(reason: String)

  /// Whether training again with the same labels would change nothing.
  var isSettled: Bool {
    if case .failed = self { false } else { true }
  }
}

/// Trains a model on the labelled songs in a worker process, and lets it through the gate.
struct TrainRun {
  let index: MusicIndex
  let pool: WorkerPool
  let settings: TrainingSettings
  /// The number of samples a song that the features were made with.
  let samples: Int
  let now: Double
  let progress: ProgressHandler

  /// The version of the keys of artists and albums (`NameKey`, `AlbumKey`): models of another look names up in vain.
  private static let namesVersion = "names 2"
  /// The number of models whose bytes are kept; older ones keep their figures only.
  static let keptModels = 10

  /// Trains where the labels, features or settings differ from those of the newest model, or where `force` says so.
  func run(force: Bool) async throws -> TrainingOutcome {
    let dataset = try TasteData(index: index).dataset()
    let digest = digest(dataset)
    let version = FeatureVariant.dense.version
    let newest = try index.read { try $0.models() }.first { $0.featureVersion == version }
    let active = try ActiveModel.load(index)
    if !force, let newest, newest.labelDigest == digest, active != nil {
      try index.keep(settingsDigest, as: .trainedWith)
      return .unchanged
    }
    guard dataset.good >= TrainingSettings.neededLabels, dataset.bad >= TrainingSettings.neededLabels else {
      return try refuse(
        TasteFailure(.tooFewLabels(good: dataset.good, bad: dataset.bad, needed: TrainingSettings.neededLabels)))
    }
    var order = TrainingRequest(dataset: dataset, settings: settings, trainedAt: now, featureVersion: version)
    let (beside, earlier) = (JudgedBeside(dataset, settingsDigest), force ? nil : try index.note(.judgedBeside))
    order.known = beside.known(by: earlier)
    if let active, !active.model.settings.isSameRecipe(as: settings), !active.model.learner.needsBlocks {
      order.rival = active.model.settings
      order.rival?.threads = settings.threads
    }
    let progress = progress
    let bytes: [UInt8]
    do {
      bytes = try await pool.run(job: TrainingRequest.jobName, payload: order.encode()) { done in
        progress(JobProgress(stage: .training, done: Int(done * 100), total: 100))
      }
    } catch let failure as WorkerFailure {
      // The pool was taken away from under it: the training is still due.
      if failure.reason == WorkerFailure.shutDown { throw CancellationError() }
      return .failed(reason: "the training failed: \(failure)")
    }
    let result = try TrainingResult(bytes: bytes)
    let found = Array(result.breakdown.judgements.dropFirst())
    if found != order.known {
      try index.keep((order.known.isEmpty ? beside : earlier ?? beside).with(found), as: .judgedBeside)
    }
    return try keep(result, rivalOf: order.rival == nil ? nil : active?.id, digest)
  }

  /// Stores a model, and puts it to use where the gate lets it through.
  ///
  /// - Parameter rival: the model whose recipe was judged beside it.
  private func keep(_ result: TrainingResult, rivalOf rival: Int64?, _ digest: [UInt8]) throws -> TrainingOutcome {
    let model = try TasteModel(bytes: result.model)
    let figures = try FiguresText.encode(model.figures, result.breakdown)
    while true {
      let old = try ActiveModel.load(index)
      let chosen = try index.note(.chosenModel)
      let gate = old.map {
        Gate.accepts(
          new: model, old: $0.model, rejudged: $0.id == rival ? result.rival : nil, mustImprove: $0.id == chosen)
      }
      let best = try ActiveModel.load(index, noted: .bestModel)
      let line = best.flatMap { $0.id == old?.id ? nil : Gate.keepsLine(new: model, best: $0.model) }
      let refusal = [gate, line].compactMap { $0 }.first { !$0.accepts }
      let accepted = refusal == nil
      let reason = refusal?.reason ?? gate?.reason ?? Self.firstWords(model.figures)
      let stored = StoredModel(
        learner: model.learner.rawValue, trainedAt: model.trainedAt, featureVersion: model.featureVersion,
        labelDigest: digest, isAccepted: accepted, verdict: accepted ? "accepted: \(reason)" : reason, figures: figures,
        bytes: result.model)
      let isKept = try index.write { transaction -> Bool in
        // The owner may have chosen another model while this one was compared.
        let active = try transaction.note(.activeModel)
        guard old == nil || active == old?.id else { return false }
        let id = try transaction.insertModel(stored)
        if accepted {
          try transaction.setNote(.activeModel, id)
          try transaction.setNote(.chosenModel, nil)
          let isBest = (line ?? gate).map { !$0.isOfOneLine || $0.newAUC >= $0.oldAUC } ?? true
          let before = line == nil ? old?.id : best?.id
          try transaction.setNote(.bestModel, isBest ? id : before ?? id)
        }
        try transaction.setNote(.modelObstacle, nil)
        try transaction.setNote(.trainedWith, settingsDigest)
        let anchor = try transaction.note(.bestModel)
        try transaction.trimModels(
          keeping: Self.keptModels, and: [id, accepted ? nil : old?.id, anchor].compactMap { $0 })
        return true
      }
      if isKept { return accepted ? .accepted : .kept(reason: reason) }
    }
  }

  /// What is said of a model that no other stood beside.
  private static func firstWords(_ figures: ModelMetrics) -> String {
    figures.isNoBetterThanChance
      ? "it is the first model, and may rank no better than a coin: its AUC may be .5 or less"
      : "it is the first model"
  }

  private func refuse(_ failure: TasteFailure) throws -> TrainingOutcome {
    let reason = failure.description
    // A model that was learned from more labels goes on serving: they may only be out of reach for now.
    try index.write { transaction in
      try transaction.setNote(.modelObstacle, reason)
      try transaction.setNote(.trainedWith, settingsDigest)
    }
    return .impossible(reason: reason)
  }

  /// What a model depends on beside the judged songs. The promised precision is not among it: it is tested anew on the
  /// scores of the model in use.
  var settingsDigest: String {
    "\(FeatureVariant.dense.version) \(samples) \(settings.learner.rawValue) \(settings.source.rawValue) "
      + "\(settings.blocks.rawValue) \(settings.seed) \(settings.folds) \(Self.namesVersion)"
  }

  /// A hash of everything that the model depends on.
  private func digest(_ dataset: TasteDataset) -> [UInt8] {
    let hash = ContentHash()
    hash.add(settingsDigest)
    for track in dataset.tracks { JudgedBeside.add(track, to: hash, settings.source) }
    return hash.digest
  }
}

/// The model in use.
struct ActiveModel {
  let id: Int64
  let model: TasteModel

  /// The version of the features that it was trained on, and may be asked about.
  var featureVersion: Int { model.featureVersion }

  /// The model in use, `nil` where there is none that today's features fit.
  ///
  /// - Parameters:
  ///   - note: the note that holds its number.
  ///   - anyVersion: whether to take one of another version of the features as well, which serves on the features of that
  ///     version until there is a new one.
  static func load(
    _ index: MusicIndex, noted note: IndexNote<Int64> = .activeModel, anyVersion: Bool = false
  ) throws -> ActiveModel? {
    let stored = try index.read { transaction -> StoredModel? in
      guard let id = try transaction.note(note) else { return nil }
      return try transaction.model(id)
    }
    guard let stored, !stored.bytes.isEmpty, anyVersion || stored.featureVersion == FeatureVariant.dense.version
    else { return nil }
    do {
      return ActiveModel(id: stored.id, model: try TasteModel(bytes: stored.bytes))
    } catch is TasteFailure {
      // Bytes of another version of the program are no model any more: the next training makes a new one.
      return nil
    }
  }
}
