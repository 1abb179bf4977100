/// Many ignore patterns, arranged so that few of them are compared with a name: the cost of a name hardly grows with the
/// number of patterns.
///
/// Literal names, beginnings and ends are found by their bytes. A pattern of another shape is compared only where three
/// bytes in a row that it holds, the rarest among all patterns, stand in the path too.
struct IgnoreMatcher: Sendable, Equatable {
  /// The last pattern for everything, and the last for folders alone.
  private struct Last: Sendable, Equatable {
    var any = -1
    var folder = -1

    mutating func add(_ number: Int, isFolderOnly: Bool) {
      if isFolderOnly { folder = number } else { any = number }
    }

    func number(isFolder: Bool) -> Int { isFolder ? max(any, folder) : any }
  }

  private let patterns: [IgnorePattern]
  private var names: [[UInt8]: Last] = [:]
  private var paths: [[UInt8]: Last] = [:]
  private var prefixes: [[UInt8]: Last] = [:]
  private var suffixes: [[UInt8]: Last] = [:]
  private var prefixLengths: [Int] = []
  private var suffixLengths: [Int] = []
  /// The numbers of patterns by three bytes that each holds, ascending.
  private var byGram: [UInt32: [Int]] = [:]
  /// The numbers of the patterns that hold no three bytes in a row, ascending.
  private var others: [Int] = []

  /// Arranges patterns; the last that fits decides.
  init(_ patterns: [IgnorePattern]) {
    self.patterns = patterns
    var grams: [(number: Int, grams: Set<UInt32>)] = []
    var frequency: [UInt32: Int] = [:]
    for (number, pattern) in patterns.enumerated() {
      let isFolderOnly = pattern.isFolderOnly
      switch pattern.key {
      case .name(let bytes): names[bytes, default: Last()].add(number, isFolderOnly: isFolderOnly)
      case .path(let bytes): paths[bytes, default: Last()].add(number, isFolderOnly: isFolderOnly)
      case .prefix(let bytes): prefixes[bytes, default: Last()].add(number, isFolderOnly: isFolderOnly)
      case .suffix(let bytes): suffixes[bytes, default: Last()].add(number, isFolderOnly: isFolderOnly)
      case .runs(let runs):
        let found = Set(runs.flatMap { Self.grams($0[...]) })
        if found.isEmpty { others.append(number) } else { grams.append((number, found)) }
        for gram in found { frequency[gram, default: 0] += 1 }
      }
    }
    for (number, found) in grams {
      // The smaller gram decides between equally rare ones, so that the order of a set does not matter.
      let rarest = found.min { (frequency[$0, default: 0], $0) < (frequency[$1, default: 0], $1) }
      if let rarest { byGram[rarest, default: []].append(number) }
    }
    prefixLengths = Set(prefixes.keys.map(\.count)).sorted()
    suffixLengths = Set(suffixes.keys.map(\.count)).sorted()
  }

  /// Whether there is no pattern.
  var isEmpty: Bool { patterns.isEmpty }

  /// The last pattern that fits a path whose last component is `name`; `nil` where none does.
  func last(path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> IgnorePattern? {
    var best = -1
    func take(_ last: Last?) { best = max(best, last?.number(isFolder: isFolder) ?? -1) }
    if !names.isEmpty { take(names[Array(name)]) }
    if !paths.isEmpty { take(paths[Array(path)]) }
    for length in prefixLengths where length <= name.count { take(prefixes[Array(name.prefix(length))]) }
    for length in suffixLengths where length <= name.count { take(suffixes[Array(name.suffix(length))]) }
    func compare(_ numbers: [Int]) {
      for number in numbers.reversed() {
        guard number > best else { return }
        let pattern = patterns[number]
        if isFolder || !pattern.isFolderOnly, pattern.matches(path: path, name: name) {
          best = number
          return
        }
      }
    }
    if !byGram.isEmpty { for gram in Self.grams(path) { if let numbers = byGram[gram] { compare(numbers) } } }
    compare(others)
    return best >= 0 ? patterns[best] : nil
  }

  private static func grams(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
    guard bytes.count >= 3 else { return [] }
    return (bytes.startIndex...bytes.endIndex - 3).map {
      UInt32(bytes[$0]) << 16 | UInt32(bytes[$0 + 1]) << 8 | UInt32(bytes[$0 + 2])
    }
  }
}
