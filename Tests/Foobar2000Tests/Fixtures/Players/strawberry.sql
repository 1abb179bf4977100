PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE songs (

  title TEXT,
  album TEXT,
  artist TEXT,
  albumartist TEXT,
  track INTEGER NOT NULL DEFAULT -1,
  disc INTEGER NOT NULL DEFAULT -1,
  year INTEGER NOT NULL DEFAULT -1,
  originalyear INTEGER NOT NULL DEFAULT -1,
  genre TEXT,
  compilation INTEGER NOT NULL DEFAULT 0,
  composer TEXT,
  performer TEXT,
  grouping TEXT,
  comment TEXT,
  lyrics TEXT,

  artist_id TEXT,
  album_id TEXT,
  song_id TEXT,

  beginning INTEGER NOT NULL DEFAULT 0,
  length INTEGER NOT NULL DEFAULT 0,

  bitrate INTEGER NOT NULL DEFAULT -1,
  samplerate INTEGER NOT NULL DEFAULT -1,
  bitdepth INTEGER NOT NULL DEFAULT -1,

  source INTEGER NOT NULL DEFAULT 0,
  directory_id INTEGER NOT NULL DEFAULT -1,
  url TEXT NOT NULL,
  filetype INTEGER NOT NULL DEFAULT 0,
  filesize INTEGER NOT NULL DEFAULT -1,
  mtime INTEGER NOT NULL DEFAULT -1,
  ctime INTEGER NOT NULL DEFAULT -1,
  unavailable INTEGER DEFAULT 0,

  fingerprint TEXT,

  playcount INTEGER NOT NULL DEFAULT 0,
  skipcount INTEGER NOT NULL DEFAULT 0,
  lastplayed INTEGER NOT NULL DEFAULT -1,
  lastseen INTEGER NOT NULL DEFAULT -1,

  compilation_detected INTEGER DEFAULT 0,
  compilation_on INTEGER NOT NULL DEFAULT 0,
  compilation_off INTEGER NOT NULL DEFAULT 0,
  compilation_effective INTEGER NOT NULL DEFAULT 0,

  art_automatic TEXT,
  art_manual TEXT,

  effective_albumartist TEXT,
  effective_originalyear INTEGER NOT NULL DEFAULT 0,

  cue_path TEXT,

  rating INTEGER DEFAULT -1

);
INSERT INTO songs VALUES('Grün #1','100% [Pop]','Ärzte','',1,-1,-1,-1,'',0,'','','','','','','','',0,40000000000,99,44100,16,2,1,'file:///music/%C3%84pfel%20&%20Birnen/100%25%20[Pop]/01%20Gr%C3%BCn%20%231.flac',2,503604,1795961378,1795961378,0,'',0,0,-1,1795961420,0,0,0,0,'','','Ärzte',-1,NULL,-1);
INSERT INTO songs VALUES('Blau','100% [Pop]','Ärzte','',2,-1,-1,-1,'',0,'','','','','','','','',0,40000000000,99,44100,16,2,1,'file:///music/%C3%84pfel%20&%20Birnen/100%25%20[Pop]/02%20Blau.flac',2,505255,1795961383,1795961383,0,'',7,1,1700000000,1795961420,0,0,0,0,'','','Ärzte',-1,NULL,-1);
INSERT INTO songs VALUES('It''s','100% [Pop]','Ärzte','',3,-1,-1,-1,'',0,'','','','','','','','',0,40000000000,101,44100,16,2,1,'file:///music/%C3%84pfel%20&%20Birnen/100%25%20[Pop]/03%20It''s.flac',2,512945,1795961385,1795961385,0,'',0,0,-1,1795961420,0,0,0,0,'','','Ärzte',-1,NULL,-1);
COMMIT;
