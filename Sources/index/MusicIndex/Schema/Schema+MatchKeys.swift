extension Schema {
  /// Which files came since every record was matched, and what the records are found by. A file that came, and what
  /// changes of it, is no reason to match every record while it has nothing in common with any.
  static let matchKeys = """
    CREATE TABLE newFile (
      file INTEGER PRIMARY KEY,
      isTried INTEGER NOT NULL DEFAULT 0 CHECK (isTried IN (0, 1))
    ) STRICT;
    CREATE INDEX newFileUntried ON newFile(file) WHERE isTried = 0;
    CREATE TABLE matchKeys (
      id INTEGER PRIMARY KEY,
      keys BLOB NOT NULL CHECK (length(keys) % 8 = 0)
    ) STRICT;

    DROP TRIGGER fileIsNewToMatch;
    DROP TRIGGER fileIsGoneToMatch;
    DROP TRIGGER fileIsOtherToMatch;
    CREATE TRIGGER fileIsNewToMatch AFTER INSERT ON file BEGIN
      DELETE FROM newFile WHERE file = NEW.id;
      INSERT INTO newFile (file) VALUES (NEW.id);
    END;
    \(ofOldFiles("fileIsGoneToMatch", "DELETE ON file", file: "OLD.id", "DELETE FROM newFile WHERE file = OLD.id;"))
    \(ofOldFiles("fileIsOtherToMatch", changed("file"), file: "NEW.id", again("NEW.id")))
    DROP TRIGGER trackIsNewToMatch;
    DROP TRIGGER trackIsGoneToMatch;
    DROP TRIGGER trackIsOtherToMatch;
    \(ofOldFiles("trackIsNewToMatch", "INSERT ON track", file: "NEW.file", again("NEW.file")))
    \(ofOldFiles("trackIsGoneToMatch", "DELETE ON track", file: "OLD.file", again("OLD.file")))
    \(ofOldFiles("trackIsOtherToMatch", changed("track"), file: "NEW.file", again("NEW.file")))

    """

  private static func again(_ file: String) -> String { "UPDATE newFile SET isTried = 0 WHERE file = \(file);" }

  private static func changed(_ table: String) -> String {
    let columns = trackMatchSources[table] ?? []
    let condition = columns.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
    return "UPDATE OF \(columns.joined(separator: ", ")) ON \(table) WHEN \(condition)"
  }

  /// A trigger that notes a change of a file that every record was matched with, and does something else for new ones.
  private static func ofOldFiles(_ name: String, _ event: String, file: String, _ statement: String) -> String {
    """
    CREATE TRIGGER \(name) AFTER \(event) BEGIN
      INSERT INTO note (key, value) SELECT '\(unmatchedNote)', '1'
        WHERE NOT EXISTS (SELECT 1 FROM note WHERE key = '\(unmatchedNote)')
          AND NOT EXISTS (SELECT 1 FROM newFile WHERE file = \(file));
      \(statement)
    END;
    """
  }
}
