CREATE TABLE Tracks (TrackID INTEGER PRIMARY KEY AUTOINCREMENT, FilePath TEXT NOT NULL, Subsong INTEGER DEFAULT 0,
  CuePath TEXT, Offset INTEGER DEFAULT 0, Duration INTEGER DEFAULT 0, TrackHash TEXT);
CREATE TABLE TrackStats (TrackHash TEXT PRIMARY KEY, LastSeen INTEGER, AddedDate INTEGER, FirstPlayed INTEGER,
  LastPlayed INTEGER, PlayCount INTEGER DEFAULT 0, Rating INTEGER DEFAULT 0);
INSERT INTO Tracks (FilePath, TrackHash) VALUES ('/music/Äpfel & Birnen/100% [Pop]/02 Blau.flac', 'b');
INSERT INTO Tracks (FilePath, TrackHash) VALUES ('/music/Äpfel & Birnen/100% [Pop]/03 It''s.flac', 'c');
INSERT INTO Tracks (FilePath, CuePath, Offset, TrackHash) VALUES ('/music/album.flac', '/music/album.cue', 200000, 'd');
INSERT INTO TrackStats VALUES ('b', 1700000000000, 1600000000000, 1650000000000, 1700000000000, 7, 0);
INSERT INTO TrackStats VALUES ('d', 1700000000000, 1600000000000, 1650000000000, 1700000000000, 9, 0);
