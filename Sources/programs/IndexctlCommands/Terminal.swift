import Glibc
import Platform
import Synchronization
import Tracks

/// Where words go: results to standard output, everything else to standard error.
enum Terminal {
  /// Whether standard output is a terminal.
  static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
  /// Whether standard error is a terminal: only there progress is shown.
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  /// The number of columns of the terminal, 80 where there is none.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The number of rows of the terminal, 24 where there is none.
  static var rows: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// Draws lines over what the screen shows: from its top, line by line, so that nothing flickers. What the screen is too
  /// small for is left out before the last `kept` lines, and a line says so.
  static func redraw(_ lines: [String], keeping kept: Int) {
    let shown = fitted(lines, into: max(1, rows - 1), keeping: kept).map { harmless($0) + "\u{1B}[K\r\n" }.joined()
    // A line wider than the screen is cut by it: one that went on below would push the first one out.
    write("\u{1B}[H\u{1B}[?7l" + shown + "\u{1B}[?7h\u{1B}[J", to: STDOUT_FILENO)
  }

  /// Lines of which those in the middle, before the last `kept`, make way for one that counts them.
  static func fitted(_ lines: [String], into rows: Int, keeping kept: Int) -> [String] {
    guard lines.count > rows else { return lines }
    let tail = min(kept, rows - 1)
    let head = rows - 1 - tail
    let left = counted(lines.count - head - tail, "more line")
    return lines.prefix(head) + ["… \(left): `indexctl status` shows all"] + lines.suffix(tail)
  }

  /// Writes a line to standard output.
  static func say(_ line: String = "") {
    write(harmless(line) + "\n", to: STDOUT_FILENO)
  }

  /// Writes the heads of a table's columns to standard output where that is a terminal: programs get rows alone.
  static func sayHeader(_ line: String) {
    if isOutputTerminal { say(bold(line)) }
  }

  /// Writes lines to standard output: JSON, or words of this program's own that take several.
  static func sayLines(_ text: String) {
    write(harmless(text, keepsLines: true) + "\n", to: STDOUT_FILENO)
  }

  /// A text in which nothing steers a terminal but this program's own emphasis: names of files may hold anything.
  static func harmless(_ text: String, keepsLines: Bool = false) -> String {
    guard text.contains("\u{1B}") else { return keepsLines ? text.plainLines : text.plain }
    var result = ""
    var rest = text.unicodeScalars[...]
    var start = rest.startIndex
    func flush(_ end: String.UnicodeScalarView.Index) {
      let part = String(text.unicodeScalars[start..<end])
      result += keepsLines ? part.plainLines : part.plain
    }
    while !rest.isEmpty {
      if let own = emphasis.first(where: { rest.starts(with: $0.unicodeScalars) }) {
        flush(rest.startIndex)
        result += own
        rest = rest.dropFirst(own.unicodeScalars.count)
        start = rest.startIndex
      } else {
        rest = rest.dropFirst()
      }
    }
    flush(rest.startIndex)
    return result
  }

  private static let emphasis = ["\u{1B}[1m", "\u{1B}[33m", "\u{1B}[0m"]

  /// Writes words to standard output: in lines that fit a terminal, whole elsewhere.
  static func sayWrapped(_ words: String, margin: String = "") {
    guard isOutputTerminal else { return say(margin + words) }
    let room = max(20, min(columns, 80) - 1 - Layout.width(margin))
    Layout.wrap(words, room, indent: margin.isEmpty ? 4 : 0).forEach { say(margin + $0) }
  }

  /// What a failure says of a path that stands before it already.
  static func afterPath(_ words: String, _ path: String) -> String {
    let repeated = path + ": "
    return words.hasPrefix(repeated) ? String(words.dropFirst(repeated.count)) : words
  }

  /// Writes words and a path to standard output: the path's end where a terminal is too narrow, whole elsewhere.
  static func say(_ words: String, path: String) {
    let line = path.plain
    say(words + (isOutputTerminal ? Layout.tail(line, max(20, columns - Layout.width(words))) : line))
  }

  /// Writes a line to standard error.
  static func tell(_ line: String) {
    let line = harmless(line)
    let lines =
      isErrorTerminal && Layout.width(line) > columns ? Layout.wrap(line, min(columns, 80) - 1, indent: 2) : [line]
    write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
  }

  /// Writes a command to standard output, in lines that can be copied.
  static func sayCommand(_ command: String) {
    Layout.command(command, indent: 2).forEach { say($0) }
  }

  /// Writes a command to standard error, in lines that can be copied.
  static func tellCommand(_ command: String) {
    for line in Layout.command(command, indent: 2) { write(harmless(line) + "\n", to: STDERR_FILENO) }
  }

