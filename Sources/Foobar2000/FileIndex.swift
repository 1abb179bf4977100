import Tracks

/// The files of the library by every spelling of their paths.
struct FileIndex: Sendable {
  let paths: [FilePath]
  /// The folded names of each path, the last one last.
  let components: [[String]]
  private let exact: [FilePath: Int]
  private let folded: [String: [Int32]]
  private let skeletons: [String: [Int32]]
  private let names: [String: [Int32]]

  /// An index of paths; positions in `paths` stand for the files.
  init(_ paths: [FilePath]) {
    self.paths = paths
    var exact: [FilePath: Int] = [:]
    var folded: [String: [Int32]] = [:]
    var skeletons: [String: [Int32]] = [:]
    var names: [String: [Int32]] = [:]
    var components: [[String]] = []
    exact.reserveCapacity(paths.count)
    folded.reserveCapacity(paths.count)
    skeletons.reserveCapacity(paths.count)
    components.reserveCapacity(paths.count)
    for (index, path) in paths.enumerated() {
      if exact[path] == nil { exact[path] = index }
      let parts = Self.foldedComponents(path)
      components.append(parts)
      folded[Self.key(parts), default: []].append(Int32(index))
      skeletons[Self.skeletonKey(parts), default: []].append(Int32(index))
      if let name = parts.last { names[name, default: []].append(Int32(index)) }
    }
    self.exact = exact
    self.folded = folded
    self.skeletons = skeletons
    self.names = names
    self.components = components
  }

  /// The folded names of a path of this machine.
  static func foldedComponents(_ path: FilePath) -> [String] {
    path.bytes.split(separator: UInt8(ascii: "/")).map { Folding.component(String(decoding: $0, as: UTF8.self)) }
  }

  private static func key(_ components: [String]) -> String {
    components.joined(separator: "/")
  }

  private static func skeletonKey(_ components: [String]) -> String {
    components.map(Folding.skeleton).joined(separator: "/")
  }

  /// How closely a path was found.
  enum Closeness: Int, Sendable {
    case exact, folded, standIns
  }

  /// The files that a path of this machine means: one where it is exact, otherwise all that are equally close.
  func find(_ path: FilePath) -> (files: [Int], closeness: Closeness)? {
    if let index = exact[path] { return ([index], .exact) }
    let parts = Self.foldedComponents(path)
    if let found = folded[Self.key(parts)] {
      return (closest(found.map(Int.init), to: path), .folded)
    }
    if let found = skeletons[Self.skeletonKey(parts)] { return (found.map(Int.init), .standIns) }
    return nil
  }

  /// Of several spellings those that differ by normalisation only, if there are any.
  private func closest(_ files: [Int], to path: FilePath) -> [Int] {
    guard files.count > 1 else { return files }
    let text = path.display
    let equal = files.filter { paths[$0].display == text }
    return equal.isEmpty ? files : equal
  }

  /// The files of a folded name.
  func named(_ name: String) -> [Int32] {
    names[name] ?? []
  }

  /// The number of names, counted from the end, that a path shares with a file.
  func sharedTail(_ names: [String], _ file: Int) -> Int {
    let own = components[file]
    var count = 0
    while count < names.count, count < own.count, names[names.count - 1 - count] == own[own.count - 1 - count] {
      count += 1
    }
    return count
  }
}

/// How much a name tells of what it names.
enum NameEvidence {
  private static let generic: Set<String> = [
    "track", "tracks", "titel", "titre", "piste", "audio", "audiotrack", "song", "untitled", "unknown", "artist",
    "album", "various", "artists", "va", "cd", "cda", "disc", "disk", "side", "part", "vol", "volume", "music", "new",
    "folder", "intro", "outro", "interlude", "mp3", "flac", "ogg", "opus", "wav", "aiff", "aif", "m4a", "ape", "wv",
    "トラック", "アルバム", "アーティスト", "不明",
  ]

  /// Whether a folded name of a file (with its extension) or folder says more than a number or a word that every
  /// collection holds.
  static func isTelling(_ name: String) -> Bool {
    var letters = 0
    for word in name.split(whereSeparator: { !$0.isLetter }) where !generic.contains(String(word)) {
      // One sign of a syllabic or logographic script tells as much as two letters.
      letters += word.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x3000 ? 2 : 1) }
    }
    return letters >= 2
  }
}
