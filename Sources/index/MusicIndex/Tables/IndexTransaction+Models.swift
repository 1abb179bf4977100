import Foundation
import GRDB

extension IndexTransaction {
  /// Stores a model.
  ///
  /// - Returns: its number.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func insertModel(_ model: StoredModel) throws -> Int64 {
    try run(
      """
      INSERT INTO model (learner, trainedAt, featureVersion, labelDigest, accepted, verdict, figures, bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        model.learner, model.trainedAt, model.featureVersion, Data(model.labelDigest), model.isAccepted, model.verdict,
        model.figures, Data(model.bytes),
      ])
    return database.lastInsertedRowID
  }

  /// The models without their bytes, the newest first.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func models() throws -> [StoredModel] {
    try Array(
      rows(
        """
        SELECT id, learner, trainedAt, featureVersion, labelDigest, accepted, verdict, figures, x'' AS bytes
        FROM model ORDER BY id DESC
        """
      ).map(Self.model))
  }

  /// A model with its bytes.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func model(_ id: Int64) throws -> StoredModel? {
    try row(
      """
      SELECT id, learner, trainedAt, featureVersion, labelDigest, accepted, verdict, figures, bytes FROM model
      WHERE id = ?
      """, [id]
    ).map(Self.model)
  }

  /// The numbers of the models whose bytes are kept, ascending.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func modelsWithBytes() throws -> [Int64] {
    try Array(rows("SELECT id FROM model WHERE length(bytes) > 0 ORDER BY id").map { $0[0] })
  }

  /// Removes the bytes of all models but the newest `count` and those given, which keeps their figures.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func trimModels(keeping count: Int, and kept: [Int64]) throws {
    let newest = try Array(rows("SELECT id FROM model ORDER BY id DESC LIMIT ?", [count]).map { $0[0] as Int64 })
    let cursor = try rows("SELECT id FROM model WHERE length(bytes) > 0")
    let old = try Array(cursor.map { $0[0] as Int64 }).filter { !newest.contains($0) && !kept.contains($0) }
    for id in old { try run("UPDATE model SET bytes = x'' WHERE id = ?", [id]) }
  }

  private static func model(_ row: Row) -> StoredModel {
    StoredModel(
      id: row[0], learner: row[1], trainedAt: row[2], featureVersion: row[3], labelDigest: Array(row[4] as Data),
      isAccepted: row[5], verdict: row[6], figures: row[7], bytes: Array(row[8] as Data))
  }
}
