import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  /// Removes what was compared by another version of the comparison.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeComparisons(exceptOf version: Int) throws {
    try run("DELETE FROM comparison WHERE version < ?1 OR version > ?1", [version])
    try run("DELETE FROM place WHERE version < ?1 OR version > ?1", [version])
  }

  // MARK: Places

  /// The audios that have features of a version, a file that is there, and no place yet, ordered by number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func audiosWithoutPlace(features version: Int) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT s.audio FROM summary s LEFT JOIN place p ON p.audio = s.audio
        WHERE s.version = ? AND p.audio IS NULL
          AND EXISTS (SELECT 1 FROM track t JOIN file f ON f.id = t.id WHERE t.audio = s.audio AND f.missingSince IS NULL)
        ORDER BY s.audio
        """, [version]
      ).map { $0[0] })
  }

  /// Stores where an audio lies among the sounds: from then on it counts as compared.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setPlace(_ numbers: [Float], of audio: Int64, version: Int) throws {
    try run(
      "INSERT OR REPLACE INTO place (audio, version, numbers) VALUES (?, ?, ?)",
      [audio, version, numbers.withUnsafeBytes { Data($0) }])
  }

  /// Every place, or those of some audios, ordered by the audio's number. The numbers are lent for the length of the call.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachPlace(
    of audios: [Int64]? = nil, _ body: (_ audio: Int64, _ numbers: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let cursor = try rows(
      "SELECT audio, numbers FROM place"
        + (audios == nil ? " WHERE ?1 IS NULL" : " WHERE audio IN (SELECT value FROM json_each(?1))")
        + " ORDER BY audio",
      [audios.map(Self.list)])
    while let row = try cursor.next() {
      let audio: Int64 = row[0]
      try row.withUnsafeData(atIndex: 1) { data in try data?.withUnsafeBytes { try body(audio, $0) } }
    }
  }

  /// The whole of every file that is there, has features of a version and holds one track, ordered by number: the track, its
  /// audio, its length in seconds, and of its tags what names it.
  ///
  /// - Parameter tracks: those to be asked about; all for `nil`.
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachComparable(
    features version: Int, among tracks: [Int64]? = nil,
    _ body: (_ track: Int64, _ audio: Int64, _ duration: Double, _ tags: TrackTags) throws -> Void
  ) throws {
    let cursor = try rows(
      """
      SELECT t.id, t.audio, a.frames, a.sampleRate, t.title, t.artist, t.album, t.albumArtist, t.trackNumber,
        t.discNumber
      FROM file f CROSS JOIN track t ON t.id = f.id CROSS JOIN audio a ON a.id = t.audio
        CROSS JOIN summary s INDEXED BY summaryOfVersion ON s.audio = t.audio AND s.version = ?1
      WHERE \(tracks == nil ? "?2 IS NULL" : "f.id IN (SELECT value FROM json_each(?2))")
        AND f.missingSince IS NULL AND a.subsongs = 1 ORDER BY f.id
      """, [version, tracks.map(Self.list)])
    while let row = try cursor.next() {
      let frames: Int64 = row[2]
      let rate: Int = row[3]
      let tags = TrackTags(
        title: row[4], artist: row[5], album: row[6], albumArtist: row[7], trackNumber: row[8], discNumber: row[9])
      try body(row[0], row[1], Double(frames) / Double(rate), tags)
    }
  }

  /// The tracks of audios, and those whose names share one of these numbers with their short and whole versions.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func tracks(ofAudios audios: [Int64], orBases bases: [Int64] = []) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT t.id FROM json_each(?1) j CROSS JOIN track t ON t.audio = j.value
        UNION SELECT k.track FROM json_each(?2) j CROSS JOIN songKey k ON k.base = j.value
        """, [Self.list(audios), Self.list(bases)]
      ).map { $0[0] })
  }

  // MARK: Fingerprints

  /// The parts of an audio whose fingerprints are known, by where they start in seconds.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func fingerprints(of audio: Int64) throws -> [(start: Double, items: [UInt32])] {
    try Array(
      rows("SELECT start, items FROM fingerprint WHERE audio = ? ORDER BY start", [audio]).map {
        ($0[0], Self.numbers($0[1]))
      })
  }

  /// Stores the fingerprint of a part of an audio.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setFingerprint(_ items: [UInt32], of audio: Int64, start: Double) throws {
    try run(
      "INSERT OR REPLACE INTO fingerprint (audio, start, items) VALUES (?, ?, ?)",
      [audio, start, items.withUnsafeBytes { Data($0) }])
  }

  // MARK: Comparisons

  /// Stores what came of a comparison.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setComparison(_ found: StoredComparison, version: Int) throws {
    try run(
      """
      INSERT OR REPLACE INTO comparison (first, second, version, relation, offset, likeness, errorRate, seconds)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        found.first, found.second, version, found.relation.rawValue, found.offset, found.likeness, found.errorRate,
        found.seconds,
      ])
  }

  /// Every comparison that was made, ordered by the audios' numbers.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func comparisons() throws -> [StoredComparison] {
    let cursor = try rows(
      """
      SELECT first, second, relation, offset, likeness, errorRate, seconds FROM comparison ORDER BY first, second
      """)
    return try Array(cursor.map(Self.comparison)).compactMap { $0 }
  }

  static func comparison(_ row: Row) -> StoredComparison? {
    guard let relation = StoredComparison.Relation(rawValue: row[2]) else { return nil }
    return StoredComparison(
      first: row[0], second: row[1], relation: relation, offset: row[3], likeness: row[4], errorRate: row[5],
      seconds: row[6])
  }

  // MARK: Recordings that belong together

  /// The audios that belong to a recording with others, and the identity that stands for all of them.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func relatives() throws -> [Int64: AudioIdentity] {
    var found: [Int64: AudioIdentity] = [:]
    let cursor = try rows("SELECT audio, recording FROM relative")
    while let row = try cursor.next() { found[row[0]] = AudioIdentity(bytes: Array(row[1] as Data)) }
    return found
  }
}
