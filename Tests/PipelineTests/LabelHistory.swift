import Foundation
import Labelling
import ServiceState
import TestSupport
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// An index that random changes are made to, of everything that labels depend on.
struct LabelHistory {
  let folder: TemporaryFolder
  let index: MusicIndex
  var configuration: PipelineConfiguration
  private var random: SeededGenerator
  private var number = 0

  static let start = 1_795_305_600.0

  init(seed: UInt64) throws {
    folder = try TemporaryFolder()
    let state = StateFolder(FilePath(folder["state"]))
    try state.make()
    index = try MusicIndex(state.index)
    configuration = PipelineConfiguration(
      music: [FilePath("/m")], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    configuration.now = { Self.start }
    random = SeededGenerator(seed: seed)
  }

  private mutating func pick<Value>(_ values: some Collection<Value>) -> Value? { values.randomElement(using: &random) }

  private mutating func isDue(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

  private mutating func time() -> Double {
    // Also times that cannot be.
    isDue(12) ? Self.start + 90 * 86_400 : Self.start - Double(Int.random(in: 0...900, using: &random)) * 86_400
  }

  private mutating func probed() -> ProbedAudio {
    let titles = [
      "Song", "song", "Song (TV Size)", "Song (Karaoke)", "Song feat. Guest", "Other", "Other -short ver.-", "Intro",
      "Track 01", "Third (Live)", "Third", nil,
    ]
    var tags = TrackTags(
      title: pick(titles) ?? nil, artist: pick(["A", "B", "Unknown Artist", nil]) ?? nil,
      album: pick(["X", "Y", nil]) ?? nil, trackNumber: pick(["1", "2", nil]) ?? nil)
    if isDue(8) {
      tags.statistics = ["PLAY_COUNT": "\(pick([0, 3, 9]) ?? 0)", "RATING": "\(pick([1, 3, 5]) ?? 1)"]
    }
    return ProbedAudio(
      properties: AudioProperties(
        codec: pick(["flac", "mp3"]) ?? "flac", sampleRate: 100, channels: 2,
        frames: pick([9_000, 9_100, 19_900, 20_000, 20_150, 190_000, 0]) ?? 0),
      tags: tags, identity: identity())
  }

  private mutating func identity() -> AudioIdentity {
    AudioIdentity(scheme: .flacMD5, digest: [UInt8](repeating: UInt8.random(in: 0...60, using: &random), count: 16))
  }

  /// Every track, with its audio.
  func tracks() throws -> [TrackRow] {
    var found: [TrackRow] = []
    try index.read { try $0.forEachTrack(version: FeatureVariant.dense.version) { found.append($0) } }
    return found
  }

  /// Makes one random change.
  ///
  /// - Returns: what was changed, in a word.
  mutating func change() throws -> String {
    number += 1
    let tracks = try tracks()
    let files = tracks.filter { $0.id == $0.file }
    if files.count < 25 || isDue(6) {
      try addFile()
      return "add"
    }
    switch Int.random(in: 0..<20, using: &random) {
    case 0, 1: return try changeFile(pick(files)!)
    case 2: return try moveOrLose(pick(files)!)
    case 3: return try addSheet(pick(files)!)
    case 4, 5, 6: return try addImport(tracks)
    case 7, 8, 9, 10, 11, 12: return try changeRecord(tracks)
    case 13: return try changeImport()
    case 14: return try correct(tracks)
    case 15, 16: return try compare(tracks)
    case 17: return try doubt(tracks)
    default: return try decide(files)
    }
  }

  private mutating func addFile() throws {
    let (probed, path) = (probed(), FilePath("/m/\(number % 5)/\(number).flac"))
    let (written, seen) = (time(), Self.start - Double(Int.random(in: 0...50, using: &random)) * 86_400)
    let stamp = FileStamp(size: 1, modified: Int64(written * 1e9), changed: 1, inode: UInt64(number), device: 1)
    let isKnown = !isDue(9)
    try index.write { transaction in
      let root = try transaction.root(FilePath("/m"))
      try transaction.insertFile(
        root: root, path: path, stamp: stamp, hasCueFile: number % 19 == 0, sheets: 0, at: seen)
      guard isKnown, let file = try transaction.file(at: path)?.id else { return }
      _ = try transaction.setProbed(file, probed, version: 1, at: seen)
    }
  }

  private mutating func changeFile(_ file: TrackRow) throws -> String {
    let (probed, fails) = (probed(), isDue(4))
    let (now, keeps) = (configuration.now(), isDue(2))
    try index.write { transaction in
      if fails { return try transaction.setFailed(file.id, reason: "broken", detail: "it is broken") }
      var new = probed
      if keeps, let identity = file.identity { new.identity = identity }
      _ = try transaction.setProbed(file.id, new, version: 1, at: now)
    }
    return fails ? "fail" : "retag"
  }

  private mutating func moveOrLose(_ file: TrackRow) throws -> String {
    let (kind, path) = (Int.random(in: 0..<4, using: &random), FilePath("/m/moved/\(number).flac"))
    let now = configuration.now()
    return try index.write { transaction in
      switch kind {
      case 0:
        let stamp = FileStamp(size: 1, modified: 5, changed: 1, inode: UInt64(number), device: 1)
        try transaction.moveFile(file.id, root: try transaction.root(FilePath("/m")), to: path, stamp: stamp)
        return "move"
      case 1 where !file.isMissing:
        try transaction.setMissing(file.id, since: now)
        return "lose"
      case 2 where file.isMissing:
        try transaction.setPresent(file.id)
        return "find"
      default:
        return try transaction.forgetFiles(missingBefore: now + 1) > 0 ? "forget" : "nothing"
      }
    }
  }

  private mutating func addSheet(_ file: TrackRow) throws -> String {
    guard let properties = file.properties else { return "nothing" }
    let count = Int.random(in: 0...3, using: &random)
    let rows = (0..<count).map { part in
      SheetTrack(
        number: part + 1, sheet: nil, span: AudioSpan(start: Double(part) * 80, end: Double(part) * 80 + 80),
        identity: identity(), tags: probed().tags)
    }
    try index.write { try $0.setSheetTracks(rows, of: file.id, properties: properties, arrival: file.arrival) }
    return "sheet"
  }

  private mutating func record() -> ListeningRecord {
    ListeningRecord(
      locations: [.init(path: "D:\\\(number).flac", subsong: 0)] + (isDue(3) ? [.init(path: "E:\\x", subsong: 0)] : []),
      playCount: pick([nil, 0, 0, 1, 5, 6, 40]) ?? nil, firstPlayed: isDue(4) ? time() : nil,
      lastPlayed: isDue(3) ? time() : nil, added: isDue(2) ? time() : nil, rating: isDue(3) ? pick([1, 2, 4, 5]) : nil,
      skipCount: isDue(3) ? pick([0, 2, 5]) : nil)
  }

  private mutating func match(_ record: Int64, _ tracks: [TrackRow]) throws {
    let outcome = isDue(4) ? pick(RecordOutcome.allCases)! : .matched
    let meant = Set((0..<(isDue(4) ? 3 : 1)).compactMap { _ in pick(tracks)?.id }).sorted()
    try index.write { transaction in
      try transaction.setMatch(of: record, outcome: outcome, tracks: outcome == .notAFile ? [] : meant)
    }
  }

  private mutating func addImport(_ tracks: [TrackRow]) throws -> String {
    let names = ["Active", "Active", "active", "Active 2", "Party"]
    let isList = isDue(2)
    let entries = isDue(6) ? 0 : Int.random(in: 1...20, using: &random)
    let row = ImportRow(
      path: FilePath(isList ? "/e/playlists-v2.0/\(number).x" : "/e/\(number).x"),
      digest: [UInt8(number & 255), UInt8(number >> 8)], kind: isDue(2) ? "x" : isList ? "fplite" : "metadb",
      playlist: isList ? pick(names) : nil, exportedAt: time(),
      importedAt: isDue(2) ? Self.start : Self.start + Double(number), entries: entries,
      matched: isDue(5) ? entries / 3 : entries)
    let id = try index.write { transaction in
      try transaction.setNote(.importUnlabelled, Self.start + Double(number))
      return try transaction.insertImport(row)
    }
    for _ in 0..<entries {
      let record = isList ? ListeningRecord(locations: [.init(path: "D:\\x", subsong: 0)]) : record()
      let stored = try index.write { try $0.insertRecord(record, import: id) }
      try match(stored, tracks)
    }
    return isList ? "list" : "statistics"
  }

  private func records() throws -> [StoredRecord] {
    var found: [StoredRecord] = []
    try index.read { transaction in
      for row in try transaction.imports() { try transaction.forEachRecord(of: row.id) { found.append($0) } }
    }
    return found
  }

  private mutating func changeRecord(_ tracks: [TrackRow]) throws -> String {
    guard let stored = pick(try records()) else { return "nothing" }
    let imports = try index.read { try $0.imports() }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: try match(stored.id, tracks)
    case 1: try index.write { try $0.removeRecord(stored.id) }
    case 2:
      let other = pick(imports)!.id
      try index.write { try $0.setPast(stored.id, import: other) }
    default:
      let (new, isLookedFor) = (record(), isDue(5))
      try index.write { try $0.updateRecord(stored.id, new, isLookedFor: isLookedFor) }
    }
    return "record"
  }

  private mutating func changeImport() throws -> String {
    guard var row = pick(try index.read { try $0.imports() }) else { return "nothing" }
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      try index.write { try $0.removeImport(row.id) }
      return "import gone"
    case 1: row.refusal = row.refusal == nil ? "no" : nil
    case 2: row.matched = row.entries / 3
    case 3: row.matched = row.entries
    default: row.exportedAt = isDue(2) ? row.exportedAt + 3_600 : time()
    }
    let changed = row
    try index.write { try $0.updateImport(changed) }
    return "import"
  }

