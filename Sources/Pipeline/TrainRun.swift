import AnalysisWorker
import Foundation
import Learning
import MusicIndex
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
  let now: Double
  let progress: ProgressHandler

  /// The note that holds the number of the model in use.
  static let activeNote = "activeModel"
  /// The note that holds the number of the model that the owner chose, while that choice stands.
  static let chosenNote = "chosenModel"
  /// The note that says why there is no model.
  static let obstacleNote = "modelObstacle"
  /// The number of models whose bytes are kept; older ones keep their figures only.
  static let keptModels = 10

  /// Trains where the labels, features or settings differ from those of the newest model, or where `force` says so.
  func run(force: Bool) async throws -> TrainingOutcome {
    let dataset = try TasteData(index: index).dataset()
    let digest = Self.digest(dataset, settings)
    let version = FeatureVariant.dense.version
    let newest = try index.read { try $0.models() }.first { $0.featureVersion == version }
    if !force, let newest, newest.labelDigest == digest, try ActiveModel.load(index) != nil { return .unchanged }
    guard dataset.good >= TrainingSettings.neededLabels, dataset.bad >= TrainingSettings.neededLabels else {
      return try refuse(
        TasteFailure(.tooFewLabels(good: dataset.good, bad: dataset.bad, needed: TrainingSettings.neededLabels)))
    }
    let order = TrainingOrder(dataset: dataset, settings: settings, trainedAt: now, featureVersion: version)
    let progress = progress
    let bytes: [UInt8]
    do {
      bytes = try await pool.run(job: TrainingOrder.jobName, payload: order.encode()) { done in
        progress(JobProgress(stage: .training, done: Int(done * 100), total: 100))
      }
    } catch let failure as WorkerFailure {
      // The pool was taken away from under it: the training is still due.
      if failure.reason == WorkerFailure.shutDown { throw CancellationError() }
      return .failed(reason: "the training failed: \(failure)")
    }
    return try keep(try TasteModel(bytes: bytes), bytes, digest)
  }

  private func keep(_ model: TasteModel, _ bytes: [UInt8], _ digest: [UInt8]) throws -> TrainingOutcome {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let figures = String(decoding: try encoder.encode(model.figures), as: UTF8.self)
    while true {
      let old = try ActiveModel.load(index)
      let chosen = try index.read { try $0.note(Self.chosenNote) }.flatMap(Int64.init)
      let gate = old.map { Gate.accepts(new: model, old: $0.model, mustImprove: $0.id == chosen) }
      let accepted = gate?.accepts ?? true
      let reason = gate?.reason ?? "it is the first model"
      let stored = StoredModel(
        learner: model.learner.rawValue, trainedAt: model.trainedAt, featureVersion: model.featureVersion,
        labelDigest: digest, verdict: accepted ? "\(StoredModel.accepted): \(reason)" : reason, figures: figures,
        bytes: bytes)
      let isKept = try index.write { transaction -> Bool in
        // The owner may have chosen another model while this one was compared.
        let active = try transaction.note(Self.activeNote).flatMap(Int64.init)
        guard old == nil || active == old?.id else { return false }
        let id = try transaction.insertModel(stored)
        if accepted {
          try transaction.setNote(Self.activeNote, String(id))
          try transaction.setNote(Self.chosenNote, nil)
        }
        try transaction.setNote(Self.obstacleNote, nil)
        try transaction.trimModels(keeping: Self.keptModels, and: accepted ? [id] : [id, old?.id ?? id])
        return true
      }
      if isKept { return accepted ? .accepted : .kept(reason: reason) }
    }
  }

  private func refuse(_ failure: TasteFailure) throws -> TrainingOutcome {
    let reason = failure.description
    // A model that was learned from more labels goes on serving: they may only be out of reach for now.
    try index.write { try $0.setNote(Self.obstacleNote, reason) }
    return .impossible(reason: reason)
  }

  /// A hash of everything that the model depends on.
  private static func digest(_ dataset: TasteDataset, _ settings: TrainingSettings) -> [UInt8] {
    let hash = ContentHash()
    hash.add("\(FeatureVariant.dense.version) \(settings.learner.rawValue) \(settings.source.rawValue)")
    hash.add("\(settings.seed) \(settings.folds) \(settings.promised) \(settings.blocks.rawValue)")
    for track in dataset.tracks {
      hash.add(track.identity)
      hash.add([track.liked ? 1 : 0])
      hash.add(track.copyGroup ?? "")
      hash.add(track.tags.album ?? "")
      hash.add(track.tags.albumArtist ?? track.tags.artist ?? "")
      if settings.source == .audioAndTags { hash.add("\(track.tags.genre ?? "") \(track.tags.date ?? "")") }
    }
    return hash.digest
  }
}

/// The model in use.
struct ActiveModel {
  let id: Int64
  let model: TasteModel

  /// The model in use, `nil` where there is none that today's features fit.
  static func load(_ index: MusicIndex) throws -> ActiveModel? {
    let stored = try index.read { transaction -> StoredModel? in
      guard let id = try transaction.note(TrainRun.activeNote).flatMap(Int64.init) else { return nil }
      return try transaction.model(id)
    }
    guard let stored, !stored.bytes.isEmpty, stored.featureVersion == FeatureVariant.dense.version else { return nil }
    do {
      return ActiveModel(id: stored.id, model: try TasteModel(bytes: stored.bytes))
    } catch is TasteFailure {
      // Bytes of another version of the program are no model any more: the next training makes a new one.
      return nil
    }
  }
}
