import GRDB

/// The tables of the index and how one version becomes the next.
enum Schema {
  /// What every indexd stores in the file's application id: "IDXD".
  static let applicationID: Int32 = 0x4944_5844

  /// The version that this program writes, kept in the file's user version.
  static let version: Int32 = 15

  /// The statements that make version n + 1 out of version n, by n.
  static let steps: [String] = [
    first, second, copies, third, postponed, doubts, scoresOfTags, verdicts, lookups, promises, sources, habits,
    tracks, songKeys + matchKeys, fileNames,
  ]

  private static let first = """
    CREATE TABLE note (
      key TEXT PRIMARY KEY NOT NULL,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE root (
      id INTEGER PRIMARY KEY,
      path BLOB NOT NULL UNIQUE,
      firstScan REAL
    ) STRICT;

    CREATE TABLE audio (
      id INTEGER PRIMARY KEY,
      identity BLOB NOT NULL UNIQUE CHECK (length(identity) = 17),
      codec TEXT NOT NULL,
      sampleRate INTEGER NOT NULL CHECK (sampleRate > 0),
      channels INTEGER NOT NULL CHECK (channels > 0),
      frames INTEGER NOT NULL CHECK (frames >= 0),
      subsongs INTEGER NOT NULL CHECK (subsongs > 0),
      bitRate INTEGER NOT NULL,
      arrival REAL NOT NULL
    ) STRICT;

    CREATE TABLE file (
      id INTEGER PRIMARY KEY,
      root INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
      path BLOB NOT NULL UNIQUE,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      device INTEGER NOT NULL,
      firstSeen REAL NOT NULL,
      missingSince REAL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'probed', 'failed')),
      audio INTEGER REFERENCES audio(id),
      failure TEXT,
      failureDetail TEXT,
      hasCueFile INTEGER NOT NULL DEFAULT 0 CHECK (hasCueFile IN (0, 1)),
      title TEXT, artist TEXT, album TEXT, albumArtist TEXT, genre TEXT, date TEXT, trackNumber TEXT, discNumber TEXT,
      cueSheet TEXT,
      statistics TEXT,
      CHECK (state <> 'probed' OR audio IS NOT NULL),
      CHECK ((state = 'failed') = (failure IS NOT NULL))
    ) STRICT;
    CREATE INDEX fileOfAudio ON file(audio);
    CREATE INDEX fileOfInode ON file(inode, device);
    CREATE INDEX fileByState ON file(state) WHERE state <> 'probed';

    CREATE TABLE summary (
      audio INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      samples INTEGER NOT NULL CHECK (samples > 0),
      numbers BLOB NOT NULL CHECK (length(numbers) % 4 = 0),
      PRIMARY KEY (audio, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE block (
      id INTEGER PRIMARY KEY,
      audio INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
      variant TEXT NOT NULL CHECK (variant IN ('study', 'dense')),
      version INTEGER NOT NULL,
      starts BLOB NOT NULL CHECK (length(starts) % 8 = 0),
      numbers BLOB NOT NULL CHECK (length(numbers) % 2 = 0),
      UNIQUE (audio, variant, version)
    ) STRICT;

    CREATE TABLE import (
      id INTEGER PRIMARY KEY,
      path BLOB NOT NULL,
      digest BLOB NOT NULL,
      kind TEXT NOT NULL,
      playlist TEXT,
      exportedAt REAL NOT NULL,
      importedAt REAL NOT NULL,
      entries INTEGER NOT NULL DEFAULT 0,
      malformed INTEGER NOT NULL DEFAULT 0,
      matched INTEGER NOT NULL DEFAULT 0,
      ambiguous INTEGER NOT NULL DEFAULT 0,
      missing INTEGER NOT NULL DEFAULT 0,
      refusal TEXT,
      warnings TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE UNIQUE INDEX importOfDigest ON import(digest);

    CREATE TABLE record (
      id INTEGER PRIMARY KEY,
      import INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,
      locations BLOB NOT NULL,
      plays INTEGER, firstPlayed REAL, lastPlayed REAL, added REAL, rating INTEGER, duration REAL,
      title TEXT, artist TEXT, album TEXT, albumArtist TEXT, trackNumber TEXT, discNumber TEXT,
      outcome TEXT CHECK (outcome IN ('matched', 'ambiguous', 'missing', 'notAFile'))
    ) STRICT;
    CREATE INDEX recordOfImport ON record(import);

    CREATE TABLE match (
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
      PRIMARY KEY (record, file)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX matchOfFile ON match(file);

    CREATE TABLE correction (
      identity BLOB NOT NULL CHECK (length(identity) = 17),
      word TEXT NOT NULL CHECK (word IN ('good', 'bad', 'ignore')),
      at REAL NOT NULL,
      PRIMARY KEY (identity)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE label (
      file INTEGER PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
      label TEXT NOT NULL CHECK (label IN ('good', 'bad', 'undecided', 'unheard', 'excluded')),
      reason TEXT NOT NULL,
      detail TEXT,
      partner INTEGER,
      plays INTEGER
    ) STRICT;

    CREATE TABLE model (
      id INTEGER PRIMARY KEY,
      learner TEXT NOT NULL,
      trainedAt REAL NOT NULL,
      featureVersion INTEGER NOT NULL,
      labelDigest BLOB NOT NULL,
      verdict TEXT NOT NULL,
      figures TEXT NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE score (
      audio INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
      model INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
      probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1)
    ) STRICT;

    CREATE TABLE entry (
      position INTEGER PRIMARY KEY,
      file INTEGER NOT NULL UNIQUE REFERENCES file(id) ON DELETE CASCADE
    ) STRICT;

    CREATE TABLE recommendation (
      identity BLOB PRIMARY KEY NOT NULL CHECK (length(identity) = 17),
      first REAL NOT NULL,
      last REAL NOT NULL,
      probability REAL NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// The columns of which a change can change labels, scores or the playlist, by table; a row that comes or goes always
  /// can. What these are computed into is not among them.
  private static let labelSources = [
    "file": [
      "path", "missingSince", "state", "audio", "hasCueFile", "title", "artist", "album", "albumArtist", "genre",
      "date", "trackNumber", "discNumber", "cueSheet", "statistics",
    ],
    "root": ["firstScan"],
    "audio": ["arrival"],
    "summary": ["numbers"],
    "import": ["exportedAt", "playlist", "refusal"],
    "correction": ["word"],
  ]

  /// The note that the tables themselves make when something changes that labels or scores depend on.
  static let staleNote = "stale"

  private static let second =
    triggers(labelSources) + """
      INSERT OR IGNORE INTO note (key, value) VALUES ('\(staleNote)', '1');
      -- Which audios have a summary is asked often, and the summaries themselves are large.
      CREATE INDEX summaryOfVersion ON summary(version, audio);
      """

  /// Triggers that note a change of these tables; `mark` ends their names.
  static func triggers(_ sources: [String: [String]], noting key: String = staleNote, mark: String = "") -> String {
    sources.sorted { $0.key < $1.key }.map { table, columns in
      let changed = columns.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
      // Not `INSERT OR IGNORE`: inside a trigger the statement that set it off decides about conflicts.
      let note = """
        BEGIN
          INSERT INTO note (key, value) SELECT '\(key)', '1'
            WHERE NOT EXISTS (SELECT 1 FROM note WHERE key = '\(key)');
        END;
        """
      return """
        CREATE TRIGGER \(table)IsNew\(mark) AFTER INSERT ON \(table) \(note)
        CREATE TRIGGER \(table)IsGone\(mark) AFTER DELETE ON \(table) \(note)
        CREATE TRIGGER \(table)IsOther\(mark) AFTER UPDATE OF \(columns.joined(separator: ", ")) ON \(table)
          WHEN \(changed) \(note)

