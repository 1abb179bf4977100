extension Schema {
  /// The note that the tables themselves make when something changes that the files of records are found by.
  static let unmatchedNote = "unmatched"

  static let matchSources = [
    "file": [
      "path", "missingSince", "audio", "hasCueFile", "title", "artist", "album", "albumArtist", "trackNumber",
      "discNumber", "cueSheet",
    ],
    "cueTrack": ["number", "sheet", "audio", "title", "artist", "album", "albumArtist", "trackNumber", "discNumber"],
  ]

  /// Records that the newest state of their file does not hold any more, what they say of plays stays true; and whether
  /// records are to be matched although none is new.
  static let sources =
    triggers(matchSources, noting: unmatchedNote, mark: "ToMatch") + """
      INSERT OR IGNORE INTO note (key, value) VALUES ('\(unmatchedNote)', '1');
      ALTER TABLE record ADD COLUMN past INTEGER NOT NULL DEFAULT 0 CHECK (past IN (0, 1));
      CREATE INDEX importOfPath ON import(path);
      """
}
