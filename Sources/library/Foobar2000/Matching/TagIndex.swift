import Tracks

/// The files of the library by their tags.
struct TagIndex: Sendable {
  /// How far durations of one recording may lie apart, in seconds: two programs round and trim differently.
  static let tolerance = 2.0

  /// The tags of a file that are compared, folded.
  struct Folded: Sendable {
    var title: FoldedText
    var artist: FoldedText
    var album: FoldedText
    var albumArtist: FoldedText
    var track: Int?
    var disc: Int?

    init(_ tags: TrackTags) {
      title = Self.fold(tags.title)
      artist = Self.fold(tags.artist)
      album = Self.fold(tags.album)
      albumArtist = Self.fold(tags.albumArtist)
      track = Self.number(tags.trackNumber)
      disc = Self.number(tags.discNumber)
    }

    /// What artist and title are together, however a playlist parted them.
    var name: FoldedText { artist.isEmpty ? title : Self.comparable(artist + Array(" - ".utf8) + title) }

    private static func fold(_ text: String?) -> FoldedText {
      guard let text else { return [] }
      return comparable(Folding.text(text))
    }

    /// A folded text without look-alikes and with single spaces.
    static func comparable(_ text: FoldedText) -> FoldedText {
      let words = text.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.joined(separator: [0x20])
      return Folding.skeleton(Array(words))
    }

    private static func number(_ text: String?) -> Int? {
      guard let digits = text?.utf8.drop(while: { $0 == 0x20 || $0 == 0x30 }).prefix(while: { (48...57).contains($0) })
      else { return nil }
      return LocationString.decimal(Array(digits))
    }

    /// Whether foobar2000 pins both to one history: by title, artist, album, track and disc, not by the album artist.
    func isPinned(with other: Folded) -> Bool {
      title == other.title && artist == other.artist && album == other.album && track == other.track
        && disc == other.disc
    }

    /// Whether nothing that both sides know differs.
    func agrees(with other: Folded) -> Bool {
      func agree(_ left: FoldedText, _ right: FoldedText) -> Bool { left.isEmpty || right.isEmpty || left == right }
      func agree(_ left: Int?, _ right: Int?) -> Bool { left == nil || right == nil || left == right }
      return agree(title, other.title) && agree(artist, other.artist) && agree(album, other.album)
        && agree(track, other.track) && agree(disc, other.disc)
    }
  }

  let folded: [Folded]
  private let durations: [Double?]
  private let paths: [FilePath]
  private let names: HashTable
  /// By the letters of the title.
  private let titles: HashTable
  /// The letters of every artist that is somebody.
  private let artists: Set<FoldedText>
  /// The artists of files that are not here.
  private let others: MatchKeys.Artists?

  init(_ library: [LibraryFile], artists others: MatchKeys.Artists? = nil) {
    self.others = others
    let folded = library.map { Folded($0.tags) }
    self.folded = folded
    durations = library.map(\.duration)
    paths = library.map(\.path)
    names = HashTable(library.count) { folded[$0].title.isEmpty ? nil : folded[$0].name }
    let spellings = Set(folded.flatMap { [$0.artist, $0.albumArtist] }.filter { !$0.isEmpty })
    artists = Set(spellings.map { PathNames.letters($0) }).subtracting(Self.nobody)
    titles = HashTable(library.count) {
      let letters = PathNames.letters(folded[$0].title)
      return letters.isEmpty ? nil : letters
    }
  }

  /// The files whose tags and duration contradict nothing that the record says, among those of its artist and title.
  /// A record without a title, or with a title alone that no duration supports, names none.
  func find(_ record: ListeningRecord) -> [Int] {
    let wanted = Folded(record.tags)
    guard !wanted.title.isEmpty, !wanted.artist.isEmpty || record.duration != nil else { return [] }
    let name = wanted.name
    return names.candidates(name).map(Int.init).filter { file in
      guard folded[file].name == name else { return false }
      // Artist and title are equal together; the rest has to agree where both know it.
      var rest = wanted
      rest.artist = folded[file].artist
      rest.title = folded[file].title
      return rest.agrees(with: folded[file]) && durationAgrees(record, file)
    }
  }

  /// Whether something besides artist and title says that a record means a file: the album, or the duration with
  /// nothing in the names of its path against it.
  func isSupported(_ file: Int, by record: ListeningRecord, _ names: [PathNames]) -> Bool {
    let wanted = Folded(record.tags)
    if !wanted.album.isEmpty, wanted.album == folded[file].album { return true }
    guard record.duration != nil, durations[file] != nil else { return false }
    return !names.contains { contradicts($0, file) }
  }

