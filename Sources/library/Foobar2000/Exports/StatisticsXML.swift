import Tracks

/// Reads the XML export of Playback Statistics in constant memory.
///
/// Everything between the root's tags is looked at element by element. An `Entry` that breaks the rules of XML or of
/// its numbers is skipped up to the next `Entry`; a document without its closing root is refused.
struct StatisticsXML: ~Copyable {
  /// The largest `Entry` that is read, in bytes.
  static let largestEntry = 1 << 20

  private let path: FilePath
  private var stream: TextStream
  private let localTime: LocalTime
  private var buffer: [UInt8] = []
  private var position = 0
  private var linesBefore = 0
  private(set) var malformed = MalformedParts()
  private(set) var encodingName: String
  private(set) var unknownElements = 0
  private(set) var odd = OddValues()

  private init(_ path: FilePath, encoding: TextEncoding, localTime: LocalTime) throws(ImportFailure) {
    self.path = path
    self.localTime = localTime
    encodingName = encoding.name
    stream = try TextStream(path, encoding: encoding)
  }

  /// Reads a file twice: first to know that it is whole, that it names files, and on which scale its ratings are; then
  /// to deliver its records. Nothing is delivered of a file that is refused.
  static func read(
    _ path: FilePath, options: ReadingOptions, record deliver: (ListeningRecord) throws -> Void
  ) throws -> ExportSummary {
    let localTime = try LocalTime(zoneName: options.timeZone, file: path)
    let encoding = try encoding(of: path)
    var entries = 0
    var withLocation = 0
    var largestRating = 0
    var survey = try StatisticsXML(path, encoding: encoding, localTime: localTime)
    try survey.run { entry in
      entries += 1
      if !entry.locations.isEmpty { withLocation += 1 }
      if let rating = entry.rating, rating < 255 { largestRating = max(largestRating, rating) }
    }
    let scale = RatingScale(largest: largestRating)
    var join: HashJoin?
    if entries > 0, withLocation == 0 {
      guard let companion = options.companion else { throw hashOnly(path, entries) }
      join = try HashJoin(companion, options: options)
      var announcement = try StatisticsXML(path, encoding: encoding, localTime: localTime)
      try announcement.run { entry in join?.announce(entry.record(scale).record) }
    }
    var summary = ExportSummary(kind: .statisticsXML)
    var implausible = 0
    var delivery = try StatisticsXML(path, encoding: encoding, localTime: localTime)
    try delivery.run { entry in
      var (record, wasImplausible) = entry.record(scale)
      if let join { record = join.named(record) }
      if wasImplausible { implausible += 1 }
      summary.entries += 1
      if record.locations.isEmpty { summary.withoutLocation += 1 }
      try deliver(record)
    }
    summary.malformed = delivery.malformed
    if let warning = delivery.odd.warning(of: "entries") { summary.warnings.append(warning) }
    summary.encoding = delivery.encodingName
    if implausible > 0 {
      summary.warnings.append(
        "\(implausible) entries had times outside 1980 to 2199 or a first play after the last; such times were left "
          + "out or put in order.")
    }
    if delivery.unknownElements > 0 {
      summary.warnings.append("\(delivery.unknownElements) elements that are no Entry were skipped.")
    }
    if largestRating > 0, scale != .byte {
      summary.warnings.append(
        "No rating is above \(largestRating): the ratings were read as \(largestRating > 5 ? "half stars" : "stars").")
    }
    return summary
  }

  private static func hashOnly(_ path: FilePath, _ entries: Int) -> ImportFailure {
    ImportFailure(
      .hashOnly, path,
      "names no files: its \(entries) entries hold only hashes of tags. Export the statistics with a current foobar2000 "
        + "(its entries have Item elements with a Path), or save a Text Tools table of %path%, %play_count%, "
        + "%first_played%, %last_played% and %added% and import that instead")
  }

  /// The encoding: a mark, else what the XML declaration names, else UTF-8.
  private static func encoding(of path: FilePath) throws(ImportFailure) -> TextEncoding {
    let file = try InputFile(path)
    var start: [UInt8] = []
    _ = try file.read(4096, into: &start)
    if let marked = TextEncoding.marked(start) { return marked }
    guard start.starts(with: "<?xml".utf8), let end = start.firstIndex(of: UInt8(ascii: ">")) else {
      return .utf8(mark: 0)
    }
    let declaration = String(decoding: start[..<end], as: UTF8.self)
    let parts = declaration.split(whereSeparator: { "=\"' \t\r\n".contains($0) })
    guard let key = parts.firstIndex(of: "encoding"), key + 1 < parts.count else { return .utf8(mark: 0) }
    let name = parts[key + 1].uppercased()
    return ["UTF-8", "UTF8", "US-ASCII", "ASCII"].contains(name) ? .utf8(mark: 0) : .codePage(String(parts[key + 1]))
  }

