import Logging
import MusicIndex
import Pipeline
import ServiceState
import Tracks

/// Serves what `indexctl` asks for.
struct RequestHandler: Sendable {
  private let pipeline: Pipeline
  private let logger: Logger

  init(_ pipeline: Pipeline, _ logger: Logger) {
    self.pipeline = pipeline
    self.logger = logger
  }

  /// Serves a request and leaves the answer in its place.
  ///
  /// - Throws: `CancellationError`, and `IndexFailure` for a damaged index or a full disk; the request is then left as it is.
  /// - Returns: what the caller still has to do: nothing for `nil`.
  @discardableResult
  func serve(_ file: FilePath, observer: ScanObserver = ScanObserver()) async throws -> Request? {
    var status = RequestAnswer.Status.done
    var answer = "done"
    let request = Request(file)
    do {
      switch request {
      case .rescan(let folders):
        try pipeline.endPauses(inside: folders.isEmpty ? nil : folders)
        var result = try await pipeline.scan(folders.isEmpty ? nil : folders, acceptsLoss: true, observer: observer)
        if !result.links.isEmpty { result.add(try await pipeline.scan(observer: observer)) }
        answer =
          "\(counted(result.files, "file")): \(result.new) new, \(result.changed) changed, \(result.moved) moved, "
          + "\(result.missing) missing, \(result.restored) back"
        for warning in result.warnings.prefix(5) { answer += "\n\(warning)" }
        if result.files == 0, !result.warnings.isEmpty { status = .failed }
      case .retrain:
        let trained = try await Retraining.run(pipeline, isForced: true).answer
        (status, answer) = (trained.status, trained.message)
      case .label(let track, let word):
        try pipeline.setCorrection(word, of: track)
        let file = word == nil ? pipeline.configuration.corrections : nil
        answer =
          "\(track.display): \(word.map { "the owner says \($0.rawValue)" } ?? "the rules decide again")"
          + (file.map { ", and what \($0.display) says of it" } ?? "")
      case .use(let id):
        answer = try await pipeline.use(model: id)
      case .study:
        answer = Self.words(ofMeasuring: try await pipeline.addStudyBlocks())
      case nil: (status, answer) = (.failed, "this is no request that indexd knows")
      }
    } catch is CancellationError {
      // The request stays: the next start does it.
      throw CancellationError()
    } catch let failure as IndexFailure where failure.reason == .damaged || failure.reason == .diskFull {
      throw failure
    } catch {
      (status, answer) = (.failed, "not done: \(error)")
    }
    logger.notice("request: \(answer)")
    do {
      try Request.end(file, answer: RequestAnswer(status, answer))
    } catch {
      logger.error("\(error)")
    }
    return request
  }

  /// What is said of measuring the study's features, of which some songs may have none; the others are of use.
  static func words(ofMeasuring failures: [String]) -> String {
    failures.isEmpty ? "the study's features are measured" : failures.joined(separator: "\n")
  }
}
