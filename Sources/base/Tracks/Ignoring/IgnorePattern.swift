/// One pattern of ignore rules, taken apart once.
struct IgnorePattern: Sendable, Equatable {
  /// A piece of a glob.
  private enum Piece: Sendable, Equatable {
    case byte(UInt8)
    case anyCharacter
    case anyRun
    /// Any number of whole folders with their slashes, also none.
    case anyFolders
    /// Anything at all, slashes too.
    case anything
    case set([ClosedRange<UInt32>], isNegated: Bool)
  }

  /// How the pattern is compared: the common shapes need no matching machine.
  private enum Shape: Sendable, Equatable {
    case literal([UInt8])
    case suffix([UInt8])
    case prefix([UInt8])
    case pieces([Piece])
  }

  /// Whether it takes back what an earlier pattern left out.
  let takesBack: Bool
  /// Whether it fits folders only.
  let isFolderOnly: Bool
  /// Whether its last component begins with a character that stands for itself, so that it names what it fits.
  let isByName: Bool
  private let comparesWholePath: Bool
  private let shape: Shape

  /// The pattern of a line, or `nil` where the line is blank, a comment or nothing but slashes.
  init?(line: ArraySlice<UInt8>) {
    var text = line
    while let last = text.last, last == 0x20 || last == 0x09, !Self.isEscaped(text) { text.removeLast() }
    if text.first == UInt8(ascii: "#") { return nil }
    takesBack = text.first == UInt8(ascii: "!")
    if takesBack { text.removeFirst() }
    isFolderOnly = text.last == UInt8(ascii: "/")
    while text.last == UInt8(ascii: "/") { text.removeLast() }
    guard !text.isEmpty else { return nil }
    comparesWholePath = text.contains(UInt8(ascii: "/"))
    if text.first == UInt8(ascii: "/") { text.removeFirst() }
    guard !text.isEmpty else { return nil }
    let last = text.lastIndex(of: UInt8(ascii: "/")).map { text[($0 + 1)...] } ?? text
    if case .byte? = Self.pieces(last).first { isByName = true } else { isByName = false }
    shape = Self.shape(Self.pieces(text), isOfName: !comparesWholePath)
  }

  /// What a name or path must hold for the pattern to fit.
  enum Key {
    /// The name is this.
    case name([UInt8])
    /// The whole path is this.
    case path([UInt8])
    /// The name begins so.
    case prefix([UInt8])
    /// The name ends so.
    case suffix([UInt8])
    /// The path holds each of these; then it has to be compared.
    case runs([[UInt8]])
  }

  /// What a name or path must hold for the pattern to fit.
  var key: Key {
    switch shape {
    case .literal(let bytes): return comparesWholePath ? .path(bytes) : .name(bytes)
    case .suffix(let bytes): return .suffix(bytes)
    case .prefix(let bytes): return .prefix(bytes)
    case .pieces(let pieces):
      var runs: [[UInt8]] = [[]]
      for piece in pieces {
        if case .byte(let byte) = piece { runs[runs.count - 1].append(byte) } else { runs.append([]) }
      }
      return .runs(runs.filter { !$0.isEmpty })
    }
  }

  /// Whether the pattern fits a relative path whose last component is `name`.
  func matches(path: ArraySlice<UInt8>, name: ArraySlice<UInt8>) -> Bool {
    let subject = comparesWholePath ? path : name
    return switch shape {
    case .literal(let bytes): subject.elementsEqual(bytes)
    case .suffix(let bytes): subject.count >= bytes.count && subject.suffix(bytes.count).elementsEqual(bytes)
    case .prefix(let bytes): subject.starts(with: bytes)
    case .pieces(let pieces): Self.matches(pieces, subject)
    }
  }

  /// Whether the last character of a line stands behind a backslash that is not itself escaped.
  private static func isEscaped(_ text: ArraySlice<UInt8>) -> Bool {
    text.dropLast().reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
  }

