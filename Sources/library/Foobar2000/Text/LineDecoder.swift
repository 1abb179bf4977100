/// Turns text in which some lines are UTF-8 and others are in one code page into UTF-8, each line by itself.
///
/// A list grows by several programs: one line in a code page says nothing of the others.
struct LineDecoder: ~Copyable {
  /// The code page of lines that are not UTF-8 where nobody names one.
  static let fallback = "CP1252"

  private let converter: CodePageConverter

  /// A decoder for lines of a code page besides UTF-8; `nil` where the C library does not know the code page.
  init?(codePage: String) {
    guard let converter = CodePageConverter(from: codePage) else { return nil }
    self.converter = converter
  }

  /// Appends a line, or several whole ones, to `text`: as they are where they are UTF-8.
  func append(_ lines: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var start = lines.startIndex
    while start < lines.endIndex {
      let end = lines[start...].firstIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? lines.endIndex
      let line = lines[start..<end]
      if UTF8Check.isValid(line) {
        text.append(contentsOf: line)
      } else {
        var bytes = Array(line)
        converter.convert(&bytes, into: &text, isLast: true)
      }
      start = end
    }
  }
}

/// How many lines of a text are UTF-8 and how many are not, counted piece by piece.
struct LineCensus {
  /// All lines that hold anything.
  private(set) var lines = 0
  /// Lines that are not UTF-8.
  private(set) var others = 0
  /// Lines that hold characters beyond ASCII and are UTF-8.
  private(set) var unicode = 0
  /// Those of `unicode` in which every such character has two bytes: by chance a line of a double-byte code page has.
  private(set) var faint = 0

  private var check = UTF8Check()
  private var isValid = true
  private var isForeign = false
  private var isLong = false
  private var isEmpty = true

  /// Counts the lines that end in the next bytes.
  mutating func take(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if byte == 0x0A || byte == 0x0D {
        end()
        continue
      }
      isEmpty = false
      if byte >= 0x80 { isForeign = true }
      if byte >= 0xE0 { isLong = true }
      if isValid, !check.accepts(byte) { isValid = false }
    }
  }

  /// Counts a last line without an end.
  mutating func end() {
    if !isEmpty {
      lines += 1
      if !isValid || !check.isComplete {
        others += 1
      } else if isForeign {
        unicode += 1
        if !isLong { faint += 1 }
      }
    }
    (check, isValid, isForeign, isLong, isEmpty) = (UTF8Check(), true, false, false, true)
  }
}
