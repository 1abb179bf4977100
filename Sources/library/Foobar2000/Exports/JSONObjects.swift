import Platform
import Tracks

/// A value of a flat JSON object.
enum JSONValue: Equatable {
  case text(String)
  case number(Double)
  case list([JSONValue])
  case none

  /// The value as a table's cell would hold it.
  var cell: String {
    switch self {
    case .text(let text): text
    case .number(let number): Int64(exactly: number).map { String($0) } ?? String(number)
    case .list(let values): values.map(\.cell).joined(separator: ", ")
    case .none: ""
    }
  }
}

/// Parses one flat object from bytes of UTF-8.
///
/// In `isRaw` text nothing is escaped, as patterns of Text Tools write it: a backslash is a backslash, and a quote
/// ends a text only where a comma, a colon or a closing bracket follows.
struct JSONObjectParser {
  /// What became of an attempt.
  enum Outcome: Equatable {
    /// A whole object, and the position after it.
    case object([(String, JSONValue)], end: Int)
    /// The object breaks the rules.
    case malformed(String)
    /// The bytes end before the object does.
    case incomplete

    static func == (left: Outcome, right: Outcome) -> Bool {
      switch (left, right) {
      case (.object(let a, let x), .object(let b, let y)): x == y && a.elementsEqual(b, by: ==)
      case (.malformed(let a), .malformed(let b)): a == b
      case (.incomplete, .incomplete): true
      default: false
      }
    }
  }

  private struct Stop: Error {
    /// `nil` where the bytes ended.
    var problem: String?
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position: Int
  private let isRaw: Bool
  private var isInside = false

  /// Parses the object whose brace stands at `start`.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, isRaw: Bool) -> Outcome {
    var parser = JSONObjectParser(bytes: bytes, position: start + 1, isRaw: isRaw)
    do {
      let members = try parser.members()
      return .object(members, end: parser.position)
    } catch {
      return error.problem.map(Outcome.malformed) ?? .incomplete
    }
  }

