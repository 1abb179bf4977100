import Logging
import MusicIndex
import Pipeline
import Tracks

/// Serves what `indexctl` asks for.
struct RequestDesk: Sendable {
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
  func serve(_ file: FilePath, eyes: ScanEyes = ScanEyes()) async throws -> Request? {
    var answer = "done"
    let request = Request(file)
    do {
      switch request {
      case .rescan(let folders):
        try pipeline.endPauses(inside: folders.isEmpty ? nil : folders)
        var result = try await pipeline.scan(folders.isEmpty ? nil : folders, acceptsLoss: true, eyes: eyes)
        if !result.links.isEmpty { result.add(try await pipeline.scan(eyes: eyes)) }
        answer =
          "\(counted(result.files, "file")): \(result.new) new, \(result.changed) changed, \(result.moved) moved, "
          + "\(result.missing) missing, \(result.restored) back"
        for warning in result.warnings.prefix(5) { answer += "\n\(warning)" }
        if result.files == 0, !result.warnings.isEmpty { answer = "not done: \(answer)" }
      case .retrain:
        answer = "the model is trained anew"
        _ = try await pipeline.label()
        switch try await pipeline.train(force: true) {
        case .impossible(let reason), .failed(let reason): answer = reason
        case .unchanged, .accepted, .kept: break
        }
      case .label(let track, let word):
        try pipeline.setOwnersWord(word, of: track)
        let file = word == nil ? pipeline.configuration.corrections : nil
        answer =
          "\(track.display): \(word.map { "the owner says \($0.rawValue)" } ?? "the rules decide again")"
          + (file.map { ", and what \($0.display) says of it" } ?? "")
      case .use(let id):
        answer = try await pipeline.use(model: id)
      case .study:
        let failures = try await pipeline.addStudyBlocks()
        answer = failures.isEmpty ? "the study's features are measured" : failures.joined(separator: "\n")
      case nil: answer = "this is no request that indexd knows"
      }
    } catch is CancellationError {
      // The request stays: the next start does it.
      throw CancellationError()
    } catch let failure as IndexFailure where failure.reason == .damaged || failure.reason == .diskFull {
      throw failure
    } catch {
      answer = "not done: \(error)"
    }
    logger.notice("request: \(answer)")
    do {
      try Request.end(file, answer: answer)
    } catch {
      logger.error("\(error)")
    }
    return request
  }
}
