import Foundation
import TestSupport
import Testing
import Tracks

@testable import MusicIndex

@Suite struct MigrationTests {
  /// Runs SQL on a file with Python's SQLite.
  private func sqlite(_ file: String, _ sql: String) throws {
    let process = Process()
    let input = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.executescript(sys.stdin.read());c.commit()",
      file,
    ]
    process.standardInput = input
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(sql.utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  /// The ways in which a process that is killed can leave a database: with a journal to be rolled back, as when it was just
  /// being made, and with a log whose index is lost.
  @Test(arguments: ["DELETE", "WAL"]) func whatAKillLeftHalfWrittenIsPutRight(mode: String) throws {
    let folder = try TemporaryFolder()
    let file = folder["index.sqlite"]
    do {
      let index = try MusicIndex(FilePath(file))
      _ = try index.write { try $0.root(FilePath("/m")) }
      try index.close()
    }
    let script = """
      import os, sqlite3, sys
      base = sqlite3.connect(sys.argv[1], isolation_level=None)
      base.execute("PRAGMA journal_mode = \(mode)")
      base.execute("PRAGMA cache_size = 1")
      base.execute("BEGIN IMMEDIATE")
      base.executemany("INSERT INTO note VALUES (?, ?)", ((str(i), "x" * 4000) for i in range(200)))
      if sys.argv[2] == "WAL": base.execute("COMMIT"); os.remove(sys.argv[1] + "-shm")
      os._exit(0)
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, file, mode]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let index = try MusicIndex(FilePath(file))
    #expect(try index.read { try $0.roots().map(\.path) } == [FilePath("/m")])
    #expect(try index.integrityFaults().isEmpty)
  }

  @Test func whatTheFirstVersionKnewStays() throws {
    let folder = try TemporaryFolder()
    let file = folder["index.sqlite"]
    let identity = "X'" + String(repeating: "01", count: 17) + "'"
    try sqlite(
      file,
      Schema.steps[0] + """

        PRAGMA application_id = \(Schema.applicationID);
        PRAGMA user_version = 1;
        INSERT INTO root (id, path) VALUES (1, CAST('/m' AS BLOB));
        INSERT INTO audio VALUES (1, \(identity), 'flac', 44100, 2, 441000, 1, 0, 5.0);
        INSERT INTO file (id, root, path, size, modified, changed, inode, device, firstSeen, state, audio, title, cueSheet)
          VALUES (1, 1, CAST('/m/a.flac' AS BLOB), 1, 2, 3, 4, 5, 6.0, 'probed', 1, 't', 'sheet');
        INSERT INTO import (id, path, digest, kind, exportedAt, importedAt, refusal)
          VALUES (1, CAST('/e' AS BLOB), X'01', 'unknown', 1.0, 2.0, 'no');
        INSERT INTO record (id, import, locations, plays) VALUES (1, 1, X'', 7);
        INSERT INTO match VALUES (1, 1);
        INSERT INTO label VALUES (1, 'good', 'plays', 'd', NULL, 7);
        INSERT INTO correction VALUES (\(identity), 'bad', 9.0);
        INSERT INTO model VALUES (1, 'forest', 1.0, 1, X'', 'accepted: it is the first model', '{}', X'01');
        INSERT INTO model VALUES (2, 'forest', 2.0, 1, X'', 'not better than the old one', '{}', X'02');
        INSERT INTO note VALUES ('activeModel', '1'), ('labelAdvice', 'one' || char(10) || 'two'), ('targetMet', '1'),
          ('songsPerMinute', '12.5'), ('sheetsOutside', '2f6d2fff');
        """)
    let index = try MusicIndex(FilePath(file))
    try index.read { transaction in
      let known = try transaction.wholeTracks(version: 1)
      #expect(known.map(\.tags.title) == ["t"] && known[0].parts.isEmpty && known[0].span == nil)
      #expect(try transaction.labelCounts() == [.good: 1] && transaction.partLabelCounts().isEmpty)
      #expect(try transaction.corrections().count == 1)
      let row = try transaction.imports()[0]
      #expect(row.refusal == "no" && row.refusalReason == nil && row.reader == 0)
      #expect(try transaction.models().map(\.isAccepted) == [false, true])
      // The sheet inside the file was never read as one.
      #expect(try transaction.filesAwaitingSheets(version: 1).map(\.id) == [1])
    }
    #expect(try index.note(.activeModel) == 1 && index.note(.songsPerMinute) == 12.5)
    #expect(try index.note(.labelAdvice) == ["one", "two"] && index.note(.isTargetMet) == true)
    #expect(try index.note(.sheetsOutside) == [FilePath(bytes: Array("/m/".utf8) + [0xFF])])
    #expect(try index.integrityFaults().isEmpty)
  }

  @Test func partsOfFilesBecomeTracksBesideWholeOnes() throws {
    let folder = try TemporaryFolder()
    let file = folder["index.sqlite"]
    func identity(_ byte: Int) -> String { "X'" + String(repeating: "0\(byte)", count: 17) + "'" }
    try sqlite(
      file,
      Schema.steps.prefix(12).joined(separator: "\n") + """

        PRAGMA application_id = \(Schema.applicationID);
        PRAGMA user_version = 12;
        INSERT INTO root (id, path) VALUES (1, CAST('/m' AS BLOB));
        INSERT INTO audio SELECT value, unhex, 'flac', 44100, 2, 441000, 1, 0, 5.0 FROM (
          SELECT 1 AS value, \(identity(1)) AS unhex UNION ALL SELECT 2, \(identity(2))
          UNION ALL SELECT 3, \(identity(3)) UNION ALL SELECT 4, \(identity(4)));
        INSERT INTO file (id, root, path, size, modified, changed, inode, device, firstSeen, state, audio, title, cueSheet,
          statistics, failure, failureDetail, retryAt, attempts, obstacle, sheets, awaitsSheets) VALUES
          (3, 1, CAST('/m/whole.flac' AS BLOB), 1, 2, 3, 4, 5, 6.0, 'probed', 1, 'whole', 'sheet', '{"A":"b"}', NULL, NULL,
            NULL, 0, NULL, 7, 0),
          (5, 1, CAST('/m/one.flac' AS BLOB), 1, 2, 3, 5, 5, 6.0, 'probed', 2, 'one', NULL, NULL, NULL, NULL,
            90.0, 2, 'timeout', 0, 1),
          (9, 1, CAST('/m/broken.flac' AS BLOB), 1, 2, 3, 6, 5, 6.0, 'failed', NULL, NULL, NULL, NULL, 'notAudio', 'why',
            NULL, 0, NULL, 0, 0);
        INSERT INTO cueTrack (id, file, number, sheet, start, end, audio, title, failure) VALUES
          (1, 3, 1, CAST('a.cue' AS BLOB), 0.0, 4.0, 3, 'first', NULL),
          (2, 3, 2, CAST('a.cue' AS BLOB), 4.0, 9.0, 4, 'second', 'tooShort'),
          (4, 5, 6, CAST('b.cue' AS BLOB), NULL, NULL, NULL, 'sixth', NULL);
        INSERT INTO import (id, path, digest, kind, exportedAt, importedAt) VALUES (1, CAST('/e' AS BLOB), X'01', 'x', 1, 2);
        INSERT INTO record (id, import, locations, plays, outcome) VALUES (1, 1, X'', 7, 'matched'), (2, 1, X'', 7, 'ambiguous');
        INSERT INTO match VALUES (1, 5);
        INSERT INTO cueMatch VALUES (1, 2), (2, 1);
        INSERT INTO doubt VALUES (2, 3, 'name');
        INSERT INTO cueDoubt VALUES (2, 2, 'tags');
        INSERT INTO label VALUES (3, 'excluded', 'multiTrack', 'd', NULL, NULL), (5, 'excluded', 'duplicate', 'd', -2, 7);
        INSERT INTO cueLabel VALUES (1, 'unheard', 'neverPlayed', NULL, NULL, 0), (2, 'good', 'plays', NULL, 5, 7);
        INSERT INTO entry (position, file, explores) VALUES (0, 5, 0), (1, 3, 1);
        INSERT INTO correction VALUES (\(identity(2)), 'good', 9.0);
        INSERT INTO judgement (identity, at, after, reason) VALUES (\(identity(4)), 3.0, 'good', 'plays');
        INSERT INTO recommendation (identity, first, last, probability, promised) VALUES (\(identity(2)), 1.0, 2.0, 0.5, 0.7);
        INSERT INTO model (learner, trainedAt, featureVersion, labelDigest, verdict, figures, bytes, accepted)
          VALUES ('forest', 1.0, 1, X'', 'accepted', '{}', X'01', 1);
        INSERT INTO score VALUES (2, 1, 0.25);
        INSERT INTO note VALUES ('activeModel', '1');
        DELETE FROM note WHERE key IN ('\(Schema.staleNote)', '\(Schema.unmatchedNote)');
        """)
    let index = try MusicIndex(FilePath(file))
    try index.read { transaction in
      // The parts follow the files: 9 + 1 and 9 + 2.
      let known = try transaction.wholeTracks(version: 1)
      #expect(known.map(\.id) == [3, 5, 9] && known.allSatisfy { $0.file == $0.id })
      #expect(known[0].parts.map(\.id) == [10, 11] && known[0].parts.allSatisfy { $0.file == 3 })
      #expect(known[0].parts.map(\.number) == [1, 2] && known[0].parts.map(\.tags.title) == ["first", "second"])
      #expect(
        known[0].parts.map(\.failure) == [nil, "tooShort"] && known[0].parts[1].span == AudioSpan(start: 4, end: 9))
      #expect(known[0].tags.statistics == ["A": "b"] && known[0].tags.cueSheet == "sheet" && known[0].number == 0)
      #expect(known[0].parts[0].tags.statistics.isEmpty && known[0].parts[0].tags.cueSheet == nil)
      #expect(known[1].parts.isEmpty && known[1].places == [SheetPlace(sheet: FilePath("b.cue"), number: 6)])
      #expect(known[2].failure == "notAudio")
      #expect(try transaction.failures().map(\.detail) == ["why"])
      let waits = PostponedTrack(
        path: FilePath("/m/one.flac"), number: 0, reason: "timeout", detail: "", attempts: 2, retryAt: 90)
      #expect(try transaction.postponed() == [waits])
      #expect(try transaction.filesAwaitingSheets(version: 1).map(\.id) == [5])
      #expect(try transaction.matches(of: 1) == [1: [5, 11], 2: [10]])
      #expect(
        try transaction.doubts(of: 1) == [
          DoubtRow(record: 2, track: 3, kind: .name), DoubtRow(record: 2, track: 11, kind: .tags),
        ])
      var labels: [Int64: (String, Int64?, Int?)] = [:]
      try transaction.forEachLabel { track, _, _, reason, _, partner, plays in labels[track] = (reason, partner, plays)
      }
      #expect(labels.mapValues(\.0) == [3: "multiTrack", 5: "duplicate", 10: "neverPlayed", 11: "plays"])
      #expect(labels[5]?.1 == 11 && labels[11]?.1 == 5 && labels[11]?.2 == 7)
      #expect(try transaction.playlist() == [5, 3] && transaction.exploredFiles() == [3])
      #expect(try transaction.corrections().count == 1 && transaction.scores() == [2: 0.25])
      #expect(try transaction.recommendations().map(\.promised) == [0.7])
      let judged = try #require(AudioIdentity(bytes: [UInt8](repeating: 4, count: 17)))
      #expect(try transaction.judgements(of: judged).count == 1)
      // Nothing is due for the tables alone.
      #expect(try !transaction.isStale() && !transaction.isUnmatched())
    }
    #expect(try index.note(.activeModel) == 1)
    #expect(try index.integrityFaults().isEmpty)
    // New files come behind the parts.
    let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: 1, device: 1)
    let new = try index.write { transaction in
      try transaction.insertFile(root: 1, path: FilePath("/m/new.flac"), stamp: stamp, hasCueFile: false, at: 1)
      return try transaction.file(at: FilePath("/m/new.flac"))?.id
    }
    #expect(new == 12)
  }

  @Test func theWholeOfAFileIsOneTrackWhateverItsSheetsSay() throws {
    let folder = try TemporaryFolder()
    let index = try MusicIndex(FilePath(folder["index.sqlite"]))
    let properties = AudioProperties(codec: "flac", sampleRate: 100, channels: 2, frames: 1_000)
    func part(_ number: Int, _ start: Double, _ end: Double) -> SheetTrack {
      SheetTrack(
        number: number, sheet: FilePath("a.cue"), span: AudioSpan(start: start, end: end),
        identity: AudioIdentity(scheme: .span, digest: [UInt8](repeating: UInt8(start), count: 16)), tags: TrackTags())
    }
    let whole = SheetTrack(number: 2, sheet: FilePath("b.cue"), span: nil, identity: nil, tags: TrackTags())
    try index.write { transaction in
      let root = try transaction.root(FilePath("/m"))
      let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: 1, device: 1)
      try transaction.insertFile(
        root: root, path: FilePath("/m/a.flac"), stamp: stamp, hasCueFile: true, sheets: 5, at: 1)
      let file = try #require(try transaction.file(at: FilePath("/m/a.flac"))?.id)
      // Each way of naming the file follows each other one, with the same number too.
      let ways = [[], [whole], [part(1, 0, 4), part(2, 4, 9)], [part(2, 0, 5), part(3, 5, 9)]]
      for before in ways {
        for after in ways {
          try transaction.setSheetTracks(before, of: file, properties: properties, arrival: 1)
          try transaction.setSheetTracks(after, of: file, properties: properties, arrival: 1)
          #expect(try transaction.sheetTracks(of: file) == after)
          let known = try transaction.wholeTracks(version: 1)
          #expect(known.map(\.id) == [file] && known[0].parts.count == after.count { $0.span != nil })
          #expect(known[0].places == after.map { SheetPlace(sheet: $0.sheet, number: $0.number) })
        }
      }
    }
  }

  @Test func tracksOfSheetsHaveNumbersLabelsAndMatchesOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    let index = try MusicIndex(FilePath(folder["index.sqlite"]))
    let properties = AudioProperties(codec: "flac", sampleRate: 100, channels: 2, frames: 1_000)
    func identity(_ byte: UInt8) -> AudioIdentity {
      AudioIdentity(scheme: .span, digest: [UInt8](repeating: byte, count: 16))
    }
    func track(_ number: Int, _ span: AudioSpan) -> SheetTrack {
      SheetTrack(
        number: number, sheet: FilePath("a.cue"), span: span, identity: identity(UInt8(number)),
        tags: TrackTags(title: "song \(number)"))
    }
    let rows = [track(1, AudioSpan(start: 0, end: 4)), track(2, AudioSpan(start: 4, end: 10))]
    let file = try index.write { transaction -> Int64 in
      let root = try transaction.root(FilePath("/m"))
      let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: 1, device: 1)
      try transaction.insertFile(
        root: root, path: FilePath("/m/a.flac"), stamp: stamp, hasCueFile: true, sheets: 5, at: 1)
      let file = try #require(try transaction.file(at: FilePath("/m/a.flac"))?.id)
      let probed = ProbedAudio(
        properties: properties, tags: TrackTags(title: "whole"),
        identity: AudioIdentity(scheme: .flacMD5, digest: [UInt8](repeating: 9, count: 16)))
      _ = try transaction.setProbed(file, probed, version: 1, at: 1)
      #expect(try transaction.filesAwaitingSheets(version: 1).map(\.id) == [file])
      try transaction.setSheetTracks(rows, of: file, properties: properties, arrival: 1)
      #expect(try transaction.filesAwaitingSheets(version: 1).isEmpty)
      return file
    }
    let parts = try index.read { try $0.wholeTracks(version: 1)[0].parts }
    #expect(
      parts.map(\.number) == [1, 2] && parts.allSatisfy { $0.id > file && $0.file == file }
        && parts[1].properties?.duration == 6)
    #expect(parts.map(\.tags.title) == ["song 1", "song 2"])
    let waiting = try index.read { transaction in
      try transaction.partsToAnalyse(version: 1).compactMap { try transaction.track($0, version: 1) }
    }
    #expect(waiting.map(\.span) == rows.map(\.span))
    try index.write { transaction in
      let id = try transaction.insertImport(
        ImportRow(path: FilePath("/e"), digest: [1], kind: "x", playlist: nil, exportedAt: 1, importedAt: 1))
      try transaction.insertRecord(ListeningRecord(playCount: 3), import: id)
      var record: Int64 = 0
      try transaction.forEachRecord(of: id) { record = $0.id }
      try transaction.setMatch(of: record, outcome: .matched, tracks: [file, parts[1].id])
      #expect(try transaction.matches(of: id) == [record: [file, parts[1].id]])
      try transaction.setLabels([
        (file, .excluded, "multiTrack", nil, nil, nil), (parts[0].id, .unheard, "neverPlayed", nil, nil, 0),
        (parts[1].id, .good, "plays", nil, nil, 7),
      ])
      var listed: [Int64] = []
      try transaction.forEachLabel { track, _, _, _, _, _, _ in listed.append(track) }
      #expect(listed == [file, parts[0].id, parts[1].id])
      #expect(try transaction.labelCounts() == [.excluded: 1])
      #expect(try transaction.partLabelCounts() == [.good: 1, .unheard: 1])
      // A sheet that changes keeps the tracks that stay, and what was said of them.
      try transaction.setSheetTracks([rows[1]], of: file, properties: properties, arrival: 1)
      #expect(try transaction.matches(of: id) == [record: [file, parts[1].id]])
      #expect(try transaction.partLabelCounts() == [.good: 1])
      // What a record may mean is kept for both kinds of tracks, once each, and goes with them.
      let doubts = [
        DoubtRow(record: record, track: file, kind: .name), DoubtRow(record: record, track: parts[1].id, kind: .tags),
      ]
      let losses = [
        EntryLoss(cause: .gone, entries: 3, example: "x", folder: "D:\\M", local: FilePath("/m")),
        EntryLoss(cause: .ambiguous, entries: 1),
      ]
      try transaction.setDoubts(doubts, losses, of: id)
      #expect(try transaction.doubts(of: id) == doubts && transaction.losses(of: id) == losses)
      let changed = [DoubtRow(record: record, track: file, kind: .letters)]
      try transaction.setDoubts(changed, [losses[1]], of: id)
      #expect(try transaction.doubts(of: id) == changed && transaction.losses(of: id) == [losses[1]])
      #expect(try transaction.doubtfulEntries(of: id) == [record: ""])
      try transaction.setMissing(file, since: 1)
      #expect(try transaction.forgetFiles(missingBefore: 2) == 1)
      #expect(try transaction.partCounts(version: 1).tracks == 0)
      #expect(try transaction.doubts(of: id).isEmpty)
      try transaction.removeImport(id)
      #expect(try transaction.losses(of: id).isEmpty)
    }
    #expect(try index.integrityFaults().isEmpty)
  }
}
