extension Schema {
  /// A score may rest on tags: it goes with a change of what they are, or of the file that they are taken from.
  static let scoresOfTags = ["file", "cueTrack"].map { table in
    let columns =
      ["audio", "artist", "album", "albumArtist", "genre", "date"] + (table == "file" ? ["missingSince"] : [])
    let changed = columns.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
    return """
      CREATE TRIGGER \(table)ChangesScore AFTER UPDATE OF \(columns.joined(separator: ", ")) ON \(table) WHEN \(changed)
        BEGIN DELETE FROM score WHERE audio IN (OLD.audio, NEW.audio); END;
      CREATE TRIGGER \(table)TakesScore AFTER DELETE ON \(table)
        BEGIN DELETE FROM score WHERE audio = OLD.audio; END;

      """
  }.joined()
}
