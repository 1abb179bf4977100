public import Tracks

/// Finds the tracks that entries without a single file may mean, all of them: it never proves anything, it only says what
/// cannot be ruled out.
///
/// Entries are added first; then every track of the library is asked once. The time grows with the number of entries and
/// tracks, the memory with that of entries. Of several entries of the same name the first answers for all.
public struct DoubtFinder: Sendable {
  /// What may mean a track.
  public struct Doubt: Equatable, Sendable {
    /// The position of the entry among those added.
    public var entry: Int
    /// Why it may.
    public var kind: DoubtKind
  }

  /// What an answer found by a key rests on.
  private struct Claim {
    var entry: Int32
    var isEncoded: Bool
  }

  private var claims: [UInt64: Claim] = [:]
  /// The hash of each entry's folded name, and of the first entry with the same letters.
  private var names: [(name: UInt64, owner: Int32)] = []
  private var starts: Set<Int> = []
  private var ends: Set<Int> = []

  /// A finder without entries.
  public init() {}

  /// The first entry whose name has the same letters as this one's: what is found for it holds for this one too.
  public func owner(_ entry: Int) -> Int { Int(names[entry].owner) }

  // MARK: Entries

  /// Adds an entry: a record of a list for which no single file was found.
  public mutating func add(_ record: ListeningRecord) {
    let entry = names.count
    names.append((0, Int32(entry)))
    for location in record.locations {
      for spelling in EntryName.spellings(of: location.path) { add(spelling, entry) }
    }
    guard let title = record.tags.title, !title.isEmpty else { return }
    let artists = [record.tags.artist, record.tags.albumArtist].compactMap { $0 }.filter { !$0.isEmpty }
    for artist in artists { claim(.tags, NameForms((artist + title).utf8), entry) }
    if artists.isEmpty, NameEvidence.isTelling(Folding.text(title)) { claim(.title, NameForms(title.utf8), entry) }
  }

  private mutating func add(_ name: EntryName, _ entry: Int) {
    let stem = NameForms(name.stem)
    if !name.isEncoded, names[entry].name == 0 {
      names[entry].name = HashTable.hash(Folding.component(String(decoding: name.whole, as: UTF8.self)))
    }
    claim(.name, stem, entry, isEncoded: name.isEncoded)
    let bare = Self.bare(stem.letters)
    if bare.count >= 3 {
      for folder in name.folders {
        claim(Self.pair(bare, Self.folderKey(folder)), .title, entry)
        if stem.isSuspect { claim(Self.pair(Self.bare(stem.rest), Self.folderKey(folder)), .title, entry) }
      }
      // `01 Artist - Title` may be known by its tags.
      if bare.count >= 6 { claim(Self.key(.tags, bare), .tags, entry) }
    }
    if name.folders.isEmpty, stem.letters.count >= 3 {
      ends.insert(stem.letters.count)
      claim(Self.hash(.end, stem.letters.reversed()), .end, entry)
    }
    if let short = ShortName(name.whole) { add(short, entry) }
    let whole = NameForms(name.whole).letters
    if !name.hasType, whole.count >= 3 {
      starts.insert(whole.count)
      claim(Self.hash(.start, whole), .start, entry)
    }
  }

  private mutating func add(_ short: ShortName, _ entry: Int) {
    claim(.name, NameForms(short.start), entry)
    for start in short.starts {
      let letters = NameForms(start).letters
      guard !letters.isEmpty else { continue }
      starts.insert(letters.count)
      claim(Self.hash(.start, letters), .start, entry)
    }
  }

  private mutating func claim(_ channel: Channel, _ forms: NameForms, _ entry: Int, isEncoded: Bool = false) {
    claim(Self.key(channel, forms.letters), channel, entry, isEncoded: isEncoded)
    if let base = forms.base, !base.isEmpty {
      claim(Self.key(channel.plain, base), channel, entry, isEncoded: isEncoded)
    }
    // What little a name of another script leaves says something only where letters were lost.
    if forms.isSuspect || (!forms.isASCII && forms.rest.count >= 4) {
      claim(Self.key(channel.reduced, forms.rest), channel, entry, isEncoded: isEncoded)
    } else if !forms.isASCII {
      claim(Self.key(channel.foreign, forms.rest), channel, entry, isEncoded: isEncoded)
    }
  }

