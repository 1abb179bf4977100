import Tracks

/// Which songs stay together when songs are divided into folds.
///
/// Copies and versions of a recording (`TasteTrack.copyGroup`) always stay together. An album or artist that holds
/// more than a tenth of the songs is no group: kept whole it would be most of a fold, so its songs are divided.
public struct Grouping: Sendable, Equatable {
  /// The share of the songs above which an album or an artist is no group.
  public static let largestShare = 0.1

  /// The kind of groups.
  public let kind: SplitKind
  /// The number of each track's group, counted from 0 in the order of the tracks.
  public let group: [Int]
  /// The number of groups.
  public let count: Int
  /// The number of albums or artists that are kept whole, those with one song included; for `song` 0.
  public let named: Int
  /// The number of albums or artists that are too large to be kept whole.
  public let divided: Int

  /// The groups of a dataset's tracks.
  public init(_ tracks: [TasteTrack], by kind: SplitKind) {
    let keys = tracks.map { Grouping.key(of: $0, kind) }
    var sizes: [String: Int] = [:]
    for case let key? in keys { sizes[key, default: 0] += 1 }
    let limit = Double(tracks.count) * Grouping.largestShare
    let kept = keys.map { key in key.flatMap { Double(sizes[$0] ?? 0) > limit ? nil : $0 } }

    var joined = DisjointSets(tracks.count)
    joined.join(tracks.map(\.copyGroup))
    joined.join(kept)
    self.kind = kind
    (group, count) = joined.numbered()
    named = sizes.values.count { Double($0) <= limit }
    divided = sizes.count - named
  }

  /// Groups of some of the tracks, by number, counted anew in their order.
  func restricted(to numbers: [Int]) -> Grouping {
    var renumbered: [Int: Int] = [:]
    let chosen = numbers.map { number -> Int in
      let known = renumbered[group[number]]
      let next = known ?? renumbered.count
      if known == nil { renumbered[group[number]] = next }
      return next
    }
    return Grouping(kind: kind, group: chosen, count: renumbered.count, named: named, divided: divided)
  }

  init(kind: SplitKind, group: [Int], count: Int, named: Int, divided: Int) {
    self.kind = kind
    self.group = group
    self.count = count
    self.named = named
    self.divided = divided
  }

  /// The album or artist that a track belongs to; `nil` where it has none.
  private static func key(of track: TasteTrack, _ kind: SplitKind) -> String? {
    let tags = track.tags
    switch kind {
    case .sample, .song:
      return nil
    case .album:
      let folder = FilePath(bytes: track.folder)
      return (AlbumKey.of(tags, folder: folder) ?? AlbumKey.standIn(folder)).map { "album " + $0 }
    case .artist:
      return NameKey.of(tags.artist) ?? NameKey.of(tags.albumArtist)
    }
  }
}

/// Sets of numbers that get joined (Tarjan 1975, path halving).
private struct DisjointSets {
  private var parent: [Int]

  init(_ count: Int) {
    parent = Array(0..<count)
  }

  private mutating func root(_ number: Int) -> Int {
    var number = number
    while parent[number] != number {
      parent[number] = parent[parent[number]]
      number = parent[number]
    }
    return number
  }

  /// Joins the numbers whose keys are equal.
  mutating func join(_ keys: [String?]) {
    var first: [String: Int] = [:]
    for (number, key) in keys.enumerated() {
      guard let key else { continue }
      guard let earlier = first[key] else {
        first[key] = number
        continue
      }
      let (left, right) = (root(earlier), root(number))
      parent[max(left, right)] = min(left, right)
    }
  }

  /// The sets, numbered by their smallest members.
  mutating func numbered() -> (numbers: [Int], count: Int) {
    var numbers = [Int](repeating: 0, count: parent.count)
    var count = 0
    for number in parent.indices {
      let root = root(number)
      if root == number {
        numbers[number] = count
        count += 1
      } else {
        numbers[number] = numbers[root]
      }
    }
    return (numbers, count)
  }
}
