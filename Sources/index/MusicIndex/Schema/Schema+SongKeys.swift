extension Schema {
  /// What links tracks whose labels depend on each other, as the last labelling found it, and which tracks changed since.
  /// Track 0 stands for all of them.
  static let songKeys =
    """
    CREATE TABLE songKey (
      track INTEGER PRIMARY KEY,
      audio INTEGER,
      song INTEGER,
      base INTEGER,
      since REAL,
      traits INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX songKeyOfAudio ON songKey(audio) WHERE audio IS NOT NULL;
    CREATE INDEX songKeyOfSong ON songKey(song) WHERE song IS NOT NULL;
    CREATE INDEX songKeyOfBase ON songKey(base) WHERE base IS NOT NULL;
    CREATE INDEX songKeySince ON songKey(since) WHERE since IS NOT NULL;
    CREATE TABLE unlabelled (track INTEGER PRIMARY KEY) STRICT;
    INSERT INTO unlabelled VALUES (0);
    CREATE INDEX recordUnplayed ON record(import)
      WHERE past = 0 AND plays = 0 AND firstPlayed IS NULL AND lastPlayed IS NULL;

    """ + marks.map(\.trigger).joined()

  /// A trigger that marks the tracks that a change concerns.
  private struct Mark {
    enum Event: String {
      case isNew = "AFTER INSERT"
      case isGone = "AFTER DELETE"
      case isGoing = "BEFORE DELETE"
      case isOther = "AFTER UPDATE"
    }

    var event: Event
    var table: String
    /// The columns of which a change counts, of an update.
    var columns: [String] = []
    /// Queries of tracks as `t`.
    var tracks: [String]

    var trigger: String {
      let name = "\(table)Unlabels\(event)"
      let of = columns.isEmpty ? "" : " OF \(columns.joined(separator: ", "))"
      let condition = columns.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
      return """
        CREATE TRIGGER \(name) \(event.rawValue)\(of) ON \(table)\(columns.isEmpty ? "" : " WHEN \(condition)") BEGIN
          \(tracks.map(statement).joined(separator: "\n  "))
        END;

        """
    }

    /// Not `INSERT OR IGNORE`: inside a trigger the statement that set it off decides about conflicts.
    private func statement(_ tracks: String) -> String {
      """
      INSERT INTO unlabelled SELECT DISTINCT t FROM (\(tracks)) WHERE t IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM unlabelled WHERE track = 0)
            AND NOT EXISTS (SELECT 1 FROM unlabelled WHERE track = t);
      """
    }
  }

  private static func each(_ table: String, _ columns: [String], _ tracks: (String) -> [String]) -> [Mark] {
    [
      Mark(event: .isNew, table: table, tracks: tracks("NEW")),
      Mark(event: .isGone, table: table, tracks: tracks("OLD")),
      Mark(event: .isOther, table: table, columns: columns, tracks: tracks("NEW")),
    ]
  }

  private static func tracks(ofAudio audio: String) -> [String] {
    ["SELECT id AS t FROM track WHERE audio \(audio)"]
  }

  /// The tracks that a record, or one of several, means or may mean.
  private static func tracks(ofRecord record: String) -> [String] {
    ["match", "doubt"].map { "SELECT track AS t FROM \($0) WHERE record \(record)" }
  }

  /// What shares a record with a track that goes: its matches go with it.
  private static let sharing = [
    """
    SELECT n.track AS t FROM match m CROSS JOIN record r ON r.id = m.record AND r.outcome = 'matched'
          CROSS JOIN match n ON n.record = m.record WHERE m.track = OLD.id
    """
  ]

  /// What a label is made of, and which tracks a change of it concerns. What is only linked to these is found by the keys.
  private static let marks: [Mark] =
    each("file", ["path", "firstSeen", "missingSince", "state", "hasCueFile", "cueSheet", "statistics"]) {
      ["SELECT \($0).id AS t"]
    }
    + each(
      "track",
      [
        "file", "number", "sheet", "start", "end", "audio", "title", "artist", "album", "albumArtist", "genre", "date",
        "trackNumber", "discNumber", "failure",
      ]
    ) { ["SELECT \($0).id AS t", "SELECT \($0).file AS t"] }
    + [
      Mark(event: .isGoing, table: "track", tracks: sharing),
      Mark(
        event: .isOther, table: "audio",
        columns: ["codec", "sampleRate", "frames", "subsongs", "bitRate", "arrival"],
        tracks: tracks(ofAudio: "= NEW.id")),
      Mark(
        event: .isOther, table: "record",
        columns: [
          "import", "locations", "plays", "firstPlayed", "lastPlayed", "added", "rating", "skips", "lastSkipped",
          "past",
          "outcome",
        ], tracks: tracks(ofRecord: "= NEW.id")),
      Mark(
        event: .isOther, table: "import", columns: ["playlist", "refusal"],
        tracks: tracks(ofRecord: "IN (SELECT id FROM record WHERE import = NEW.id)")),
    ]
    + each("correction", ["identity", "word"]) { row in
      tracks(ofAudio: "= (SELECT id FROM audio WHERE identity = \(row).identity)")
    }
    + each("match", ["record", "track"]) { ["SELECT \($0).track AS t"] }
    + each("doubt", ["record", "track", "kind"]) { ["SELECT \($0).track AS t"] }
    + each("comparison", ["relation", "offset", "likeness", "errorRate", "seconds"]) { row in
      tracks(ofAudio: "IN (\(row).first, \(row).second)")
    }
}
