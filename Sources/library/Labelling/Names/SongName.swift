import Tracks

/// What a track's artist and title come to when spellings no longer matter.
struct SongName: Sendable {
  /// Artist, title and featured guests: equal for tracks that may be copies of one recording. Every mark of a version in
  /// the title is part of it, so that a karaoke, live or remixed version is never the song itself.
  let key: FoldedText
  /// Artist and title without guests, without the mark of a short version: equal for versions of one song.
  let base: FoldedText
  /// The mark of a short version that the title bears.
  let isShort: Bool
  /// Whether the title marks a version without its vocals.
  let isKaraoke: Bool
  /// The kinds of version that title or album mark.
  let versions: VersionMarks
  /// The kinds of version that the album marks.
  let albumVersions: VersionMarks
  /// Whether the artist is nobody in particular ("Unknown Artist", "Various").
  let hasGenericArtist: Bool
  /// Whether the title is none in particular ("Track 01", "Untitled", "Intro").
  let hasGenericTitle: Bool
  /// The album, folded; empty where there is none.
  let album: FoldedText
  /// The number of the disc and of the track, where the tags give them.
  let disc: Int?
  /// The number of the track.
  let track: Int?

  /// The name that tags give, or `nil` where artist or title are missing.
  init?(_ tags: TrackTags, markers: MarkerTable) {
    guard let title = tags.title, let artist = tags.artist ?? tags.albumArtist else { return nil }
    let titleWords = TextFolding.words(title)
    let artistWords = TextFolding.words(artist)
    guard !titleWords.isEmpty, !artistWords.isEmpty else { return nil }
    let (song, titleGuests) = Self.withoutGuests(titleWords)
    let (main, artistGuests) = Self.withoutGuests(artistWords)
    let guests = Set([titleGuests, artistGuests].filter { !$0.isEmpty }).sorted()
    let artistText = Self.text(main)
    key = FoldedText.joined([artistText, Self.text(song)] + guests, by: "\u{1}")
    let short = markers.withoutShortMark(song)
    isShort = short != nil
    base = FoldedText.joined([artistText, Self.text(markers.withoutFullMark(short ?? song))], by: "\u{1}")
    isKaraoke = markers.marksKaraoke(titleWords)
    let albumWords = tags.album.map(TextFolding.words) ?? []
    albumVersions = VersionMarks(albumWords).union(markers.marksKaraoke(albumWords) ? .karaoke : [])
    versions = VersionMarks(titleWords).union(isKaraoke ? .karaoke : [])
    hasGenericArtist = Self.genericArtists.contains(artistText)
    hasGenericTitle = Self.isGeneric(title: song)
    album = Self.text(albumWords)
    disc = Self.number(tags.discNumber)
    track = Self.number(tags.trackNumber)
  }

  /// Whether the numbers on one album say that two tracks of one name are different tracks all the same.
  func isOtherTrackOfAlbum(disc otherDisc: Int?, track otherTrack: Int?) -> Bool {
    guard let track, let otherTrack else { return false }
    if track != otherTrack { return true }
    guard let disc, let otherDisc else { return false }
    return disc != otherDisc
  }

  private static let genericArtists = Set(
    [
      "unknown artist", "unknown", "various artists", "various", "va", "v.a.", "no artist", "不明なアーティスト", "オムニバス",
    ].map(TextFolding.joined))
  private static let genericTitles = Set(
    [
      "track", "untitled", "intro", "outro", "interlude", "skit", "prelude", "unknown", "title", "audiotrack", "hidden",
      "bonus", "opening", "ending", "トラック", "無題",
    ].map(TextFolding.joined))

  private static func isGeneric(title words: [FoldedWord]) -> Bool {
    words.allSatisfy { word in
      genericTitles.contains(word.text) || word.text.bytes.allSatisfy { (48...57).contains($0) }
    }
  }

  private static let guestMarks: Set<FoldedText> = ["feat", "ft", "featuring"]
  private static let lengthMark: FoldedText = "ft"

  /// A name without "feat. …", and the guests.
  private static func withoutGuests(_ words: [FoldedWord]) -> ([FoldedWord], FoldedText) {
    for index in words.indices.dropFirst() where guestMarks.contains(words[index].text) {
      let previous = words[index - 1]
      let mark = words[index]
      // "6 ft under" is a length.
      let isLength =
        mark.text == lengthMark && previous.segment == mark.segment && previous.text.bytes.allSatisfy { $0 < 58 }
      // In brackets the mark has to come first: "(Live feat. X)" is another version.
      let comesFirst = !mark.isBracketed || previous.segment != mark.segment
      guard !isLength, comesFirst else { continue }
      let end = words[index...].firstIndex { $0.segment != mark.segment } ?? words.endIndex
      guard end > index + 1 else { continue }
      return (Array(words[..<index] + words[end...]), text(words[(index + 1)..<end]))
    }
    return (words, FoldedText())
  }

  private static func text(_ words: some Sequence<FoldedWord>) -> FoldedText {
    FoldedText.joined(words.map(\.text))
  }

  private static func number(_ text: String?) -> Int? {
    guard let text else { return nil }
    let digits = text.utf8.drop { $0 == 0x20 }.prefix { (48...57).contains($0) }
    return Int(Substring(digits))
  }
}

/// Kinds of version that words of a title or album mark.
struct VersionMarks: OptionSet, Sendable {
  let rawValue: UInt8

  static let live = VersionMarks(rawValue: 1)
  static let remix = VersionMarks(rawValue: 2)
  static let acoustic = VersionMarks(rawValue: 4)
  static let demo = VersionMarks(rawValue: 8)
  static let karaoke = VersionMarks(rawValue: 16)

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  init(_ words: [FoldedWord]) {
    self = words.reduce(into: []) { $0.formUnion(Self.words[$1.text] ?? []) }
  }

  private static let words: [FoldedText: VersionMarks] = {
    let spellings: [(String, VersionMarks)] = [
      ("live", .live), ("ライブ", .live), ("remix", .remix), ("remixes", .remix), ("remixed", .remix), ("rmx", .remix),
      ("リミックス", .remix), ("acoustic", .acoustic), ("unplugged", .acoustic), ("アコースティック", .acoustic), ("demo", .demo),
      ("demos", .demo),
    ]
    return Dictionary(uniqueKeysWithValues: spellings.map { (TextFolding.joined($0.0), $0.1) })
  }()
}
