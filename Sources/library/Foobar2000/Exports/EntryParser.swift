import Tracks

/// What an `Entry` element says, before its numbers are put on a scale.
struct StatisticsEntry {
  var count: Int?
  var times = HistoryTimes()
  var rating: Int?
  var locations: [ListeningRecord.Location] = []
  var tags = TrackTags()
  /// The attributes whose values cannot be used, with these values: they cost only themselves.
  var odd: [(name: String, value: String)] = []

  /// The entry as a record, with its rating on a scale, and whether its times had to be changed.
  func record(_ scale: RatingScale) -> (record: ListeningRecord, isImplausible: Bool) {
    var times = times
    let isImplausible = times.settle()
    let record = ListeningRecord(
      locations: locations, tags: tags, playCount: count, firstPlayed: times.first, lastPlayed: times.last,
      added: times.added, rating: rating.flatMap(scale.stars))
    return (record, isImplausible)
  }
}

/// Parses one `Entry` element from bytes of UTF-8, strictly by XML 1.0 within the element.
struct EntryParser {
  /// What became of an attempt.
  enum Outcome {
    /// A whole element, and the position after it.
    case entry(StatisticsEntry, end: Int)
    /// The element breaks the rules.
    case malformed(String)
    /// The bytes end before the element does.
    case incomplete
  }

  /// An attribute's name and its value as written.
  struct Attribute {
    var name: Range<Int>
    var value: Range<Int>
  }

  private struct Stop: Error {
    /// `nil` where the bytes ended.
    var problem: String?
  }

  /// The longest comment inside an element, in bytes behind its start.
  static let longestComment = 1024

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position: Int
  private var attributes: [Attribute] = []
  private let localTime: LocalTime

  private init(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, localTime: LocalTime) {
    self.bytes = bytes
    position = start
    self.localTime = localTime
  }

