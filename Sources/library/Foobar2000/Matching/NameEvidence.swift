/// How much a name tells of what it names.
enum NameEvidence {
  private static let generic: Set<FoldedText> = Set(
    [
      "track", "tracks", "titel", "titre", "piste", "audio", "audiotrack", "song", "untitled", "unknown", "artist",
      "album", "various", "artists", "va", "cd", "cda", "disc", "disk", "side", "part", "vol", "volume", "music",
      "new", "folder", "intro", "outro", "interlude", "mp3", "flac", "ogg", "opus", "wav", "aiff", "aif", "m4a", "ape",
      "wv", "トラック", "アルバム", "アーティスト", "不明",
    ].map { Folding.text($0) })

  /// Whether a folded name of a file (with its extension) or folder says more than a number or a word that every
  /// collection holds.
  static func isTelling(_ name: FoldedText) -> Bool {
    var letters = 0
    for word in name.split(whereSeparator: { !isLetter($0) && !isDigit($0) }) {
      let bare = word.filter { !isDigit($0) }
      if generic.contains(Array(word)) || generic.contains(bare) { continue }
      for byte in bare where byte & 0xC0 != 0x80 {
        // One sign of a syllabic or logographic script tells as much as two letters.
        letters += byte >= 0xE3 ? 2 : 1
      }
      if letters >= 2 { return true }
    }
    return false
  }

  /// ASCII letters, and everything beyond ASCII.
  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (97...122).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte)
  }
}