  /// The letters of what folders are called instead of an artist.
  private static let nobody = Set(
    ["various artists", "various", "va", "unknown artist", "unknown", "soundtrack", "soundtracks", "compilations"].map {
      PathNames.letters(Folding.text($0))
    })

  /// Whether the folders of a path are called like an artist of the library, and none like an artist of the file.
  func isOfAnotherArtist(_ file: Int, than names: PathNames) -> Bool {
    let own = [folded[file].artist, folded[file].albumArtist].map { PathNames.letters($0) }.filter { !$0.isEmpty }
    let album = PathNames.letters(folded[file].album)
    let told = names.folders + names.prefixes
    let isNamed = told.contains { name in
      own.contains { Self.contains($0, name) || Self.contains(name, $0) }
    }
    guard !own.isEmpty, !isNamed else { return false }
    return names.folders.contains { $0 != album && isArtist($0) }
  }

  private func isArtist(_ letters: FoldedText) -> Bool {
    artists.contains(letters) || (others?.contains(letters) ?? false && !Self.nobody.contains(letters))
  }

  private static func contains(_ text: FoldedText, _ part: FoldedText) -> Bool {
    guard !part.isEmpty, text.count >= part.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
  }

  /// Whether names tell another track or disc number than the file's tags.
  private func contradicts(_ names: PathNames, _ file: Int) -> Bool {
    if let track = names.track, let own = folded[file].track, track != own { return true }
    if let disc = names.disc {
      // A second disc is not found on an album that has none.
      let own = folded[file].disc ?? discInPath(file)
      if disc != own ?? 1 { return true }
    }
    return false
  }

  /// The disc that a file's folder and name tell.
  private func discInPath(_ file: Int) -> Int? {
    let names = paths[file].bytes.split(separator: UInt8(ascii: "/")).suffix(2)
    return PathNames(names.map { Folding.component(String(decoding: $0, as: UTF8.self)) }).disc
  }

  /// The files whose title, album and artist are names of a path, with nothing against it.
  func find(_ names: PathNames) -> [Int] {
    var found: [Int] = []
    for title in names.titles {
      for file in titles.candidates(title).map(Int.init) where !found.contains(file) {
        let own = folded[file]
        guard PathNames.letters(own.title) == title, !contradicts(names, file) else { continue }
        // In a compilation the artist stands in the file's name, and the folders are alike for all.
        let performer = PathNames.letters(own.artist)
        if !performer.isEmpty, !names.prefixes.contains(performer),
          names.prefixes.contains(where: isArtist)
        {
          continue
        }
        let album = PathNames.letters(own.album)
        guard !album.isEmpty, names.folders.contains(album) else { continue }
        let artists = [own.artist, own.albumArtist].map { PathNames.letters($0) }.filter { !$0.isEmpty }
        // An album named after its artist says both only where two names say it.
        if artists.contains(where: { names.prefixes.contains($0) || ($0 != album && names.folders.contains($0)) }) {
          found.append(file)
        }
      }
    }
    return found.sorted()
  }

  /// Those of `files` that the record's tags and duration do not contradict.
  func consistent(_ files: [Int], with record: ListeningRecord) -> [Int] {
    let wanted = Folded(record.tags)
    return files.filter { file in
      (wanted.name.isEmpty || folded[file].title.isEmpty || wanted.name == folded[file].name
        || wanted.agrees(with: folded[file])) && durationAgrees(record, file)
    }
  }

  /// Whether files are copies of one recording as far as tags and durations tell: what foobar2000 pins a history to
  /// (artist, album, disc, track, title) is equal and the durations are close.
  func areCopies(_ files: [Int]) -> Bool {
    guard let first = files.first else { return true }
    return files.allSatisfy { file in
      guard file != first else { return true }
      guard folded[file].isPinned(with: folded[first]) else { return false }
      guard let left = durations[file], let right = durations[first] else { return !folded[first].title.isEmpty }
      return abs(left - right) <= Self.tolerance
    }
  }

  private func durationAgrees(_ record: ListeningRecord, _ file: Int) -> Bool {
    guard let left = record.duration, let right = durations[file] else { return true }
    return abs(left - right) <= Self.tolerance
  }
}