  private mutating func claim(_ key: UInt64, _ channel: Channel, _ entry: Int, isEncoded: Bool = false) {
    guard let known = claims[key] else {
      claims[key] = Claim(entry: Int32(entry), isEncoded: isEncoded)
      return
    }
    if channel == .name, names[entry].owner == Int32(entry) { names[entry].owner = known.entry }
  }

  // MARK: Tracks

  /// The entry that may mean a track, the most probable reason first; `nil` where none can.
  public func doubt(about track: TrackKeys) -> Doubt? {
    for (key, kind) in track.keys {
      guard let claim = claims[key] else { continue }
      let entry = Int(claim.entry)
      if claim.isEncoded { return Doubt(entry: entry, kind: .encoded) }
      guard kind == .name else { return Doubt(entry: entry, kind: kind) }
      return Doubt(entry: entry, kind: names[entry].name == track.name ? .name : .spelling)
    }
    for name in track.names {
      if let entry = part(name, .start, starts) ?? part(Array(name.prefix { $0 != 0 }.reversed()), .end, ends) {
        return Doubt(entry: entry, kind: .part)
      }
    }
    return nil
  }

  /// The entry that is a start of letters (a zero byte parts the stem from its extension and counts nothing).
  private func part(_ letters: [UInt8], _ channel: Channel, _ lengths: Set<Int>) -> Int? {
    guard !lengths.isEmpty else { return nil }
    var state = channel.seed
    var length = 0
    for byte in letters where byte != 0 {
      state = Self.step(state, byte)
      length += 1
      if lengths.contains(length), let claim = claims[Self.mixed(state)] { return Int(claim.entry) }
    }
    return nil
  }
}

extension DoubtFinder {
  /// What a key is made of: keys of two channels are never equal.
  enum Channel: UInt64 {
    case name = 1
    case nameReduced, nameForeign, namePlain, tags, tagsReduced, tagsForeign, tagsPlain
    case title, titleReduced, titleForeign, titlePlain, pair, start, end

    var seed: UInt64 { 0xCBF2_9CE4_8422_2325 &+ rawValue &* 0x9E37_79B9_7F4A_7C15 }

    /// The channel of names of which only ASCII is left.
    var reduced: Channel { Channel(rawValue: rawValue + 1) ?? self }

    /// The channel of what ASCII leaves of names of another script.
    var foreign: Channel { Channel(rawValue: rawValue + 2) ?? self }

    /// The channel of names without marks.
    var plain: Channel { Channel(rawValue: rawValue + 3) ?? self }
  }