  /// Writes text as it is.
  static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  /// Writes bytes as they are.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    guard !RegularFile.write(bytes, to: descriptor), descriptor == STDOUT_FILENO else { return }
    // A closed pipe means that the reader has seen enough; anything else that part of the result is lost.
    if errno == EPIPE { return closed.withLock { $0 = true } }
    tell("indexctl: standard output: \(SystemError.text())")
    exit(1)
  }

  private static let closed = Mutex(false)

  /// Whether whoever read standard output has seen enough.
  static var isOutputClosed: Bool { closed.withLock { $0 } }

  /// A text in bold on a terminal, as it is elsewhere.
  static func bold(_ text: String) -> String {
    isOutputTerminal && !isPlain ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  /// A text in a warning colour on a terminal, as it is elsewhere.
  static func warning(_ text: String) -> String {
    isOutputTerminal && !isPlain ? "\u{1B}[33m\(text)\u{1B}[0m" : text
  }

  private static let isPlain = getenv("NO_COLOR") != nil || getenv("TERM").map { String(cString: $0) } == "dumb"
}

/// Lays text out in a fixed number of columns.
enum Layout {
  /// The columns that a text takes on a terminal: East Asian wide characters take two, combining marks none.
  static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B, 0x0300..<0x0370: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// A text cut to a number of columns: the beginning goes, since the end of a path tells most.
  static func tail(_ text: String, _ columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 1 else { return "" }
    var kept: [Character] = []
    var used = 1
    for character in text.reversed() {
      used += width(character)
      if used > columns { break }
      kept.append(character)
    }
    return "…" + String(kept.reversed())
  }

  /// A text filled up with spaces to a number of columns.
  static func pad(_ text: String, _ columns: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, columns - width(text)))
    return right ? space + text : text + space
  }

  /// Words broken into lines of a number of columns; lines after the first are indented. A path stays whole, so that it can
  /// be copied: one that is too long has a line of its own.
  ///
  /// - Parameter whole: names and paths in the text that stay whole, too.
  static func wrap(_ text: String, _ columns: Int, indent: Int = 0, whole: [String] = []) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in TextUnits.units(text, whole: whole) {
      let space = String(repeating: " ", count: lines.isEmpty ? 0 : indent)
      if line.isEmpty {
        line = space + word
      } else if width(line) + 1 + width(word) <= columns {
        line += " " + word
      } else {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// A command of a shell in lines of 79 columns that can be copied: broken where no quotes hold, behind a backslash.
  static func command(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var isQuoted = false
    var last: Character?
    let words = text.split { character in
      defer { last = character }
      if character == "'", isQuoted || last != "\\" { isQuoted.toggle() }
      return character == " " && !isQuoted
    }
    var lines = [margin]
    for (number, word) in words.enumerated() {
      let line = lines[lines.count - 1]
      // The last word needs no room for a backslash.
      let room = number == words.count - 1 ? 79 : 77
      if number == 0 {
        lines[0] += word
      } else if width(line) + 1 + width(String(word)) <= room {
        lines[lines.count - 1] += " " + word
      } else {
        lines[lines.count - 1] += " \\"
        lines.append(margin + "  " + word)
      }
    }
    return lines
  }

  /// A table with a header, columns as wide as their widest cell; numbers are aligned to the right.
  static func table(_ header: [String], _ rows: [[String]], right: Set<Int> = [], gap: Int = 2) -> [String] {
    var widths = header.map(width)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], width(cell)) }
    }
    return ([header] + rows).map { row in
      var line = row.enumerated().map { pad($1, widths[$0], right: right.contains($0)) }.joined(
        separator: String(repeating: " ", count: gap))
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// A duration as a person says it: `45 s`, `12 min`, `3 h 5 min`.
  static func duration(_ seconds: Double) -> String {
    let seconds = min(KernelNumber.integer(seconds.rounded()), .max - 30)
    if seconds < 90 { return "\(seconds) s" }
    let minutes = (seconds + 30) / 60
    if minutes < 90 { return "\(minutes) min" }
    if minutes < 48 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    return "\(minutes / 1_440) days"
  }

  /// A share as a percentage without decimals.
  static func percent(_ share: Double) -> String {
    "\(KernelNumber.integer((share * 100).rounded()))%"
  }

  /// A number with a fixed number of decimals.
  static func decimals(_ number: Double?, _ places: Int) -> String {
    guard let number, number.isFinite else { return "-" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = KernelNumber.integer((abs(number) * scale).rounded())
    let whole = scaled / Int(scale)
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let fraction = String(scaled % Int(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
