import Logging
public import MusicIndex
import Platform
public import TasteModel
import Tracks

/// A trained model with its figures, as `indexctl models` lists it.
public struct ModelRow: Sendable {
  /// Its number.
  public var id: Int64
  /// The learner's name.
  public var learner: String
  /// When it was trained, in seconds since 1970.
  public var trainedAt: Double
  /// How good it is on songs that it had not seen.
  public var figures: ModelMetrics
  /// What it is made of, and how it does with other evidence; `nil` for a model of an earlier version.
  public var breakdown: ModelBreakdown?
  /// Whether it passed the gate when it was trained.
  public var isAccepted: Bool
  /// What the gate said, in a sentence.
  public var verdict: String
  /// Whether it is in use.
  public var isActive: Bool
  /// Whether it is in use because the owner chose it.
  public var isChosen: Bool
  /// Whether it can be used: it is kept as a whole, and today's features are those it was trained on.
  public var isUsable: Bool

  init(_ stored: StoredModel, active: Int64?, chosen: Int64?, kept: Set<Int64>) throws {
    id = stored.id
    learner = stored.learner
    trainedAt = stored.trainedAt
    figures = try FiguresText.decode(stored.figures)
    breakdown = try FiguresText.breakdown(stored.figures)
    isAccepted = stored.isAccepted
    verdict = stored.verdict
    isActive = stored.id == active
    isChosen = stored.id == active && stored.id == chosen
    isUsable = kept.contains(stored.id) && stored.featureVersion == FeatureVariant.dense.version
  }
}

/// The models of an index.
public enum ModelList {
  /// All models, the newest first.
  ///
  /// - Throws: `IndexFailure`.
  public static func rows(_ index: MusicIndex) throws -> [ModelRow] {
    try index.read { transaction in
      let active = try transaction.note(.activeModel)
      let chosen = try transaction.note(.chosenModel)
      let kept = Set(try transaction.modelsWithBytes())
      return try transaction.models().map { try ModelRow($0, active: active, chosen: chosen, kept: kept) }
    }
  }
}

extension Pipeline {
  /// Uses a model of the list from now on, until the owner says otherwise or a better one is trained; with `nil` lets the
  /// gate decide again, which takes the newest model that passed it. The library is rescored and the playlist rewritten.
  ///
  /// - Returns: what was done, in a sentence.
  /// - Throws: `PipelineFailure` where there is no such model or it cannot be used, `IndexFailure`, `PlaylistFailure`.
  public func use(model id: Int64?) async throws -> String {
    let row = try choose(id)
    _ = try await score()
    let playlist = try await writePlaylist()
    let words = id == nil ? "is in use again, as the gate decided" : "is in use by your choice"
    return "model \(row.id) (\(row.learner)) \(words); the playlist holds \(counted(playlist.tracks, "track"))"
  }

  private func choose(_ id: Int64?) throws -> ModelRow {
    let rows = try ModelList.rows(index)
    let wanted = rows.first { row in id.map { row.id == $0 } ?? (row.isAccepted && row.isUsable) }
    guard let wanted else {
      throw PipelineFailure(
        id.map { "there is no model \($0); `indexctl models` lists them" } ?? "no model passed the gate yet")
    }
    guard wanted.isUsable else {
      throw PipelineFailure(
        "model \(wanted.id) cannot be used any more: only its figures are kept, or it was trained on features of "
          + "another version; `indexctl models` says which can")
    }
    try index.write { transaction in
      guard let stored = try transaction.model(wanted.id), !stored.bytes.isEmpty else {
        throw PipelineFailure("model \(wanted.id) is not kept any more")
      }
      do {
        _ = try TasteModel(bytes: stored.bytes)
      } catch let failure as TasteFailure {
        throw PipelineFailure("model \(wanted.id) cannot be used: \(failure)")
      }
      try transaction.setNote(.activeModel, wanted.id)
      try transaction.setNote(.chosenModel, id)
      // What the owner goes back to begins a line of its own.
      try transaction.setNote(.bestModel, nil)
      try transaction.setNote(.modelObstacle, nil)
    }
    logger.notice("model \(wanted.id) is in use: \(id == nil ? "as the gate decided" : "the owner chose it")")
    return wanted
  }
}
