extension Schema {
  /// What was promised of a recommended track by the list that it was on last; and scores that may rest on a folder, which
  /// tells albums without an artist of their own apart, go with it.
  static let promises = """
    ALTER TABLE recommendation ADD COLUMN promised REAL;

    CREATE TRIGGER fileLeavesAlbum AFTER UPDATE OF path ON file
      WHEN OLD.path IS NOT NEW.path AND NEW.album <> '' AND trim(coalesce(NEW.albumArtist, '')) = ''
      BEGIN DELETE FROM score WHERE audio = NEW.audio; END;
    """
}
