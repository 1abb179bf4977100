import Glibc
import Tracks

/// A conversion from a character set to UTF-8 by the C library, ended when it goes.
struct CodePageConverter: ~Copyable {
  private let handle: iconv_t

  /// A conversion from the named character set, or `nil` where the C library does not know it.
  init?(from name: String) {
    // Foreign names would otherwise be able to ask for transliteration or to ignore errors.
    // Windows means its own table by these names, in which a backslash stays one.
    let known = ["SHIFT_JIS", "SHIFT-JIS", "SJIS"].contains(name.uppercased()) ? "CP932" : name
    guard !name.contains("/"), let handle = iconv_open("UTF-8", known), Int(bitPattern: handle) != -1 else {
      return nil
    }
    self.handle = handle
  }

  deinit { iconv_close(handle) }

  /// Appends the text of `source` to `target` and removes what was converted from `source`: all of it, or all but an
  /// incomplete last character unless `isLast`. Bytes without a meaning become U+FFFD.
  func convert(_ source: inout [UInt8], into target: inout [UInt8], isLast: Bool) {
    var position = 0
    var output = [CChar](repeating: 0, count: 1 << 14)
    source.withUnsafeMutableBytes { bytes in
      while position < bytes.count {
        var input = bytes.baseAddress.map { ($0 + position).assumingMemoryBound(to: CChar.self) }
        var inputLeft = bytes.count - position
        var failure: CInt = 0
        let written = output.withUnsafeMutableBufferPointer { buffer in
          var outputStart = buffer.baseAddress
          var outputLeft = buffer.count
          if iconv(handle, &input, &inputLeft, &outputStart, &outputLeft) == -1 {
            failure = errno
          }
          return buffer.count - outputLeft
        }
        target.append(contentsOf: output[..<written].lazy.map(UInt8.init(bitPattern:)))
        position = bytes.count - inputLeft
        if failure == EINVAL, !isLast { return }
        if failure == EILSEQ || failure == EINVAL {
          target.append(contentsOf: [0xEF, 0xBF, 0xBD])
          position += 1
        }
      }
    }
    source.removeFirst(min(position, source.count))
  }
}

/// A text file read piece by piece as UTF-8, whatever its character set. UTF-8 itself is passed on unchecked.
struct TextStream: ~Copyable {
  private static let pieceSize = 1 << 18

  let path: FilePath
  private let file: InputFile
  private let encoding: TextEncoding
  private let converter: CodePageConverter?
  private let lines: LineDecoder?
  private var raw: [UInt8] = []
  private var markLeft: Int
  private var isAtEnd = false
  /// Whether what comes next begins a line, in UTF-16.
  private var isAtLine = true

  /// Opens a file to be read in an encoding.
  init(_ path: FilePath, encoding: TextEncoding) throws(ImportFailure) {
    let file = try InputFile(path)
    let converter = try Self.converter(encoding, path)
    let lines = try Self.lines(encoding, path)
    self.path = path
    self.encoding = encoding
    self.file = file
    self.converter = converter
    self.lines = lines
    switch encoding {
    case .utf8(let mark), .utf16(_, let mark, _), .mixed(_, let mark): markLeft = mark
    case .codePage: markLeft = 0
    }
  }

  private static func converter(
    _ encoding: TextEncoding, _ path: FilePath
  ) throws(ImportFailure) -> CodePageConverter? {
    guard case .codePage(let name) = encoding else { return nil }
    guard let converter = CodePageConverter(from: name) else { throw unknown(name, path) }
    return converter
  }

  private static func lines(_ encoding: TextEncoding, _ path: FilePath) throws(ImportFailure) -> LineDecoder? {
    switch encoding {
    case .mixed(let name, _):
      guard let decoder = LineDecoder(codePage: name) else { throw unknown(name, path) }
      return decoder
    case .utf16(_, _, let name):
      if let name, let decoder = LineDecoder(codePage: name) { return decoder }
      return LineDecoder(codePage: LineDecoder.fallback)
    case .utf8, .codePage: return nil
    }
  }

  private static func unknown(_ name: String, _ path: FilePath) -> ImportFailure {
    ImportFailure(
      .badOption, path, "is to be read as \"\(name)\", a character set that iconv does not know; see `iconv -l`")
  }

