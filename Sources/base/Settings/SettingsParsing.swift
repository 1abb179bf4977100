import Foundation
import Platform
public import Tracks
import Yams

extension Settings {
  /// The largest configuration that is read, in bytes.
  private static let sizeLimit = 1 << 20

  /// Reads a configuration file.
  ///
  /// - Throws: `SettingsFailure` where the file cannot be read or `parse` refuses its text.
  public static func load(_ file: FilePath) throws(SettingsFailure) -> Settings {
    func unreadable(_ words: String) -> SettingsFailure {
      SettingsFailure(reason: .unreadable, file: file, message: words)
    }
    guard let bytes = RegularFile.contents(file, limit: sizeLimit) else {
      throw errno == EFBIG
        ? unreadable("is larger than 1 MiB: this is no configuration of indexd")
        : unreadable("cannot be opened: \(SystemError.text())")
    }
    return try parse(bytes: bytes[...], file: file)
  }

  /// Reads the text of a configuration: one YAML mapping without anchors, tags, duplicate or unknown keys.
  ///
  /// - Parameters:
  ///   - text: The text, with LF or CRLF line ends.
  ///   - file: The name that complaints give.
  ///   - home: The folder that `~` stands for; by default the home folder of the process's user.
  /// - Throws: `SettingsFailure` at the first thing that is wrong, with its line and column.
  public static func parse(
    _ text: String, file: FilePath, home: FilePath? = homeFolder()
  ) throws(SettingsFailure) -> Settings {
    let reader = SettingsReader(file: file, context: ReadingContext(home: home))
    var text = text
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    let parser: Parser
    let root: Node?
    do {
      parser = try Parser(yaml: text, encoding: .utf8)
      root = try parser.singleRoot()
    } catch {
      throw complaint(about: error, text: text, file: file)
    }
    // A node holds its anchor weakly: only the living parser keeps it.
    return try withExtendedLifetime(parser) { () throws(SettingsFailure) in
      try read(root, reader)
    }
  }

  /// The home folder of the process's user: `$HOME`, else what the user database says, else `nil`.
  public static func homeFolder() -> FilePath? {
    if let home = getenv("HOME"), home.pointee == UInt8(ascii: "/") { return path(home) }
    guard let user = getpwuid(getuid()), let home = user.pointee.pw_dir, home.pointee == UInt8(ascii: "/") else {
      return nil
    }
    return path(home)
  }

  private static func path(_ text: UnsafePointer<CChar>) -> FilePath {
    var bytes = UnsafeBufferPointer(start: text, count: strlen(text)).map(UInt8.init(bitPattern:))
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return FilePath(bytes: bytes)
  }

  private static func parse(bytes: ArraySlice<UInt8>, file: FilePath) throws(SettingsFailure) -> Settings {
    if let text = String(validating: bytes, as: UTF8.self) { return try parse(text, file: file) }
    // Everything before the first byte that is decoded to U+FFFD, though none stands there, is text.
    let decoded = String(decoding: bytes, as: UTF8.self).unicodeScalars
    var valid = decoded.startIndex
    var offset = bytes.startIndex
    while valid < decoded.endIndex, bytes[offset...].starts(with: String(decoded[valid]).utf8) {
      offset += String(decoded[valid]).utf8.count
      valid = decoded.index(after: valid)
    }
    let place = place(after: String(decoded[..<valid]))
    throw SettingsFailure(
      reason: .notText, file: file, line: place.line, column: place.column,
      message: "is not text in UTF-8 from here on; save the file as UTF-8")
  }

  private static func read(_ root: Node?, _ reader: SettingsReader) throws(SettingsFailure) -> Settings {
    var settings = Settings()
    if let root, !isNull(root) {
      try reader.refuseAnchorsAndTags(root)
      guard case .mapping(let mapping) = root else {
        throw reader.failure(.wrongValue, root, key: nil, "a configuration is a mapping of keys to values")
      }
      let parts = self.parts
      var sections: [(SettingsPart, Node.Mapping)] = []
      try reader.read(mapping, section: nil, fields: fields, into: &settings) { (name, node) throws(SettingsFailure) in
        guard let part = parts.first(where: { $0.name == name }) else { return false }
        // A heading whose keys are all commented out.
        if isNull(node) { return true }
        guard case .mapping(let section) = node else {
          throw reader.failure(.wrongValue, node, key: name, "\(name) must be a section of keys, each on its own line")
        }
        sections.append((part, section))
        return true
      }
      for (part, section) in sections { try part.read(section, reader, &settings) }
    }
    guard !settings.music.isEmpty else {
      throw SettingsFailure(
        reason: .missingKey, file: reader.file, line: root?.mark?.line ?? 1, column: root?.mark?.column ?? 1,
        key: "music",
        message: "music is missing; it must be \(ValueKind.paths(musicWords).wanted)")
    }
    return settings
  }

  /// The complaint that says what Yams found.
  private static func complaint(about error: any Error, text: String, file: FilePath) -> SettingsFailure {
    func syntax(_ mark: Mark, _ words: String) -> SettingsFailure {
      SettingsFailure(reason: .syntax, file: file, line: mark.line, column: mark.column, message: words)
    }
    func failure(_ words: String) -> SettingsFailure {
      SettingsFailure(reason: .syntax, file: file, message: words)
    }
    guard let error = error as? YamlError else { return failure("cannot be read as YAML: \(error)") }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      var words = [context?.text, problem].compactMap { $0 }.joined(separator: ": ")
      if problem.contains("escape character") { words += "; write Windows paths in single quotes" }
      if problem.contains("cannot start any token"), text.utf8.contains(UInt8(ascii: "\t")) {
        words += "; indent with spaces, not tabs"
      }
      let begun = ["while scanning an alias", "while scanning an anchor", "while scanning a tag"]
      if begun.contains(context?.text ?? "") || problem == "found undefined alias" {
        words += "; put a text that starts with *, & or ! in quotes"
      }
      return syntax(mark, words)
    case .reader(let problem, let offset, _, _):
      let place = place(after: text.prefix(offset ?? 0))
      return SettingsFailure(
        reason: .syntax, file: file, line: place.line, column: place.column, message: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = duplicates.first ?? ""
      let line = secondLine(of: key, after: context.mark, in: text) ?? context.mark.line
      return SettingsFailure(
        reason: .duplicateKey, file: file, line: line, column: context.mark.column, key: key,
        message: "the key \(key) stands here for the second time; keep one of the two")
    default:
      return failure("cannot be read as YAML: \(error)")
    }
  }

  /// The line and column, both from 1, that follow a text.
  private static func place(after text: some StringProtocol) -> (line: Int, column: Int) {
    let scalars = text.unicodeScalars
    return (scalars.count { $0 == "\n" } + 1, scalars.reversed().prefix { $0 != "\n" }.count + 1)
  }

  /// The line where a key stands again at the indentation of its first place; Yams tells the first one only.
  private static func secondLine(of key: String, after first: Mark, in text: String) -> Int? {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard first.line >= 1, first.column >= 1 else { return nil }
    for (index, line) in lines.enumerated().dropFirst(first.line) {
      let indentation = line.prefix { $0 == UInt8(ascii: " ") }.count
      guard indentation == first.column - 1 else { continue }
      let rest = line.dropFirst(indentation)
      for spelling in [key, "'\(key)'", "\"\(key)\""]
      where rest.starts(with: spelling.utf8)
        && rest.dropFirst(spelling.utf8.count).drop(while: { $0 == UInt8(ascii: " ") }).first == UInt8(ascii: ":")
      {
        return index + 1
      }
    }
    return nil
  }
}
