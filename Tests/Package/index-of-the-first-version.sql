-- The index as the first version made it, with a word of the owner.
CREATE TABLE note (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE root (
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL UNIQUE,
  firstScan REAL
) STRICT;

CREATE TABLE audio (
  id INTEGER PRIMARY KEY,
  identity BLOB NOT NULL UNIQUE CHECK (length(identity) = 17),
  codec TEXT NOT NULL,
  sampleRate INTEGER NOT NULL CHECK (sampleRate > 0),
  channels INTEGER NOT NULL CHECK (channels > 0),
  frames INTEGER NOT NULL CHECK (frames >= 0),
  subsongs INTEGER NOT NULL CHECK (subsongs > 0),
  bitRate INTEGER NOT NULL,
  arrival REAL NOT NULL
) STRICT;

CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  root INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  path BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  device INTEGER NOT NULL,
  firstSeen REAL NOT NULL,
  missingSince REAL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'probed', 'failed')),
  audio INTEGER REFERENCES audio(id),
  failure TEXT,
  failureDetail TEXT,
  hasCueFile INTEGER NOT NULL DEFAULT 0 CHECK (hasCueFile IN (0, 1)),
  title TEXT, artist TEXT, album TEXT, albumArtist TEXT, genre TEXT, date TEXT, trackNumber TEXT, discNumber TEXT,
  cueSheet TEXT,
  statistics TEXT,
  CHECK (state <> 'probed' OR audio IS NOT NULL),
  CHECK ((state = 'failed') = (failure IS NOT NULL))
) STRICT;
CREATE INDEX fileOfAudio ON file(audio);
CREATE INDEX fileOfInode ON file(inode, device);
CREATE INDEX fileByState ON file(state) WHERE state <> 'probed';

CREATE TABLE summary (
  audio INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  samples INTEGER NOT NULL CHECK (samples > 0),
  numbers BLOB NOT NULL CHECK (length(numbers) % 4 = 0),
  PRIMARY KEY (audio, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE block (
  id INTEGER PRIMARY KEY,
  audio INTEGER NOT NULL REFERENCES audio(id) ON DELETE CASCADE,
  variant TEXT NOT NULL CHECK (variant IN ('study', 'dense')),
  version INTEGER NOT NULL,
  starts BLOB NOT NULL CHECK (length(starts) % 8 = 0),
  numbers BLOB NOT NULL CHECK (length(numbers) % 2 = 0),
  UNIQUE (audio, variant, version)
) STRICT;

CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  path BLOB NOT NULL,
  digest BLOB NOT NULL,
  kind TEXT NOT NULL,
  playlist TEXT,
  exportedAt REAL NOT NULL,
  importedAt REAL NOT NULL,
  entries INTEGER NOT NULL DEFAULT 0,
  malformed INTEGER NOT NULL DEFAULT 0,
  matched INTEGER NOT NULL DEFAULT 0,
  ambiguous INTEGER NOT NULL DEFAULT 0,
  missing INTEGER NOT NULL DEFAULT 0,
  refusal TEXT,
  warnings TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE UNIQUE INDEX importOfDigest ON import(digest);

CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  import INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,
  locations BLOB NOT NULL,
  plays INTEGER, firstPlayed REAL, lastPlayed REAL, added REAL, rating INTEGER, duration REAL,
  title TEXT, artist TEXT, album TEXT, albumArtist TEXT, trackNumber TEXT, discNumber TEXT,
  outcome TEXT CHECK (outcome IN ('matched', 'ambiguous', 'missing', 'notAFile'))
) STRICT;
CREATE INDEX recordOfImport ON record(import);

CREATE TABLE match (
  record INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
  file INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  PRIMARY KEY (record, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX matchOfFile ON match(file);

CREATE TABLE correction (
  identity BLOB NOT NULL CHECK (length(identity) = 17),
  word TEXT NOT NULL CHECK (word IN ('good', 'bad', 'ignore')),
  at REAL NOT NULL,
  PRIMARY KEY (identity)
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
  file INTEGER PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
  label TEXT NOT NULL CHECK (label IN ('good', 'bad', 'undecided', 'unheard', 'excluded')),
  reason TEXT NOT NULL,
  detail TEXT,
  partner INTEGER,
  plays INTEGER
) STRICT;

CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  learner TEXT NOT NULL,
  trainedAt REAL NOT NULL,
  featureVersion INTEGER NOT NULL,
  labelDigest BLOB NOT NULL,
  verdict TEXT NOT NULL,
  figures TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE score (
  audio INTEGER PRIMARY KEY REFERENCES audio(id) ON DELETE CASCADE,
  model INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
  probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1)
) STRICT;

CREATE TABLE entry (
  position INTEGER PRIMARY KEY,
  file INTEGER NOT NULL UNIQUE REFERENCES file(id) ON DELETE CASCADE
) STRICT;

CREATE TABLE recommendation (
  identity BLOB PRIMARY KEY NOT NULL CHECK (length(identity) = 17),
  first REAL NOT NULL,
  last REAL NOT NULL,
  probability REAL NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 1229215812;
PRAGMA user_version = 1;
INSERT INTO correction VALUES (X'0101010101010101010101010101010101', 'bad', 9.0);
