import Foundation
import GRDB
public import Tracks

/// What a record says of a track that it means, or may mean.
public struct ToldMatch: Sendable {
  /// The import that the record belongs to.
  public var `import`: Int64
  /// The record.
  public var record: Int64
  /// The track.
  public var track: Int64
  /// What was found for the record: where that is `matched` it means the track, otherwise it may.
  public var outcome: RecordOutcome
  /// The number of plays.
  public var plays: Int?
  /// When it was first played, in seconds since 1970, as are all times.
  public var firstPlayed: Double?
  /// When it was last played.
  public var lastPlayed: Double?
  /// When it was added.
  public var added: Double?
  /// The rating, 1 to 5.
  public var rating: Int?
  /// The number of skips.
  public var skips: Int?
  /// When it was last skipped.
  public var lastSkipped: Double?
  /// Whether the record names several places.
  public var namesSeveral: Bool
  /// Whether the import's newest state does not hold it any more.
  public var isPast: Bool
}

extension IndexTransaction {
  // What labelling some tracks reads and writes.

  /// The files among tracks, with the tracks inside them, ordered by number; missing files too.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachWholeTrack(among tracks: [Int64], version: Int, _ body: (TrackRow) throws -> Void) throws {
    let list = Self.list(tracks)
    try forEachWholeTrack(
      rows(
        Self.trackQuery + " WHERE t.id = t.file AND t.id IN (SELECT value FROM json_each(?2)) ORDER BY f.id",
        [version, list]),
      parts(version: version, of: list), body)
  }

  /// What records say of tracks, ordered by record and track.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func told(of tracks: [Int64]) throws -> [ToldMatch] {
    try Array(
      rows(
        """
        SELECT r.import, r.id, m.track, r.outcome, r.plays, r.firstPlayed, r.lastPlayed, r.added, r.rating, r.skips,
          r.lastSkipped, instr(r.locations, x'00') > 0, r.past
        FROM json_each(?) j CROSS JOIN match m ON m.track = j.value CROSS JOIN record r ON r.id = m.record
        WHERE r.outcome IS NOT NULL ORDER BY r.id, m.track
        """, [Self.list(tracks)]
      ).map(Self.toldMatch)
    ).compactMap { $0 }
  }

  private static func toldMatch(_ row: Row) -> ToldMatch? {
    guard let outcome = RecordOutcome(rawValue: row[3]) else { return nil }
    return ToldMatch(
      import: row[0], record: row[1], track: row[2], outcome: outcome, plays: row[4], firstPlayed: row[5],
      lastPlayed: row[6], added: row[7], rating: row[8], skips: row[9], lastSkipped: row[10], namesSeveral: row[11],
      isPast: row[12])
  }

  /// What records without a single file may mean among tracks, with what they name, as `doubtfulEntries(of:)` says it,
  /// ordered by track and record.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func doubts(about tracks: [Int64]) throws -> [(import: Int64, track: Int64, kind: DoubtKind, entry: String)] {
    let cursor = try rows(
      """
      SELECT r.import, d.track, d.kind, r.locations, r.artist, r.title, d.record FROM json_each(?1) j
        CROSS JOIN doubt d ON d.track = j.value CROSS JOIN record r ON r.id = d.record ORDER BY 2, 7
      """, [Self.list(tracks)])
    var found: [(Int64, Int64, DoubtKind, String)] = []
    while let row = try cursor.next() {
      guard let kind = DoubtKind(rawValue: row[2]) else { continue }
      found.append((row[0], row[1], kind, Self.entry(locations: row[3], artist: row[4], title: row[5])))
    }
    return found
  }

  static func entry(locations: Data, artist: String?, title: String?) -> String {
    Self.locations(locations).first?.path ?? [artist, title].compactMap { $0 }.joined(separator: " - ")
  }

  /// Whether an import's newest state holds a record that says it was never played.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func holdsUnplayed(_ import: Int64) throws -> Bool {
    try value(
      """
      SELECT EXISTS (SELECT 1 FROM record INDEXED BY recordUnplayed
        WHERE import = ? AND past = 0 AND plays = 0 AND firstPlayed IS NULL AND lastPlayed IS NULL)
      """, [`import`]) ?? false
  }

  /// What comparisons found out about some audios and any other, ordered by the audios' numbers.
  ///
  /// - Parameter audios: The audios, of which each comparison has one first.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func comparisons(of audios: [Int64]) throws -> [StoredComparison] {
    let cursor = try rows(
      """
      SELECT c.first, c.second, c.relation, c.offset, c.likeness, c.errorRate, c.seconds
      FROM json_each(?) j CROSS JOIN comparison c ON c.first = j.value ORDER BY c.first, c.second
      """, [Self.list(audios)])
    return try Array(cursor.map(Self.comparison)).compactMap { $0 }
  }

  /// For each track that is missing the first one that is there with the same audio.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func heirs() throws -> [Int64: Int64] {
    var heirs: [Int64: Int64] = [:]
    let cursor = try rows(
      """
      SELECT g.id, (SELECT min(t.id) FROM track t CROSS JOIN file f ON f.id = t.file
        WHERE t.audio = g.audio AND f.missingSince IS NULL)
      FROM file m INDEXED BY fileMissing CROSS JOIN track g ON g.file = m.id
      WHERE m.missingSince IS NOT NULL AND g.audio IS NOT NULL
      """)
    while let row = try cursor.next() { heirs[row[0]] = row[1] as Int64? }
    return heirs
  }

  /// The tracks that an import names or may name, in no particular order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func tracks(named import: Int64) throws -> [(track: Int64, isCertain: Bool, isPast: Bool)] {
    try Array(
      rows(
        """
        SELECT m.track, r.outcome = 'matched', r.past FROM record r CROSS JOIN match m ON m.record = r.id
        WHERE r.import = ?1 AND r.outcome IS NOT NULL
        """, [`import`]
      ).map { ($0[0], $0[1], $0[2]) })
  }

  /// The parts of each file that is there, by the file's number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func partsOfPresentFiles() throws -> [Int64: [Int64]] {
    var parts: [Int64: [Int64]] = [:]
    let cursor = try rows(
      """
      SELECT t.file, t.id FROM track t INDEXED BY trackOfSheet JOIN file f ON f.id = t.file
      WHERE t.number IS NOT NULL AND t.start IS NOT NULL AND f.missingSince IS NULL
      """)
    while let row = try cursor.next() { parts[row[0], default: []].append(row[1]) }
    return parts
  }

  // MARK: What is there

  /// Whether a track of an audio is there.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func holdsTrack(of identity: AudioIdentity) throws -> Bool {
    try value(
      """
      SELECT EXISTS (SELECT 1 FROM audio a CROSS JOIN track t ON t.audio = a.id CROSS JOIN file f ON f.id = t.file
        WHERE a.identity = ?1 AND f.missingSince IS NULL)
      """, [Data(identity.bytes)]) ?? false
  }

  /// Whether a file of the library is there.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func holdsFile(at path: FilePath) throws -> Bool {
    try value("SELECT EXISTS (SELECT 1 FROM file WHERE path = ? AND missingSince IS NULL)", [Data(path.bytes)]) ?? false
  }

  /// Whether a file of the library is there below a folder.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func holdsFile(below folder: FilePath) throws -> Bool {
    let start = folder.bytes.last == 0x2F ? folder.bytes.dropLast() : folder.bytes[...]
    return try value(
      "SELECT EXISTS (SELECT 1 FROM file WHERE path > ? AND path < ? AND missingSince IS NULL)",
      [Data(start + [0x2F]), Data(start + [0x30])]) ?? false
  }

  // MARK: Writing

  /// A label as it is stored.
  public struct LabelRow: Sendable, Equatable {
    /// The track.
    public var track: Int64
    /// Its label.
    public var label: TrackLabel
    /// The rule that decided.
    public var reason: String
    /// What the rule went by.
    public var detail: String?
    /// The track that stands for it.
    public var partner: Int64?
    /// The plays of the recording.
    public var plays: Int?

    /// A row of these values.
    public init(
      track: Int64, label: TrackLabel, reason: String, detail: String? = nil, partner: Int64? = nil, plays: Int? = nil
    ) {
      (self.track, self.label, self.reason) = (track, label, reason)
      (self.detail, self.partner, self.plays) = (detail, partner, plays)
    }
  }

  /// The stored labels of tracks, by number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func labelRows(of tracks: [Int64]) throws -> [Int64: LabelRow] {
    let cursor = try rows(
      """
      SELECT l.track, l.label, l.reason, l.detail, l.partner, l.plays
      FROM json_each(?1) j CROSS JOIN label l ON l.track = j.value
      """, [Self.list(tracks)])
    var found: [Int64: LabelRow] = [:]
    while let row = try cursor.next() {
      guard let label = TrackLabel(rawValue: row[1]) else { continue }
      found[row[0]] = LabelRow(
        track: row[0], label: label, reason: row[2], detail: row[3], partner: row[4], plays: row[5])
    }
    return found
  }

  /// Stores a label.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setLabel(_ row: LabelRow) throws {
    try run(
      "INSERT OR REPLACE INTO label (track, label, reason, detail, partner, plays) VALUES (?, ?, ?, ?, ?, ?)",
      [row.track, row.label.rawValue, row.reason, row.detail, row.partner, row.plays])
  }

  /// Forgets the label of a track.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeLabel(of track: Int64) throws {
    try run("DELETE FROM label WHERE track = ?", [track])
  }

  /// Forgets to which recordings audios belong of which no track is left.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeLostRelatives() throws {
    try run("DELETE FROM relative WHERE NOT EXISTS (SELECT 1 FROM songKey k WHERE k.audio = relative.audio)")
  }

  /// Replaces which of `audios` are copies, short or other versions of one recording: of each, the identity that stands
  /// for all of them.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setRelatives(_ recordings: [Int64: AudioIdentity], among audios: [Int64]) throws {
    var known: [Int64: AudioIdentity] = [:]
    let cursor = try rows(
      "SELECT r.audio, r.recording FROM json_each(?) j CROSS JOIN relative r ON r.audio = j.value",
      [Self.list(audios)])
    while let row = try cursor.next() { known[row[0]] = AudioIdentity(bytes: Array(row[1] as Data)) }
    for audio in known.keys.sorted() where recordings[audio] == nil {
      try run("DELETE FROM relative WHERE audio = ?", [audio])
    }
    for (audio, recording) in recordings.sorted(by: { $0.key < $1.key }) where known[audio] != recording {
      try run("INSERT OR REPLACE INTO relative (audio, recording) VALUES (?, ?)", [audio, Data(recording.bytes)])
    }
  }
}
