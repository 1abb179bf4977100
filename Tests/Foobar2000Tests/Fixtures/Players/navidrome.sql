CREATE TABLE user (id varchar(255) NOT NULL PRIMARY KEY, user_name varchar(255) NOT NULL);
CREATE TABLE media_file (id varchar(255) NOT NULL PRIMARY KEY, path varchar(255) NOT NULL DEFAULT '');
CREATE TABLE annotation (user_id varchar(255) NOT NULL, item_id varchar(255) NOT NULL, item_type varchar(255) NOT NULL,
  play_count integer DEFAULT 0, play_date datetime, rating integer DEFAULT 0);
INSERT INTO user VALUES ('u1', 'me'), ('u2', 'you');
INSERT INTO media_file VALUES ('f1', 'Äpfel & Birnen/100% [Pop]/02 Blau.flac'), ('f2', 'Äpfel & Birnen/100% [Pop]/03 It''s.flac');
INSERT INTO annotation VALUES ('u1', 'f1', 'media_file', 7, '2023-11-14 22:13:20', 0);
INSERT INTO annotation VALUES ('u2', 'f2', 'media_file', 9, '2023-11-14 22:13:20', 0);
INSERT INTO annotation VALUES ('u1', 'a1', 'album', 12, '2023-11-14 22:13:20', 0);
