public import Tracks

/// The owner's corrections as a text file that can be kept in version control.
///
/// One correction a line: a word (`good`, `bad`, `ignore`, or `auto`, which leaves the track to the rules), white space,
/// and what it is said of:
/// - `audio:` and 34 hexadecimal digits: the audio of that identity, wherever it lies; what follows on the line is for
///   people;
/// - a path, absolute or relative to any of the music folders, to the end of the line; with a `/` at its end, everything
///   below that folder;
/// - a path in double quotes, in which `\"`, `\\`, `\n`, `\r`, `\t` and `\xHH` stand for one byte.
///
/// Blank lines and lines that start with `#` say nothing. What is said of an audio wins over what is said of its path,
/// and that over what is said of a folder, the nearest first; of two lines about the same thing the later one holds. A
/// line that cannot be read costs itself.
public struct CorrectionsFile: Sendable, Equatable {
  /// What a correction is said of.
  public enum Subject: Hashable, Sendable {
    /// The audio of an identity.
    case audio(AudioIdentity)
    /// A file, absolute or relative to a music folder.
    case file(FilePath)
    /// Everything below a folder, absolute or relative to a music folder, without its slash.
    case folder(FilePath)
  }

  /// One correction.
  public struct Entry: Sendable, Equatable {
    /// The line it stands on, from 1.
    public var line: Int
    /// What the owner says, `nil` for `auto`.
    public var word: Correction?
    /// What it is said of.
    public var subject: Subject

    /// A correction of these parts.
    public init(line: Int, word: Correction?, subject: Subject) {
      self.line = line
      self.word = word
      self.subject = subject
    }
  }

  /// What the corrections say of tracks.
  public struct Outcome: Sendable, Equatable {
    /// The word of every track that has one.
    public var words: [Int64: Correction] = [:]
    /// The corrections that name no track, in the order of the file.
    public var unmatched: [Entry] = []
  }

  /// The corrections in the order of the file.
  public private(set) var entries: [Entry] = []
  /// A sentence for every line that cannot be read: `line 3: ...`.
  public private(set) var problems: [String] = []

