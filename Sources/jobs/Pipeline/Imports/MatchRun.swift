import Foobar2000
import Glibc
import MusicIndex
import Platform
import Tracks

/// Finds the library's files that the imported records mean.
struct MatchRun {
  let index: MusicIndex
  /// The folders that the owner mapped.
  let mappings: [PathMapping]
  /// Which lists the labels rest on: only what these have lost is looked for once more.
  let decides: ListChoice
  /// The most new files that the records without a file are tried on alone.
  private static let fewFiles = 200
  /// The number of files from which it hangs on their names alone which folders are the same (`PathMapDerivation`).
  private static let telling = 3
  /// The most new records that are matched by the folders that were derived before.
  private static let fewRecords = 200

  /// Which records are matched.
  enum Scope {
    /// Those without a file, by the folders that were derived before.
    case unmatched
    /// All of them.
    case all
  }

  /// What a matching did, and has to do yet.
  enum Extent {
    /// Every record was matched.
    case whole
    /// So much changed, or so little is certain, that every record should be matched.
    case partial
    /// What is left to match has been.
    case sufficient
  }

  /// Matches what is to be matched.
  ///
  /// - Parameter incrementally: Whether it will do for now to match records without a file, where little changed; of records that
  ///   came alone, it will do for good.
  /// - Throws: `IndexFailure` or `CancellationError`.
  func run(version: Int, incrementally: Bool) throws -> Extent {
    let imports = try index.read { try $0.imports() }.filter { $0.refusal == nil }
    let basis = basis(imports)
    if incrementally {
      let (matchedWith, isDue, newRecords, newFiles) = try index.read { transaction in
        (
          try transaction.note(.matchedWith), try transaction.isUnmatched() || transaction.note(.isMatchingDue) != nil,
          try transaction.newRecordCount(limit: Self.fewRecords + 1),
          try transaction.untriedFiles(limit: Self.fewFiles + 1)
        )
      }
      let isSettled = !isDue && matchedWith == basis
      // Records that were never looked for allow no haste.
      let isBegun = matchedWith != nil || imports.isEmpty
      if isBegun, newRecords <= Self.fewRecords, newFiles.count <= Self.fewFiles {
        let areStrangers = try isSettled && !newFiles.isEmpty && tryStrangers(newFiles, imports, version: version)
        let isSettled = isSettled && (newFiles.isEmpty || areStrangers)
        if isSettled, newRecords == 0 { return .sufficient }
        if isSettled, try NewRecordRun(index: index, mappings: mappings).run(imports, version: version) {
          return .sufficient
        }
        let areAllFound = try run(version: version, .unmatched)
        return isSettled && areAllFound ? .sufficient : .partial
      }
    }
    try run(version: version, .all)
    try index.write { transaction in
      try transaction.setMatched(true)
      try transaction.setNote(.matchedWith, imports.isEmpty ? nil : basis)
      if imports.isEmpty { try transaction.removeNewFiles(through: transaction.lastFile()) }
    }
    return .whole
  }

  /// Whether files that came have nothing in common with any record, so that every record means what it meant. Notes by what
  /// records to come may find them.
  private func tryStrangers(_ files: [Int64], _ imports: [ImportRow], version: Int) throws -> Bool {
    var found: [TrackRow] = []
    try index.read { transaction in
      try transaction.forEachWholeTrack(among: files, version: version) { found.append($0) }
    }
    let came = found.map { LibraryFile($0) }
    let inside = zip(found, came).flatMap { file, _ in file.parts.map { LibraryFile(part: $0, of: file) } }
    guard try index.read({ try areStrangers(came, inside, imports, $0) }) else { return false }
    var keys = MatchKeys.Collector()
    for file in came { keys.add(artistsOf: file) }
    try index.write { transaction in
      try transaction.setTried(files)
      for file in came { try transaction.setFileNames(MatchKeys.names(of: file), of: file.id) }
      try transaction.addMatchKeys(keys.sorted, replacing: false)
    }
    return true
  }

  private func areStrangers(
    _ came: [LibraryFile], _ inside: [LibraryFile], _ imports: [ImportRow], _ transaction: IndexTransaction
  ) throws -> Bool {
    // What folders are called above all music decides how much a name tells.
    guard let common = try transaction.note(.matchedBelow)?.first, !imports.isEmpty,
      came.allSatisfy({ file in ([file.path] + file.cueTracks.map(\.sheet)).allSatisfy { $0.isInside(common) } })
    else { return imports.isEmpty }
    for mapping in mappings where came.contains(where: { $0.path.isInside(mapping.to) || $0.path == mapping.to }) {
      guard try transaction.holdsOldFile(below: mapping.to) else { return false }
    }
    let keys = try transaction.matchKeys()
    func isKnown(_ key: UInt64) -> Bool { keys.contains { MatchKeys.holds($0, key) } }
    guard !came.contains(where: { MatchKeys.concerns($0, isKnown: isKnown) }) else { return false }
    var finder = DoubtFinder()
    for row in imports where decides.includes(row) && row.matched < row.entries {
      try transaction.forEachRecord(of: row.id, unmatched: true) { stored in
        if !stored.isPast { finder.add(stored.record) }
      }
    }
    return !(came + inside).contains { finder.doubt(about: TrackKeys($0)) != nil }
  }

