import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  /// The files that are there and wait to be looked at, the newest first, files of one age by path; then those whose audio
  /// has no summary of a version, the last found first.
  ///
  /// - Parameters:
  ///   - limit: the most files to return; all for `nil`.
  ///   - now: leaves out what is postponed at this time, in seconds since 1970; nothing for `nil`.
  ///   - bound: Of those without a summary only files with lower numbers: whoever takes them in portions goes on where the
  ///     portion before ended, so that each costs the same however many have been done.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func filesToAnalyse(
    version: Int, limit: Int? = nil, dueAt now: Double? = nil, below bound: Int64? = nil
  ) throws -> [FileRow] {
    let isDue = now == nil ? "?1 IS NULL" : Self.isDue
    let waiting = try Array(
      rows(
        """
        SELECT \(Self.fileColumns) FROM file INDEXED BY fileWaiting CROSS JOIN track pause ON pause.id = file.id
        WHERE missingSince IS NULL AND state = 'waiting' AND \(isDue) ORDER BY firstSeen DESC, path LIMIT ?2
        """, [now, limit ?? -1]
      ).map(Self.file))
    let left = limit.map { $0 - waiting.count }
    guard left != 0 else { return waiting }
    return try waiting
      + Array(
        rows(
          """
          SELECT \(Self.fileColumns) FROM file NOT INDEXED CROSS JOIN track pause ON pause.id = file.id
          WHERE file.id < ?4 AND missingSince IS NULL AND state = 'probed' AND \(isDue) AND NOT EXISTS
            (SELECT 1 FROM summary s INDEXED BY summaryOfVersion WHERE s.audio = pause.audio AND s.version = ?2)
          ORDER BY file.id DESC LIMIT ?3
          """, [now, version, left ?? -1, bound ?? Int64.max]
        ).map(Self.file))
  }

  /// Notes what a look at a file told.
  ///
  /// A new audio arrived when indexd first saw the file; a file that the first scan of its music folder found, when it
  /// was last written; a file whose contents became another audio, now. Of several files with one audio the earliest
  /// arrival counts.
  ///
  /// - Returns: the number of the audio, and whether it has a summary of `version`.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setProbed(_ file: Int64, _ probed: ProbedAudio, version: Int, at time: Double) throws
    -> (audio: Int64, isAnalysed: Bool)
  {
    let audio = probed.properties
    let arrival: Double =
      try value(
        """
        SELECT CASE WHEN t.audio IS NOT NULL THEN ?1 WHEN r.firstScan IS NULL OR f.firstSeen <= r.firstScan
          THEN min(f.modified / 1e9, f.firstSeen) ELSE f.firstSeen END
        FROM file f JOIN track t ON t.id = f.id JOIN root r ON r.id = f.root WHERE f.id = ?2
        """, [time, file]) ?? time
    try run(
      """
      INSERT INTO audio (identity, codec, sampleRate, channels, frames, subsongs, bitRate, arrival)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (identity) DO UPDATE SET arrival = min(arrival, excluded.arrival)
      """,
      [
        Data(probed.identity.bytes), audio.codec, audio.sampleRate, audio.channels, audio.frames, audio.subsongs,
        audio.bitRate, arrival,
      ])
    guard
      let id: Int64 = try value("SELECT id FROM audio WHERE identity = ?", [Data(probed.identity.bytes)])
    else { preconditionFailure("the audio was inserted in this transaction") }
    let tags = probed.tags
    try run(
      """
      UPDATE track SET audio = ?, failure = NULL, failureDetail = NULL, title = ?, artist = ?, album = ?,
        albumArtist = ?, genre = ?, date = ?, trackNumber = ?, discNumber = ? WHERE id = ?
      """,
      [
        id, tags.title, tags.artist, tags.album, tags.albumArtist, tags.genre, tags.date, tags.trackNumber,
        tags.discNumber, file,
      ])
    try run(
      "UPDATE file SET state = 'probed', cueSheet = ?, statistics = ? WHERE id = ?",
      [tags.cueSheet, try Self.text(of: tags.statistics), file])
    try run(
      """
      UPDATE file SET awaitsSheets = 1 WHERE id = ?1 AND (sheets <> 0 OR cueSheet IS NOT NULL
        OR EXISTS (SELECT 1 FROM track WHERE file = ?1 AND number IS NOT NULL))
      """, [file])
    let analysed: Int? = try value("SELECT 1 FROM summary WHERE audio = ? AND version = ?", [id, version])
    return (id, analysed != nil)
  }

  /// Notes that a track cannot be read or analysed, and why; with the whole of a file its file has failed.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setFailed(_ track: Int64, reason: String, detail: String) throws {
    try run(
      "UPDATE track SET failure = ?, failureDetail = ?, \(Self.endsPause) WHERE id = ?", [reason, detail, track])
    try run("UPDATE file SET state = 'failed' WHERE id = ?", [track])
  }

  /// The failed files that are there, ordered by path.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func failures() throws -> [(path: FilePath, reason: String, detail: String)] {
    try Array(
      rows(
        """
        SELECT f.path, t.failure, t.failureDetail FROM file f JOIN track t ON t.id = f.id
        WHERE f.state = 'failed' AND f.missingSince IS NULL ORDER BY f.path
        """
      ).map { (FilePath(bytes: Array($0[0] as Data)), $0[1], $0[2] ?? "") })
  }

  /// Lets the files, and the tracks of cue sheets, that failed for a reason be tried once more.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func retryFailures(reason: String) throws {
    try retryFailures("failure = ?", [reason])
  }

  /// Lets the files, and the tracks of cue sheets, be tried once more that failed for one of some reasons, in a story
  /// without some words.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func retryFailures(reasons: [String], without words: String) throws {
    for reason in reasons {
      try retryFailures("failure = ? AND instr(coalesce(failureDetail, ''), ?) = 0", [reason, words])
    }
  }

  private func retryFailures(_ condition: String, _ arguments: StatementArguments) throws {
    try run(
      """
      UPDATE file SET state = 'waiting' WHERE state = 'failed' AND id IN (SELECT id FROM track WHERE \(condition))
      """, arguments)
    try run("UPDATE track SET failure = NULL, failureDetail = NULL WHERE \(condition)", arguments)
  }

  private static func text(of statistics: [String: String]) throws -> String? {
    guard !statistics.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(statistics), as: UTF8.self)
  }
}
