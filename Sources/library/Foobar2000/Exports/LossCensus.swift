public import Tracks

/// Counts the entries of a list for which no single file was found by what is most probably wrong with them.
public struct LossCensus {
  /// One such entry.
  private struct Entry {
    var cause: LossCause
    var place: String
    var path: ForeignPath?
    var isMapped: Bool
  }

  private let map: PathMap
  private var entries: [Entry] = []
  private var streams = 0

  /// A census of entries that were matched through a map. Mappings to folders that hold nothing count as none.
  public init(map: PathMap) {
    self.map = map
  }

  /// Counts an entry; they come in the order in which a `DoubtFinder` took them.
  ///
  /// - Parameter result: What was found for it: nothing that is one file.
  public mutating func add(_ record: ListeningRecord, _ result: MatchResult) {
    let place =
      record.locations.first?.path
      ?? [record.tags.artist, record.tags.title].compactMap { $0 }.joined(
        separator: " - ")
    let path = ForeignPath(place)
    entries.append(
      Entry(
        cause: Self.cause(place, result), place: place, path: path,
        isMapped: path.map { !map.locals($0).isEmpty } ?? false))
  }

  /// Whether no entry was counted.
  public var isEmpty: Bool { entries.isEmpty && streams == 0 }

  /// Counts an entry that is no loss.
  public mutating func addStream() {
    streams += 1
  }

  /// Whether an entry is no loss: a stream that was never a file.
  public static func isStream(_ record: ListeningRecord, _ result: MatchResult) -> Bool {
    guard case .notAFile = result else { return false }
    return !record.locations.contains { location in
      EntryName.spellings(of: location.path).contains(where: \.hasType)
    }
  }

  /// What the entry by itself tells.
  private static func cause(_ place: String, _ result: MatchResult) -> LossCause {
    switch result {
    case .matched, .ambiguous: return .ambiguous
    case .notAFile: return .elsewhere
    case .missing: break
    }
    let isWindows = ForeignPath(place).map { $0.root != .unix } ?? true
    if place.unicodeScalars.contains("\u{FFFD}") || (isWindows && place.utf8.contains(UInt8(ascii: "?"))) {
      return .letters
    }
    return EncodedNames.isPercentEncoded(place) ? .encoded : .gone
  }

  /// The losses by cause, the most frequent first.
  ///
  /// - Parameters:
  ///   - finder: What took the same entries.
  ///   - found: For entries by their owners (`DoubtFinder.owner`), a track that the entry may mean, and why.
  public func losses(_ finder: DoubtFinder, found: [Int: (path: FilePath, kind: DoubtKind)]) -> [EntryLoss] {
    var losses: [LossCause: EntryLoss] = [:]
    var folders: [LossCause: [String: Int]] = [:]
    var pairs: [Pair: Int] = [:]
    for (number, entry) in entries.enumerated() {
      let hit = found[number] ?? found[finder.owner(number)]
      var cause = entry.cause
      var pair: Pair?
      if cause == .gone, let hit {
        cause = hit.kind == .letters ? .letters : hit.kind == .encoded ? .encoded : .moved
        if cause == .moved, !entry.isMapped, let path = entry.path, path.root != .relative {
          pair = Self.pair(path, hit.path)
          if pair != nil { cause = .folder }
        }
      }
      losses[cause, default: EntryLoss(cause: cause, entries: 0, example: entry.place)].entries += 1
      if let pair { pairs[pair, default: 0] += 1 }
      if cause == .gone || cause == .moved, let path = entry.path, path.root != .relative, !path.components.isEmpty {
        folders[cause, default: [:]][path.prefix(min(2, path.components.count - 1)), default: 0] += 1
      }
    }
    if let best = pairs.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key {
      losses[.folder]?.folder = best.from
      losses[.folder]?.local = best.to
    }
    for (cause, counts) in folders {
      losses[cause]?.folder = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
    if streams > 0 { losses[.stream] = EntryLoss(cause: .stream, entries: streams) }
    return losses.values.sorted { ($1.entries, $0.cause.rawValue) < ($0.entries, $1.cause.rawValue) }
  }

  /// A folder of the list's machine and the one here that holds the same.
  private struct Pair: Hashable, Comparable {
    var from: String
    var to: FilePath

    static func < (left: Pair, right: Pair) -> Bool { (left.from, left.to) < (right.from, right.to) }
  }

  /// The folders that remain where the longest common tail is cut off; `nil` where not even the name is common.
  private static func pair(_ path: ForeignPath, _ file: FilePath) -> Pair? {
    let names = path.components.map { Folding.component($0) }
    let own = file.bytes.split(separator: UInt8(ascii: "/")).map { part in
      Folding.component(String(decoding: part, as: UTF8.self))
    }
    let tail = zip(names.reversed(), own.reversed()).prefix { $0 == $1 }.count
    guard tail > 0, tail < own.count else { return nil }
    var folder = file
    for _ in 0..<tail { folder = folder.parent }
    return Pair(from: path.prefix(names.count - tail), to: folder)
  }
}
