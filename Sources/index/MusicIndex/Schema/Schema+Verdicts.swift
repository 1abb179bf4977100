extension Schema {
  /// Whether the gate let a model through is a column of its own; before, its verdict began with the word.
  static let verdicts = """
    ALTER TABLE model ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted IN (0, 1));
    UPDATE model SET accepted = verdict LIKE 'accepted%';

    """
}