  // MARK: The document

  private mutating func run(_ handle: (StatisticsEntry) throws -> Void) throws {
    if try readRoot() { return }
    var unknownOpen = 0
    var wasMalformed = false
    while true {
      try skipToMarkup()
      if try starts("<Entry"), try isDelimiter(at: 6) {
        wasMalformed = try !readEntry(handle)
      } else if try starts("</") {
        if try starts("</PlaybackStatistics") {
          try require(skip(past: ">"))
          return
        }
        // After a malformed entry its own end tag and those of its children are left over.
        if unknownOpen > 0 { unknownOpen -= 1 } else if !wasMalformed { addMalformed("an end tag without a start") }
        try skipTag()
      } else if try starts("<!--") {
        try require(skip(past: "-->"))
      } else if try starts("<![CDATA[") {
        try require(skip(past: "]]>"))
      } else if try starts("<!") {
        if try isDeclaration() { throw entityDefinitions() }
        addMalformed("neither an element nor a comment")
        position += 2
      } else if try starts("<?") {
        // To the next bracket only: a damaged element must not swallow the rest.
        try skipTag()
      } else {
        if unknownOpen == 0, !wasMalformed { unknownElements += 1 }
        try skipTag()
        if buffer[position - 2] != UInt8(ascii: "/") { unknownOpen += 1 }
      }
    }
  }

  /// Reads what precedes the root and its start tag; `true` if the root closes itself.
  private mutating func readRoot() throws(ImportFailure) -> Bool {
    while true {
      try skipToMarkup()
      if try starts("<?") {
        try require(skip(past: "?>"))
      } else if try starts("<!--") {
        try require(skip(past: "-->"))
      } else if try starts("<!") {
        throw entityDefinitions()
      } else if try starts("<PlaybackStatistics"), try isDelimiter(at: 19) {
        try require(skip(past: ">"))
        return buffer[position - 2] == UInt8(ascii: "/")
      } else {
        throw ImportFailure(
          .unrecognised, path, "line \(lineNumber()): the document's root is not PlaybackStatistics")
      }
    }
  }

  /// Reads the entry at the position and tells whether it was well formed.
  private mutating func readEntry(_ handle: (StatisticsEntry) throws -> Void) throws -> Bool {
    var wanted = 0
    while true {
      let isAtEnd = try !fill(wanted)
      let outcome = buffer.withUnsafeBufferPointer {
        EntryParser.parse($0, at: position, localTime: localTime)
      }
      switch outcome {
      case .entry(let entry, let end) where end - position <= Self.largestEntry:
        if !entry.odd.isEmpty {
          let line = odd.count < 1_000 ? lineNumber() : 0
          for part in entry.odd { odd.add(part.name, part.value, at: "line \(line)") }
        }
        position = end
        try handle(entry)
        return true
      case .malformed(let problem):
        addMalformed(problem)
        position += 6
        return false
      case .incomplete where isAtEnd:
        throw truncated()
      case .incomplete where buffer.count - position <= Self.largestEntry:
        wanted = 2 * (buffer.count - position)
      case .entry, .incomplete:
        addMalformed("an Entry of more than \(Self.largestEntry) bytes")
        try skipLargeEntry()
        return false
      }
    }
  }

  /// Moves behind the end of the entry at the position, or to the next one. Comments are passed over, as the parser
  /// does: nothing that it has looked at is looked at again, which could take for ever.
  private mutating func skipLargeEntry() throws(ImportFailure) {
    position += 6
    while true {
      try skipToMarkup()
      if try starts("</Entry") { return try skipTag() }
      if try starts("<Entry") { return }
      if try starts("</PlaybackStatistics") { return }
      guard try starts("<!--") else {
        position += 1
        continue
      }
      position += 4
      if let length = try commentLength() { position += length }
    }
  }