  static func step(_ state: UInt64, _ byte: UInt8) -> UInt64 { (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

  static func mixed(_ state: UInt64) -> UInt64 {
    let mixed = (state ^ (state >> 32)) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ (mixed >> 29)
  }

  static func hash(_ channel: Channel, _ bytes: some Sequence<UInt8>) -> UInt64 {
    mixed(bytes.reduce(channel.seed, step))
  }

  static func key(_ channel: Channel, _ bytes: FoldedText) -> UInt64 { hash(channel, bytes) }

  static func pair(_ title: FoldedText, _ folder: UInt64) -> UInt64 {
    mixed(hash(.pair, title) ^ folder &* 0x100_0000_01B3)
  }

  /// A folder, an artist or an album, for pairs.
  static func folderKey(_ name: some Collection<UInt8>) -> UInt64 {
    let forms = NameForms(name)
    return hash(.pair, forms.base ?? forms.letters)
  }

  /// Letters without the numbers in front; nothing where they are all numbers.
  static func bare(_ letters: FoldedText) -> FoldedText { Array(letters.drop { (48...57).contains($0) }) }
}

/// What can be asked of a track by a `DoubtFinder`.
public struct TrackKeys: Sendable {
  /// Keys with what they say, the most probable first.
  let keys: [(UInt64, DoubtKind)]
  /// The hash of the folded name.
  let name: UInt64
  /// The letters of the file's name and of its sheets', a zero byte before the extension's.
  let names: [FoldedText]

  /// The keys of a file, or of a track inside one that has tags of its own.
  public init(_ file: LibraryFile) {
    var known = FolderKeys()
    self.init(file, &known)
  }

  /// The keys of a file, with what is known of the folders, artists and albums of those before it.
  public init(_ file: LibraryFile, _ known: inout FolderKeys) {
    let folders = known.folders(of: file.path)
    var keys: [(UInt64, DoubtKind)] = []
    var names: [FoldedText] = []
    let title = file.tags.title.map { NameForms($0.utf8) }
    let artists = [file.tags.artist, file.tags.albumArtist].compactMap { $0 }.filter { !$0.isEmpty }
    let told = (artists + [file.tags.album].compactMap { $0 }).map { known.key(of: $0) }
    var late: [(UInt64, DoubtKind)] = []
    func add(_ channel: DoubtFinder.Channel, _ forms: NameForms, _ kind: DoubtKind) {
      keys.append((DoubtFinder.key(channel, forms.letters), kind))
      let lost: DoubtKind = channel == .name ? .letters : kind
      late.append((DoubtFinder.key(channel.reduced, forms.rest), lost))
      if let base = forms.base { late.append((DoubtFinder.key(channel.plain, base), lost)) }
      if forms.isSuspect { late.append((DoubtFinder.key(channel.foreign, forms.rest), lost)) }
    }
    func addPairs(_ letters: FoldedText) {
      let bare = DoubtFinder.bare(letters)
      guard bare.count >= 3 else { return }
      for folder in folders + told { late.append((DoubtFinder.pair(bare, folder), .title)) }
    }
    var wholes = [file.path.name.bytes]
    for sheet in Set(file.cueTracks.map(\.sheet)).sorted() where sheet != file.path { wholes.append(sheet.name.bytes) }
    for whole in wholes {
      for spelling in EntryName.spellings(ofName: whole) {
        let stem = NameForms(spelling.stem)
        add(.name, stem, spelling.isEncoded ? .encoded : .name)
        addPairs(stem.letters)
        if stem.isSuspect || !stem.isASCII { addPairs(stem.rest) }
        if !stem.isASCII, stem.base == nil {
          for rest in known.legacy.rests(spelling.stem) {
            late.append((DoubtFinder.key(.nameReduced, rest), .letters))
          }
        }
        // A list may know by artist and title what has no tags.
        for letters in [stem.letters, DoubtFinder.bare(stem.letters)] {
          late.append((DoubtFinder.key(.tags, letters), .tags))
        }
        names.append(stem.letters + [0] + NameForms(spelling.type).letters)
      }
    }
    for artist in artists {
      guard let own = file.tags.title, !own.isEmpty else { continue }
      let forms = NameForms((artist + own).utf8)
      add(.tags, forms, .tags)
      // The list's file may be named by what are tags here.
      late.append((DoubtFinder.key(.name, forms.letters), .tags))
    }
    if let title {
      add(.title, title, .tags)
      addPairs(title.letters)
    }
    self.keys = keys + late
    self.names = names
    name = HashTable.hash(Folding.path(file.path.name))
  }
}

/// The keys of folders, artists and albums, which many tracks share, and what else they are made with.
public struct FolderKeys {
  private static let most = 4_096

  fileprivate let legacy = LegacyNames()

  private var parent: FilePath?
  private var parents: [UInt64] = []
  private var names: [String: UInt64] = [:]

  /// Nothing is known yet.
  public init() {}

  /// The keys of the last folders above a file.
  fileprivate mutating func folders(of file: FilePath) -> [UInt64] {
    let folder = file.parent
    if folder != parent {
      parent = folder
      parents = folder.bytes.split(separator: UInt8(ascii: "/")).suffix(EntryName.depth).map {
        DoubtFinder.folderKey($0)
      }
    }
    return parents
  }

  /// The key of an artist or an album.
  fileprivate mutating func key(of name: String) -> UInt64 {
    if let key = names[name] { return key }
    // Memory stays small however many there are.
    if names.count >= Self.most { names.removeAll(keepingCapacity: true) }
    let key = DoubtFinder.folderKey(name.utf8)
    names[name] = key
    return key
  }
}
