import Foundation
import GRDB
public import Tracks

/// What links a track to those that its label may depend on, and what it added to the counts of labelling.
public struct SongKeyRow: Sendable, Equatable {
  /// The track's number.
  public var track: Int64
  /// The number of its audio.
  public var audio: Int64?
  /// The number of the name that copies of it share.
  public var song: Int64?
  /// The number of the name that short and whole versions of it share.
  public var base: Int64?
  /// Since when its recording was there, in seconds since 1970, at the copy that stays.
  public var since: Double?
  /// What it added to the counts, as bits.
  public var traits: Int64

  /// A row of these values.
  public init(
    track: Int64, audio: Int64? = nil, song: Int64? = nil, base: Int64? = nil, since: Double? = nil, traits: Int64 = 0
  ) {
    (self.track, self.audio, self.song, self.base, self.since, self.traits) = (track, audio, song, base, since, traits)
  }
}

extension IndexTransaction {
  // MARK: What changed

  /// The tracks that changed since they were labelled, ascending, at most `limit`; track 0 stands for all.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func unlabelled(limit: Int) throws -> [Int64] {
    try Array(rows("SELECT track FROM unlabelled ORDER BY track LIMIT ?", [limit]).map { $0[0] })
  }

  /// Notes that every track is labelled as it is now.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeUnlabelled() throws { try run("DELETE FROM unlabelled") }

  /// The tracks whose recordings are there since a moment between two, the first one included, in seconds since 1970.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func tracks(since first: Double, until last: Double) throws -> [Int64] {
    try Array(rows("SELECT track FROM songKey WHERE since >= ? AND since < ?", [first, last]).map { $0[0] })
  }

  // MARK: Links

  /// The tracks that are linked to one of these, these among them where they have keys, in no particular order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func linked(to tracks: [Int64]) throws -> [Int64] {
    let own = "json_each(?1) j CROSS JOIN songKey k ON k.track = j.value"
    let record = "r.id = m.record AND r.outcome = 'matched'"
    let query = """
      SELECT n.track FROM \(own) CROSS JOIN songKey n ON n.audio = k.audio
      UNION SELECT n.track FROM \(own) CROSS JOIN songKey n ON n.song = k.song
      UNION SELECT n.track FROM \(own) CROSS JOIN songKey n ON n.base = k.base
      UNION SELECT n.track FROM \(own) CROSS JOIN comparison c ON c.first = k.audio
        CROSS JOIN songKey n ON n.audio = c.second
      UNION SELECT n.track FROM \(own) CROSS JOIN comparison c ON c.second = k.audio
        CROSS JOIN songKey n ON n.audio = c.first
      UNION SELECT n.track FROM json_each(?1) j CROSS JOIN match m ON m.track = j.value CROSS JOIN record r ON \(record)
        CROSS JOIN match n ON n.record = m.record
      UNION SELECT n.id FROM json_each(?1) j CROSS JOIN track t ON t.id = j.value CROSS JOIN track n ON n.file = t.file
      """
    return try Array(rows(query, [Self.list(tracks)]).map { $0[0] })
  }

  /// Pairs of tracks that link everything that `linked(to:)` links.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachLink(_ body: (_ first: Int64, _ second: Int64) throws -> Void) throws {
    for key in ["audio", "song", "base"] {
      try forEachPair("SELECT \(key), track FROM songKey WHERE \(key) IS NOT NULL ORDER BY \(key)") {
        try body($1, $2)
      }
    }
    // A record that may mean many tracks links none.
    var found: (record: Int64, isMatched: Bool) = (0, false)
    try forEachPair("SELECT record, track FROM match ORDER BY record") { record, first, second in
      if found.record != record {
        found = (record, try value("SELECT outcome = 'matched' FROM record WHERE id = ?", [record]) ?? false)
      }
      if found.isMatched { try body(first, second) }
    }
    for query in [
      "SELECT id, file FROM track INDEXED BY trackOfSheet WHERE number IS NOT NULL",
      """
      SELECT a.track, b.track FROM comparison c CROSS JOIN songKey a ON a.audio = c.first
        CROSS JOIN songKey b ON b.audio = c.second
      """,
    ] {
      let cursor = try rows(query)
      while let row = try cursor.next() { try body(row[0], row[1]) }
    }
  }

  /// Neighbouring rows of a sorted query that begin with the same number.
  private func forEachPair(_ query: String, _ body: (_ key: Int64, Int64, Int64) throws -> Void) throws {
    let cursor = try rows(query)
    var last: (key: Int64, track: Int64)?
    while let row = try cursor.next() {
      let next: (key: Int64, track: Int64) = (row[0], row[1])
      if let last, last.key == next.key { try body(next.key, last.track, next.track) }
      last = next
    }
  }

  // MARK: Keys

  /// Every track that has keys, ascending.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachKeyedTrack(_ body: (Int64) throws -> Void) throws {
    let cursor = try rows("SELECT track FROM songKey ORDER BY track")
    while let row = try cursor.next() { try body(row[0]) }
  }

  /// The keys of tracks, in no particular order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func songKeys(of tracks: [Int64]) throws -> [SongKeyRow] {
    try Array(
      rows(
        """
        SELECT k.track, k.audio, k.song, k.base, k.since, k.traits
        FROM json_each(?) j CROSS JOIN songKey k ON k.track = j.value
        """, [Self.list(tracks)]
      ).map {
        SongKeyRow(track: $0[0], audio: $0[1], song: $0[2], base: $0[3], since: $0[4], traits: $0[5])
      })
  }

  /// Stores the keys of a track.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setSongKey(_ row: SongKeyRow) throws {
    try run(
      "INSERT OR REPLACE INTO songKey (track, audio, song, base, since, traits) VALUES (?, ?, ?, ?, ?, ?)",
      [row.track, row.audio, row.song, row.base, row.since, row.traits])
  }

  /// Stores since when the recording of a track with keys was there, and what it adds to the counts.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setStanding(of track: Int64, since: Double?, traits: Int64) throws {
    try run("UPDATE songKey SET since = ?, traits = ? WHERE track = ?", [since, traits, track])
  }

  /// Forgets the keys of a track.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeSongKey(_ track: Int64) throws { try run("DELETE FROM songKey WHERE track = ?", [track]) }

  /// A track with its audio and what names it.
  public typealias NamedRow = (track: Int64, audio: Int64?, tags: TrackTags)

  /// The tracks behind a number, ascending; missing ones too.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func namedTracks(after track: Int64, limit: Int) throws -> [NamedRow] {
    try named(
      "SELECT id, audio, title, artist, albumArtist FROM track WHERE id > ? ORDER BY id LIMIT ?", [track, limit])
  }

  /// Those of these tracks that there are, in no particular order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func named(_ tracks: [Int64]) throws -> [NamedRow] {
    try named(
      """
      SELECT t.id, t.audio, t.title, t.artist, t.albumArtist FROM json_each(?1) j CROSS JOIN track t ON t.id = j.value
      """, [Self.list(tracks)])
  }

  private func named(_ query: String, _ arguments: StatementArguments) throws -> [NamedRow] {
    try Array(
      rows(query, arguments).map {
        ($0[0], $0[1], TrackTags(title: $0[2], artist: $0[3], albumArtist: $0[4]))
      })
  }

  /// Forgets the keys of tracks that are no more.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeLostSongKeys() throws {
    try run("DELETE FROM songKey WHERE NOT EXISTS (SELECT 1 FROM track WHERE id = songKey.track)")
  }

  static func list(_ numbers: [Int64]) -> String { "[\(numbers.map(String.init).joined(separator: ","))]" }
}
