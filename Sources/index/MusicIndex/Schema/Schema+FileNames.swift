extension Schema {
  /// By which names records may find a file: with them a new record is matched without the rest of the library. The table is
  /// filled when every record is matched, which another program always does first.
  static let fileNames = """
    CREATE TABLE fileName (
      name INTEGER NOT NULL,
      file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
      PRIMARY KEY (name, file)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX fileNameOfFile ON fileName(file);

    """
}
