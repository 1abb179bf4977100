extension Schema {
  /// Indexes for what is asked of large tables with every change, so that no answer reads a table to its end.
  static let lookups = """
    DROP INDEX fileByState;
    CREATE INDEX fileFailed ON file(failure) WHERE state = 'failed';
    CREATE INDEX fileOfRoot ON file(root, missingSince);
    CREATE INDEX fileMissing ON file(missingSince) WHERE missingSince IS NOT NULL;
    CREATE INDEX fileModified ON file(modified);
    CREATE INDEX fileWithStatistics ON file(id) WHERE statistics IS NOT NULL;
    CREATE INDEX cueTrackFailed ON cueTrack(failure) WHERE failure IS NOT NULL;
    CREATE INDEX recordUnmatched ON record(import) WHERE outcome IS NULL;
    CREATE INDEX placeOfVersion ON place(version);
    CREATE INDEX comparisonOfVersion ON comparison(version);

    """
}
