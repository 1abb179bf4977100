extension Schema {
  /// Which tracks records without a single file may mean, and what is wrong with such records of an import. The labels of
  /// an older index rest on no doubts: they are stale.
  static let doubts = """
    CREATE TABLE doubt (
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      PRIMARY KEY (record, file)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX doubtOfFile ON doubt(file);

    CREATE TABLE cueDoubt (
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      track INTEGER NOT NULL REFERENCES cueTrack(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      PRIMARY KEY (record, track)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX cueDoubtOfTrack ON cueDoubt(track);

    CREATE TABLE loss (
      import INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,
      cause TEXT NOT NULL,
      entries INTEGER NOT NULL CHECK (entries > 0),
      example TEXT,
      folder TEXT,
      local BLOB,
      PRIMARY KEY (import, cause)
    ) STRICT, WITHOUT ROWID;

    INSERT OR IGNORE INTO note (key, value) VALUES ('\(staleNote)', '1');

    """
}