  private static func pieces(_ text: ArraySlice<UInt8>) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"): pieces.append(.byte(rest.popFirst() ?? byte))
      case UInt8(ascii: "?"): pieces.append(.anyCharacter)
      case UInt8(ascii: "*"):
        let startsComponent = pieces.isEmpty || pieces.last == .byte(UInt8(ascii: "/")) || pieces.last == .anyFolders
        var stars = 1
        while rest.first == UInt8(ascii: "*") {
          rest.removeFirst()
          stars += 1
        }
        if stars > 1, startsComponent, rest.isEmpty {
          pieces.append(.anything)
        } else if stars > 1, startsComponent, rest.first == UInt8(ascii: "/") {
          rest.removeFirst()
          if pieces.last != .anyFolders { pieces.append(.anyFolders) }
        } else {
          pieces.append(.anyRun)
        }
      case UInt8(ascii: "["):
        if let (set, after) = set(rest) {
          pieces.append(set)
          rest = after
        } else {
          pieces.append(.byte(byte))
        }
      default: pieces.append(.byte(byte))
      }
    }
    return pieces
  }

  /// The set whose opening bracket stands before `text`, and what follows it; `nil` where none is closed.
  private static func set(_ text: ArraySlice<UInt8>) -> (Piece, ArraySlice<UInt8>)? {
    var rest = text
    let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<UInt32>] = []
    while !rest.isEmpty {
      if rest.first == UInt8(ascii: "]"), !ranges.isEmpty {
        return (.set(ranges, isNegated: isNegated), rest.dropFirst())
      }
      guard let low = member(&rest) else { return nil }
      if rest.first == UInt8(ascii: "-"), let next = rest.dropFirst().first, next != UInt8(ascii: "]") {
        rest.removeFirst()
        guard let high = member(&rest) else { return nil }
        // A range the wrong way round holds nothing but must not trap.
        ranges.append(low <= high ? low...high : UInt32.max...UInt32.max)
      } else {
        ranges.append(low...low)
      }
    }
    return nil
  }

  private static func member(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
    if rest.first == UInt8(ascii: "\\"), rest.count > 1 { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    let (value, length) = character(rest)
    rest = rest.dropFirst(length)
    return value
  }

  /// The character at the beginning of bytes that are not empty, and its length; a byte that is not UTF-8 is one
  /// character of its own, beyond Unicode.
  private static func character(_ bytes: ArraySlice<UInt8>) -> (UInt32, Int) {
    let first = bytes[bytes.startIndex]
    let length =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    if first < 0x80 { return (UInt32(first), 1) }
    let candidate = bytes.prefix(length)
    if length > 1, let text = String(validating: candidate, as: UTF8.self), let scalar = text.unicodeScalars.first {
      return (scalar.value, length)
    }
    return (0x11_0000 + UInt32(first), 1)
  }

  private static func shape(_ pieces: [Piece], isOfName: Bool) -> Shape {
    func literal(_ pieces: some Collection<Piece>) -> [UInt8]? {
      var bytes: [UInt8] = []
      for piece in pieces {
        guard case .byte(let byte) = piece else { return nil }
        bytes.append(byte)
      }
      return bytes
    }
    if let bytes = literal(pieces) { return .literal(bytes) }
    // A name holds no slash, so a star may stand for anything in it.
    if isOfName, pieces.first == .anyRun, let bytes = literal(pieces.dropFirst()) { return .suffix(bytes) }
    if isOfName, pieces.last == .anyRun, let bytes = literal(pieces.dropLast()) { return .prefix(bytes) }
    return .pieces(pieces)
  }

  /// Whether pieces stand for all of a subject: every position that the pieces so far can end at is followed, so the
  /// time is their product, whatever the pattern.
  private static func matches(_ pieces: [Piece], _ subject: ArraySlice<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    let start = subject.startIndex
    let count = subject.count
    var reached = [Bool](repeating: false, count: count + 1)
    reached[0] = true
    for piece in pieces {
      var next = [Bool](repeating: false, count: count + 1)
      switch piece {
      case .byte(let byte):
        for i in 0..<count where reached[i] && subject[start + i] == byte { next[i + 1] = true }
      case .anyCharacter:
        for i in 0..<count where reached[i] && subject[start + i] != slash {
          next[i + character(subject[(start + i)...]).1] = true
        }
      case .set(let ranges, let isNegated):
        for i in 0..<count where reached[i] && subject[start + i] != slash {
          let (value, length) = character(subject[(start + i)...])
          if ranges.contains(where: { $0.contains(value) }) != isNegated { next[i + length] = true }
        }
      case .anyRun:
        var isOpen = false
        for i in 0...count {
          isOpen = isOpen || reached[i]
          next[i] = isOpen
          if i < count, subject[start + i] == slash { isOpen = false }
        }
      case .anyFolders:
        var isOpen = false
        for i in 0...count {
          if reached[i] {
            next[i] = true
            isOpen = true
          }
          if isOpen, i < count, subject[start + i] == slash { next[i + 1] = true }
        }
      case .anything:
        guard let first = reached.firstIndex(of: true) else { return false }
        // `folder/**` stands for what lies inside, not for the folder itself.
        return first < count
      }
      reached = next
    }
    return reached[count]
  }
}
