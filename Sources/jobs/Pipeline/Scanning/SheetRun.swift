import Foobar2000
import Glibc
import MusicIndex
import Platform
import Tracks

/// Reads the cue sheets beside, around and inside files, and stores which tracks they name.
struct SheetRun {
  let index: MusicIndex
  /// The character set of sheets that are not Unicode.
  let codePage: String?
  /// Folders with sheets that may name files of other folders, as a scan met them.
  var met: Set<FilePath> = []
  /// Whether the scan looked at every folder.
  var isWhole = false
  /// Whether to look also at files of other folders than their sheets'.
  var looksOutside = true

  /// What a run came to.
  struct Outcome {
    /// The number of files whose sheets were read.
    var files = 0
    /// Sheets that were read in a code page nobody named, with that page.
    var guessed: [(sheet: FilePath, page: String)] = []
  }

  /// The revision of the readers: what an older one read is read again.
  private static let readers = 2

  /// A sheet that names a file of another folder.
  private struct OutsideSheet {
    var folder: FilePath
    var sheet: SheetReader.FolderSheet
    var file: FilePath
  }

  private var reader: SheetReader { SheetReader(codePage: codePage) }

  /// Reads what has changed since it was read last.
  ///
  /// - Throws: `IndexFailure` or `CancellationError`.
  func run() throws -> Outcome {
    var outcome = Outcome()
    try letReadAgain()
    let version = FeatureVariant.dense.version
    let files = try index.read { try $0.filesAwaitingSheets(version: version) }
    let noted = try outsideFolders()
    var folders = isWhole ? met : noted.union(met)
    guard !files.isEmpty || (looksOutside && !folders.union(noted).isEmpty) else { return outcome }
    for folder in Set(files.map(\.path.parent)) where !folders.contains(folder) { folders.insert(folder) }
    let outside = try self.outside(&folders, &outcome)
    var current: (folder: FilePath, sheets: [SheetReader.FolderSheet])?
    var done: Set<Int64> = []
    for file in files {
      try Task.checkCancellation()
      let folder = file.path.parent
      let sheets = current?.folder == folder ? current?.sheets ?? [] : reader.sheets(in: folder)
      if current?.folder != folder { note(sheets, in: folder, &outcome) }
      current = (folder, sheets)
      done.insert(file.id)
      try store(file, sheets, outside[file.path] ?? [])
    }
    outcome.files = files.count
    guard looksOutside else { return outcome }
    let others = try index.read { try $0.probedFiles(at: Array(outside.keys), version: version) }
    for file in others where !done.contains(file.id) {
      try Task.checkCancellation()
      let sheets = outside[file.path] ?? []
      let rows = tracks(in: file, reader.sheets(in: file.path.parent), sheets)
      guard try index.read({ try $0.sheetTracks(of: file.id) }) != rows else { continue }
      try store(file, rows)
      outcome.files += 1
    }
    return outcome
  }

  /// Lets all sheets be read again where they were read with another revision of the reader or in another code page.
  private func letReadAgain() throws {
    let reader = "\(Self.readers) \(codePage ?? "")"
    guard try index.note(.sheetsReadWith) != reader else { return }
    try index.write { transaction in
      try transaction.letSheetsBeReadAgain()
      try transaction.setNote(.sheetsReadWith, reader)
    }
  }

  // MARK: Sheets of other folders

  private func outsideFolders() throws -> Set<FilePath> {
    Set(try index.note(.sheetsOutside) ?? [])
  }