  /// The corrections of a file's contents, with LF or CRLF line ends and with or without a byte order mark.
  public init(contents: [UInt8]) {
    let text = contents.starts(with: [0xEF, 0xBB, 0xBF]) ? contents[3...] : contents[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = Self.trimmed(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      switch Self.entry(line, number: index + 1) {
      case .success(let entry): entries.append(entry)
      case .failure(let problem): problems.append("line \(index + 1): \(problem.words)")
      }
    }
  }

  /// The line that says this of a subject, without a line break; it reads back as the same correction.
  ///
  /// - Parameter note: For an audio, what people are to read behind it; line breaks become spaces.
  public static func line(_ word: Correction?, _ subject: Subject, note: String = "") -> [UInt8] {
    let start = Array(((word?.rawValue ?? "auto") + " ").utf8)
    switch subject {
    case .audio(let identity):
      let note = note.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
      let tail = note.isEmpty ? "" : " " + String(String.UnicodeScalarView(note))
      return start + Array(("audio:" + identity.hexadecimal + tail).utf8)
    case .file(let path): return start + spelled(path.bytes)
    case .folder(let path):
      return start + spelled(path.bytes.last == UInt8(ascii: "/") ? path.bytes : path.bytes + [0x2F])
    }
  }

  /// What the corrections say of the tracks of a library.
  ///
  /// - Parameters:
  ///   - files: Every track with its absolute path and its identity, if known.
  ///   - music: The music folders that relative paths start from.
  public func words(
    for files: some Sequence<(id: Int64, path: FilePath, identity: AudioIdentity?)>, music: [FilePath]
  ) -> Outcome {
    var said: [Subject: Int] = [:]
    for (index, entry) in entries.enumerated() {
      for subject in Self.absolute(entry.subject, music) { said[subject] = index }
    }
    var outcome = Outcome()
    var used: Set<Int> = []
    if said.isEmpty { return outcome }
    let hasFolders = said.keys.contains { if case .folder = $0 { true } else { false } }
    for file in files {
      let audio = file.identity.flatMap { said[.audio($0)] }
      let path = said[.file(file.path)]
      var nearest: Int?
      var folder = file.path.parent
      while hasFolders {
        if let index = said[.folder(folder)] {
          nearest = nearest ?? index
          used.insert(index)
        }
        guard folder.bytes.count > 1 else { break }
        folder = folder.parent
      }
      used.formUnion([audio, path].compactMap { $0 })
      if let index = audio ?? path ?? nearest { outcome.words[file.id] = entries[index].word }
    }
    // A line that a later one overrules is not in vain, so only lines that hold are told.
    let holding = Set(said.values)
    outcome.unmatched = entries.indices.filter { holding.contains($0) && !used.contains($0) }.map { entries[$0] }
    return outcome
  }

  /// The corrections that name no track, in the order of the file: as `words(for:music:)` finds them, without a look at
  /// every track.
  ///
  /// - Parameters:
  ///   - music: The music folders that relative paths start from.
  ///   - isNamed: Whether a track is there that something is said of.
  public func unmatched(music: [FilePath], isNamed: (Subject) throws -> Bool) rethrows -> [Entry] {
    var said: [Subject: Int] = [:]
    for (index, entry) in entries.enumerated() {
      for subject in Self.absolute(entry.subject, music) { said[subject] = index }
    }
    var used: Set<Int> = []
    for (subject, index) in said where !used.contains(index) {
      if try isNamed(subject) { used.insert(index) }
    }
    return Set(said.values).subtracting(used).sorted().map { entries[$0] }
  }

  // MARK: Lines

  private struct Problem: Error {
    var words: String
  }

  private static func entry(_ line: ArraySlice<UInt8>, number: Int) -> Result<Entry, Problem> {
    let end = line.firstIndex { $0 == 0x20 || $0 == 0x09 } ?? line.endIndex
    let name = String(decoding: line[..<end], as: UTF8.self)
    let word = Correction(rawValue: name)
    guard word != nil || name == "auto" else {
      return .failure(Problem(words: "\"\(name)\" is none of the words good, bad, ignore and auto"))
    }
    let rest = trimmed(line[end...])
    guard !rest.isEmpty else { return .failure(Problem(words: "a path or audio: is missing behind \(name)")) }
    return subject(rest).map { Entry(line: number, word: word, subject: $0) }
  }

  private static func subject(_ text: ArraySlice<UInt8>) -> Result<Subject, Problem> {
    if text.starts(with: "audio:".utf8) {
      let digits = text.dropFirst(6).prefix { $0 != 0x20 && $0 != 0x09 }
      guard let identity = bytes(hexadecimal: digits).flatMap(AudioIdentity.init(bytes:)) else {
        return .failure(Problem(words: "audio: is followed by no identity of 34 hexadecimal digits"))
      }
      return .success(.audio(identity))
    }
    var path = Array(text)
    if text.first == UInt8(ascii: "\"") {
      guard let inside = unquoted(text.dropFirst()) else {
        return .failure(Problem(words: "the quoted path has no end, or a backslash stands before something unknown"))
      }
      path = inside
    }
    let isFolder = path.last == UInt8(ascii: "/")
    while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
    guard !path.isEmpty, !path.contains(0) else { return .failure(Problem(words: "the path is empty or holds a NUL")) }
    return .success(isFolder ? .folder(FilePath(bytes: path)) : .file(FilePath(bytes: path)))
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return trimmed(rest).isEmpty ? result : nil }
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let byte = bytes(hexadecimal: rest.prefix(2)) else { return nil }
        result += byte
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return nil
  }

  /// A path as a line holds it: as it is, or in quotes where it would not read back.
  private static func spelled(_ path: [UInt8]) -> [UInt8] {
    let isPlain =
      String(validating: path, as: UTF8.self) != nil && !path.contains { $0 < 0x20 || $0 == 0x7F }
      && path.first != UInt8(ascii: "\"") && path.first != 0x20 && path.last != 0x20
      && !path.starts(with: "audio:".utf8)
    if isPlain { return path }
    var quoted = Array("\"".utf8)
    for byte in path {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case 0x20..<0x7F: quoted.append(byte)
      default: quoted += Array("\\x\(hexadecimal([byte]))".utf8)
      }
    }
    return quoted + Array("\"".utf8)
  }

  private static func absolute(_ subject: Subject, _ music: [FilePath]) -> [Subject] {
    func all(_ path: FilePath) -> [FilePath] {
      path.bytes.first == UInt8(ascii: "/") ? [path] : music.map { $0.appending(path) }
    }
    return switch subject {
    case .audio: [subject]
    case .file(let path): all(path).map(Subject.file)
    case .folder(let path): all(path).map(Subject.folder)
    }
  }

  private static func bytes(hexadecimal text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var result: [UInt8] = []
    var high: UInt8?
    for digit in text {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x41...0x46, 0x61...0x66: value = (digit & 0xDF) - 0x41 + 10
      default: return nil
      }
      if let first = high {
        result.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return result
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return text
  }
}
