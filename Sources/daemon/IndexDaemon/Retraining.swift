import MusicIndex
import Pipeline
import Platform
import ServiceState

/// A training as the daemon and a single run do it alike, with the answer to whoever asked for it.
enum Retraining {
  /// What came of a training.
  struct Outcome {
    /// What is answered to whoever asked for it.
    var answer: RequestAnswer
    /// Whether the training itself went wrong, so that it is to be tried again later.
    var isBroken = false
  }

  /// Trains, and notes that the label changes up to its beginning are served.
  ///
  /// - Parameter isForced: whether to label anew and train even if nothing changed, for somebody who asked for it.
  /// - Throws: `IndexFailure`, `TasteFailure`, `PipelineFailure` or `CancellationError`.
  static func run(_ pipeline: Pipeline, isForced: Bool) async throws -> Outcome {
    let index = pipeline.index
    if isForced { _ = try await pipeline.label() }
    let started = try index.note(.labelChanges) ?? 0
    let outcome = try await pipeline.train(force: isForced)
    if case .failed(let reason) = outcome {
      return Outcome(answer: RequestAnswer(.failed, reason), isBroken: true)
    }
    try index.write { transaction in
      let now = try transaction.note(.labelChanges) ?? 0
      try transaction.setNote(.labelChanges, max(0, now - started))
      // Where songs are missing, the one that makes a model possible shall not wait for hours.
      if case .impossible = outcome { return }
      try transaction.setNote(.lastTraining, Clock.now())
    }
    return Outcome(answer: answer(outcome))
  }

  /// What is said of an outcome to whoever asked for a training.
  static func answer(_ outcome: TrainingOutcome) -> RequestAnswer {
    switch outcome {
    case .accepted: RequestAnswer(.done, "the model is trained anew")
    case .kept(let reason): RequestAnswer(.done, "a model was trained, and the old one stays in use: \(reason)")
    case .unchanged: RequestAnswer(.done, "nothing has changed since the last training")
    case .impossible(let reason), .failed(let reason): RequestAnswer(.failed, reason)
    }
  }
}