  /// Parses the `Entry` that starts at `start`, where `<Entry` is known to stand.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, localTime: LocalTime) -> Outcome {
    var parser = EntryParser(bytes, at: start + 6, localTime: localTime)
    do {
      let entry = try parser.entry()
      return .entry(entry, end: parser.position)
    } catch {
      return error.problem.map(Outcome.malformed) ?? .incomplete
    }
  }

  private var known: Set<ListeningRecord.Location> = []

  private mutating func entry() throws(Stop) -> StatisticsEntry {
    var entry = StatisticsEntry()
    let isEmpty = try startTag()
    interpretEntry(&entry)
    if isEmpty { return entry }
    var open = 0
    while true {
      try skipText()
      if try matches("</") {
        let name = try endTag()
        let isEntry = equals(name, "Entry")
        if open > 0, !isEntry, !equals(name, "PlaybackStatistics") {
          open -= 1
        } else if open == 0, isEntry {
          return entry
        } else {
          throw Stop(problem: "</\(text(name))> stands where something else is open")
        }
      } else if try matches("<!--") {
        position += 4
        try skipComment()
      } else if try matches("<!") {
        throw Stop(problem: "a declaration inside an Entry")
      } else if try matches("<?") {
        throw Stop(problem: "a processing instruction inside an Entry")
      } else {
        position += 1
        let name = try readName()
        if equals(name, "Entry") || equals(name, "PlaybackStatistics") {
          throw Stop(problem: "the Entry is not closed")
        }
        let isEmptyChild = try startTag()
        if open == 0, equals(name, "Item") { interpretItem(&entry) }
        if !isEmptyChild { open += 1 }
        if open > 16 { throw Stop(problem: "elements nested too deeply") }
      }
    }
  }

  // MARK: Syntax

  /// Reads attributes up to and including the end of a start tag; `true` if it closes itself.
  private mutating func startTag() throws(Stop) -> Bool {
    attributes.removeAll(keepingCapacity: true)
    while true {
      let hadSpace = try skipSpace()
      switch try current() {
      case UInt8(ascii: ">"):
        position += 1
        return false
      case UInt8(ascii: "/"):
        position += 1
        guard try current() == UInt8(ascii: ">") else { throw Stop(problem: "a slash that does not end a tag") }
        position += 1
        return true
      default:
        guard hadSpace else { throw Stop(problem: "no space before an attribute") }
        try readAttribute()
      }
    }
  }

  private mutating func readAttribute() throws(Stop) {
    let name = try readName()
    _ = try skipSpace()
    guard try current() == UInt8(ascii: "=") else {
      throw Stop(problem: "attribute \(text(name)) has no value")
    }
    position += 1
    _ = try skipSpace()
    let quote = try current()
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw Stop(problem: "the value of \(text(name)) has no quotes")
    }
    position += 1
    let start = position
    while true {
      let byte = try current()
      if byte == quote { break }
      if byte == UInt8(ascii: "<") { throw Stop(problem: "the value of \(text(name)) is not closed or holds a <") }
      position += 1
    }
    for known in attributes where bytes[known.name].elementsEqual(bytes[name]) {
      throw Stop(problem: "attribute \(text(name)) stands twice")
    }
    if attributes.count == 64 { throw Stop(problem: "more than 64 attributes") }
    attributes.append(Attribute(name: name, value: start..<position))
    position += 1
  }

  private mutating func readName() throws(Stop) -> Range<Int> {
    let start = position
    while true {
      switch try current() {
      case 0...0x20, UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "<"), UInt8(ascii: "\""),
        UInt8(ascii: "'"), UInt8(ascii: "&"):
        guard position > start else { throw Stop(problem: "a name is missing") }
        return start..<position
      default: position += 1
      }
    }
  }

  private mutating func endTag() throws(Stop) -> Range<Int> {
    position += 2
    let name = try readName()
    _ = try skipSpace()
    guard try current() == UInt8(ascii: ">") else { throw Stop(problem: "an end tag is not closed") }
    position += 1
    return name
  }

  private mutating func skipText() throws(Stop) {
    while try current() != UInt8(ascii: "<") { position += 1 }
  }

  private mutating func skipSpace() throws(Stop) -> Bool {
    let start = position
    while [0x20, 0x09, 0x0A, 0x0D].contains(try current()) { position += 1 }
    return position > start
  }

  /// Moves behind the end of the comment whose start was read.
  private mutating func skipComment() throws(Stop) {
    let start = position
    while try !matches("-->") {
      guard position + 3 < start + Self.longestComment else { throw Stop(problem: "a comment without an end") }
      position += 1
    }
    position += 3
  }

  private func current() throws(Stop) -> UInt8 {
    guard position < bytes.count else { throw Stop() }
    return bytes[position]
  }

  private func matches(_ word: StaticString) throws(Stop) -> Bool {
    let count = word.utf8CodeUnitCount
    for offset in 0..<count {
      guard position + offset < bytes.count else { throw Stop() }
      if bytes[position + offset] != word.utf8Start[offset] { return false }
    }
    return true
  }

  private func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    range.count == word.utf8CodeUnitCount
      && range.indices.allSatisfy { bytes[$0] == word.utf8Start[$0 - range.lowerBound] }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.prefix(40)], as: UTF8.self)
  }

  // MARK: Meaning

  private func interpretEntry(_ entry: inout StatisticsEntry) {
    var friendly = HistoryTimes()
    for attribute in attributes {
      if equals(attribute.name, "Count") {
        entry.count = CellNumber.count(text(attribute.value))
        if entry.count == nil { note(attribute, &entry) }
      } else if equals(attribute.name, "Rating") {
        entry.rating = number(attribute, limit: 255, &entry)
      } else if equals(attribute.name, "FirstPlayed") {
        entry.times.first = time(attribute, &entry)
      } else if equals(attribute.name, "LastPlayed") {
        entry.times.last = time(attribute, &entry)
      } else if equals(attribute.name, "Added") {
        entry.times.added = time(attribute, &entry)
      } else if equals(attribute.name, "FirstPlayedFriendly") {
        friendly.first = localTime.seconds(bytes[attribute.value])
      } else if equals(attribute.name, "LastPlayedFriendly") {
        friendly.last = localTime.seconds(bytes[attribute.value])
      } else if equals(attribute.name, "AddedFriendly") {
        friendly.added = localTime.seconds(bytes[attribute.value])
      }
    }
    // The friendly times are local and without a zone: only better than nothing.
    entry.times.first = entry.times.first ?? friendly.first
    entry.times.last = entry.times.last ?? friendly.last
    entry.times.added = entry.times.added ?? friendly.added
  }

  private mutating func interpretItem(_ entry: inout StatisticsEntry) {
    var path: String?
    var subsong: Int? = 0
    for attribute in attributes {
      if equals(attribute.name, "Path") {
        path = value(attribute, &entry)
      } else if equals(attribute.name, "Subsong") {
        subsong = number(attribute, limit: 1_000_000, &entry)
        // What says nothing means what is meant without it.
        if attribute.value.isEmpty { subsong = 0 }
      } else if equals(attribute.name, "Artist") {
        entry.tags.artist = tag(attribute, unless: entry.tags.artist, &entry)
      } else if equals(attribute.name, "Title") {
        entry.tags.title = tag(attribute, unless: entry.tags.title, &entry)
      } else if equals(attribute.name, "Album") {
        entry.tags.album = tag(attribute, unless: entry.tags.album, &entry)
      }
    }
    // Which track inside the file is meant must be known, or the file itself would be taken for it.
    guard let path, !path.isEmpty, let subsong else { return }
    let location = ListeningRecord.Location(path: LocationString.native(path), subsong: subsong)
    // Most entries have one item; only of many a set is worth its cost.
    if entry.locations.count < 8 {
      if !entry.locations.contains(location) { entry.locations.append(location) }
      if entry.locations.count == 8 { known = Set(entry.locations) }
    } else if known.insert(location).inserted {
      entry.locations.append(location)
    }
  }

  /// A tag's value: of several Items the first that has one counts.
  private func tag(_ attribute: Attribute, unless known: String?, _ entry: inout StatisticsEntry) -> String? {
    if let known { return known }
    let text = value(attribute, &entry) ?? ""
    return text.isEmpty ? nil : text
  }

  private func time(_ attribute: Attribute, _ entry: inout StatisticsEntry) -> Double? {
    let ticks = trimmed(attribute.value)
    if let ticks = UInt64(ticks), bytes[attribute.value].first != UInt8(ascii: "+") {
      return ticks == 0 ? nil : FileTime.seconds(ticks)
    }
    if let words = localTime.seconds(ticks.utf8) { return words }
    note(attribute, &entry)
    return nil
  }

  /// The whole number that an attribute holds; one that holds none is odd.
  private func number(_ attribute: Attribute, limit: Int, _ entry: inout StatisticsEntry) -> Int? {
    if let number = CellNumber.count(trimmed(attribute.value)), number <= limit { return number }
    note(attribute, &entry)
    return nil
  }

  private func trimmed(_ range: Range<Int>) -> String {
    TagCollection.trimmed(text(range))
  }

  private func note(_ attribute: Attribute, _ entry: inout StatisticsEntry) {
    entry.odd.append((name: text(attribute.name), value: text(attribute.value)))
  }

  /// The text of an attribute; one that XML or UTF-8 forbids is odd. An ampersand that begins no reference stands for
  /// itself.
  private func value(_ attribute: Attribute, _ entry: inout StatisticsEntry) -> String? {
    let raw = bytes[attribute.value]
    if !raw.contains(where: { $0 == UInt8(ascii: "&") || $0 < 0x20 }) {
      if let plain = String(validating: raw, as: UTF8.self) { return plain }
      note(attribute, &entry)
      return nil
    }
    var result: [UInt8] = []
    var index = raw.startIndex
    while index < raw.endIndex {
      let byte = raw[index]
      if byte == UInt8(ascii: "&"), let end = Self.referenceEnd(raw[index...]) {
        guard let scalar = Self.reference(raw[(index + 1)..<end]) else {
          note(attribute, &entry)
          return nil
        }
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        index = end + 1
        continue
      }
      if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D {
        note(attribute, &entry)
        return nil
      }
      result.append(byte < 0x20 ? 0x20 : byte)
      index += 1
    }
    if let decoded = String(validating: result, as: UTF8.self) { return decoded }
    note(attribute, &entry)
    return nil
  }

  /// Where the semicolon of a reference stands whose ampersand is the first byte; `nil` where there is only an ampersand.
  private static func referenceEnd(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let inside = bytes.dropFirst().prefix(11)
    guard let semicolon = inside.firstIndex(of: UInt8(ascii: ";")), semicolon > inside.startIndex else { return nil }
    let isName = inside[..<semicolon].allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "#")
    }
    return isName ? semicolon : nil
  }

  /// The character of a reference without `&` and `;`, if XML allows it.
  private static func reference(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Unicode.Scalar? {
    switch String(decoding: name, as: UTF8.self) {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    case let text where text.hasPrefix("#"):
      let isHexadecimal = text.hasPrefix("#x")
      let digits = text.dropFirst(isHexadecimal ? 2 : 1)
      guard digits.first != "+", digits.first != "-", let code = UInt32(digits, radix: isHexadecimal ? 16 : 10),
        code >= 0x20 || [0x09, 0x0A, 0x0D].contains(code), code != 0xFFFE, code != 0xFFFF
      else { return nil }
      return Unicode.Scalar(code)
    default: return nil
    }
  }
}
