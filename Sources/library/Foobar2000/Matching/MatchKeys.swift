public import Tracks

/// What a match rests on, as numbers: a file that comes changes what a record means only where both have one in common.
///
/// Different texts may share a number, as seldom as numbers of 64 bits do; then the match is merely made once more.
public enum MatchKeys {
  private enum Channel: UInt8 {
    /// The name of a file or a sheet without what file systems replace.
    case name = 1
    /// Artist and title in tags.
    case tags
    /// The letters of a title.
    case title
    /// The letters of an artist, or of what may be one in a path.
    case artist
    /// The letters of an artist that the library has.
    case knownArtist
  }

  private static func number(_ channel: Channel, _ text: FoldedText) -> UInt64 {
    HashTable.hash([channel.rawValue] + text)
  }

  private static func name(_ folded: FoldedText) -> UInt64 { number(.name, Folding.skeleton(folded)) }

  // MARK: Records

  /// How a location may be read.
  private static func texts(_ location: ListeningRecord.Location) -> [String] {
    let texts = LocationString.readings(location.path)
    // Where no such file exists it may be a track inside a file.
    return texts
      + texts.compactMap { text in
        text.utf8.lastIndex(of: UInt8(ascii: ",")).flatMap { String(text.utf8[..<$0]) }
      }
  }

  /// The names that a file or its sheet has, for a record to find it by a path, through a map or by its tail.
  public static func names(of record: ListeningRecord, map: PathMap) -> [UInt64] {
    record.locations.flatMap(texts).flatMap { text -> [UInt64] in
      guard let path = ForeignPath(text), let last = path.components.last else { return [] }
      return [name(Folding.component(last))] + map.locals(path).map { name(Folding.path($0.path.name)) }
    }
  }

  /// The names by which records may find a file by a path.
  public static func names(of file: LibraryFile) -> [UInt64] {
    Set(([file.path] + file.cueTracks.map(\.sheet)).map { name(Folding.path($0.name)) }).sorted()
  }

  /// The artists of a library, as keys.
  public struct Artists: Sendable {
    private let keys: [[UInt64]]

    /// The artists among keys, in lists that ascend each.
    public init(among keys: [[UInt64]]) { self.keys = keys }

    func contains(_ letters: FoldedText) -> Bool {
      let key = MatchKeys.number(.knownArtist, letters)
      return keys.contains { MatchKeys.holds($0, key) }
    }
  }

  /// What records are found by, record by record.
  public struct Collector {
    /// The keys so far, some more than once.
    private var keys: [UInt64] = []
    /// The folders whose names are among them.
    private var folders: Set<UInt64> = []

    /// No record yet.
    public init() {}

    /// Adds a record.
    ///
    /// - Parameter result: What was found for it.
    public mutating func add(_ record: ListeningRecord, _ result: MatchResult) {
      let isByPath = record.locations.count == 1 && MatchKeys.isByPath(result)
      for location in record.locations {
        for text in MatchKeys.texts(location) { add(text, isByPath: isByPath) }
      }
      let tags = TagIndex.Folded(record.tags)
      if !isByPath, !tags.title.isEmpty { keys.append(number(.tags, tags.name)) }
    }

    private mutating func add(_ text: String, isByPath: Bool) {
      guard let path = ForeignPath(text), let last = path.components.last else { return }
      keys.append(name(Folding.component(last)))
      // A path that leads to a file does not ask what tags say, and its folders are those of many.
      let folder = HashTable.hash(path.components.dropLast().joined(separator: "/").utf8)
      if isByPath, !folders.insert(folder).inserted { return }
      let names = PathNames(path.components.map { Folding.component($0) })
      for folder in names.folders { keys.append(number(.artist, folder)) }
      if isByPath { return }
      for prefix in names.prefixes { keys.append(number(.artist, prefix)) }
      for title in names.titles { keys.append(number(.title, title)) }
    }

    /// Adds the artists of a file of the library.
    public mutating func add(artistsOf file: LibraryFile) {
      for letters in MatchKeys.letters(file) { keys.append(number(.knownArtist, letters)) }
    }

    /// Every key once, ascending.
    public var sorted: [UInt64] {
      var sorted = keys.sorted()
      var last: UInt64?
      sorted.removeAll { key in
        defer { last = key }
        return key == last
      }
      return sorted
    }
  }

  private static func isByPath(_ result: MatchResult) -> Bool {
    guard case .matched(_, let how, disagree: false) = result else { return false }
    return [.path, .foldedPath, .standIns].contains(how)
  }

  /// Whether a list that ascends holds a number.
  public static func holds(_ sorted: [UInt64], _ key: UInt64) -> Bool {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == key
  }

  // MARK: Files

  private static func letters(_ file: LibraryFile) -> [FoldedText] {
    let tags = TagIndex.Folded(file.tags)
    return [tags.artist, tags.albumArtist].map { PathNames.letters($0) }.filter { !$0.isEmpty }
  }

  /// Whether a record may be found by a file that came.
  ///
  /// - Parameter isKnown: Whether a number is among the keys of the records and the artists of the files before.
  public static func concerns(_ file: LibraryFile, isKnown: (UInt64) -> Bool) -> Bool {
    if names(of: file).contains(where: isKnown) { return true }
    let tags = TagIndex.Folded(file.tags)
    if !tags.title.isEmpty, isKnown(number(.tags, tags.name)) { return true }
    let title = PathNames.letters(tags.title)
    if !title.isEmpty, isKnown(number(.title, title)) { return true }
    // Which names in a path are artists depends on all files.
    return letters(file).contains { !isKnown(number(.knownArtist, $0)) && isKnown(number(.artist, $0)) }
  }
}
