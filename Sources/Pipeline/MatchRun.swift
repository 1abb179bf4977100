import Foobar2000
import MusicIndex
import Tracks

/// Finds the library's files that the imported records mean.
struct MatchRun {
  let index: MusicIndex
  /// The folders that the owner mapped.
  let mappings: [PathMapping]
  /// What is told of the mappings that were derived.
  static let derivedNote = "derivedPaths"

  /// The note that holds the number of the last file that everything was matched with.
  static let throughNote = "matchedThrough"
  /// The most new files that the records without a file are tried on alone.
  private static let fewFiles = 200

  /// Which records are matched.
  enum Scope {
    /// Those without a file, by the folders that were derived before.
    case unmatched
    /// All of them.
    case all
  }

  /// Whether so little changed since everything was matched that trying the records without a file will do for now.
  func allowsHaste() throws -> Bool {
    try index.read { transaction in
      guard let last = try transaction.note(Self.throughNote).flatMap(Int64.init) else {
        return try transaction.imports().allSatisfy { $0.refusal != nil }
      }
      return try !transaction.hasNewRecords() && transaction.fileCount(after: last) <= Self.fewFiles
    }
  }

  /// Matches records of the accepted imports anew and writes what differs.
  ///
  /// - Throws: `IndexFailure` or `CancellationError`.
  func run(version: Int, _ scope: Scope) throws {
    let imports = try index.read { try $0.imports() }.filter { $0.refusal == nil }
    if imports.isEmpty || (scope == .unmatched && imports.allSatisfy { $0.matched == $0.entries }) { return }
    var library: [LibraryFile] = []
    var lost: [LibraryFile] = []
    var parts = CueParts()
    try index.read { transaction in
      try transaction.forEachKnownFile(version: version) { file in
        parts.add(file)
        if file.isMissing { lost.append(LibraryFile(file)) } else { library.append(LibraryFile(file)) }
      }
    }
    let base = RecordMatcher(library: library)
    // A folder that is out of reach for a while must not make an export look like another library's.
    let missing = RecordMatcher(library: lost)
    if scope == .unmatched {
      let derived = try Self.derived(index).map { PathMapping(from: $0.windows, to: FilePath($0.here)) }
      for row in imports {
        let map = PathMap(mappings, derived: derived)
        let matchers = [base, missing].map { RecordMatcher($0, map: map, playlistFolder: row.path.parent) }
        try match(row, matchers, parts, scope)
      }
      return
    }
    let derived = base.derive(foreign: try foreignPaths(imports))
    let map = PathMap(mappings, derived: derived.map(\.mapping))
    for row in imports {
      try Task.checkCancellation()
      let matchers = [base, missing].map { RecordMatcher($0, map: map, playlistFolder: row.path.parent) }
      try match(row, matchers, parts, scope)
    }
    try keep(derived)
    try index.write { try $0.setNote(Self.throughNote, String(try $0.lastFile())) }
  }

  /// Every path of every import, once.
  private func foreignPaths(_ imports: [ImportRow]) throws -> Set<String> {
    var paths: Set<String> = []
    try index.read { transaction in
      for row in imports {
        try transaction.forEachRecord(of: row.id) { _, record, _ in
          try Task.checkCancellation()
          for location in record.locations { paths.insert(location.path) }
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
  private func match(
    _ row: ImportRow, _ matchers: [RecordMatcher], _ parts: CueParts, _ scope: Scope
  ) throws {
    var findings: [Finding] = []
    try index.read { transaction in
      let known = scope == .all ? try transaction.matches(of: row.id) : [:]
      try transaction.forEachRecord(of: row.id, unmatched: scope == .unmatched) { id, record, outcome in
        try Task.checkCancellation()
        var finding = Self.finding(id, matchers[0].match(record), parts)
        if finding.outcome == .missing {
          let other = Self.finding(id, matchers[1].match(record), parts)
          if other.outcome == .matched { finding = other }
        }
        // What a record once meant keeps its history under whatever name it has now: the export is older than the rename.
        if finding.outcome == .missing, let before = known[id] {
          finding = Finding(record: id, outcome: .matched, files: before)
        }
        if finding.outcome != outcome || finding.files != known[id] ?? [] { findings.append(finding) }
      }
    }
    for start in stride(from: 0, to: max(1, findings.count), by: 5_000) {
      try Task.checkCancellation()
      try index.write { transaction in
        for finding in findings[start..<min(start + 5_000, findings.count)] {
          try transaction.setMatch(of: finding.record, outcome: finding.outcome, files: finding.files)
        }
        let counts = try transaction.outcomeCounts(of: row.id)
        var counted = row
        counted.matched = counts[.matched] ?? 0
        counted.ambiguous = counts[.ambiguous] ?? 0
        counted.missing = (counts[.missing] ?? 0) + (counts[.notAFile] ?? 0)
        if counted != row { try transaction.updateImport(counted) }
      }
    }
  }

  private static func finding(_ record: Int64, _ result: MatchResult, _ parts: CueParts) -> Finding {
    switch result {
    case .matched(let tracks, how: _, disagree: false):
      let files = Set(tracks.compactMap(parts.track)).sorted()
      return Finding(record: record, outcome: files.isEmpty ? .missing : .matched, files: files)
    case .matched, .ambiguous: return Finding(record: record, outcome: .ambiguous, files: [])
    case .missing: return Finding(record: record, outcome: .missing, files: [])
    case .notAFile: return Finding(record: record, outcome: .notAFile, files: [])
    }
  }

  /// The mappings that the last run derived.
  static func derived(_ index: MusicIndex) throws -> [(windows: String, here: String)] {
    let text = try index.read { try $0.note(derivedNote) } ?? ""
    return text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t", maxSplits: 1)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  private func keep(_ derived: [PathMapDerivation.Derived]) throws {
    let lines = derived.map { "\($0.mapping.from)\t\($0.mapping.to.display)" }.joined(separator: "\n")
    try index.write { try $0.setNote(Self.derivedNote, lines.isEmpty ? nil : lines) }
  }
}

/// Which tracks cue sheets name in the files of the index.
struct CueParts {
  private var numbers: [Int64: [Int: Int64]] = [:]

  /// Notes what is inside a file.
  mutating func add(_ file: KnownFile) {
    guard !file.places.isEmpty else { return }
    numbers[file.id] = Dictionary(
      file.parts.map { ($0.number, $0.id) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number in the index of a matched track; `nil` for a track that no sheet names: one inside a file says nothing of
  /// the whole of it.
  func track(_ matched: MatchedTrack) -> Int64? {
    guard matched.subsong > 0 else { return matched.file }
    guard let inside = numbers[matched.file] else { return nil }
    return inside.isEmpty ? matched.file : inside[matched.subsong]
  }
}

extension LibraryFile {
  /// A file of the index, with the places in cue sheets that name it.
  init(_ file: KnownFile) {
    let folder = file.path.parent
    self.init(
      id: file.id, path: file.path, tags: file.tags, duration: file.properties?.duration,
      cueTracks: file.places.map {
        CueTrack(sheet: $0.sheet.map { folder.appending($0).withoutStepsUp } ?? file.path, number: $0.number)
      })
  }
}
