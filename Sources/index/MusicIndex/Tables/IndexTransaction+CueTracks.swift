import Foundation
import GRDB
public import Tracks

/// A track that a cue sheet names in a file.
public struct CueTrackRow: Sendable, Equatable {
  /// The track's number in the whole sheet, from 1: foobar2000's subsong.
  public var number: Int
  /// The name of the sheet in the file's folder; `nil` for a sheet inside the file.
  public var sheet: FilePath?
  /// The part of the file that the track is; `nil` where it is the whole file.
  public var span: AudioSpan?
  /// The identity of the part; `nil` where the track is the whole file.
  public var identity: AudioIdentity?
  /// The track's tags.
  public var tags: TrackTags

  /// A track of these values; a part needs both its span and its identity.
  public init(number: Int, sheet: FilePath?, span: AudioSpan?, identity: AudioIdentity?, tags: TrackTags) {
    precondition((span == nil) == (identity == nil), "a part has a span and an identity")
    self.number = number
    self.sheet = sheet
    self.span = span
    self.identity = identity
    self.tags = tags
  }
}

/// A track of a cue sheet that was not analysed yet.
public struct WaitingCueTrack: Sendable {
  /// The track's number in the index, below 0.
  public var id: Int64
  /// The file that holds it.
  public var path: FilePath
  /// The part of the file.
  public var span: AudioSpan
  /// The number of the part's audio.
  public var audio: Int64
  /// What the whole file's audio is.
  public var properties: AudioProperties
}

extension IndexTransaction {
  // Tracks of cue sheets and files share one space of numbers wherever a track is meant: those of cue tracks are below 0.