  /// What a matching rests on beside files and records.
  private func basis(_ imports: [ImportRow]) -> String {
    let hash = ContentHash()
    hash.add("\(mappings) \(imports.map { "\($0.id) \(decides.includes($0))" }.sorted())")
    var status = stat()
    if stat("/proc/self/exe", &status) == 0 { hash.add("\(LibraryScan.stamp(status))") }
    return hash.digest.prefix(8).reduce("") { $0 + String($1, radix: 16) + "." }
  }

  /// Matches records of the accepted imports anew and writes what differs.
  ///
  /// - Returns: whether every record that was new has found its file.
  /// - Throws: `IndexFailure` or `CancellationError`.
  @discardableResult
  private func run(version: Int, _ scope: Scope) throws -> Bool {
    let imports = try index.read { try $0.imports() }.filter { $0.refusal == nil }
    let isNoneNew = try index.read { try $0.newRecordCount(limit: 1) } == 0
    if imports.isEmpty || (scope == .unmatched && isNoneNew && imports.allSatisfy { $0.matched == $0.entries }) {
      return true
    }
    var library: [LibraryFile] = []
    var lost: [LibraryFile] = []
    var parts = CueParts()
    var inside: [LibraryFile] = []
    var last: Int64 = 0
    try index.read { transaction in
      last = try transaction.lastFile()
      try transaction.forEachWholeTrack(version: version) { file in
        parts.add(file)
        if file.isMissing { return lost.append(LibraryFile(file)) }
        library.append(LibraryFile(file))
        inside += file.parts.map { LibraryFile(part: $0, of: file) }
      }
    }
    let base = RecordMatcher(library: library)
    let gone = Set(lost.map(\.id))
    // A folder that is out of reach for a while must not make an export look like another library's.
    let missing = RecordMatcher(library: lost)
    var doubts = DoubtRun(parts: parts)
    var keys = MatchKeys.Collector()
    var areAllFound = true
    if scope == .unmatched {
      let derived = try Self.derived(index).map { PathMapping(from: $0.windows, to: FilePath($0.here)) }
      let usable = DoubtRun.usable(mappings, derived, library)
      for row in imports {
        let map = PathMap(mappings, derived: derived)
        let matchers = [base, missing].map { RecordMatcher($0, map: map, playlistFolder: row.path.parent) }
        doubts.begin(row.id, map: usable)
        if try !match(row, matchers, parts, scope, lost: gone, &doubts, &keys) { areAllFound = false }
      }
      try keep(doubts, imports, library + inside)
      try index.write { try $0.addMatchKeys(keys.sorted, replacing: false) }
      return areAllFound
    }
    let derived = base.derive(foreign: try foreignPaths(imports))
    let map = PathMap(mappings, derived: derived.map(\.mapping))
    let usable = DoubtRun.usable(mappings, derived.map(\.mapping), library)
    for row in imports {
      try Task.checkCancellation()
      let matchers = [base, missing].map { RecordMatcher($0, map: map, playlistFolder: row.path.parent) }
      doubts.begin(row.id, map: usable)
      if try !match(row, matchers, parts, scope, lost: gone, &doubts, &keys) { areAllFound = false }
    }
    try keep(derived)
    try keep(doubts, imports, library + inside)
    for file in library { keys.add(artistsOf: file) }
    let names = (library + lost).map { (file: $0.id, names: MatchKeys.names(of: $0)) }
    try index.write { transaction in
      try transaction.addMatchKeys(keys.sorted, replacing: true)
      try transaction.removeFileNames()
      for (file, names) in names { try transaction.setFileNames(names, of: file) }
      try transaction.removeNewFiles(through: last)
      // Of a few files other folders may be the same when there are more.
      let below = library.count < Self.telling ? nil : base.commonFolder
      try transaction.setNote(.matchedBelow, below.map { [$0] })
    }
    return areAllFound
  }

  /// Every path of every import, once.
  private func foreignPaths(_ imports: [ImportRow]) throws -> Set<String> {
    var paths: Set<String> = []
    try index.read { transaction in
      for row in imports {
        try transaction.forEachRecord(of: row.id) { stored in
          try Task.checkCancellation()
          for location in stored.record.locations { paths.insert(location.path) }
        }
      }
    }
    return paths
  }

  private struct Finding {
    var record: Int64
    var outcome: RecordOutcome
    var files: [Int64]
  }

