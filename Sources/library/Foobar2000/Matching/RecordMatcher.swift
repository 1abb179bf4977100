public import Tracks

/// Finds the tracks of the library that a record means. It never guesses.
///
/// In this order, for every location: the path through the map, the path itself or, for a relative one, the path from
/// the playlist's folder, each exact, then folded, then with stand-ins for forbidden characters; then the longest
/// common tail. Only if no location leads anywhere: artist and title, supported by album or duration and with nothing
/// against it; then the names in the path, where they are title, album and artist of one file alone.
public struct RecordMatcher: Sendable {
  private let library: [LibraryFile]
  private let positions: [Int64: Int]
  private let map: PathMap
  private let playlistFolder: FilePath?
  private let files: FileIndex
  private let tags: TagIndex
  private let sheets: FileIndex
  private let sheetPaths: [FilePath]
  /// The tracks of each sheet of `sheets`: its number in the sheet, and the file.
  private let sheetTracks: [[(number: Int, file: Int)]]

  /// A matcher for a library. The map holds the mappings that were given before those that were derived;
  /// `playlistFolder` is the folder of the playlist whose relative entries are matched. Of a part of a library, `artists` are
  /// those of the whole.
  public init(
    library: [LibraryFile], map: PathMap = PathMap(), playlistFolder: FilePath? = nil,
    artists: MatchKeys.Artists? = nil
  ) {
    self.library = library
    positions = Dictionary(library.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.map = map
    self.playlistFolder = playlistFolder
    files = FileIndex(library.map(\.path))
    tags = TagIndex(library, artists: artists)
    var order: [FilePath] = []
    var tracks: [FilePath: [(number: Int, file: Int)]] = [:]
    for (index, file) in library.enumerated() {
      for track in file.cueTracks {
        if tracks[track.sheet] == nil { order.append(track.sheet) }
        tracks[track.sheet, default: []].append((track.number, index))
      }
    }
    sheets = FileIndex(order)
    sheetPaths = order.filter { sheet in library[tracks[sheet]?.first?.file ?? 0].path != sheet }
    sheetTracks = order.map { tracks[$0] ?? [] }
  }

  /// The same matcher for the entries of a playlist in another folder.
  public init(_ other: RecordMatcher, map: PathMap, playlistFolder: FilePath?) {
    library = other.library
    positions = other.positions
    self.map = map
    self.playlistFolder = playlistFolder
    files = other.files
    tags = other.tags
    sheets = other.sheets
    sheetPaths = other.sheetPaths
    sheetTracks = other.sheetTracks
  }

  /// The folder that holds all files and sheets, `/` where there is no other and `nil` where there are none: names below it
  /// tell more than those above.
  public var commonFolder: FilePath? {
    FileIndex.commonFolder(of: library.map(\.path) + sheetPaths)
  }

  /// The mappings that the locations of records derive for this library; see `PathMapDerivation`.
  public func derive(foreign: some Sequence<String>) -> [PathMapDerivation.Derived] {
    guard !sheetTracks.isEmpty else { return PathMapDerivation.derive(foreign: foreign, index: files) }
    // Entries of cue albums name their sheets.
    return PathMapDerivation.derive(foreign: foreign, index: FileIndex(library.map(\.path) + sheetPaths))
  }

  /// What a record means.
  public func match(_ record: ListeningRecord) -> MatchResult {
    var found: Set<MatchedTrack> = []
    var foundFiles: Set<Int> = []
    var how: MatchResult.How?
    var open: Set<MatchedTrack> = []
    var faint: Set<MatchedTrack> = []
    var scheme: String?
    for location in record.locations {
      if let name = LocationString.streamScheme(of: location.path) {
        scheme = scheme ?? name
        continue
      }
      guard let hit = locate(location, record) else { continue }
      switch hit {
      case .one(let tracks, let files, let way):
        found.formUnion(tracks)
        foundFiles.formUnion(files)
        if how.map({ Self.rank(way) < Self.rank($0) }) ?? true { how = way }
      case .several(let tracks): open.formUnion(tracks)
      case .faint(let tracks): faint.formUnion(tracks)
      }
    }
    if let how {
      return .matched(found.sorted(), how: how, disagree: !tags.areCopies(foundFiles.sorted()) && found.count > 1)
    }
    if let narrowed = narrow(open, record) { return narrowed }
    let names = record.locations.compactMap { location in
      LocationString.readings(location.path).last.flatMap { ForeignPath($0) }.map { path in
        PathNames(path.components.map { Folding.component($0) })
      }
    }
    let byTags = tags.find(record)
    let supported = byTags.filter { tags.isSupported($0, by: record, names) }
    if let result = one(of: supported, .tags, among: open) { return result }
    let byNames = Set(names.flatMap { tags.find($0) }).sorted()
    if let result = one(of: tags.consistent(byNames, with: record), .names, among: open) { return result }
    open.formUnion(faint)
    open.formUnion((byTags + byNames).map { MatchedTrack(file: library[$0].id) })
    if !open.isEmpty { return .ambiguous(open.sorted()) }
    if let scheme { return .notAFile(scheme) }
    return record.locations.contains(where: Self.isInArchive) ? .notAFile("unpack") : .missing
  }

  /// The one file that tags or names leave, or several that are copies of one recording; `nil` where they leave none or
  /// contradict what the paths left.
  private func one(of files: [Int], _ how: MatchResult.How, among open: Set<MatchedTrack>) -> MatchResult? {
    let tracks = files.map { MatchedTrack(file: library[$0].id) }.sorted()
    guard files.count == 1 || (files.count > 1 && tags.areCopies(files)) else { return nil }
    if !open.isEmpty, open.isDisjoint(with: tracks) { return nil }
    return .matched(tracks, how: how, disagree: false)
  }

  // MARK: One location

  private enum Hit {
    case one([MatchedTrack], files: [Int], MatchResult.How)
    case several([MatchedTrack])
    /// Files that look like it, but only a little: worth telling where nothing better is found.
    case faint([MatchedTrack])
  }

  /// Where a location leads, read as it is; only where that is no file, with its escapes read.
  private func locate(_ location: ListeningRecord.Location, _ record: ListeningRecord) -> Hit? {
    var hits: [Hit] = []
    for reading in LocationString.readings(location.path) {
      let hit = look(for: ListeningRecord.Location(path: reading, subsong: location.subsong), record)
      if case .one = hit { return hit }
      if let hit { hits.append(hit) }
    }
    return hits.first
  }

  private func look(for location: ListeningRecord.Location, _ record: ListeningRecord) -> Hit? {
    guard let path = ForeignPath(location.path) else { return nil }
    let places = places(path)
    var doubted: Hit?
    for (place, isDerived) in places {
      guard let hit = look(place, subsong: location.subsong) else { continue }
      guard isDerived, case .one(let tracks, let files, _) = hit else { return hit }
      let names = PathNames(path.components.map { Folding.component($0) })
      guard files.contains(where: { tags.isOfAnotherArtist($0, than: names) }) else { return hit }
      doubted = .faint(tracks)
    }
    if let hit = byTail(path, location.subsong, record) { return hit }
    // A name may end in a comma and a number; only where no such file exists it is a track inside a file.
    if location.subsong == 0, let comma = location.path.utf8.lastIndex(of: UInt8(ascii: ",")),
      let number = LocationString.decimal(Array(location.path.utf8[comma...].dropFirst())),
      let base = String(location.path.utf8[..<comma])
    {
      return look(for: ListeningRecord.Location(path: base, subsong: number), record) ?? doubted
    }
    return doubted
  }

  /// Where a location can lie, best first.
  private func places(_ path: ForeignPath) -> [(path: FilePath, isDerived: Bool)] {
    var places = map.locals(path)
    switch path.root {
    case .unix:
      places.append((path.components.reduce(FilePath("/")) { $0.appending($1) }, false))
    case .relative:
      if var folder = playlistFolder {
        for _ in 0..<path.ascents { folder = folder.parent }
        if !folder.bytes.isEmpty {
          places.append((path.components.reduce(folder) { $0.appending($1) }, false))
        }
      }
    case .drive, .share, .server: break
    }
    return places
  }

  private func look(_ place: FilePath, subsong: Int) -> Hit? {
    let asFile = files.find(place)
    let asSheet = sheets.find(place)
    if let sheet = asSheet, asFile == nil || subsong > 0 {
      guard sheet.files.count == 1 else {
        return .several(sheet.files.flatMap { tracks(ofSheet: $0, subsong: subsong).tracks }.sorted())
      }
      let inside = tracks(ofSheet: sheet.files[0], subsong: subsong)
      if !inside.tracks.isEmpty { return .one(inside.tracks, files: inside.files, Self.how(sheet.closeness)) }
    }
    guard let found = asFile else { return nil }
    let candidates = found.files.map { track($0, subsong) }
    return found.files.count == 1
      ? .one(candidates, files: found.files, Self.how(found.closeness)) : .several(candidates)
  }

  /// Track 1 of a file without tracks inside is the whole file.
  private func track(_ file: Int, _ subsong: Int) -> MatchedTrack {
    MatchedTrack(file: library[file].id, subsong: library[file].cueTracks.isEmpty ? 0 : subsong)
  }

  /// One track of a sheet, or for 0 every file of the sheet as a whole.
  private func tracks(ofSheet sheet: Int, subsong: Int) -> (tracks: [MatchedTrack], files: [Int]) {
    let inside = sheetTracks[sheet].filter { subsong == 0 || $0.number == subsong }
    let tracks = Set(inside.map { MatchedTrack(file: library[$0.file].id, subsong: subsong) })
    return (tracks.sorted(), Array(Set(inside.map(\.file))).sorted())
  }

  /// The file that shares the longest tail, if it is one alone and the tail tells enough: all names of a relative path,
  /// or three names that are not mere numbers or words like "Track". A shorter tail is enough
  /// where the file's artist stands in the path, or the record's own tags say the same.
  private func byTail(_ path: ForeignPath, _ subsong: Int, _ record: ListeningRecord) -> Hit? {
    let names = path.components.map { Folding.component($0) }
    guard let name = names.last else { return nil }
    var best = 0
    var candidates: [Int] = []
    for file in files.named(name) {
      let tail = files.sharedTail(names, file)
      if tail > best {
        best = tail
        candidates = [file]
      } else if tail == best {
        candidates.append(file)
      }
    }
    let telling = names.suffix(best).count(where: NameEvidence.isTelling)
    let isWhole = path.root == .relative && best == names.count && (best >= 3 || (best == 2 && telling >= 1))
    // All names of a long relative path are as good as a whole path, which tags and durations cannot contradict either.
    let isPath = isWhole && best >= 3 && candidates.count == 1
    if !isPath || tags.isOfAnotherArtist(candidates[0], than: PathNames(names)) {
      candidates = tags.consistent(candidates, with: record)
    }
    guard let file = candidates.first, candidates.count <= 64 else { return nil }
    let tracks = candidates.map { track($0, subsong) }
    if isWhole || telling >= 3 || (best >= 2 && telling >= 1 && supports(record, names, file)) {
      return candidates.count == 1 ? .one(tracks, files: [file], .tail) : .several(tracks)
    }
    // A name alone that happens to be the same is no candidate worth telling.
    return best >= 2 && telling >= 1 ? .faint(tracks) : nil
  }

  /// Whether the record's tags or the other names of its path say that it is this file.
  private func supports(_ record: ListeningRecord, _ names: [FoldedText], _ file: Int) -> Bool {
    let names = PathNames(names)
    return tags.find(names).contains(file)
      || (tags.find(record).contains(file) && tags.isSupported(file, by: record, [names]))
  }

  /// The one of several candidates that the record's tags and duration leave, or all of them where they are copies.
  private func narrow(_ open: Set<MatchedTrack>, _ record: ListeningRecord) -> MatchResult? {
    guard !open.isEmpty, record.duration != nil || record.tags.title != nil else { return nil }
    let candidates = open.sorted()
    let left = candidates.filter { candidate in
      guard let file = positions[candidate.file] else { return false }
      let own = tags.folded[file]
      return !tags.consistent([file], with: record).isEmpty
        && (!own.title.isEmpty || (record.duration != nil && library[file].duration != nil))
    }
    guard left.count == 1 else { return nil }
    return .matched(left, how: .tags, disagree: false)
  }

  private static func how(_ closeness: FileIndex.Closeness) -> MatchResult.How {
    switch closeness {
    case .exact: .path
    case .folded: .foldedPath
    case .standIns: .standIns
    }
  }

  private static func rank(_ how: MatchResult.How) -> Int {
    MatchResult.How.allCases.firstIndex(of: how) ?? 0
  }

  private static func isInArchive(_ location: ListeningRecord.Location) -> Bool {
    guard location.path.utf8.contains(UInt8(ascii: "|")) else { return false }
    let lowered = location.path.lowercased()
    return [".zip|", ".rar|", ".7z|", ".tar|", ".gz|", ".lha|"].contains { lowered.contains($0) }
  }
}