  private mutating func members() throws(Stop) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    while true {
      switch try next() {
      case UInt8(ascii: "}"): return members
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "\""):
        let key = try text()
        guard try next() == UInt8(ascii: ":") else { throw Stop(problem: "no colon after \"\(key.prefix(40))\"") }
        // The one object inside another that is read: what ListenBrainz says of a listen.
        if key == "track_metadata", !isInside {
          if try next() == UInt8(ascii: "{") {
            isInside = true
            members += try self.members()
            isInside = false
            continue
          }
          position -= 1
        }
        members.append((key, try value(depth: 0)))
      default: throw Stop(problem: "an object holds what is neither a name nor its end")
      }
    }
  }

  private mutating func value(depth: Int) throws(Stop) -> JSONValue {
    let byte = try next()
    switch byte {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "["):
      guard depth < 4 else { throw Stop(problem: "lists nested too deeply") }
      var values: [JSONValue] = []
      while true {
        let start = position
        switch try next() {
        case UInt8(ascii: "]"): return .list(values)
        case UInt8(ascii: ","): continue
        case UInt8(ascii: "}"): throw Stop(problem: "a list is not closed")
        default:
          position = start
          values.append(try value(depth: depth + 1))
        }
      }
    case UInt8(ascii: "-"), 48...57: return try number(from: position - 1)
    // A pattern of Text Tools leaves numbers unquoted, also those that are missing.
    case UInt8(ascii: "?"): return .none
    case UInt8(ascii: ","), UInt8(ascii: "}"):
      position -= 1
      return .none
    case 65...90, 97...122:
      let start = position - 1
      while try isWord(current()) { position += 1 }
      switch String(decoding: bytes[start..<position], as: UTF8.self).lowercased() {
      case "null", "n/a", "nan": return .none
      case "true": return .number(1)
      case "false": return .number(0)
      default: return try bare(from: start)
      }
    case UInt8(ascii: "{"):
      // What lies deeper is nothing that is read; it costs no more than itself.
      guard depth < 4 else { throw Stop(problem: "objects nested too deeply") }
      try skipMembers(depth: depth + 1)
      return .none
    default: return try bare(from: position - 1)
    }
  }

  private mutating func skipMembers(depth: Int) throws(Stop) {
    while true {
      switch try next() {
      case UInt8(ascii: "}"): return
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "\""):
        _ = try text()
        guard try next() == UInt8(ascii: ":") else { throw Stop(problem: "no colon inside an object") }
        _ = try value(depth: depth)
      default: throw Stop(problem: "an object holds what is neither a name nor its end")
      }
    }
  }

  /// What stands unquoted and is no value: whatever it is, it ends with its member.
  private mutating func bare(from start: Int) throws(Stop) -> JSONValue {
    position = start
    while try ![UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x0A].contains(current()) {
      let byte = try current()
      guard byte != UInt8(ascii: "\""), byte != UInt8(ascii: "{"), byte != UInt8(ascii: "[") else {
        throw Stop(problem: "a value starts with the byte \(bytes[start])")
      }
      position += 1
    }
    return .text(TagCollection.trimmed(String(decoding: bytes[start..<position], as: UTF8.self)))
  }

  private mutating func number(from start: Int) throws(Stop) -> JSONValue {
    while try isNumber(current()) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    if let number = Double(digits), number.isFinite { return .number(number) }
    // An unquoted date.
    while try ![UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x0A].contains(current()) { position += 1 }
    return .text(TagCollection.trimmed(String(decoding: bytes[start..<position], as: UTF8.self)))
  }

  /// The text whose opening quote precedes the position.
  private mutating func text() throws(Stop) -> String {
    var result: [UInt8] = []
    while true {
      let byte = try current()
      position += 1
      if byte == UInt8(ascii: "\"") {
        if !isRaw { break }
        if try endsText() { break }
      } else if byte == UInt8(ascii: "\\"), !isRaw {
        try escape(into: &result)
        continue
      } else if byte == 0x0A, isRaw, try current() == UInt8(ascii: "{") {
        throw Stop(problem: "a text is not closed")
      } else if byte < 0x20, !isRaw, byte != 0x09 {
        throw Stop(problem: "a text holds the control character \(byte)")
      }
      result.append(byte)
    }
    guard let text = String(validating: result, as: UTF8.self) else { throw Stop(problem: "a text is not UTF-8") }
    return text
  }

  private func endsText() throws(Stop) -> Bool {
    var index = position
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      case UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"): return true
      case UInt8(ascii: ","):
        // Inside a text a comma may follow a quote; between members another name follows the comma.
        index += 1
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        guard index < bytes.count else { throw Stop() }
        return bytes[index] == UInt8(ascii: "\"")
      default: return false
      }
    }
    throw Stop()
  }

  private mutating func escape(into result: inout [UInt8]) throws(Stop) {
    let byte = try current()
    position += 1
    switch byte {
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "u"):
      var code = try unit()
      if code & 0xFC00 == 0xD800, try current() == UInt8(ascii: "\\") {
        position += 1
        guard try current() == UInt8(ascii: "u") else { throw Stop(problem: "half a character") }
        position += 1
        code = 0x10000 + (code & 0x3FF) << 10 + (try unit() & 0x3FF)
      }
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: throw Stop(problem: "an unknown escape")
    }
  }

  private mutating func unit() throws(Stop) -> UInt32 {
    guard position + 4 <= bytes.count else { throw Stop() }
    let digits = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
    guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let code = UInt32(digits, radix: 16)
    else { throw Stop(problem: "\\u\(digits) is no character") }
    position += 4
    return code
  }

  /// The next byte that is not white space, consumed.
  private mutating func next() throws(Stop) -> UInt8 {
    while [0x20, 0x09, 0x0A, 0x0D].contains(try current()) { position += 1 }
    defer { position += 1 }
    return bytes[position]
  }

  private func current() throws(Stop) -> UInt8 {
    guard position < bytes.count else { throw Stop() }
    return bytes[position]
  }

  private func isWord(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "/")
  }

  private func isNumber(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
  }
}