  /// Notes which cue sheets lie beside a file, as a stamp of them; 0 for none. A file whose sheets changed waits for
  /// `filesAwaitingSheets`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setSheets(_ file: Int64, _ stamp: Int64) throws {
    try run("UPDATE file SET sheets = ?, awaitsSheets = 1 WHERE id = ? AND sheets <> ?", [stamp, file, stamp])
  }

  /// The files that are there, were looked at, and whose cue sheets were not read since they changed; ordered by path.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func filesAwaitingSheets(version: Int) throws -> [KnownFile] {
    let ids = try Set(
      Array(
        rows(
          "SELECT id FROM file WHERE awaitsSheets = 1 AND missingSince IS NULL AND state = 'probed'"
        ).map { $0[0] as Int64 }))
    guard !ids.isEmpty else { return [] }
    var found: [KnownFile] = []
    try forEachKnownFile(version: version) { if ids.contains($0.id) { found.append($0) } }
    return found.sorted { $0.path < $1.path }
  }

  /// Stores what the cue sheets of a file name in it. Tracks that stay keep their numbers, labels and matches.
  ///
  /// - Parameter arrival: When the file's audio arrived, in seconds since 1970.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setCueTracks(_ tracks: [CueTrackRow], of file: Int64, properties: AudioProperties, arrival: Double) throws
  {
    try run("UPDATE file SET awaitsSheets = 0 WHERE id = ?", [file])
    let numbers = tracks.map(\.number)
    for old in try Array(rows("SELECT number FROM cueTrack WHERE file = ?", [file]).map({ $0[0] as Int }))
    where !numbers.contains(old) {
      try run("DELETE FROM cueTrack WHERE file = ? AND number = ?", [file, old])
    }
    for track in tracks {
      var audio: Int64?
      if let identity = track.identity, let span = track.span {
        audio = try self.audio(identity, span: span, properties: properties, arrival: arrival)
      }
      let tags = track.tags
      try run(
        """
        INSERT INTO cueTrack (file, number, sheet, start, end, audio, title, artist, album, albumArtist, genre, date,
          trackNumber, discNumber) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (file, number) DO UPDATE SET sheet = excluded.sheet, start = excluded.start, end = excluded.end,
          audio = excluded.audio, title = excluded.title, artist = excluded.artist, album = excluded.album,
          albumArtist = excluded.albumArtist, genre = excluded.genre, date = excluded.date,
          trackNumber = excluded.trackNumber, discNumber = excluded.discNumber, failure = NULL, failureDetail = NULL,
          \(Self.endsPause)
        """,
        [
          file, track.number, track.sheet.map { Data($0.bytes) }, track.span?.start, track.span?.end, audio, tags.title,
          tags.artist, tags.album, tags.albumArtist, tags.genre, tags.date, tags.trackNumber, tags.discNumber,
        ])
    }
  }

  private func audio(
    _ identity: AudioIdentity, span: AudioSpan, properties: AudioProperties, arrival: Double
  ) throws -> Int64? {
    try run(
      """
      INSERT INTO audio (identity, codec, sampleRate, channels, frames, subsongs, bitRate, arrival)
      VALUES (?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (identity) DO UPDATE SET arrival = min(arrival, excluded.arrival)
      """,
      [
        Data(identity.bytes), properties.codec, properties.sampleRate, properties.channels,
        Int64(KernelNumber.integer(max(0, (span.end - span.start) * Double(properties.sampleRate)))),
        properties.bitRate, arrival,
      ])
    return try value("SELECT id FROM audio WHERE identity = ?", [Data(identity.bytes)])
  }

  /// The tracks of cue sheets in files that are there whose audio has no summary of a version: those of the newest file
  /// first, one for each audio.
  ///
  /// - Parameters:
  ///   - limit: the most tracks to return; all for `nil`.
  ///   - now: leaves out what is postponed at this time, in seconds since 1970; nothing for `nil`.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func cueTracksToAnalyse(version: Int, limit: Int? = nil, dueAt now: Double? = nil) throws -> [WaitingCueTrack]
  {
    let cursor = try rows(
      """
      SELECT min(c.id), f.path, c.start, c.end, c.audio, a.codec, a.sampleRate, a.channels, a.frames, a.subsongs, a.bitRate
      FROM cueTrack c JOIN file f ON f.id = c.file JOIN audio a ON a.id = f.audio
      WHERE \(now == nil ? "?1 IS NULL" : Self.isDue.replacing("retryAt", with: "c.retryAt"))
        AND c.audio IS NOT NULL AND c.failure IS NULL AND f.missingSince IS NULL AND f.state = 'probed'
        AND NOT EXISTS (SELECT 1 FROM summary s INDEXED BY summaryOfVersion WHERE s.audio = c.audio AND s.version = ?2)
      GROUP BY c.audio ORDER BY f.firstSeen DESC, f.path, c.number LIMIT ?3
      """, [now, version, limit ?? -1])
    return try Array(
      cursor.map { row in
        WaitingCueTrack(
          id: -(row[0] as Int64), path: FilePath(bytes: Array(row[1] as Data)),
          span: AudioSpan(start: row[2], end: row[3]), audio: row[4],
          properties: AudioProperties(
            codec: row[5], sampleRate: row[6], channels: row[7], frames: row[8], subsongs: row[9], bitRate: row[10]))
      })
  }

  /// Notes that a track of a cue sheet cannot be analysed, and why.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setCueTrackFailed(_ track: Int64, reason: String, detail: String) throws {
    try run(
      "UPDATE cueTrack SET failure = ?, failureDetail = ?, \(Self.endsPause) WHERE id = ?", [reason, detail, -track])
  }

  /// How far the tracks of cue sheets in the files that are there have come.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func cueTrackCounts(version: Int) throws -> CueTrackCounts {
    let row = try row(
      """
      SELECT count(*), count(*) FILTER (WHERE s.audio IS NOT NULL), count(*) FILTER (WHERE s.audio IS NULL
        AND c.failure IS NULL AND f.state = 'probed')
      FROM cueTrack c JOIN file f ON f.id = c.file LEFT JOIN summary s INDEXED BY summaryOfVersion ON s.audio = c.audio AND s.version = ?
      WHERE c.audio IS NOT NULL AND f.missingSince IS NULL
      """, [version])
    guard let row else { return CueTrackCounts() }
    return CueTrackCounts(tracks: row[0], analysed: row[1], waiting: row[2])
  }

  /// The number of tracks of cue sheets in files that are there, by label.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func cueLabelCounts() throws -> [TrackLabel: Int] {
    var counts: [TrackLabel: Int] = [:]
    let cursor = try rows(
      """
      SELECT l.label, count(*) FROM cueLabel l JOIN cueTrack c ON c.id = l.track JOIN file f ON f.id = c.file
      WHERE f.missingSince IS NULL GROUP BY l.label
      """)
    while let row = try cursor.next() {
      if let label = TrackLabel(rawValue: row[0]) { counts[label] = row[1] }
    }
    return counts
  }

  /// What cue sheets name in each file, or in those of a JSON array: the places of whole files, and the parts.
  func cueTracks(version: Int, of files: String? = nil) throws -> [Int64: (places: [SheetPlace], parts: [CuePart])] {
    var found: [Int64: (places: [SheetPlace], parts: [CuePart])] = [:]
    let cursor = try rows(
      """
      SELECT c.file, c.id, c.number, c.sheet, c.start, c.end, c.title, c.artist, c.album, c.albumArtist, c.genre, c.date,
        c.trackNumber, c.discNumber, c.failure, a.id, a.identity, a.arrival, a.frames, s.audio
      FROM cueTrack c LEFT JOIN audio a ON a.id = c.audio LEFT JOIN summary s INDEXED BY summaryOfVersion ON s.audio = c.audio AND s.version = ?1
      \(files == nil ? "WHERE ?2 IS NULL" : "WHERE c.file IN (SELECT value FROM json_each(?2))") ORDER BY c.file, c.number
      """, [version, files])
    while let row = try cursor.next() {
      let file: Int64 = row[0]
      let sheet: Data? = row[3]
      found[file, default: ([], [])].places.append(
        SheetPlace(sheet: sheet.map { FilePath(bytes: Array($0)) }, number: row[2]))
      guard let audio: Int64 = row[15] else { continue }
      let identity: Data = row[16]
      found[file]?.parts.append(
        CuePart(
          id: -(row[1] as Int64), number: row[2], span: AudioSpan(start: row[4], end: row[5]),
          tags: TrackTags(
            title: row[6], artist: row[7], album: row[8], albumArtist: row[9], genre: row[10], date: row[11],
            trackNumber: row[12], discNumber: row[13]), failure: row[14], audio: audio,
          identity: AudioIdentity(bytes: Array(identity)), arrival: row[17], frames: row[18],
          isAnalysed: !row.hasNull(atIndex: 19)))
    }
    return found
  }
}

