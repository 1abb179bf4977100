/// Globs that leave files and folders out: one `.indexdignore` file, or the list `exclude` of the configuration.
///
/// The syntax is a part of gitignore's. One pattern a line; blank lines and lines that start with `#` say nothing;
/// blanks at the end of a line do not count, a `\` takes the next character as it is. A pattern is compared with paths
/// relative to the folder that the rules belong to:
/// - `*` stands for any characters but `/`, `?` for one character but `/`, `[a-z]` and `[!a-z]` for one of a set;
/// - a pattern without `/` (but at its end) is compared with the last name of the path, at any depth;
/// - one with `/` at its beginning or inside is compared with the whole relative path;
/// - `**` as a whole component stands for any number of folders, also none;
/// - `/` at the end restricts it to folders;
/// - `!` at the beginning takes back what an earlier pattern left out. What lies in a folder that is left out cannot be
///   taken back: the folder is never read.
///
/// Hidden folders and those that systems make (`SystemFolders`) are left out in any case, unless a pattern with `!` takes
/// them back by name: one whose last component begins with `*`, `?` or a set does not.
///
/// The last pattern that fits decides. A file that is empty but for white space leaves out its whole folder. Names are
/// compared as bytes, exactly; `?` and sets take a whole character of UTF-8, or one byte where there is none.
public struct IgnoreRules: Sendable, Equatable {
  /// The name of the file in a folder that holds the folder's rules.
  public static let fileName = FilePath(".indexdignore")

  /// Whether the whole folder is left out.
  public let ignoresEverything: Bool
  /// The number of lines that were left out: those longer than `longestLine`, and those beyond `mostLines`.
  public let linesLeftOut: Int
  private let patterns: IgnoreMatcher
  /// The patterns that decide on the folders of systems: without those that take back whatever fits a wildcard.
  private let systemPatterns: IgnoreMatcher

  /// The most patterns that are taken.
  public static let mostLines = 50_000
  /// The most bytes of a pattern; no path is longer.
  public static let longestLine = 4_096

  /// Rules of a list of patterns, as `exclude` gives them; an empty list leaves out nothing.
  public init(patterns: [String]) {
    ignoresEverything = false
    (self.patterns, systemPatterns, linesLeftOut) = Self.arranged(patterns.map { Array($0.utf8)[...] })
  }

  /// Rules of the contents of an `.indexdignore` file, with LF or CRLF line ends and with or without a byte order mark.
  public init(contents: [UInt8]) {
    let text = contents.starts(with: [0xEF, 0xBB, 0xBF]) ? contents[3...] : contents[...]
    ignoresEverything = text.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let lines = text.split(separator: UInt8(ascii: "\n"))
    (patterns, systemPatterns, linesLeftOut) = Self.arranged(
      lines.map { line in line.last == UInt8(ascii: "\r") ? line.dropLast() : line })
  }

  private static func arranged(_ lines: [ArraySlice<UInt8>]) -> (IgnoreMatcher, IgnoreMatcher, Int) {
    let short = lines.filter { $0.count <= longestLine }
    let patterns = short.compactMap(IgnorePattern.init(line:))
    let leftOut = lines.count - short.count + max(0, patterns.count - mostLines)
    let taken = Array(patterns.prefix(mostLines))
    let named = taken.filter { !$0.takesBack || $0.isByName }
    let all = IgnoreMatcher(taken)
    return (all, named.count == taken.count ? all : IgnoreMatcher(named), leftOut)
  }

  /// Whether the rules leave out nothing.
  public var isEmpty: Bool {
    patterns.isEmpty && !ignoresEverything
  }

  /// What the rules say of a path relative to their folder, without a leading slash: `true` where it is left out,
  /// `false` where it is taken back, `nil` where no pattern fits. Where `isOfSystem` says so, the path is left out unless it
  /// is taken back by name.
  func verdict(on path: ArraySlice<UInt8>, isFolder: Bool, isOfSystem: Bool) -> Bool? {
    if ignoresEverything { return true }
    if patterns.isEmpty { return nil }
    let matcher = isOfSystem ? systemPatterns : patterns
    return matcher.last(path: path, name: Self.name(of: path), isFolder: isFolder).map { !$0.takesBack }
  }

  /// What follows the last slash.
  fileprivate static func name(of path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
  }
}

/// The rules that hold at one place of a walk: those of the configuration and of every folder above.
///
/// A value: entering a folder makes a new chain and leaves the old one as it is, so a walk keeps one a level.
public struct IgnoreChain: Sendable {
  private struct Link {
    /// The number of bytes of the folder's path below the root, with its trailing slash; 0 for the root.
    let prefix: Int
    let rules: IgnoreRules
  }

  private var links: [Link] = []

  /// The chain at a music folder's root, with the rules of the configuration.
  public init(_ rules: IgnoreRules) {
    if !rules.isEmpty { links.append(Link(prefix: 0, rules: rules)) }
  }

  /// Whether no rule holds here.
  public var isEmpty: Bool { links.isEmpty }

  /// The chain inside a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder's path relative to the root, empty for the root itself.
  ///   - rules: The rules of its `.indexdignore`, `nil` where it has none.
  public func entering(_ folder: FilePath, rules: IgnoreRules?) -> IgnoreChain {
    guard let rules, !rules.isEmpty else { return self }
    var chain = self
    chain.links.append(Link(prefix: folder.bytes.isEmpty ? 0 : folder.bytes.count + 1, rules: rules))
    return chain
  }

  /// Whether a child of the folder that was entered last is left out: the innermost rules that say anything decide; where
  /// none does, `SystemFolders` of a folder.
  ///
  /// - Parameter path: The child's path relative to the root.
  public func ignores(_ path: FilePath, isFolder: Bool) -> Bool {
    let isOfSystem = isFolder && SystemFolders.contains(IgnoreRules.name(of: path.bytes[...]))
    for link in links.reversed() {
      let place = path.bytes[link.prefix...]
      if let verdict = link.rules.verdict(on: place, isFolder: isFolder, isOfSystem: isOfSystem) { return verdict }
    }
    return isOfSystem
  }
}
