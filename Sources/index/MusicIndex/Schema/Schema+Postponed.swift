extension Schema {
  /// When a file, or a track of a cue sheet, that could not be read is tried again, how often it was tried, and why it
  /// waits; and what is to be analysed next, without a look at the rest.
  static let postponed = """
    ALTER TABLE file ADD COLUMN retryAt REAL;
    ALTER TABLE file ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0);
    ALTER TABLE file ADD COLUMN obstacle TEXT;
    ALTER TABLE file ADD COLUMN obstacleDetail TEXT;
    ALTER TABLE cueTrack ADD COLUMN retryAt REAL;
    ALTER TABLE cueTrack ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0);
    ALTER TABLE cueTrack ADD COLUMN obstacle TEXT;
    ALTER TABLE cueTrack ADD COLUMN obstacleDetail TEXT;
    CREATE INDEX filePostponed ON file(retryAt) WHERE retryAt IS NOT NULL;
    CREATE INDEX cueTrackPostponed ON cueTrack(retryAt) WHERE retryAt IS NOT NULL;
    CREATE INDEX fileWaiting ON file(firstSeen DESC, path) WHERE state = 'waiting' AND missingSince IS NULL;

    """
}