  /// The bytes up to the end of a comment that an entry may hold; `nil` where it has none.
  private mutating func commentLength() throws(ImportFailure) -> Int? {
    _ = try fill(EntryParser.longestComment)
    let bytes = buffer[position...].prefix(EntryParser.longestComment)
    let dash = UInt8(ascii: "-")
    let end = bytes.indices.dropLast(2).first {
      bytes[$0] == dash && bytes[$0 + 1] == dash && bytes[$0 + 2] == UInt8(ascii: ">")
    }
    return end.map { $0 + 3 - position }
  }

  /// Whether the `<!` at the position starts a declaration of a document type.
  private mutating func isDeclaration() throws(ImportFailure) -> Bool {
    for word in ["<!DOCTYPE", "<!ENTITY", "<!ELEMENT", "<!ATTLIST", "<!NOTATION"] as [StaticString] {
      if try starts(word) { return true }
    }
    return false
  }

  // MARK: The buffer

  /// Makes at least `count` bytes available from the position on; `false` where the file ends before.
  private mutating func fill(_ count: Int) throws(ImportFailure) -> Bool {
    while buffer.count - position < count {
      if position > 1 {
        // The byte before the position is kept: it tells whether a tag closes itself.
        linesBefore += newlines(before: position - 1)
        buffer.removeFirst(position - 1)
        position = 1
      }
      if try !stream.append(to: &buffer) { return false }
    }
    return true
  }

  private mutating func skipToMarkup() throws(ImportFailure) {
    while true {
      if let found = find(UInt8(ascii: "<")) {
        position = found
        return
      }
      position = buffer.count
      if try !fill(1) { throw truncated() }
    }
  }

  private func find(_ byte: UInt8) -> Int? {
    buffer.withUnsafeBufferPointer { bytes in
      var index = position
      while index < bytes.count {
        if bytes[index] == byte { return index }
        index += 1
      }
      return nil
    }
  }

  /// Moves behind the next occurrence of `end`; `false` where there is none.
  private mutating func skip(past end: StaticString) throws(ImportFailure) -> Bool {
    let length = end.utf8CodeUnitCount
    while true {
      guard try fill(length) else { return false }
      let last = buffer.count - length
      var found: Int?
      buffer.withUnsafeBufferPointer { bytes in
        var index = position
        while index <= last, found == nil {
          if (0..<length).allSatisfy({ bytes[index + $0] == end.utf8Start[$0] }) { found = index }
          index += 1
        }
      }
      if let found {
        position = found + length
        return true
      }
      position = last + 1
    }
  }

  /// Moves behind the end of the tag at the position, or to the next tag where it has none.
  private mutating func skipTag() throws(ImportFailure) {
    position += 1
    while true {
      if let end = buffer[position...].firstIndex(where: { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") }) {
        position = buffer[end] == UInt8(ascii: ">") ? end + 1 : end
        return
      }
      position = buffer.count
      if try !fill(1) { throw truncated() }
    }
  }

  private mutating func starts(_ word: StaticString) throws(ImportFailure) -> Bool {
    let length = word.utf8CodeUnitCount
    guard try fill(length) else { return false }
    return (0..<length).allSatisfy { buffer[position + $0] == word.utf8Start[$0] }
  }

  private mutating func isDelimiter(at offset: Int) throws(ImportFailure) -> Bool {
    guard try fill(offset + 1) else { return false }
    return buffer[position + offset] <= 0x20 || [0x2F, 0x3E].contains(buffer[position + offset])
  }

  // MARK: Complaints

  private func newlines(before end: Int) -> Int {
    buffer[..<end].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
  }

  private func lineNumber() -> Int {
    linesBefore + newlines(before: position) + 1
  }

  private mutating func addMalformed(_ problem: String) {
    let line = malformed.count < MalformedParts.most ? lineNumber() : 0
    malformed.add(place: "line \(line)", problem: problem)
  }

  private func require(_ found: Bool) throws(ImportFailure) {
    if !found { throw truncated() }
  }

  private func truncated() -> ImportFailure {
    ImportFailure(
      .truncated, path,
      "ends at line \(linesBefore + newlines(before: buffer.count) + 1) without </PlaybackStatistics>: the export or "
        + "its copy is incomplete. Export it again; nothing of it was taken")
  }

  private func entityDefinitions() -> ImportFailure {
    ImportFailure(
      .entityDefinitions, path,
      "line \(lineNumber()): declares a document type, which foobar2000 never writes. Export the statistics again")
  }
}
