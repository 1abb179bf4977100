import Foundation
import GRDB
import Labelling
import ServiceState
import TestSupport
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// An index of many tracks that no file is read for: albums of ten, one song in 50 on two of them, one in 100 compared with
/// another; statistics that know four in five of them and a list of three in five.
struct LargeIndex {
  let folder: TemporaryFolder
  let index: MusicIndex
  var configuration: PipelineConfiguration

  init(tracks count: Int) throws {
    folder = try TemporaryFolder()
    let state = StateFolder(FilePath(folder["state"]))
    try state.make()
    index = try MusicIndex(state.index)
    configuration = PipelineConfiguration(
      music: [FilePath("/m")], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    configuration.now = { Self.now }
    try index.write { try $0.database.execute(sql: Self.sounds(1...count) + Self.imports(count)) }
  }

  private static let now = 1_795_305_600.0

  /// Ten files more, of which one is a song that is there and one a short version.
  func addAlbum() throws {
    try index.write { transaction in
      let last = Int(try transaction.lastFile())
      try transaction.database.execute(sql: Self.sounds(last + 1...last + 10))
      try transaction.database.execute(
        sql: """
          UPDATE track SET title = 'Song 33', artist = 'Artist 0' WHERE id = \(last + 3);
          UPDATE track SET title = 'Song 44 (TV Size)', artist = 'Artist 0' WHERE id = \(last + 4);
          """)
    }
  }

  /// Records of those of the ten files that came last whose artist is that of their folder, each played once.
  func addRecords() throws {
    try index.write { transaction in
      let last = Int(try transaction.lastFile())
      try transaction.database.execute(
        sql: """
          INSERT INTO record (import, locations, plays, firstPlayed, lastPlayed, added)
            SELECT 2, CAST(printf('0:D:\\Music\\Artist %d\\Album %d\\%02d Song %d.flac', id / 100, id / 10, id % 10, id) AS BLOB),
              1, 1700000000, 1700000000, 1690000000 FROM file
            WHERE id > \(last - 10) AND id NOT IN (\(last - 7), \(last - 6));
          UPDATE import SET entries = entries + 10 WHERE id = 2;
          """)
    }
  }

  private static func sounds(_ tracks: ClosedRange<Int>) -> String {
    """
    INSERT OR IGNORE INTO root (id, path, firstScan) VALUES (1, CAST('/m' AS BLOB), 1600000000);
    WITH RECURSIVE n(i) AS (SELECT \(tracks.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(tracks.upperBound))
      INSERT INTO audio SELECT i, CAST(x'01' || CAST(printf('%016d', i) AS BLOB) AS BLOB), 'flac', 44100, 2,
        44100 * (120 + i % 200), 1, 900000, 1500000000 + i FROM n;
    WITH RECURSIVE n(i) AS (SELECT \(tracks.lowerBound) UNION ALL SELECT i + 1 FROM n WHERE i < \(tracks.upperBound))
      INSERT INTO file (id, root, path, size, modified, changed, inode, device, firstSeen, state)
      SELECT i, 1, CAST(printf('/m/Artist %d/Album %d/%02d Song %d.flac', i / 100, i / 10, i % 10, i) AS BLOB), 1,
        1500000000000000000, 1, i, 1, 1600000000, 'probed' FROM n;
    INSERT INTO track (id, file, audio, title, artist, album, trackNumber)
      SELECT id, id, id, printf('Song %d', iif(id % 50 = 0, id - 25, id)), printf('Artist %d', id / 100),
        printf('Album %d', id / 10), id % 10
      FROM file WHERE id BETWEEN \(tracks.lowerBound) AND \(tracks.upperBound);
    """
  }

  private static func imports(_ count: Int) -> String {
    func records(_ number: Int, _ condition: String, _ values: String) -> String {
      """
      INSERT INTO record (id, import, locations, plays, firstPlayed, lastPlayed, added, outcome)
        SELECT id + \(number * 10_000_000), \(number),
          CAST(printf('0:D:\\Music\\Artist %d\\Album %d\\%02d Song %d.flac', id / 100, id / 10, id % 10, id) AS BLOB),
          \(values), 'matched' FROM file WHERE \(condition);
      INSERT INTO match SELECT id + \(number * 10_000_000), id FROM file WHERE \(condition);

      """
    }
    return """
      INSERT INTO import (id, path, digest, kind, playlist, exportedAt, importedAt, entries, matched) VALUES
        (1, x'01', x'01', 'playlist', 'Active', 1790000000, 1790000000, \(count * 3 / 5), \(count * 3 / 5)),
        (2, x'02', x'02', 'statistics', NULL, 1790000000, 1790000000, \(count * 4 / 5), \(count * 4 / 5));
      \(records(1, "id % 5 < 3", "NULL, NULL, NULL, NULL"))
      \(records(2, "id % 5 > 0", "id % 9, iif(id % 9 > 0, 1600000000, NULL), iif(id % 9 > 0, 1700000000, NULL), 1550000000"))
      INSERT INTO comparison SELECT id, id + 7, 1, 'otherVersion', 0, 0.9, 0.3, 20 FROM file
        WHERE id % 100 = 1 AND id < \(count) - 7;
      """
  }

  func match(incrementally: Bool) throws -> MatchRun.Extent {
    let imports = try index.read { try $0.imports() }
    return try MatchRun(index: index, mappings: [], decides: ListChoice(imports, configuration))
      .run(version: 1, incrementally: incrementally)
  }

  var run: LabelRun { LabelRun(index: index, configuration: configuration) }
}
