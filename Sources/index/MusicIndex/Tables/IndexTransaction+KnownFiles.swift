import Foundation
import GRDB
import Tracks

extension IndexTransaction {
  /// Every file with its audio and tags, ordered by number; missing files too.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func knownFiles(version: Int) throws -> [KnownFile] {
    var found: [KnownFile] = []
    try forEachKnownFile(version: version) { found.append($0) }
    return found
  }

  /// Every file with its audio and tags, ordered by number; missing files too.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachKnownFile(version: Int, _ body: (KnownFile) throws -> Void) throws {
    try forEachKnownFile(rows(Self.knownFileQuery + " ORDER BY f.id", [version]), cueTracks(version: version), body)
  }

  /// Every file of a query with what cue sheets name in it.
  func forEachKnownFile(
    _ cursor: RowCursor, _ tracks: [Int64: (places: [SheetPlace], parts: [CuePart])], _ body: (KnownFile) throws -> Void
  ) throws {
    while let row = try cursor.next() {
      var file = try Self.knownFile(row)
      if let inside = tracks[file.id] {
        file.places = inside.places
        let whole = file
        file.parts = inside.parts.map { $0.track(of: whole) }
      }
      try body(file)
    }
  }

  /// Every track: each file, and behind it the tracks that cue sheets name in it. Ordered by the file's number, then by
  /// the number in the sheet; missing files too.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachTrack(version: Int, _ body: (KnownFile) throws -> Void) throws {
    try forEachKnownFile(version: version) { file in
      try body(file)
      for part in file.parts { try body(part) }
    }
  }

  /// A file with its audio and tags, without the tracks inside it; `nil` for a number that no file has.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func knownFile(_ id: Int64, version: Int) throws -> KnownFile? {
    try row(Self.knownFileQuery + " WHERE f.id = ?", [version, id]).map(Self.knownFile)
  }

  /// Files by path, those behind a path, without the tracks inside them; missing ones too.
  func files(after path: FilePath?, limit: Int, version: Int) throws -> [KnownFile] {
    try Array(
      rows(
        Self.knownFileQuery + " WHERE f.path > ? ORDER BY f.path LIMIT ?",
        [version, Data(path?.bytes ?? []), limit]
      ).map(Self.knownFile))
  }

  /// What a file, or a track of a cue sheet by its negative number, is labelled; `nil` where it is not.
  func label(of track: Int64) throws -> (label: TrackLabel, reason: String, plays: Int?)? {
    let table = track < 0 ? "cueLabel WHERE track" : "label WHERE file"
    guard let row = try row("SELECT label, reason, plays FROM \(table) = ?", [abs(track)]),
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

  static let knownFileQuery = """
    SELECT f.id, f.path, f.firstSeen, f.modified, f.hasCueFile, f.audio, f.failure, f.missingSince,
      f.title, f.artist, f.album, f.albumArtist, f.genre, f.date, f.trackNumber, f.discNumber, f.cueSheet,
      f.statistics, a.identity, a.arrival, a.codec, a.sampleRate, a.channels, a.frames, a.subsongs, a.bitRate,
      s.audio, r.firstScan
    FROM file f JOIN root r ON r.id = f.root LEFT JOIN audio a ON a.id = f.audio
      LEFT JOIN summary s INDEXED BY summaryOfVersion ON s.audio = f.audio AND s.version = ?
    """

  static func knownFile(_ row: Row) throws -> KnownFile {
    var tags = TrackTags(
      title: row[8], artist: row[9], album: row[10], albumArtist: row[11], genre: row[12], date: row[13],
      trackNumber: row[14], discNumber: row[15], cueSheet: row[16])
    if let text: String = row[17] {
      tags.statistics = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    }
    let identity: Data? = row[18]
    let firstSeen: Double = row[2]
    let modified: Int64 = row[3]
    let firstScan: Double? = row[27]
    return KnownFile(
      id: row[0], path: FilePath(bytes: Array(row[1] as Data)), firstSeen: firstSeen,
      modified: Double(modified) / 1e9, isOfFirstScan: firstScan.map { firstSeen <= $0 } ?? true,
      hasCueFile: row[4], audio: row[5], identity: identity.flatMap { AudioIdentity(bytes: Array($0)) },
      arrival: row[19] ?? firstSeen,
      properties: identity == nil
        ? nil
        : AudioProperties(
          codec: row[20], sampleRate: row[21], channels: row[22], frames: row[23], subsongs: row[24], bitRate: row[25]),
      tags: tags, isAnalysed: !row.hasNull(atIndex: 26), failure: row[6], isMissing: !row.hasNull(atIndex: 7))
  }
}