  /// Matches with the first of the matchers that finds anything.
  ///
  /// - Returns: whether every record that was new has found its file.
  private func match(
    _ row: ImportRow, _ matchers: [RecordMatcher], _ parts: CueParts, _ scope: Scope, lost: Set<Int64>,
    _ doubts: inout DoubtRun, _ keys: inout MatchKeys.Collector
  ) throws -> Bool {
    var findings: [Finding] = []
    var areAllFound = true
    let isDecisive = decides.includes(row)
    try index.read { transaction in
      let known = try transaction.matches(of: row.id, unmatched: scope == .unmatched)
      let isStatistics = row.playlist == nil
      try transaction.forEachRecord(of: row.id, unmatched: scope == .unmatched) { stored in
        try Task.checkCancellation()
        let (id, record, outcome) = (stored.id, stored.record, stored.outcome)
        let isPlayed = isStatistics && record.tellsOfPlays
        let result = matchers[0].match(record)
        if scope == .all || outcome == nil { keys.add(record, result) }
        var finding = Self.finding(id, result, parts, isPlayed: isPlayed)
        if finding.outcome == .missing, finding.files.isEmpty {
          let other = Self.finding(id, matchers[1].match(record), parts, isPlayed: isPlayed)
          if other.outcome == .matched { finding = other }
        }
        // What a record once meant keeps its history under whatever name it has now: the export is older than the rename.
        if finding.outcome == .missing, finding.files.isEmpty, let before = known[id] {
          finding = Finding(record: id, outcome: outcome ?? .matched, files: before)
        }
        // Plays that several recordings shared are not those of one of them when the others are gone.
        if outcome == .ambiguous, finding.outcome == .matched, record.locations.count > 1, let before = known[id],
          before.count > finding.files.count, Set(before).isSuperset(of: finding.files),
          Set(before).subtracting(finding.files).allSatisfy({ lost.contains($0) })
        {
          finding = Finding(record: id, outcome: .ambiguous, files: before)
        }
        if outcome == nil, finding.outcome != .matched { areAllFound = false }
        if isDecisive, !stored.isPast, finding.outcome != .matched { doubts.add(id, record, result) }
        if finding.outcome != outcome || finding.files != known[id] ?? [] { findings.append(finding) }
      }
    }
    for start in stride(from: 0, to: max(1, findings.count), by: 5_000) {
      try Task.checkCancellation()
      try index.write { transaction in
        for finding in findings[start..<min(start + 5_000, findings.count)] {
          try transaction.setMatch(of: finding.record, outcome: finding.outcome, tracks: finding.files)
        }
        let counts = try transaction.outcomeCounts(of: row.id)
        var counted = row
        counted.matched = counts[.matched] ?? 0
        counted.ambiguous = counts[.ambiguous] ?? 0
        counted.missing = (counts[.missing] ?? 0) + (counts[.notAFile] ?? 0)
        if counted != row { try transaction.updateImport(counted) }
      }
    }
    return areAllFound
  }

  /// What is kept of a result. The tracks that a record of plays may mean are kept too: they may have been heard.
  private static func finding(_ record: Int64, _ result: MatchResult, _ parts: CueParts, isPlayed: Bool) -> Finding {
    let candidates = isPlayed ? parts.candidates(result) : []
    switch result {
    case .matched(let tracks, how: _, disagree: false):
      let files = Set(tracks.compactMap(parts.track)).sorted()
      return files.isEmpty
        ? Finding(record: record, outcome: .missing, files: candidates)
        : Finding(record: record, outcome: .matched, files: files)
    case .matched, .ambiguous: return Finding(record: record, outcome: .ambiguous, files: candidates)
    case .missing: return Finding(record: record, outcome: .missing, files: [])
    case .notAFile: return Finding(record: record, outcome: .notAFile, files: [])
    }
  }

  /// Stores what the records without a single file may mean.
  private func keep(_ doubts: DoubtRun, _ imports: [ImportRow], _ tracks: [LibraryFile]) throws {
    let found = try doubts.run(tracks)
    try index.write { transaction in
      for row in imports {
        let own = found[row.id]
        try transaction.setDoubts(own?.doubts ?? [], own?.losses ?? [], of: row.id)
      }
    }
  }

  /// The mappings that the last run derived.
  static func derived(_ index: MusicIndex) throws -> [DerivedFolder] {
    try index.note(.derivedPaths) ?? []
  }

  private func keep(_ derived: [PathMapDerivation.Derived]) throws {
    let folders = derived.map { DerivedFolder(windows: $0.mapping.from, here: $0.mapping.to.display) }
    try index.keep(folders.isEmpty ? nil : folders, as: .derivedPaths)
  }
}

extension ListeningRecord {
  /// Whether the record says that it was played, however often.
  var tellsOfPlays: Bool { (playCount ?? 0) > 0 || firstPlayed != nil || lastPlayed != nil }
}

extension LibraryFile {
  /// A file of the index, with the places in cue sheets that name it.
  init(_ file: TrackRow) {
    let folder = file.path.parent
    self.init(
      id: file.id, path: file.path, tags: file.tags, duration: file.properties?.duration,
      cueTracks: file.places.map {
        CueTrack(sheet: $0.sheet.map { folder.appending($0).withoutStepsUp } ?? file.path, number: $0.number)
      })
  }

  /// A track of a cue sheet in a file, which has the file's name and tags of its own.
  init(part: TrackRow, of file: TrackRow) {
    self.init(file)
    id = part.id
    tags = part.tags
    duration = part.properties?.duration
  }
}
