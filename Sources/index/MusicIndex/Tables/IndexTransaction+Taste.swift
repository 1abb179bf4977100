import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  // MARK: Scores

  /// The audios that have a summary of a version and no score of a model, ordered by number.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func audiosWithoutScore(of model: Int64, version: Int) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT s.audio FROM summary s INDEXED BY summaryOfVersion LEFT JOIN score p ON p.audio = s.audio AND p.model = ?
        WHERE s.version = ? AND p.audio IS NULL ORDER BY s.audio
        """, [model, version]
      ).map { $0[0] })
  }

  /// The tags and the folder that a score of an audio may rest on: those of the first file that has it and is there, else
  /// of the first track of a cue sheet; none where there is neither.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func tags(ofAudio audio: Int64) throws -> (tags: TrackTags, folder: FilePath?) {
    let found = try row(
      """
      SELECT t.title, t.artist, t.album, t.albumArtist, t.genre, t.date, f.path FROM track t JOIN file f ON f.id = t.file
      WHERE t.audio = ? AND (f.missingSince IS NULL OR t.start IS NOT NULL) ORDER BY t.start IS NOT NULL, t.id LIMIT 1
      """, [audio])
    guard let found else { return (TrackTags(), nil) }
    let tags = TrackTags(
      title: found[0], artist: found[1], album: found[2], albumArtist: found[3], genre: found[4], date: found[5])
    return (tags, FilePath(bytes: Array(found[6] as Data)).parent)
  }

  /// Stores one audio's score.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setScore(_ probability: Double, of audio: Int64, model: Int64) throws {
    try run(
      "INSERT OR REPLACE INTO score (audio, model, probability) VALUES (?, ?, ?)", [audio, model, probability])
  }

  /// Removes all scores.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeScores() throws {
    try run("DELETE FROM score")
  }

  /// Removes the scores of all models but one.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeScores(exceptOf model: Int64) throws {
    try run("DELETE FROM score WHERE model <> ?", [model])
  }

  /// The score of every audio.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func scores() throws -> [Int64: Double] {
    var found: [Int64: Double] = [:]
    let cursor = try rows("SELECT audio, probability FROM score")
    while let row = try cursor.next() { found[row[0]] = row[1] }
    return found
  }

  /// The files that are there, unheard and scored, in no order.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachCandidate(_ body: (UnheardTrack) throws -> Void) throws {
    let cursor = try rows(
      """
      SELECT t.id, a.identity, s.probability, t.artist, t.albumArtist, t.album,
        CASE WHEN coalesce(trim(t.albumArtist), '') = '' AND t.album <> '' THEN f.path END,
        CAST(a.frames AS REAL) / a.sampleRate
      FROM label l CROSS JOIN file f ON f.id = l.track CROSS JOIN track t ON t.id = f.id
        CROSS JOIN audio a ON a.id = t.audio CROSS JOIN score s ON s.audio = a.id
      WHERE l.label = 'unheard' AND f.missingSince IS NULL
      """)
    while let row = try cursor.next() {
      guard let identity = AudioIdentity(bytes: Array(row[1] as Data)) else { continue }
      try body(
        UnheardTrack(
          id: row[0], identity: identity, probability: row[2], artist: row[3] ?? row[4], albumArtist: row[4],
          album: row[5], folder: (row[6] as Data?).map { FilePath(bytes: Array($0)).parent }, seconds: row[7] ?? 0))
    }
  }

  /// The path of a file by its number; `nil` where there is none.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func path(of file: Int64) throws -> FilePath? {
    let path: Data? = try value("SELECT path FROM file WHERE id = ?", [file])
    return path.map { FilePath(bytes: Array($0)) }
  }

  // MARK: The playlist

  /// The files of the playlist as it was last written, in its order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func playlist() throws -> [Int64] {
    try Array(rows("SELECT track FROM entry ORDER BY position").map { $0[0] })
  }

  /// Those files of the playlist that are there to teach the model, in its order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func exploredFiles() throws -> [Int64] {
    try Array(rows("SELECT track FROM entry WHERE explores ORDER BY position").map { $0[0] })
  }

  /// Stores the files of the playlist, and remembers them as recommended.
  ///
  /// - Parameters:
  ///   - promised: the share of liked tracks that is promised of the list; `nil` where nothing is.
  ///   - exploring: the number of entries at the end that are there to teach the model. They do not count as recommended;
  ///     one that was recommended before stays what it was.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setPlaylist(
    _ entries: [(file: Int64, identity: AudioIdentity, probability: Double)], at time: Double, promised: Double? = nil,
    exploring: Int = 0
  ) throws {
    try run("DELETE FROM entry")
    for (position, entry) in entries.enumerated() {
      let explores = position >= entries.count - exploring
      try run("INSERT INTO entry (position, track, explores) VALUES (?, ?, ?)", [position, entry.file, explores])
      try run(
        """
        INSERT INTO recommendation (identity, first, last, probability, promised, explores) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (identity) DO UPDATE SET last = excluded.last, probability = excluded.probability,
          promised = excluded.promised, explores = excluded.explores WHERE excluded.explores <= explores
        """,
        [Data(entry.identity.bytes), time, time, entry.probability, explores ? nil : promised, explores])
    }
  }

  /// What was recommended and when, with the probability that was stated last and the share promised of the list that it
  /// was on last, and whether it was only ever there to teach the model; ordered by identity.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func recommendations() throws -> [(
    identity: AudioIdentity, first: Double, last: Double, probability: Double, promised: Double?, explores: Bool
  )] {
    var found: [(AudioIdentity, Double, Double, Double, Double?, Bool)] = []
    let cursor = try rows(
      "SELECT identity, first, last, probability, promised, explores FROM recommendation ORDER BY identity")
    while let row = try cursor.next() {
      guard let identity = AudioIdentity(bytes: Array(row[0] as Data)) else { continue }
      found.append((identity, row[1], row[2], row[3], row[4], row[5]))
    }
    return found
  }

  // MARK: Notes and counts

  /// The text of a note.
  func text(of key: String) throws -> String? {
    try value("SELECT value FROM note WHERE key = ?", [key])
  }

  /// Keeps the text of a note, or forgets it with `nil`.
  func setText(of key: String, _ text: String?) throws {
    if let text {
      try run("INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)", [key, text])
    } else {
      try run("DELETE FROM note WHERE key = ?", [key])
    }
  }

  /// Whether anything that labels, scores or the playlist depend on changed since `setFresh`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func isStale() throws -> Bool {
    try text(of: Schema.staleNote) != nil
  }

  /// Notes that labels, scores and the playlist are up to date.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setFresh() throws {
    try setText(of: Schema.staleNote, nil)
  }

  /// How far the library is.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func libraryCounts(version: Int) throws -> LibraryCounts {
    let row = try row(
      """
      SELECT count(*) FILTER (WHERE f.missingSince IS NULL),
        count(*) FILTER (WHERE f.missingSince IS NULL AND f.state = 'probed' AND s.audio IS NOT NULL),
        count(*) FILTER (WHERE f.missingSince IS NULL AND (f.state = 'waiting'
          OR (f.state = 'probed' AND s.audio IS NULL))),
        count(*) FILTER (WHERE f.missingSince IS NULL AND f.state = 'failed'),
        count(*) FILTER (WHERE f.missingSince IS NOT NULL)
      FROM file f CROSS JOIN track t ON t.id = f.id
        LEFT JOIN summary s INDEXED BY summaryOfVersion ON s.audio = t.audio AND s.version = ?
      """, [version]
    )
    guard let row else { return LibraryCounts() }
    return LibraryCounts(files: row[0], analysed: row[1], waiting: row[2], failed: row[3], missing: row[4])
  }
}

/// How many files of the library are in which state.
public struct LibraryCounts: Sendable, Equatable, Codable {
  /// Files that are there.
  public var files = 0
  /// Files whose audio was analysed.
  public var analysed = 0
  /// Files that wait to be looked at or analysed.
  public var waiting = 0
  /// Files that cannot be read.
  public var failed = 0
  /// Files that are missing on disk and still remembered.
  public var missing = 0

  /// Counts with these values.
  public init(files: Int = 0, analysed: Int = 0, waiting: Int = 0, failed: Int = 0, missing: Int = 0) {
    self.files = files
    self.analysed = analysed
    self.waiting = waiting
    self.failed = failed
    self.missing = missing
  }
}