  private mutating func correct(_ tracks: [TrackRow]) throws -> String {
    guard let identity = pick(tracks)?.identity else { return "nothing" }
    let word = isDue(3) ? nil : pick(Correction.allCases)
    try index.write { try $0.setCorrection(word, of: identity, at: Self.start) }
    return "word"
  }

  private mutating func compare(_ tracks: [TrackRow]) throws -> String {
    guard let one = pick(tracks)?.audio, let other = pick(tracks)?.audio, one != other else { return "nothing" }
    let found = StoredComparison(
      first: min(one, other), second: max(one, other), relation: pick(StoredComparison.Relation.allCases)!, offset: 0,
      likeness: 0.9, errorRate: pick([nil, 0.01, 0.4]) ?? nil, seconds: 10)
    let isNone = isDue(6)
    try index.write { transaction in
      if isNone { return try transaction.removeComparisons(exceptOf: 8) }
      try transaction.setComparison(found, version: 7)
    }
    return "comparison"
  }

  private mutating func doubt(_ tracks: [TrackRow]) throws -> String {
    guard let row = pick(try index.read { try $0.imports() }) else { return "nothing" }
    var records: [Int64] = []
    try index.read { try $0.forEachRecord(of: row.id) { records.append($0.id) } }
    let doubts = (0..<3).compactMap { _ -> DoubtRow? in
      guard let record = pick(records), let track = pick(tracks)?.id else { return nil }
      return DoubtRow(record: record, track: track, kind: pick(DoubtKind.allCases)!)
    }
    let once = Dictionary(doubts.map { ([$0.record, $0.track], $0) }) { one, _ in one }.values
    let losses = [EntryLoss(cause: .gone, entries: 1 + Int.random(in: 0...6, using: &random))]
    let hasLosses = isDue(2)
    try index.write { try $0.setDoubts(Array(once), hasLosses ? losses : [], of: row.id) }
    return "doubt"
  }

  private mutating func decide(_ files: [TrackRow]) throws -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: configuration.rules.goodPlays = pick([1, 6])!
    case 1: configuration.rules.usesRatings.toggle()
    case 2: configuration.rules.usesNeglect.toggle()
    case 3: configuration.rules.usesFrequency.toggle()
    case 4: configuration.rules.shortMarkers = pick([["TV Size"], TitleMarkers.short])!
    case 5: configuration.treatsAllPlaylistsAsActive.toggle()
    case 6:
      let now = configuration.now() + 86_400
      configuration.now = { now }
    case 7:
      let file = pick(files)!
      let text = "good \(file.path.display)\nbad 2/\nignore /m/none.flac\n"
      configuration.corrections = FilePath(try folder.write(isDue(2) ? text : "", to: "corrections"))
    default: return "nothing"
    }
    return "rules"
  }
}
