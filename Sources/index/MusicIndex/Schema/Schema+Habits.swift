extension Schema {
  /// How often a record was skipped and when last; and which tracks of the list were chosen to teach the model, which
  /// nothing is promised of.
  static let habits = """
    ALTER TABLE record ADD COLUMN skips INTEGER;
    ALTER TABLE record ADD COLUMN lastSkipped REAL;
    ALTER TABLE entry ADD COLUMN explores INTEGER NOT NULL DEFAULT 0 CHECK (explores IN (0, 1));
    ALTER TABLE recommendation ADD COLUMN explores INTEGER NOT NULL DEFAULT 0 CHECK (explores IN (0, 1));

    """
}
