public import Tracks

/// One folder under two names: as foobar2000 knows it and as this machine does.
public struct PathMapping: Hashable, Sendable {
  /// The folder as foobar2000 names it: `D:\Music`, `\\nas\music`, `/Users/me/Music`.
  public var from: String
  /// The folder on this machine.
  public var to: FilePath

  /// A folder under two names.
  public init(from: String, to: FilePath) {
    self.from = from
    self.to = to
  }
}

extension PathMapping: Codable {
  private enum CodingKeys: String, CodingKey {
    case from, to, toBytes
  }

  /// Reads `from` with `to`, or with `toBytes` where the path is not UTF-8.
  ///
  /// - Throws: what the decoder throws where the value is another.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    from = try values.decode(String.self, forKey: .from)
    if let bytes = try values.decodeIfPresent([UInt8].self, forKey: .toBytes) {
      to = FilePath(bytes: bytes)
    } else {
      to = FilePath(try values.decode(String.self, forKey: .to))
    }
  }

  /// Writes `from` and `to`, and `toBytes` where the path is not UTF-8.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(from, forKey: .from)
    try values.encode(to.display, forKey: .to)
    if to.string == nil { try values.encode(to.bytes, forKey: .toBytes) }
  }
}

/// Which folders of foobar2000's machine are which folders of this one.
///
/// Of several mappings that fit a path the one with the longest start wins; of equally long ones the earlier.
public struct PathMap: Sendable {
  /// The mappings: those that were given, then those that were derived.
  public let mappings: [PathMapping]
  private let sources: [ForeignPath.Root: [Source]]
  private let targets: [(prefix: [UInt8], mapping: Int)]

  private struct Source: Sendable {
    var components: [FoldedText]
    var to: FilePath
    var isDerived: Bool
  }

  /// A map of mappings that somebody gave, and of others that were only derived: what these lead to is doubted where
  /// something speaks against it. A `from` that is no absolute path maps nothing; see `isUsable`.
  public init(_ given: [PathMapping] = [], derived: [PathMapping] = []) {
    mappings = given + derived
    var sources: [ForeignPath.Root: [Source]] = [:]
    var targets: [(prefix: [UInt8], mapping: Int)] = []
    for (index, mapping) in mappings.enumerated() {
      guard Self.isUsable(mapping) else { continue }
      for from in LocationString.readings(mapping.from).compactMap({ ForeignPath($0) }) {
        sources[from.root, default: []].append(
          Source(
            components: from.components.map { Folding.component($0) }, to: mapping.to,
            isDerived: index >= given.count))
      }
      targets.append((Self.withoutTrailingSlash(mapping.to.bytes), index))
    }
    self.sources = sources.mapValues { list in
      Self.stablySorted(list) { $0.components.count }
    }
    self.targets = Self.stablySorted(targets) { $0.prefix.count }
  }

  /// Whether a mapping starts at an absolute path on both sides.
  public static func isUsable(_ mapping: PathMapping) -> Bool {
    source(mapping) != nil
  }

  /// Where a path of foobar2000's machine lies here, or `nil` where no mapping fits. The names after the mapped start
  /// are taken as they are; whether such a file exists is not asked.
  public func local(_ foreign: String) -> FilePath? {
    ForeignPath(foreign).flatMap { locals($0).first?.path }
  }

  /// How foobar2000's machine names a path of this one, or `nil` where no mapping fits or the path is not UTF-8.
  public func foreign(_ local: FilePath) -> String? {
    for (prefix, index) in targets {
      guard local.isInside(FilePath(bytes: prefix)) || prefix.isEmpty,
        let rest = String(
          validating: local.bytes.dropFirst(prefix.count).drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
      else { continue }
      let from = mappings[index].from
      let isUnix = from.utf8.first == UInt8(ascii: "/") && !from.hasPrefix("//") || LocationString.server(from) != nil
      let separator: Character = isUnix ? "/" : "\\"
      let start = isUnix ? from : String(from.map { $0 == "/" ? "\\" : $0 })
      let names = isUnix ? rest : String(rest.map { $0 == "/" ? "\\" : $0 })
      if rest.isEmpty { return start }
      return start.last == separator ? start + names : start + String(separator) + names
    }
    return nil
  }

  /// All places a path can lie at, best first, each with whether only a derived mapping says so.
  func locals(_ foreign: ForeignPath) -> [(path: FilePath, isDerived: Bool)] {
    guard let candidates = sources[foreign.root], !candidates.isEmpty else { return [] }
    let longest = candidates[0].components.count
    let folded = foreign.components.prefix(longest).map { Folding.component($0) }
    return candidates.compactMap { source in
      guard folded.starts(with: source.components) else { return nil }
      let path = foreign.components.dropFirst(source.components.count).reduce(source.to) { $0.appending($1) }
      return (path, source.isDerived)
    }
  }

  private static func source(_ mapping: PathMapping) -> ForeignPath? {
    guard let from = ForeignPath(mapping.from), from.root != .relative, mapping.to.bytes.first == UInt8(ascii: "/")
    else { return nil }
    return from
  }

  private static func withoutTrailingSlash(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes.reversed().drop { $0 == UInt8(ascii: "/") }.reversed())
  }

  private static func stablySorted<Element>(_ list: [Element], by length: (Element) -> Int) -> [Element] {
    list.enumerated().sorted { left, right in
      let (a, b) = (length(left.element), length(right.element))
      return a == b ? left.offset < right.offset : a > b
    }.map(\.element)
  }
}