/// How many tracks of cue sheets there are.
public struct CueTrackCounts: Sendable, Equatable {
  /// Tracks in files that are there.
  public var tracks = 0
  /// Tracks whose audio was analysed.
  public var analysed = 0
  /// Tracks that wait to be analysed.
  public var waiting = 0

  /// Counts with these values.
  public init(tracks: Int = 0, analysed: Int = 0, waiting: Int = 0) {
    self.tracks = tracks
    self.analysed = analysed
    self.waiting = waiting
  }
}

/// A part of a file as the tables hold it.
struct CuePart {
  var id: Int64
  var number: Int
  var span: AudioSpan
  var tags: TrackTags
  var failure: String?
  var audio: Int64
  var identity: AudioIdentity?
  var arrival: Double
  var frames: Int64
  var isAnalysed: Bool

  /// The part as a track of its own in a file.
  func track(of file: KnownFile) -> KnownFile {
    var track = file
    track.id = id
    track.span = span
    track.number = number
    track.hasCueFile = false
    track.audio = audio
    track.identity = identity
    track.arrival = arrival
    track.properties = file.properties.map {
      AudioProperties(
        codec: $0.codec, sampleRate: $0.sampleRate, channels: $0.channels, frames: frames, bitRate: $0.bitRate)
    }
    track.tags = tags
    track.isAnalysed = isAnalysed
    track.failure = failure ?? file.failure
    track.places = []
    track.parts = []
    return track
  }
}
