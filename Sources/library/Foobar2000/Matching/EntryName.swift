import Tracks

/// The name of a file as an entry of a list, or the library, spells it.
struct EntryName {
  /// The number of folders above the file that are looked at.
  static let depth = 3

  /// The name with its extension.
  let whole: [UInt8]
  /// The name without its extension.
  let stem: [UInt8]
  /// The extension of a file that is played, empty where there is none.
  let type: [UInt8]
  /// The names of the folders above, the last `depth` of them.
  let folders: [[UInt8]]
  /// Whether percent signs, entities or escapes were read as what they stand for.
  let isEncoded: Bool

  /// Whether the name ends like a file that is played.
  var hasType: Bool { !type.isEmpty }

  private init(_ whole: [UInt8], folders: [[UInt8]], isEncoded: Bool) {
    self.whole = whole
    self.folders = Array(folders.suffix(Self.depth))
    self.isEncoded = isEncoded
    guard let dot = whole.lastIndex(of: UInt8(ascii: ".")), dot > 0 else {
      (stem, type) = (whole, [])
      return
    }
    let type = whole[(dot + 1)...].map { (65...90).contains($0) ? $0 | 0x20 : $0 }
    let name = String(decoding: type, as: UTF8.self)
    let isKnown = Recognition.audioTypes.contains(name) || PlaylistText.containers.contains(name)
    (stem, self.type) = isKnown ? (Array(whole[..<dot]), type) : (whole, [])
  }

  /// The spellings that a location can be read as: as it is, with either slash, and with what is encoded in it decoded.
  static func spellings(of location: String) -> [EntryName] {
    var texts = [(withoutQuery(location), false)]
    if let decoded = EncodedNames.decoded(texts[0].0) { texts.append((decoded, true)) }
    return texts.flatMap { text, isEncoded -> [EntryName] in
      let bytes = Array(withoutTrackNumber(text).utf8)
      let slash = UInt8(ascii: "/")
      func parts(_ isBreak: (UInt8) -> Bool) -> [[UInt8]] { bytes.split(whereSeparator: isBreak).map(Array.init) }
      var names = [parts { $0 == slash || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "|") }]
      // In a path of Unix a backslash or a bar is part of a name.
      let unix = parts { $0 == slash }
      if unix.last != names[0].last { names.append(unix) }
      // A character of an East Asian code page may end in the byte of a backslash or a bar.
      var previous: UInt8 = 0
      let joined = bytes.split { byte in
        defer { previous = byte }
        return byte == slash || (previous < 0x80 && (byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "|")))
      }.map(Array.init)
      if joined.last != names[0].last { names.append(joined) }
      return names.compactMap { names -> EntryName? in
        guard let name = names.last else { return nil }
        return EntryName(name, folders: names.dropLast(), isEncoded: isEncoded)
      }
    }
  }

  /// The spellings of the name of a file of this machine.
  static func spellings(ofName name: [UInt8]) -> [EntryName] {
    let own = EntryName(name, folders: [], isEncoded: false)
    guard name.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "\\") }),
      let decoded = EncodedNames.decoded(String(decoding: name, as: UTF8.self))
    else { return [own] }
    return [own, EntryName(Array(decoded.utf8), folders: [], isEncoded: true)]
  }

  /// An address without what follows the path.
  private static func withoutQuery(_ location: String) -> String {
    guard let scheme = LocationString.scheme(of: location), scheme.lowercased() != "file",
      LocationString.server(location) == nil
    else { return location }
    let end = location.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    return end.map { String(decoding: location.utf8[..<$0], as: UTF8.self) } ?? location
  }

  /// A path without the comma and the number of a track behind it.
  private static func withoutTrackNumber(_ path: String) -> String {
    guard let comma = path.utf8.lastIndex(of: UInt8(ascii: ",")),
      LocationString.decimal(Array(path.utf8[comma...].dropFirst())) != nil
    else { return path }
    return String(decoding: path.utf8[..<comma], as: UTF8.self)
  }
}
