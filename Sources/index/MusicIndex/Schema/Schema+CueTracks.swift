extension Schema {
  /// The tracks of cue sheets with their labels and matches, the history of judgements, and what refused imports were.
  static let third =
    cueTables
    + triggers([
      "cueTrack": [
        "number", "sheet", "start", "end", "audio", "title", "artist", "album", "albumArtist", "genre", "date",
        "trackNumber", "discNumber", "failure",
      ]
    ]) + "INSERT OR IGNORE INTO note (key, value) VALUES ('\(staleNote)', '1');"

  private static let cueTables = """
    ALTER TABLE file ADD COLUMN sheets INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE file ADD COLUMN awaitsSheets INTEGER NOT NULL DEFAULT 0 CHECK (awaitsSheets IN (0, 1));
    UPDATE file SET awaitsSheets = 1 WHERE cueSheet IS NOT NULL;
    CREATE INDEX fileAwaitingSheets ON file(id) WHERE awaitsSheets = 1;

    CREATE TABLE cueTrack (
      id INTEGER PRIMARY KEY,
      file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
      number INTEGER NOT NULL CHECK (number > 0),
      sheet BLOB,
      start REAL, end REAL,
      audio INTEGER REFERENCES audio(id),
      title TEXT, artist TEXT, album TEXT, albumArtist TEXT, genre TEXT, date TEXT, trackNumber TEXT, discNumber TEXT,
      failure TEXT, failureDetail TEXT,
      UNIQUE (file, number),
      CHECK ((start IS NULL) = (audio IS NULL) AND (end IS NULL) = (audio IS NULL)),
      CHECK (start IS NULL OR start < end)
    ) STRICT;
    CREATE INDEX cueTrackOfAudio ON cueTrack(audio);

    CREATE TABLE cueLabel (
      track INTEGER PRIMARY KEY REFERENCES cueTrack(id) ON DELETE CASCADE,
      label TEXT NOT NULL CHECK (label IN ('good', 'bad', 'undecided', 'unheard', 'excluded')),
      reason TEXT NOT NULL,
      detail TEXT,
      partner INTEGER,
      plays INTEGER
    ) STRICT;

    CREATE TABLE cueMatch (
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      track INTEGER NOT NULL REFERENCES cueTrack(id) ON DELETE CASCADE,
      PRIMARY KEY (record, track)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX cueMatchOfTrack ON cueMatch(track);

    CREATE TABLE judgement (
      id INTEGER PRIMARY KEY,
      identity BLOB NOT NULL CHECK (length(identity) = 17),
      at REAL NOT NULL,
      before TEXT CHECK (before IN ('good', 'bad', 'undecided', 'unheard', 'excluded')),
      after TEXT NOT NULL CHECK (after IN ('good', 'bad', 'undecided', 'unheard', 'excluded')),
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX judgementOfIdentity ON judgement(identity, at);

    ALTER TABLE import ADD COLUMN refusalReason TEXT;
    ALTER TABLE import ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;

    """
}