/// The flat objects of a JSON text, one after the other, whether they stand in a list, on lines or behind commas.
struct JSONObjects: ~Copyable {
  /// The largest object that is read, in bytes.
  static let largest = 1 << 20
  /// The most objects beyond all bounds, one after the other, behind whose starts others are looked for.
  private static let mostLarge = 64

  private let path: FilePath
  private let isRaw: Bool
  private var stream: TextStream
  private var buffer: [UInt8] = []
  private var position = 0
  private var linesBefore = 0
  /// The number of objects beyond all bounds since the last whole one.
  private var large = 0
  private(set) var malformed = MalformedParts()

  /// The objects of a file.
  init(_ path: FilePath, encoding: TextEncoding, isRaw: Bool) throws(ImportFailure) {
    self.path = path
    self.isRaw = isRaw
    stream = try TextStream(path, encoding: encoding)
  }

  /// Calls `body` with the members of every object. Throws where the last object or the list is not closed.
  mutating func forEach(_ body: ([(String, JSONValue)]) throws -> Void) throws {
    var isInList = false
    var sawClosing = false
    var isSkipping = false
    var previous = UInt8(ascii: "\n")
    while let byte = try peek() {
      switch byte {
      case UInt8(ascii: "{") where !isSkipping || [0x0A, UInt8(ascii: ","), UInt8(ascii: "[")].contains(previous):
        sawClosing = false
        isSkipping = try !object(body)
        previous = UInt8(ascii: "}")
        continue
      case UInt8(ascii: "[") where !isSkipping: isInList = true
      case UInt8(ascii: "]"): sawClosing = true
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","): break
      default:
        if !isSkipping { addMalformed("something that is no object") }
        isSkipping = true
      }
      if byte > 0x20 || byte == 0x0A { previous = byte }
      position += 1
    }
    if isInList, !sawClosing { throw truncated() }
  }

  /// Reads the object at the position and tells whether it was well formed.
  private mutating func object(_ body: ([(String, JSONValue)]) throws -> Void) throws -> Bool {
    var wanted = 1
    while true {
      let isAtEnd = try !fill(wanted)
      let outcome = buffer.withUnsafeBufferPointer { JSONObjectParser.parse($0, at: position, isRaw: isRaw) }
      switch outcome {
      case .object(let members, let end):
        position = end
        large = 0
        try body(members)
        return true
      case .malformed(let problem):
        addMalformed(problem)
        position += 1
        return false
      case .incomplete where isAtEnd: throw truncated()
      case .incomplete where buffer.count - position <= Self.largest: wanted = 2 * (buffer.count - position)
      case .incomplete:
        addMalformed("an object of more than \(Self.largest) bytes")
        large += 1
        // Looking again at every brace in what was looked at could take for ever.
        position = large > Self.mostLarge ? buffer.count : position + 1
        return false
      }
    }
  }

  private mutating func peek() throws(ImportFailure) -> UInt8? {
    guard try fill(1) else { return nil }
    return buffer[position]
  }

  private mutating func fill(_ count: Int) throws(ImportFailure) -> Bool {
    while buffer.count - position < count {
      if position > 0 {
        linesBefore += newlines()
        buffer.removeFirst(position)
        position = 0
      }
      if try !stream.append(to: &buffer) { return false }
    }
    return true
  }

  private func newlines() -> Int {
    buffer[..<position].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
  }

  private mutating func addMalformed(_ problem: String) {
    let line = malformed.count < MalformedParts.most ? linesBefore + newlines() + 1 : 0
    malformed.add(place: "line \(line)", problem: problem)
  }

  private func truncated() -> ImportFailure {
    ImportFailure(
      .truncated, path,
      "ends inside an object or its list: the export or its copy is incomplete. Export it again; "
        + "nothing of it was taken")
  }
}
