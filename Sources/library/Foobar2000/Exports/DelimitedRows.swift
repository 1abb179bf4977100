import Tracks

/// The rows of a table whose cells are parted by one character.
struct DelimitedRows: ~Copyable {
  /// The most lines that one row may span.
  private static let mostLines = 200

  private let separator: UInt8
  private let quotes: Bool
  private var lines: LineReader
  /// Lines that were read ahead, the next one last.
  private var pending: [(line: [UInt8], number: Int)] = []
  /// The number of cells of the first row.
  private var width: Int?
  /// Where a row's path is, if the table has paths: a line that has one there starts a row of its own.
  var pathColumn: Int?
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
    while let first = try line() {
      lineNumber = first.number
      if first.line.allSatisfy({ $0 <= 0x20 && $0 != separator }) { continue }
      let row = quotes ? try quotedRow(first) : cells(first.line)
      if width == nil { width = row.count }
      return row
    }
    return nil
  }

  /// The row that starts with a line, over several lines where a cell's quotes say so. Quotes that would swallow whole
  /// rows are part of a text: then the line is a row by itself.
  private mutating func quotedRow(_ first: (line: [UInt8], number: Int)) throws(ImportFailure) -> [String] {
    var text = first.line
    var more: [(line: [UInt8], number: Int)] = []
    var isAtEnd = false
    var swallows = false
    var quotes = QuoteState(separator)
    quotes.take(first.line)
    while quotes.isOpen, more.count < Self.mostLines, text.count < LineReader.longest, !swallows || pathColumn == nil {
      guard let next = try line() else {
        isAtEnd = true
        break
      }
      more.append(next)
      text.append(0x0A)
      text.append(contentsOf: next.line)
      quotes.take([0x0A])
      quotes.take(next.line)
      if isRow(next.line) { swallows = true }
    }
    let row = Self.unquoted(text, separator)
    if !quotes.isOpen, !swallows || (pathColumn == nil && row.count == width) { return row }
    if isAtEnd, !swallows {
      isOpen = true
      return row
    }
    pending += more.reversed()
    return cells(first.line).map(Self.withoutQuotes)
  }

  /// Whether a line could be a row by itself, or with a path also the start of one.
  private func isRow(_ line: [UInt8]) -> Bool {
    guard let width, width > 1 else { return false }
    var quotes = QuoteState(separator)
    quotes.take(line)
    let row = Self.unquoted(line, separator)
    guard let pathColumn else { return row.count == width && !quotes.isOpen }
    return (row.count == width || quotes.isOpen) && row.indices.contains(pathColumn)
      && TableInference.isPath(row[pathColumn])
  }

  /// The next line in cells without consuming it, for rows that a line break inside a tag has torn.
  mutating func peek() throws(ImportFailure) -> [String]? {
    if pending.isEmpty, let next = try line() { pending.append(next) }
    guard let line = pending.last?.line else { return nil }
    return quotes ? Self.unquoted(line, separator) : cells(line)
  }

  private mutating func line() throws(ImportFailure) -> (line: [UInt8], number: Int)? {
    if let line = pending.popLast() { return line }
    guard let next = try lines.next() else { return nil }
    return (next.line, lines.lineNumber)
  }

  private func cells(_ line: [UInt8]) -> [String] {
    line.split(separator: separator, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A cell that stands in quotes as a whole, without them.
  private static func withoutQuotes(_ cell: String) -> String {
    guard cell.utf8.count > 1, cell.utf8.first == UInt8(ascii: "\""), cell.utf8.last == UInt8(ascii: "\"") else {
      return cell
    }
    return String(cell.dropFirst().dropLast().replacing("\"\"", with: "\""))
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

/// Whether a quote is open behind a text that is taken piece by piece.
private struct QuoteState {
  private let separator: UInt8
  private var isStart = true
  private(set) var isOpen = false

  init(_ separator: UInt8) {
    self.separator = separator
  }

  mutating func take(_ text: [UInt8]) {
    for byte in text {
      let isQuote = byte == UInt8(ascii: "\"")
      if isQuote, isStart || isOpen { isOpen.toggle() }
      // A doubled quote closes and opens again.
      isStart = !isOpen && (byte == separator || isQuote)
    }
  }
}
