import Foundation
import GRDB
public import Tracks

/// A file, or a track of a cue sheet, that could not be read for now and is tried again.
public struct PostponedTrack: Sendable, Equatable {
  /// The file.
  public var path: FilePath
  /// The number in the cue sheet, 0 for a whole file.
  public var number: Int
  /// Why it could not be read, as one word.
  public var reason: String
  /// The story, in words.
  public var detail: String
  /// How often it was tried in a row.
  public var attempts: Int
  /// When it is tried again, in seconds since 1970.
  public var retryAt: Double
}

extension IndexTransaction {
  /// The seconds after the first failure until a file is tried again; doubled with each further one.
  public static let firstPause = 60.0
  /// The most seconds until a file is tried again.
  public static let longestPause = 21_600.0

  /// The condition that a row is due at the time `?1`. A pause longer than there is comes of a clock that was set back.
  static let isDue = "(retryAt IS NULL OR retryAt <= ?1 OR retryAt > ?1 + \(longestPause))"

  /// The assignments that end a row's pause.
  static let endsPause = "retryAt = NULL, attempts = 0, obstacle = NULL, obstacleDetail = NULL"

  /// Notes that a track cannot be read for now: it is tried again after a pause that
  /// doubles each time, from a minute to six hours.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func postpone(_ track: Int64, reason: String, detail: String, at now: Double) throws {
    let pause = "min(\(Self.longestPause), \(Self.firstPause) * (1 << min(attempts, 20)))"
    try run(
      """
      UPDATE track SET retryAt = ?1 + \(pause), attempts = attempts + 1, obstacle = ?2,
        obstacleDetail = ?3 WHERE id = ?4
      """, [now, reason, detail, track])
  }

  /// Notes that a track could be read after all.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func endPause(of track: Int64) throws {
    try run("UPDATE track SET \(Self.endsPause) WHERE id = ? AND retryAt IS NOT NULL", [track])
  }

  /// Has every postponed track of a file tried at the next occasion.
  func endPauses(of file: Int64) throws {
    try run("UPDATE track SET \(Self.endsPause) WHERE file = ? AND retryAt IS NOT NULL", [file])
  }

  /// Has every postponed track inside a folder tried at the next occasion, as if it had never failed; every one for `nil`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func endPauses(inside folder: FilePath? = nil) throws {
    let tracks = try Array(
      rows("SELECT t.id, f.path FROM track t JOIN file f ON f.id = t.file WHERE t.retryAt IS NOT NULL").map {
        (id: $0[0] as Int64, path: FilePath(bytes: Array($0[1] as Data)))
      })
    for track in tracks where folder.map({ track.path.isInside($0) }) ?? true { try endPause(of: track.id) }
  }

  /// The postponed tracks of files that are there, by path and number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func postponed() throws -> [PostponedTrack] {
    try Array(
      rows(
        """
        SELECT f.path, iif(t.start IS NULL, 0, t.number) AS number, t.obstacle, t.obstacleDetail, t.attempts, t.retryAt
        FROM track t INDEXED BY trackPostponed JOIN file f ON f.id = t.file
        WHERE t.retryAt IS NOT NULL AND f.missingSince IS NULL ORDER BY f.path, number
        """
      ).map {
        PostponedTrack(
          path: FilePath(bytes: Array($0[0] as Data)), number: $0[1], reason: $0[2] ?? "", detail: $0[3] ?? "",
          attempts: $0[4], retryAt: $0[5])
      })
  }

  /// When the next postponed track is due, in seconds since 1970; `nil` where there is none.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func nextRetry() throws -> Double? {
    try value(
      """
      SELECT min(t.retryAt) FROM track t JOIN file f ON f.id = t.file
      WHERE t.retryAt IS NOT NULL AND f.missingSince IS NULL
      """)
  }

  /// The files that are there and were last written after a time, in nanoseconds since 1970: their number, and the first
  /// of them by path.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func files(modifiedAfter time: Int64) throws -> (count: Int, first: FilePath)? {
    let found = try row(
      "SELECT count(*), min(path) FROM file WHERE missingSince IS NULL AND modified > ?", [time])
    guard let found, let first: Data = found[1] else { return nil }
    return (found[0], FilePath(bytes: Array(first)))
  }
}
