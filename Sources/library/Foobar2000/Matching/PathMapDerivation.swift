public import Tracks

/// Finds out which folders of foobar2000's machine are which folders of the library.
///
/// Every path votes for the pair of folders that remains when the longest common tail is cut off, provided that one
/// file of the library has a longer common tail than all others. A pair is taken where at least 3 files (fewer where
/// there are no more) stand for it and at least 80% of all that voted below its foreign folder would be found, or half
/// of them with no other pair near. Folders that were moved by themselves get a mapping of their own.
public enum PathMapDerivation {
  /// A mapping that was found, and what stands for it.
  public struct Derived: Equatable, Sendable, Codable {
    /// The folder under both names.
    public var mapping: PathMapping
    /// The number of paths it leads to the file they voted for.
    public var votes: Int
    /// The number of paths below its foreign folder that voted at all.
    public var voters: Int
  }

  /// The fewest files that make a mapping believable.
  static let fewest = 3
  /// A name that more files bear than this says nothing of where they lie.
  private static let mostNamesakes = 64

  /// What one foreign path says.
  private struct Vote {
    var path: ForeignPath
    /// The folded names of the path.
    var names: [FoldedText]
    var file: Int
    var tail: Int
    /// Whether the tail is more than numbers and words that every collection holds.
    var isTelling: Bool
  }

  /// The unambiguous mappings, in the order of their foreign folders; none where nothing is certain. Paths that are
  /// relative or name no file are left aside; equal paths count once.
  public static func derive(foreign: some Sequence<String>, library: [FilePath]) -> [Derived] {
    derive(foreign: foreign, index: FileIndex(library))
  }

  static func derive(foreign: some Sequence<String>, index: FileIndex) -> [Derived] {
    let common = index.commonFolder() ?? FilePath("/")
    var seen: Set<UInt64> = []
    var votes: [Vote] = []
    var paths = 0
    for text in foreign where LocationString.streamScheme(of: text) == nil {
      guard seen.insert(HashTable.hash(text.utf8)).inserted, let path = ForeignPath(text), path.root != .relative,
        !path.components.isEmpty
      else { continue }
      paths += 1
      // Other players write escapes, which name nothing as they are.
      let readings = LocationString.readings(text).dropFirst().compactMap { ForeignPath($0) }
      if let vote = ([path] + readings).lazy.compactMap({ vote($0, index, common: common) }).first {
        votes.append(vote)
      }
    }
    // Of a library of one or two files no three can agree; then a folder at least has to be common as well.
    let isTiny = index.paths.count < Self.fewest && votes.allSatisfy { $0.tail >= ($0.isTelling ? 2 : 3) }
    let fewest = isTiny ? 1 : max(1, min(Self.fewest, paths))
    var derived: [Derived] = []
    var taken: [Bool] = Array(repeating: false, count: votes.count)
    accept(votes, index, common, fewest: fewest, taken: &taken, derived: &derived)
    return derived.sorted { ($0.mapping.from, $0.mapping.to) < ($1.mapping.from, $1.mapping.to) }
  }

  /// The file with the longest common tail, if it is one alone and the tail tells something.
  private static func vote(_ path: ForeignPath, _ index: FileIndex, common: FilePath) -> Vote? {
    let names = path.components.map { Folding.component($0) }
    guard let name = names.last else { return nil }
    let namesakes = index.named(name, limit: mostNamesakes)
    var best = 0
    var file: Int?
    for candidate in namesakes {
      let tail = index.sharedTail(names, candidate)
      if tail > best {
        best = tail
        file = candidate
      } else if tail == best {
        file = nil
      }
    }
    guard let file else { return nil }
    // Names that every collection holds tell nothing, unless they lie where all of the library does.
    let isTelling = names.suffix(best).contains(where: NameEvidence.isTelling)
    guard isTelling || common.isInside(localFolder(index.paths[file], dropping: best)) else { return nil }
    return Vote(path: path, names: names, file: file, tail: best, isTelling: isTelling)
  }

  /// A pair of folders: the foreign one by its number.
  private struct Pair: Hashable {
    var foreign: Int32
    var local: FilePath
  }

  /// Tries ever longer starts: first what remains before the whole tail, then one name more at a time.
  private static func accept(
    _ votes: [Vote], _ index: FileIndex, _ common: FilePath, fewest: Int, taken: inout [Bool], derived: inout [Derived]
  ) {
    var tree = FolderTree()
    let folders = votes.map { tree.folders($0.path.root, $0.names.dropLast()) }
    // How many voted below each foreign folder.
    var voters = [Int](repeating: 0, count: tree.count)
    for way in folders { for folder in way { voters[Int(folder)] += 1 } }
    let deepest = votes.map(\.tail).max() ?? 0
    for kept in stride(from: 0, to: max(deepest, 1), by: 1) {
      var pairs: [Pair: [Int]] = [:]
      for (number, vote) in votes.enumerated() where !taken[number] && vote.tail > kept {
        let length = folders[number].count - vote.tail + kept
        let local = localFolder(index.paths[vote.file], dropping: vote.tail - kept)
        pairs[Pair(foreign: folders[number][length], local: local), default: []].append(number)
      }
      let ordered = pairs.sorted { left, right in
        left.value.count == right.value.count ? left.value[0] < right.value[0] : left.value.count > right.value.count
      }
      var strongest: [Int32: [Int]] = [:]
      for (pair, numbers) in ordered { strongest[pair.foreign, default: []].append(numbers.count) }
      for (pair, numbers) in ordered where numbers.count >= fewest {
        let total = voters[Int(pair.foreign)]
        guard isClear(numbers.count, of: total, rivals: strongest[pair.foreign] ?? []) else { continue }
        for number in numbers { taken[number] = true }
        // Folders above everything in the library say nothing: all of the tail is common there.
        let spare = depth(common) - depth(pair.local)
        let first = votes[numbers[0]]
        let local = spare > 0 ? common : pair.local
        let from = first.path.prefix(folders[numbers[0]].count - first.tail + kept + max(0, spare))
        derived.append(Derived(mapping: PathMapping(from: from, to: local), votes: numbers.count, voters: total))
      }
    }
  }

  /// Whether a pair has enough votes: 80% of all below its foreign folder, or half of them where the next best pair of
  /// the same folder has not a quarter as many; then the others were moved one by one.
  private static func isClear(_ votes: Int, of total: Int, rivals: [Int]) -> Bool {
    if votes * 5 >= total * 4 { return true }
    return votes * 2 >= total && rivals.first == votes && (rivals.dropFirst().first ?? 0) * 4 <= votes
  }

  /// The number of names in an absolute path.
  private static func depth(_ folder: FilePath) -> Int {
    folder.bytes.split(separator: UInt8(ascii: "/")).count
  }

  /// The path without its last `count` names.
  private static func localFolder(_ path: FilePath, dropping count: Int) -> FilePath {
    var folder = path
    for _ in 0..<count { folder = folder.parent }
    return folder
  }
}
