import Tracks

/// Tags that are read here: of MP4 files, of which TagLib keeps one atom of each name, and of CAF files, which it does
/// not know.
enum OwnTags {
  typealias Pair = (name: String, value: String)

  /// The names and values in a file of a kind, in their order; none for kinds that others read.
  static func read(_ file: ByteFile, _ container: Container) -> [Pair] {
    switch container.kind {
    case .mp4: MP4Tags.read(file, in: container.bytes)
    case .caf: caf(file, in: container.bytes)
    default: []
    }
  }

  /// The information chunk of a CAF file (Apple Core Audio Format Specification 1.0): pairs of texts that end with zeros.
  private static func caf(_ file: ByteFile, in bytes: Range<Int64>) -> [Pair] {
    var position = bytes.lowerBound + 8
    for _ in 0..<1_000 {
      let head = file.bytes(at: position, count: 12)
      guard position < bytes.upperBound, head.count == 12 else { return [] }
      let size = head.big(4, as: Int64.self)
      guard size >= 0, size < bytes.upperBound - position else { return [] }
      if head.has("info") {
        let body = file.bytes(at: position + 16, count: Int(min(max(0, size - 4), Int64(ByteFile.capacity))))
        let texts = body.split(separator: 0, omittingEmptySubsequences: false)
          .map { String(decoding: $0, as: UTF8.self) }
        return stride(from: 0, to: texts.count - 1, by: 2).map { (cafName(texts[$0]), texts[$0 + 1]) }
      }
      position += 12 + size
    }
    return []
  }

  /// The common name of what the specification calls otherwise.
  private static func cafName(_ name: String) -> String {
    switch name.uppercased() {
    case "YEAR", "RECORDED DATE": "DATE"
    case "TRACK NUMBER": "TRACKNUMBER"
    case let other: other
    }
  }
}

/// The atoms of an MP4 file's tag, all of each name.
enum MP4Tags {
  /// The names and values, in the order of the file.
  static func read(_ file: ByteFile, in bytes: Range<Int64>) -> [OwnTags.Pair] {
    var pairs: [OwnTags.Pair] = []
    let list = ["moov", "udta", "meta", "ilst"].reduce([bytes]) { parents, name in
      parents.flatMap { parent in
        atoms(file, in: parent).filter { $0.name == name }.map { name == "meta" ? content(file, $0.body) : $0.body }
      }
    }
    for atom in list.flatMap({ atoms(file, in: $0) }) {
      let parts = atoms(file, in: atom.body)
      let isFree = atom.name == "----"
      let label = parts.first { $0.name == "name" }.map { text(file, $0.body, from: 4) }
      guard let name = isFree ? label?.uppercased() : names[atom.name] else { continue }
      for part in parts where part.name == "data" { value(file, part.body).map { pairs.append((name, $0)) } }
    }
    return pairs
  }

  private static let names = [
    "\u{A9}ART": "ARTIST", "\u{A9}nam": "TITLE", "\u{A9}alb": "ALBUM", "aART": "ALBUMARTIST", "\u{A9}gen": "GENRE",
    "\u{A9}day": "DATE",
  ]

  private typealias Atom = (name: String, body: Range<Int64>)

  /// The atoms that follow each other in a range.
  private static func atoms(_ file: ByteFile, in bytes: Range<Int64>) -> [Atom] {
    var atoms: [Atom] = []
    var position = bytes.lowerBound
    let most = 10_000
    while position < bytes.upperBound, atoms.count < most {
      let head = file.bytes(at: position, count: 16)
      guard head.count >= 8 else { break }
      var size = Int64(head.big(0, as: UInt32.self))
      var body = position + 8
      if size == 1, head.count == 16 {
        size = head.big(8, as: Int64.self)
        body += 8
      } else if size == 0 {
        size = bytes.upperBound - position
      }
      guard size >= body - position, size <= bytes.upperBound - position else { break }
      // Names are bytes of Latin 1.
      let name = String(String.UnicodeScalarView(head[4..<8].map { Unicode.Scalar($0) }))
      atoms.append((name, body..<(position + size)))
      position += size
    }
    return atoms
  }

  /// The atoms of a `meta` atom: behind a version, which QuickTime's own files lack.
  private static func content(_ file: ByteFile, _ body: Range<Int64>) -> Range<Int64> {
    let isBare = file.bytes(at: body.lowerBound, count: 8).has("hdlr", at: 4)
    return isBare ? body : min(body.upperBound, body.lowerBound + 4)..<body.upperBound
  }

  /// The text of a `data` atom; `nil` where it holds something else or more than any name.
  private static func value(_ file: ByteFile, _ body: Range<Int64>) -> String? {
    let head = file.bytes(at: body.lowerBound, count: 8)
    // Type 1 is UTF-8, type 0 is left to the name.
    guard head.count == 8, (8...ByteFile.capacity).contains(body.count), head.big(0, as: UInt32.self) <= 1 else {
      return nil
    }
    return text(file, body, from: 8)
  }

  private static func text(_ file: ByteFile, _ body: Range<Int64>, from start: Int64) -> String {
    let most = Int64(ByteFile.capacity)
    let count = max(0, min(most, Int64(body.count) - start))
    return String(decoding: file.bytes(at: body.lowerBound + start, count: Int(count)), as: UTF8.self)
  }
}
