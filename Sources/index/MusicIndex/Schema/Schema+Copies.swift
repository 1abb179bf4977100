extension Schema {
  /// What was found out about recordings that may be one.
  static let copies = copyTables + triggers(["place": ["version"], "comparison": ["relation"]])

  /// Where each audio lies among the sounds, the fingerprints of those that were compared, what came of it, and which
  /// recordings belong together.
  private static let copyTables = """
    CREATE TABLE place (
      audio INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      numbers BLOB NOT NULL CHECK (length(numbers) % 4 = 0)
    ) STRICT;

    CREATE TABLE fingerprint (
      audio INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
      start REAL NOT NULL CHECK (start >= 0),
      items BLOB NOT NULL CHECK (length(items) % 4 = 0),
      PRIMARY KEY (audio, start)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE comparison (
      first INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
      second INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      relation TEXT NOT NULL
        CHECK (relation IN ('sameRecording', 'firstIsShort', 'secondIsShort', 'otherVersion', 'different')),
      offset REAL NOT NULL,
      likeness REAL NOT NULL,
      errorRate REAL,
      seconds REAL NOT NULL,
      PRIMARY KEY (first, second),
      CHECK (first < second)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX comparisonOfSecond ON comparison(second);

    CREATE TABLE relative (
      audio INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
      recording BLOB NOT NULL CHECK (length(recording) = 17)
    ) STRICT;

    """
}