  /// Appends the next piece to `text`; `false` when nothing is left.
  mutating func append(to text: inout [UInt8]) throws(ImportFailure) -> Bool {
    if isAtEnd { return false }
    if case .utf8 = encoding, markLeft == 0 {
      isAtEnd = try file.read(Self.pieceSize, into: &text) == 0
      return !isAtEnd
    }
    isAtEnd = try file.read(Self.pieceSize, into: &raw) == 0
    if markLeft > 0 {
      let dropped = min(markLeft, raw.count)
      raw.removeFirst(dropped)
      markLeft -= dropped
    }
    switch encoding {
    case .utf8:
      text.append(contentsOf: raw)
      raw.removeAll()
    case .utf16(let bigEndian, _, _):
      decodeUTF16(bigEndian: bigEndian, into: &text)
    case .codePage:
      converter?.convert(&raw, into: &text, isLast: isAtEnd)
    case .mixed:
      // A line that goes on in the next piece waits for its end, unless it is longer than any line may be.
      let isWhole = isAtEnd || raw.count > LineReader.longest
      let end = isWhole ? raw.count : (raw.lastIndex { $0 == 0x0A || $0 == 0x0D }).map { $0 + 1 } ?? 0
      lines?.append(raw[..<end], to: &text)
      raw.removeFirst(end)
    }
    return true
  }

  private mutating func decodeUTF16(bigEndian: Bool, into text: inout [UInt8]) {
    func unit(_ index: Int) -> UInt16 {
      let first = UInt16(raw[index])
      let second = UInt16(raw[index + 1])
      return bigEndian ? first << 8 | second : second << 8 | first
    }
    var position = 0
    while position + 1 < raw.count {
      if isAtLine {
        switch NarrowLine.look(at: raw[position...], isLast: isAtEnd) {
        case .none: break
        case .some(let end):
          lines?.append(raw[position..<end], to: &text)
          position = end
          continue
        case .unknown where raw.count - position <= LineReader.longest:
          raw.removeFirst(position)
          return
        case .unknown: break
        }
      }
      let high = unit(position)
      var scalar = UInt32(high)
      var length = 2
      if high & 0xFC00 == 0xD800 {
        if position + 3 >= raw.count, !isAtEnd { break }
        let low = position + 3 < raw.count ? unit(position + 2) : 0
        if low & 0xFC00 == 0xDC00 {
          scalar = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(low & 0x3FF))
          length = 4
        }
      }
      let value = Unicode.Scalar(scalar) ?? "\u{FFFD}"
      text.append(contentsOf: UTF8.encode(value) ?? UTF8.encodedReplacementCharacter)
      position += length
      isAtLine = scalar == 0x0A || scalar == 0x0D
    }
    raw.removeFirst(position)
  }
}

/// The lines of a text file, without their ends (LF, CRLF or a lone CR).
struct LineReader: ~Copyable {
  /// The longest line that is read; what is longer is malformed.
  static let longest = 1 << 20

  private var stream: TextStream
  private var buffer: [UInt8] = []
  private var position = 0
  private var previousWasReturn = false
  /// The number of the line that was returned last, from 1.
  private(set) var lineNumber = 0
  /// Whether the line that was returned last had an end.
  private(set) var isEnded = false

  /// The lines of a file in an encoding.
  init(_ path: FilePath, encoding: TextEncoding) throws(ImportFailure) {
    stream = try TextStream(path, encoding: encoding)
  }

  /// The next line, empty ones included; `nil` after the last. `isTooLong` tells that the rest of it was dropped.
  mutating func next() throws(ImportFailure) -> (line: [UInt8], isTooLong: Bool)? {
    var line: [UInt8] = []
    var isTooLong = false
    var sawAnything = false
    while true {
      if position == buffer.count {
        buffer.removeAll(keepingCapacity: true)
        position = 0
        while buffer.isEmpty {
          guard try stream.append(to: &buffer) else {
            guard sawAnything else { return nil }
            isEnded = false
            lineNumber += 1
            return (line, isTooLong)
          }
        }
      }
      if previousWasReturn {
        previousWasReturn = false
        if buffer[position] == 0x0A {
          position += 1
          continue
        }
      }
      sawAnything = true
      let end = buffer[position...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? buffer.count
      if line.count + (end - position) > Self.longest {
        isTooLong = true
      } else if !isTooLong {
        line.append(contentsOf: buffer[position..<end])
      }
      position = end
      if end < buffer.count {
        previousWasReturn = buffer[end] == 0x0D
        isEnded = true
        position += 1
        lineNumber += 1
        return (line, isTooLong)
      }
    }
  }
}