  /// The sheets that name files of other folders, by these files' paths. Files that such a sheet named once wait to be looked
  /// at where none of their sheets is there any more.
  private func outside(_ folders: inout Set<FilePath>, _ outcome: inout Outcome) throws -> [FilePath: [OutsideSheet]] {
    var found: [FilePath: [OutsideSheet]] = [:]
    var kept: Set<FilePath> = []
    for folder in folders.sorted() {
      try Task.checkCancellation()
      for sheet in reader.sheets(in: folder) {
        for file in Set(sheet.audio.compactMap { $0 }.filter(\.leadsElsewhere)).sorted() {
          found[folder.appending(file).withoutStepsUp, default: []].append(
            OutsideSheet(folder: folder, sheet: sheet, file: file))
          if kept.insert(folder).inserted { note([sheet], in: folder, &outcome) }
        }
      }
    }
    folders = kept
    let paths = Set(found.keys)
    try index.write { transaction in
      if try transaction.note(.sheetsOutside) ?? [] != kept.sorted() {
        try transaction.setNote(.sheetsOutside, kept.isEmpty ? nil : kept.sorted())
      }
      try transaction.letFilesOfOutsideSheetsWait(exceptOf: paths) { $0.withCString { access($0, F_OK) } == 0 }
    }
    return found
  }

  private func note(_ sheets: [SheetReader.FolderSheet], in folder: FilePath, _ outcome: inout Outcome) {
    for sheet in sheets {
      guard let page = sheet.guessed else { continue }
      outcome.guessed.append((folder.appending(sheet.name), page))
    }
  }

  // MARK: Tracks

  private func store(
    _ file: TrackRow, _ sheets: [SheetReader.FolderSheet], _ outside: [OutsideSheet]
  ) throws {
    try store(file, tracks(in: file, sheets, outside))
  }

  private func store(_ file: TrackRow, _ rows: [SheetTrack]) throws {
    guard let properties = file.properties else { return }
    try index.write {
      try $0.setSheetTracks(rows, of: file.id, properties: properties, arrival: file.arrival)
    }
  }

  /// What the sheet beside a file names in it, one of its name before others; else one of another folder; without one the
  /// sheet inside the file.
  private func tracks(
    in file: TrackRow, _ sheets: [SheetReader.FolderSheet], _ outside: [OutsideSheet]
  ) -> [SheetTrack] {
    let name = file.path.name
    let naming = sheets.filter { $0.audio.contains(name) }
    if let own = naming.first(where: { FolderListing.isSheet($0.name, of: name) }) ?? naming.first {
      return rows(own.sheet, places: own.places(of: name), named: own.name, of: file)
    }
    if let other = outside.first {
      let sheet = other.folder.appending(other.sheet.name).path(from: file.path.parent)
      return rows(other.sheet.sheet, places: other.sheet.places(of: other.file), named: sheet, of: file)
    }
    // A sheet inside a file means that file, whatever names it gives.
    guard let inside = file.tags.cueSheet.flatMap({ CueSheet(text: $0) }),
      Set(inside.files.map { $0.lowercased() }).count <= 1
    else { return [] }
    return rows(inside, places: Set(0..<max(1, inside.files.count)), named: nil, of: file)
  }

  private func rows(
    _ sheet: CueSheet, places: Set<Int>, named name: FilePath?, of file: TrackRow
  ) -> [SheetTrack] {
    guard let duration = file.properties?.duration, let identity = file.identity else { return [] }
    let spans = sheet.spans(of: places, duration: duration)
    // The one track of a file is the file.
    if spans.count == 1 {
      return [
        SheetTrack(number: spans[0].track.number, sheet: name, span: nil, identity: nil, tags: TrackTags())
      ]
    }
    return spans.enumerated().map { number, part in
      var tags = file.tags
      tags.cueSheet = nil
      tags.statistics = [:]
      tags.title = part.track.title
      tags.artist = part.track.performer ?? sheet.performer ?? tags.artist
      tags.album = sheet.title ?? tags.album
      tags.albumArtist = sheet.performer ?? tags.albumArtist
      tags.genre = sheet.genre ?? tags.genre
      tags.date = sheet.date ?? tags.date
      tags.trackNumber = String(part.track.number)
      let isLast = number + 1 == spans.count
      let end = isLast ? "end" : String(spans[number + 1].track.start)
      let hash = ContentHash()
      hash.add(identity.bytes)
      hash.add("\(part.track.start) to \(end)")
      return SheetTrack(
        number: part.track.number, sheet: name, span: part.span,
        identity: AudioIdentity(scheme: .span, digest: hash.digest), tags: tags)
    }
  }
}
