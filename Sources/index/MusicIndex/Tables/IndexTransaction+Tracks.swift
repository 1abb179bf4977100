import Foundation
import GRDB
import Tracks

extension IndexTransaction {
  /// Every file with its audio and tags, ordered by number; missing files too.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachWholeTrack(version: Int, _ body: (TrackRow) throws -> Void) throws {
    try forEachWholeTrack(
      rows(Self.trackQuery + " WHERE t.id = t.file ORDER BY f.id", [version]), parts(version: version), body)
  }

  /// Every file of a query with what cue sheets name in it.
  func forEachWholeTrack(
    _ cursor: RowCursor, _ parts: [Int64: [TrackRow]], _ body: (TrackRow) throws -> Void
  ) throws {
    while let row = try cursor.next() {
      var file = try Self.track(row)
      file.take(parts[file.id] ?? [])
      try body(file)
    }
  }

  /// Every track: each file, and behind it the tracks that cue sheets name in it. Ordered by the file's number, then by
  /// the number in the sheet; missing files too.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachTrack(version: Int, _ body: (TrackRow) throws -> Void) throws {
    try forEachWholeTrack(version: version) { file in
      try body(file)
      for part in file.parts { try body(part) }
    }
  }

  /// A track with its audio and tags, of a file without the parts in it; `nil` for a number that no track has.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func track(_ id: Int64, version: Int) throws -> TrackRow? {
    try row(Self.trackQuery + " WHERE t.id = ?2", [version, id]).map(Self.track)
  }

  /// The parts that cue sheets name in files, or in those of a JSON array, by file, each file's by their numbers.
  func parts(version: Int, of files: String? = nil) throws -> [Int64: [TrackRow]] {
    let cursor = try rows(
      Self.trackQuery + " WHERE t.start IS NOT NULL AND t.file IN ("
        + (files == nil
          ? "SELECT file FROM track INDEXED BY trackOfSheet WHERE number IS NOT NULL AND ?2 IS NULL"
          : "SELECT value FROM json_each(?2)") + ") ORDER BY t.file, t.number", [version, files])
    var found: [Int64: [TrackRow]] = [:]
    while let row = try cursor.next() { found[row[27], default: []].append(try Self.track(row)) }
    return found
  }

  /// Files by path, those behind a path, without the tracks inside them; missing ones too.
  func files(after path: FilePath?, limit: Int, version: Int) throws -> [TrackRow] {
    try Array(
      rows(
        Self.trackQuery + " WHERE t.id = t.file AND f.path > ?2 ORDER BY f.path LIMIT ?3",
        [version, Data(path?.bytes ?? []), limit]
      ).map(Self.track))
  }

  /// What a track is labelled; `nil` where it is not.
  func label(of track: Int64) throws -> (label: TrackLabel, reason: String, plays: Int?)? {
    guard let row = try row("SELECT label, reason, plays FROM label WHERE track = ?", [track]),
      let label = TrackLabel(rawValue: row[0])
    else { return nil }
    return (label, row[1], row[2])
  }

  /// The probability that the owner likes an audio; `nil` without a score.
  func score(of audio: Int64) throws -> Double? {
    try value("SELECT probability FROM score WHERE audio = ?", [audio])
  }

  /// The highest number of a file; 0 for none.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func lastFile() throws -> Int64 {
    try value("SELECT max(id) FROM file") ?? 0
  }

  /// Every column that a track is made of; for what tells tracks apart a condition is to follow.
  static let trackQuery = """
    SELECT t.id, f.path, f.firstSeen, f.modified, f.hasCueFile, t.audio, t.failure, f.missingSince,
      t.title, t.artist, t.album, t.albumArtist, t.genre, t.date, t.trackNumber, t.discNumber, f.cueSheet,
      f.statistics, a.identity, a.arrival, a.codec, a.sampleRate, a.channels, a.frames, a.subsongs, a.bitRate,
      s.audio, t.file, r.firstScan, t.number, t.sheet, t.start, t.end
    FROM file f JOIN track t ON t.file = f.id JOIN root r ON r.id = f.root LEFT JOIN audio a ON a.id = t.audio
      LEFT JOIN summary s INDEXED BY summaryOfVersion ON s.audio = t.audio AND s.version = ?1
    """

  private static func track(_ row: Row) throws -> TrackRow {
    let span = (row[31] as Double?).flatMap { start in (row[32] as Double?).map { AudioSpan(start: start, end: $0) } }
    var tags = TrackTags(
      title: row[8], artist: row[9], album: row[10], albumArtist: row[11], genre: row[12], date: row[13],
      trackNumber: row[14], discNumber: row[15])
    // Sheet and statistics are the file's, not its parts'.
    if span == nil {
      tags.cueSheet = row[16]
      if let text: String = row[17] {
        tags.statistics = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
      }
    }
    let identity: Data? = row[18]
    let firstSeen: Double = row[2]
    let modified: Int64 = row[3]
    let firstScan: Double? = row[28]
    let number: Int? = row[29]
    let sheet: Data? = row[30]
    return TrackRow(
      id: row[0], file: row[27], path: FilePath(bytes: Array(row[1] as Data)), firstSeen: firstSeen,
      modified: Double(modified) / 1e9, isOfFirstScan: firstScan.map { firstSeen <= $0 } ?? true,
      hasCueFile: span == nil && row[4], audio: row[5], identity: identity.flatMap { AudioIdentity(bytes: Array($0)) },
      arrival: row[19] ?? firstSeen,
      properties: identity == nil
        ? nil
        : AudioProperties(
          codec: row[20], sampleRate: row[21], channels: row[22], frames: row[23], subsongs: row[24], bitRate: row[25]),
      tags: tags, isAnalysed: !row.hasNull(atIndex: 26), failure: row[6], isMissing: !row.hasNull(atIndex: 7),
      span: span, place: number.map { SheetPlace(sheet: sheet.map { FilePath(bytes: Array($0)) }, number: $0) })
  }
}

extension TrackRow {
  /// Takes in the parts of this file; they fail with it.
  fileprivate mutating func take(_ parts: [TrackRow]) {
    self.parts = parts
    guard let failure else { return }
    for index in parts.indices where parts[index].failure == nil { self.parts[index].failure = failure }
  }
}
