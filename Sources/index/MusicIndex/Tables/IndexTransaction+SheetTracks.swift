import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
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
  public func filesAwaitingSheets(version: Int) throws -> [TrackRow] {
    try Array(
      rows(
        """
        SELECT id FROM file INDEXED BY fileAwaitingSheets
        WHERE awaitsSheets = 1 AND missingSince IS NULL AND state = 'probed' ORDER BY path
        """
      )
      .map { $0[0] as Int64 }
    ).compactMap { try track($0, version: version) }
  }

  /// Stores what the cue sheets of a file name in it. Tracks that stay keep their numbers, labels and matches.
  ///
  /// - Parameter arrival: When the file's audio arrived, in seconds since 1970.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setSheetTracks(
    _ tracks: [SheetTrack], of file: Int64, properties: AudioProperties, arrival: Double
  ) throws {
    try run("UPDATE file SET awaitsSheets = 0 WHERE id = ?", [file])
    let parts = tracks.filter { $0.span != nil }
    let numbers = parts.map(\.number)
    for old in try Array(rows("SELECT number FROM track WHERE file = ? AND id <> file", [file]).map({ $0[0] as Int }))
    where !numbers.contains(old) {
      try run("DELETE FROM track WHERE file = ? AND number = ? AND id <> file", [file, old])
    }
    // The one track of a file is the file.
    let whole = parts.isEmpty ? tracks.first : nil
    try run(
      "UPDATE track SET number = ?1, sheet = ?2 WHERE id = ?3 AND (number IS NOT ?1 OR sheet IS NOT ?2)",
      [whole?.number, whole?.sheet.map { Data($0.bytes) }, file])
    for track in parts {
      guard let identity = track.identity, let span = track.span else { continue }
      let audio = try self.audio(identity, span: span, properties: properties, arrival: arrival)
      let tags = track.tags
      try run(
        """
        INSERT INTO track (file, number, sheet, start, end, audio, title, artist, album, albumArtist, genre, date,
          trackNumber, discNumber) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (file, number) DO UPDATE SET sheet = excluded.sheet, start = excluded.start, end = excluded.end,
          audio = excluded.audio, title = excluded.title, artist = excluded.artist, album = excluded.album,
          albumArtist = excluded.albumArtist, genre = excluded.genre, date = excluded.date,
          trackNumber = excluded.trackNumber, discNumber = excluded.discNumber, failure = NULL, failureDetail = NULL,
          \(Self.endsPause)
        """,
        [
          file, track.number, track.sheet.map { Data($0.bytes) }, span.start, span.end, audio, tags.title,
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

  /// The parts of files that are there whose audio has no summary of a version, by their numbers: those of the newest file
  /// first, one for each audio.
  ///
  /// - Parameters:
  ///   - limit: the most parts to return; all for `nil`.
  ///   - now: leaves out what is postponed at this time, in seconds since 1970; nothing for `nil`.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func partsToAnalyse(version: Int, limit: Int? = nil, dueAt now: Double? = nil) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT min(t.id) FROM track t INDEXED BY trackOfSheet CROSS JOIN file f ON f.id = t.file
        WHERE \(now == nil ? "?1 IS NULL" : Self.isDue.replacing("retryAt", with: "t.retryAt"))
          AND t.number IS NOT NULL AND t.start IS NOT NULL AND t.failure IS NULL AND f.missingSince IS NULL
          AND f.state = 'probed'
          AND NOT EXISTS (SELECT 1 FROM summary s INDEXED BY summaryOfVersion WHERE s.audio = t.audio AND s.version = ?2)
        GROUP BY t.audio ORDER BY f.firstSeen DESC, f.path, t.number LIMIT ?3
        """, [now, version, limit ?? -1]
      ).map { $0[0] })
  }

  /// How far the tracks of cue sheets in the files that are there have come.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func partCounts(version: Int) throws -> PartCounts {
    let row = try row(
      """
      SELECT count(*), count(*) FILTER (WHERE s.audio IS NOT NULL), count(*) FILTER (WHERE s.audio IS NULL
        AND t.failure IS NULL AND f.state = 'probed')
      FROM track t INDEXED BY trackOfSheet JOIN file f ON f.id = t.file
        LEFT JOIN summary s INDEXED BY summaryOfVersion ON s.audio = t.audio AND s.version = ?
      WHERE t.number IS NOT NULL AND t.start IS NOT NULL AND f.missingSince IS NULL
      """, [version])
    guard let row else { return PartCounts() }
    return PartCounts(tracks: row[0], analysed: row[1], waiting: row[2])
  }

  /// The number of tracks of cue sheets in files that are there, by label.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func partLabelCounts() throws -> [TrackLabel: Int] {
    var counts: [TrackLabel: Int] = [:]
    let cursor = try rows(
      """
      SELECT l.label, count(*) FROM track t INDEXED BY trackOfSheet CROSS JOIN file f ON f.id = t.file
        CROSS JOIN label l ON l.track = t.id
      WHERE t.number IS NOT NULL AND t.start IS NOT NULL AND f.missingSince IS NULL GROUP BY l.label
      """)
    while let row = try cursor.next() {
      if let label = TrackLabel(rawValue: row[0]) { counts[label] = row[1] }
    }
    return counts
  }
}

/// How many tracks of cue sheets there are.
public struct PartCounts: Sendable, Equatable {
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
