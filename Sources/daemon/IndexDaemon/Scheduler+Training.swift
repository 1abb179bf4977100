import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

extension Scheduler {
  /// How long a training that failed is left alone, in seconds, times the number of failures.
  private static let pause = 60.0

  /// When the next training is due, in seconds since 1970; `nil` while nothing asks for one.
  func nextTraining() throws -> Double? {
    guard job == nil else {
      try keep(nextAt: nil, "a training or measuring is going on")
      return nil
    }
    let now = clock.now()
    let (changes, last) = try index.read { transaction in
      (
        try transaction.note(.labelChanges) ?? 0,
        try transaction.note(.lastTraining)
      )
    }
    let model = workspace.settings.model
    var next: Double?
    var reason =
      "when a judged label or a setting of the model changes: at once after \(model.retrainAfterLabels) changes, else "
      + "\(model.retrainAfterHours) h after the last training"
    if try pipeline.haveTrainingSettingsChanged() {
      next = now
      reason = "the settings of the model or the features have changed"
    } else if changes >= model.retrainAfterLabels || (last == nil && changes > 0) {
      next = now
      reason = "\(changes) judged labels have changed"
    } else if changes > 0, let last {
      // A last training that is still to come was noted by a clock that has been set back since.
      next = min(last, now) + Double(model.retrainAfterHours) * 3_600
      reason = "\(changes) judged labels have changed since the last training"
    }
    if let due = next { next = max(due, now + trainingNotBefore - clock.steady()) }
    try keep(nextAt: next, reason)
    return next
  }

  private func keep(nextAt: Double?, _ reason: String) throws {
    // To the minute: what is due at once must not be written anew at every look.
    try index.keep(
      Status.Retraining(nextAt: nextAt.map { ($0 / 60).rounded() * 60 }, reason: reason), as: .retraining)
  }

  /// Begins a training where the labels ask for one.
  func startTrainingIfDue() throws {
    guard let next = try nextTraining(), next <= clock.now() else { return }
    begin(nil, isTraining: true)
  }

  /// Begins a training, or the measuring of the study's features, beside everything else.
  ///
  /// - Parameter request: Who asked for it; served once more when what is going on now has ended.
  func begin(_ request: FilePath?, isTraining: Bool) {
    let (pipeline, logger) = (sidePipeline, logger)
    beginBeside {
      var answer: RequestAnswer?
      do {
        if isTraining {
          let outcome = try await Retraining.run(pipeline, isForced: request != nil)
          answer = outcome.answer
          if outcome.isBroken { await self.pauseTraining() } else { await self.endPauseOfTraining() }
        } else {
          answer = RequestAnswer(.done, RequestHandler.words(ofMeasuring: try await pipeline.addStudyBlocks()))
        }
      } catch is CancellationError {
        // Still due, still asked for.
      } catch {
        logger.error("the training failed: \(error)")
        answer = RequestAnswer(.failed, "not done: \(error)")
        await self.pauseTraining()
      }
      if let request, let answer {
        logger.notice("request: \(answer.message)")
        do {
          try Request.end(request, answer: answer)
        } catch {
          logger.error("\(error)")
          // It stays, and is done again once it may be answered.
          await self.pauseTraining()
        }
      }
    }
  }

  /// Does something beside everything else, unless something is done beside it already.
  func beginBeside(_ body: @escaping @Sendable () async -> Void) {
    guard job == nil else { return }
    let work = work
    job = Task {
      await body()
      self.job = nil
      work.add {
        $0.trained = true
        $0.requests = true
      }
    }
  }

  private func endPauseOfTraining() { trainingFailures = 0 }

  private func pauseTraining() {
    trainingFailures += 1
    trainingNotBefore = clock.steady() + Self.pause * Double(min(trainingFailures, 60))
  }

  /// Ends the training or measuring that goes on, if any.
  func endJob() async {
    job?.cancel()
    await job?.value
    job = nil
  }
}
