import Tracks

/// The rows of a table whose cells are parted by one character.
struct DelimitedRows: ~Copyable {
  /// The most lines that one row may span.
  private static let mostLines = 200

  private let separator: UInt8
  private let quotes: Bool
  private var lines: LineReader
  private var pending: [UInt8]?
  /// The number of the first line of the row that was returned last.
  private(set) var lineNumber = 0
  /// Whether the row that was returned last ends inside a quoted cell.
  private(set) var isOpen = false

  /// The rows of a file. `quotes` says that cells may be quoted as in CSV, with line breaks inside and doubled quotes.
  init(_ path: FilePath, encoding: TextEncoding, separator: UInt8, quotes: Bool) throws(ImportFailure) {
    self.separator = separator
    self.quotes = quotes
    lines = try LineReader(path, encoding: encoding)
  }

  /// The next row that is not blank; `nil` after the last.
  mutating func next() throws(ImportFailure) -> [String]? {
    isOpen = false
    while true {
      guard let line = try line() else { return nil }
      lineNumber = lines.lineNumber
      if line.allSatisfy({ $0 <= 0x20 && $0 != separator }) { continue }
      guard quotes else { return cells(line) }
      var text = line
      for _ in 0..<Self.mostLines {
        if !Self.endsInQuotes(text, separator) { return Self.unquoted(text, separator) }
        guard text.count < LineReader.longest, let more = try self.line() else { break }
        text.append(0x0A)
        text.append(contentsOf: more)
      }
      isOpen = true
      return Self.unquoted(text, separator)
    }
  }

  /// The next line in cells without consuming it, for rows that a line break inside a tag has torn.
  mutating func peek() throws(ImportFailure) -> [String]? {
    if pending == nil { pending = try lines.next()?.line }
    guard let line = pending else { return nil }
    return cells(line)
  }

  private mutating func line() throws(ImportFailure) -> [UInt8]? {
    if let line = pending {
      pending = nil
      return line
    }
    return try lines.next()?.line
  }

  private func cells(_ line: [UInt8]) -> [String] {
    line.split(separator: separator, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a quote is open at the end of a text.
  private static func endsInQuotes(_ text: [UInt8], _ separator: UInt8) -> Bool {
    var isQuoted = false
    var isStart = true
    for byte in text {
      if byte == UInt8(ascii: "\"") {
        if isStart || isQuoted { isQuoted.toggle() } else if !isStart { isQuoted = false }
      }
      // A doubled quote closes and opens again.
      isStart = !isQuoted && (byte == separator || byte == UInt8(ascii: "\""))
    }
    return isQuoted
  }

  /// The cells of a row in which quoted cells may hold separators, line breaks and doubled quotes.
  static func unquoted(_ text: [UInt8], _ separator: UInt8) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var index = 0
    func isQuote(_ position: Int) -> Bool { position < text.count && text[position] == UInt8(ascii: "\"") }
    var isQuoted = isQuote(0)
    if isQuoted { index = 1 }
    while index < text.count {
      let byte = text[index]
      if isQuoted, byte == UInt8(ascii: "\"") {
        if isQuote(index + 1) {
          cell.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if !isQuoted, byte == separator {
        cells.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll()
        isQuoted = isQuote(index + 1)
        if isQuoted { index += 1 }
      } else {
        cell.append(byte)
      }
      index += 1
    }
    cells.append(String(decoding: cell, as: UTF8.self))
    return cells
  }
}
