public import Tracks

/// Finds out which folders of foobar2000's machine are which folders of the library.
///
/// Every path votes for the pair of folders that remains when the longest common tail is cut off, provided that one
/// file of the library has a longer common tail than all others. A pair is taken where at least 3 files (all of them,
/// where there are fewer) stand for it and at least 80% of all that voted below its foreign folder would be found.
/// Folders that were moved by themselves get a mapping of their own.
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
    var file: Int
    var tail: Int
  }

  /// The unambiguous mappings, in the order of their foreign folders; none where nothing is certain. Paths that are
  /// relative or name no file are left aside; equal paths count once.
  public static func derive(foreign: some Sequence<String>, library: [FilePath]) -> [Derived] {
    derive(foreign: foreign, index: FileIndex(library))
  }

  static func derive(foreign: some Sequence<String>, index: FileIndex) -> [Derived] {
    var seen: Set<String> = []
    var votes: [Vote] = []
    var paths = 0
    for text in foreign where LocationString.scheme(of: text) == nil && seen.insert(text).inserted {
      guard let path = ForeignPath(text), path.root != .relative, !path.components.isEmpty else { continue }
      paths += 1
      if let vote = vote(path, index) { votes.append(vote) }
    }
    let fewest = max(1, min(Self.fewest, paths))
    var derived: [Derived] = []
    var taken: [Bool] = Array(repeating: false, count: votes.count)
    accept(votes, index, fewest: fewest, taken: &taken, derived: &derived)
    return derived.sorted { ($0.mapping.from, $0.mapping.to) < ($1.mapping.from, $1.mapping.to) }
  }

  /// The file with the longest common tail, if it is one alone and its name tells something.
  private static func vote(_ path: ForeignPath, _ index: FileIndex) -> Vote? {
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
    guard let file, names.suffix(best).contains(where: NameEvidence.isTelling) else { return nil }
    return Vote(path: path, file: file, tail: best)
  }

  /// A pair of folders, by the folded foreign one and the names of the local one.
  private struct Pair: Hashable {
    var root: ForeignPath.Root
    var foreign: [FoldedText]
    var local: FilePath
  }

  /// Tries ever longer starts: first what remains before the whole tail, then one name more at a time.
  private static func accept(
    _ votes: [Vote], _ index: FileIndex, fewest: Int, taken: inout [Bool], derived: inout [Derived]
  ) {
    var folded: [[FoldedText]] = votes.map { $0.path.components.map { Folding.component($0) } }
    // How many voted below each foreign folder.
    var voters: [Pair: Int] = [:]
    let nowhere = FilePath(bytes: [])
    for (number, vote) in votes.enumerated() {
      folded[number].removeLast()
      for length in 0...folded[number].count {
        voters[Pair(root: vote.path.root, foreign: Array(folded[number].prefix(length)), local: nowhere), default: 0] +=
          1
      }
    }
    let common = index.commonFolder() ?? FilePath("/")
    let deepest = votes.map(\.tail).max() ?? 0
    for kept in stride(from: 0, to: max(deepest, 1), by: 1) {
      var pairs: [Pair: [Int]] = [:]
      for (number, vote) in votes.enumerated() where !taken[number] && vote.tail > kept {
        let length = folded[number].count + 1 - vote.tail + kept
        let local = localFolder(index.paths[vote.file], dropping: vote.tail - kept)
        pairs[Pair(root: vote.path.root, foreign: Array(folded[number].prefix(length)), local: local), default: []]
          .append(number)
      }
      let ordered = pairs.sorted { left, right in
        left.value.count == right.value.count ? left.value[0] < right.value[0] : left.value.count > right.value.count
      }
      for (pair, numbers) in ordered where numbers.count >= fewest {
        let total = voters[Pair(root: pair.root, foreign: pair.foreign, local: nowhere)] ?? 0
        // The share of those below the folder; a rest that other folders explain is part of the total.
        guard numbers.count * 5 >= total * 4 else { continue }
        for number in numbers { taken[number] = true }
        // Folders above everything in the library say nothing: all of the tail is common there.
        let spare = depth(common) - depth(pair.local)
        let first = votes[numbers[0]]
        let local = spare > 0 ? common : pair.local
        let from = first.path.prefix(pair.foreign.count + max(0, spare))
        derived.append(Derived(mapping: PathMapping(from: from, to: local), votes: numbers.count, voters: total))
      }
    }
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
