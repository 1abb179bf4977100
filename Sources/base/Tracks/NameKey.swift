/// The form of a name that its spellings share.
public enum NameKey {
  /// The name in lower case, full-width characters as the others, Latin letters without their accents, single blanks
  /// between words; `nil` for no name or one of blanks alone.
  ///
  /// Letters of other scripts keep their marks, which make other letters of them (й, が).
  public static func of(_ name: String?) -> String? {
    guard let name else { return nil }
    if name.utf8.allSatisfy({ $0 < 0x80 }) { return plain(name) }
    var key = String.UnicodeScalarView()
    var isLatin = false
    var isBlank = false
    func add(_ scalar: Unicode.Scalar) {
      if isBlank, !key.isEmpty { key.append(" ") }
      isBlank = false
      key.append(scalar)
    }
    for whole in name.lowercased().unicodeScalars {
      let scalar = narrow(whole)
      if scalar.properties.isWhitespace {
        isBlank = true
      } else if (0x300...0x36F).contains(scalar.value) {
        if !isLatin { add(scalar) }
      } else {
        let letters = folded(scalar)
        isLatin = letters.value < 0x250
        add(letters)
        if scalar == "ß" { add("s") }
        if scalar == "æ" || scalar == "œ" { add("e") }
      }
    }
    return key.isEmpty ? nil : String(key)
  }

  /// The key of a name in ASCII: a library has hundreds of thousands.
  private static func plain(_ name: String) -> String? {
    var key: [UInt8] = []
    key.reserveCapacity(name.utf8.count)
    var isBlank = false
    for byte in name.utf8 {
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        isBlank = true
        continue
      }
      if isBlank, !key.isEmpty { key.append(0x20) }
      isBlank = false
      key.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return key.isEmpty ? nil : String(decoding: key, as: UTF8.self)
  }

  /// The first letter that stands for a Latin letter which does not decompose.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "ß": "s"
    case "æ": "a"
    case "œ", "ø": "o"
    case "ł": "l"
    case "đ", "ð": "d"
    case "ı": "i"
    case "’", "‘", "ʼ": "'"
    default: plainLetter(scalar) ?? scalar
    }
  }

  /// The ASCII character that a full-width one stands for, by the layout of its block in Unicode.
  private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
    return Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
  }

  /// The letter that a Latin letter with marks is made of, by its name in Unicode: `LATIN SMALL LETTER E WITH ACUTE`. The
  /// worker has no Foundation, which would decompose it.
  private static func plainLetter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard (0xC0...0x24F).contains(scalar.value) || (0x1E00...0x1EFF).contains(scalar.value),
      let name = scalar.properties.name, name.hasPrefix("LATIN SMALL LETTER ")
    else { return nil }
    let words = name.dropFirst("LATIN SMALL LETTER ".count).split(separator: " ")
    guard words.count > 2, words[1] == "WITH", let letter = words[0].utf8.first, words[0].utf8.count == 1 else {
      return nil
    }
    return Unicode.Scalar(letter | 0x20)
  }
}

/// What tells one album from another, the same for the splits, the history of opinions and the limits of the playlist.
public enum AlbumKey {
  /// The key of a tagged album: its name with its artist's or, without one, with the folder, where a folder of one disc
  /// (`CD 2`) stands for the one above, or with the track's artist where no folder is known; `nil` for a track without an
  /// album.
  public static func of(_ tags: TrackTags, folder: FilePath?) -> String? {
    guard let album = NameKey.of(tags.album) else { return nil }
    return album + "\u{0}" + (NameKey.of(tags.albumArtist) ?? folder.flatMap(standIn) ?? NameKey.of(tags.artist) ?? "")
  }

  /// The key that a folder gives tracks without an album; `nil` for an empty path.
  public static func standIn(_ folder: FilePath) -> String? {
    let whole = isDisc(folder.name) ? folder.parent : folder
    guard !whole.bytes.isEmpty else { return nil }
    // Bytes that are no text are told apart too.
    return "folder " + (whole.string ?? whole.bytes.map { String($0, radix: 16) }.joined(separator: " "))
  }

  /// Whether a folder is named after a disc of an album.
  private static func isDisc(_ name: FilePath) -> Bool {
    guard let text = name.string?.lowercased() else { return false }
    guard let word = ["cd", "disc", "disk"].first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(word.count).drop { " -_.#".contains($0) }
    return !rest.isEmpty && rest.count <= 2 && rest.allSatisfy { $0.isASCII && $0.isNumber }
  }
}