        """
    }.joined()
  }

  /// Refuses a database that is not this program's to write.
  ///
  /// - Parameter more: The statement that made the one table that it holds beside the index's own; `nil` for none.
  /// - Returns: the version that it has.
  /// - Throws: `IndexFailure` with `.newerVersion` for a file of a newer program, `.refused` for another program's,
  ///   `.damaged` for a schema that no indexd made.
  @discardableResult
  static func refuseOthers(_ database: Database, file: String, more: String? = nil) throws -> Int32 {
    let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let owner = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard owner == applicationID || (owner == 0 && tables == 0) else {
      throw IndexFailure(reason: .refused, file: file, detail: "it is another program's database; move it away")
    }
    guard found <= version else {
      throw IndexFailure(
        reason: .newerVersion, file: file, detail: "schema \(found), this program knows up to \(version)")
    }
    try refuseForeign(database, version: found, more: more, file: file)
    return found
  }

  /// Brings a database to this program's version, step by step, each in a transaction of its own.
  ///
  /// - Throws: `IndexFailure` with `.newerVersion` for a file of a newer program, `.refused` for another program's.
  static func migrate(_ database: Database, file: String) throws {
    let found = try refuseOthers(database, file: file)
    for (number, step) in steps.enumerated().dropFirst(Int(found)) {
      try database.inTransaction(.immediate) {
        try database.execute(sql: step)
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(number + 1)")
        return .commit
      }
    }
  }
}
