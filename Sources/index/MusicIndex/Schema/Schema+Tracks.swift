extension Schema {
  /// One table of tracks: each file as a whole, under the number of the file, and the parts that cue sheets name in it;
  /// labels, matches, doubts and the playlist refer to it.
  static let tracks =
    """
    ALTER TABLE file RENAME TO oldFile;
    ALTER TABLE label RENAME TO oldLabel;
    ALTER TABLE match RENAME TO oldMatch;
    ALTER TABLE doubt RENAME TO oldDoubt;
    ALTER TABLE entry RENAME TO oldEntry;

    """ + trackTables + trackCopies + """
      DROP TABLE cueLabel;
      DROP TABLE cueMatch;
      DROP TABLE cueDoubt;
      DROP TABLE oldLabel;
      DROP TABLE oldMatch;
      DROP TABLE oldDoubt;
      DROP TABLE oldEntry;
      DROP TABLE cueTrack;
      DROP TABLE oldFile;

      """ + trackIndexes + triggers(trackLabelSources)
    + triggers(trackMatchSources, noting: unmatchedNote, mark: "ToMatch")
    + trackScores

  private static let trackTables = """
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
      hasCueFile INTEGER NOT NULL DEFAULT 0 CHECK (hasCueFile IN (0, 1)),
      sheets INTEGER NOT NULL DEFAULT 0,
      awaitsSheets INTEGER NOT NULL DEFAULT 0 CHECK (awaitsSheets IN (0, 1)),
      cueSheet TEXT,
      statistics TEXT
    ) STRICT;

    CREATE TABLE track (
      id INTEGER PRIMARY KEY,
      file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
      number INTEGER CHECK (number > 0),
      sheet BLOB,
      start REAL, end REAL,
      audio INTEGER REFERENCES audio(id),
      title TEXT, artist TEXT, album TEXT, albumArtist TEXT, genre TEXT, date TEXT, trackNumber TEXT, discNumber TEXT,
      failure TEXT, failureDetail TEXT,
      retryAt REAL,
      attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      obstacle TEXT, obstacleDetail TEXT,
      UNIQUE (file, number),
      CHECK ((start IS NULL) = (end IS NULL)),
      CHECK (start IS NULL OR (start < end AND number IS NOT NULL AND audio IS NOT NULL)),
      CHECK (start IS NOT NULL OR id = file)
    ) STRICT;

    CREATE TABLE label (
      track INTEGER PRIMARY KEY REFERENCES track(id) ON DELETE CASCADE,
      label TEXT NOT NULL CHECK (label IN ('good', 'bad', 'undecided', 'unheard', 'excluded')),
      reason TEXT NOT NULL,
      detail TEXT,
      partner INTEGER,
      plays INTEGER
    ) STRICT;

    CREATE TABLE match (
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      track INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
      PRIMARY KEY (record, track)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE doubt (
      record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
      track INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      PRIMARY KEY (record, track)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE entry (
      position INTEGER PRIMARY KEY,
      track INTEGER NOT NULL UNIQUE REFERENCES track(id) ON DELETE CASCADE,
      explores INTEGER NOT NULL DEFAULT 0 CHECK (explores IN (0, 1))
    ) STRICT;

    """

  /// The number that a part has from now on, by the number `id` that it had among the parts.
  private static func part(_ id: String) -> String { "\(id) + (SELECT coalesce(max(id), 0) FROM file)" }

  private static let tagColumns = "title, artist, album, albumArtist, genre, date, trackNumber, discNumber"

  private static let pauseColumns = "failure, failureDetail, retryAt, attempts, obstacle, obstacleDetail"

  private static let trackCopies = """
    INSERT INTO file SELECT id, root, path, size, modified, changed, inode, device, firstSeen, missingSince, state,
      hasCueFile, sheets, awaitsSheets, cueSheet, statistics FROM oldFile;
    INSERT INTO track (id, file, number, sheet, audio, \(tagColumns), \(pauseColumns))
      SELECT id, id, named.number, named.sheet, audio, \(tagColumns), \(pauseColumns)
      FROM oldFile LEFT JOIN (SELECT file, min(number) AS number, sheet FROM cueTrack GROUP BY file
        HAVING max(start) IS NULL) named ON named.file = oldFile.id;
    INSERT INTO track (id, file, number, sheet, start, end, audio, \(tagColumns), \(pauseColumns))
      SELECT \(part("cueTrack.id")), file, number, sheet, start, end, audio, \(tagColumns), \(pauseColumns)
      FROM cueTrack WHERE start IS NOT NULL;
    INSERT INTO label SELECT file, label, reason, detail, iif(partner < 0, \(part("-partner")), partner), plays
      FROM oldLabel;
    INSERT INTO label SELECT \(part("track")), label, reason, detail, iif(partner < 0, \(part("-partner")), partner), plays
      FROM cueLabel WHERE \(part("track")) IN (SELECT id FROM track);
    INSERT INTO match SELECT record, file FROM oldMatch;
    INSERT INTO match SELECT record, \(part("track")) FROM cueMatch WHERE \(part("track")) IN (SELECT id FROM track);
    INSERT INTO doubt SELECT record, file, kind FROM oldDoubt;
    INSERT INTO doubt SELECT record, \(part("track")), kind FROM cueDoubt WHERE \(part("track")) IN (SELECT id FROM track);
    INSERT INTO entry SELECT position, file, explores FROM oldEntry;

    """

  private static let trackIndexes = """
    CREATE INDEX fileOfInode ON file(inode, device);
    CREATE INDEX fileOfRoot ON file(root, missingSince);
    CREATE INDEX fileMissing ON file(missingSince) WHERE missingSince IS NOT NULL;
    CREATE INDEX fileModified ON file(modified);
    CREATE INDEX fileWithStatistics ON file(id) WHERE statistics IS NOT NULL;
    CREATE INDEX fileAwaitingSheets ON file(id) WHERE awaitsSheets = 1;
    CREATE INDEX fileWaiting ON file(firstSeen DESC, path) WHERE state = 'waiting' AND missingSince IS NULL;
    CREATE INDEX fileFailed ON file(id) WHERE state = 'failed';
    CREATE INDEX trackOfAudio ON track(audio);
    CREATE INDEX trackOfSheet ON track(file, number) WHERE number IS NOT NULL;
    CREATE INDEX trackFailed ON track(failure) WHERE failure IS NOT NULL;
    CREATE INDEX trackPostponed ON track(retryAt) WHERE retryAt IS NOT NULL;
    CREATE INDEX matchOfTrack ON match(track);
    CREATE INDEX doubtOfTrack ON doubt(track);

    """

  private static let trackLabelSources = [
    "file": ["path", "missingSince", "state", "hasCueFile", "cueSheet", "statistics"],
    "track": [
      "number", "sheet", "start", "end", "audio", "title", "artist", "album", "albumArtist", "genre", "date",
      "trackNumber", "discNumber", "failure",
    ],
  ]

  static let trackMatchSources = [
    "file": ["path", "missingSince", "hasCueFile", "cueSheet"],
    "track": [
      "number", "sheet", "audio", "title", "artist", "album", "albumArtist", "trackNumber", "discNumber",
    ],
  ]

  /// A score may rest on tags: it goes with a change of what they are, or of the file that they are taken from, and with
  /// the folder, which tells albums without an artist of their own apart.
  private static let trackScores: String = {
    let columns = ["audio", "artist", "album", "albumArtist", "genre", "date"]
    let changed = columns.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
    return """
      CREATE TRIGGER trackChangesScore AFTER UPDATE OF \(columns.joined(separator: ", ")) ON track WHEN \(changed)
        BEGIN DELETE FROM score WHERE audio IN (OLD.audio, NEW.audio); END;
      CREATE TRIGGER trackTakesScore AFTER DELETE ON track
        BEGIN DELETE FROM score WHERE audio = OLD.audio; END;
      CREATE TRIGGER fileChangesScore AFTER UPDATE OF missingSince ON file WHEN OLD.missingSince IS NOT NEW.missingSince
        BEGIN DELETE FROM score WHERE audio IN (SELECT audio FROM track WHERE id = NEW.id); END;
      CREATE TRIGGER fileLeavesAlbum AFTER UPDATE OF path ON file WHEN OLD.path IS NOT NEW.path
        BEGIN DELETE FROM score WHERE audio IN (SELECT audio FROM track
          WHERE id = NEW.id AND album <> '' AND trim(coalesce(albumArtist, '')) = ''); END;

      """
  }()
}
