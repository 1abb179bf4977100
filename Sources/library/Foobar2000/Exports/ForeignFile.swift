import Tracks

/// Tells what a file is that foobar2000 did not export, so that its owner learns what to do instead.
enum ForeignFile {
  /// What to do with a file.
  private enum Advice {
    case export, playlist, music, unpack, sheet, target, none

    var words: String {
      switch self {
      case .export: "What it holds cannot be imported; \(ForeignFile.exports)"
      case .playlist: "Open it in foobar2000 and save it there as .m3u8, then import that"
      case .music: "Put it into the music folder; nothing in it can be imported"
      case .unpack: "Unpack it and import what is inside"
      case .sheet: "Save the sheet as CSV in UTF-8 and import that"
      case .target: "Import the file it leads to"
      case .none: "There is nothing in it to be imported; \(ForeignFile.exports)"
      }
    }
  }

  /// What can be imported.
  static let exports =
    "import a Playback Statistics XML export, a playlist (.m3u8, .m3u, .fpl, .fplite), a Text Tools table with a %path% "
    + "column, Playcount 2003's JSON, or a foobar2000 profile folder"

  /// What a file is and what to do with it, as the end of a sentence that begins with its name; `nil` where it is unknown.
  ///
  /// - Parameters:
  ///   - start: the first bytes of the file.
  ///   - text: the same as UTF-8 without a mark.
  static func words(_ start: [UInt8], text: [UInt8], path: FilePath) -> String? {
    let isOwn = text.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false).prefix(2)
      .contains { $0.elementsEqual(ownMark) }
    if isOwn { return "is a playlist that indexd wrote. What it lists is no taste of yours; \(exports)" }
    guard let (name, advice) = binary(start, path) ?? written(text, path) else { return nil }
    return "is \(name). \(advice.words)"
  }

  /// What a database is that holds no statistics of foobar2000, by its file and its tables.
  static func words(database path: FilePath, tables: Set<String>) -> String? {
    let known: [(tables: [String], name: String)] = [
      (["CoreTracks"], "Banshee's library"), (["Songs", "Played"], "MediaMonkey's library"),
      (["track_locations"], "Mixxx's library"), (["songs", "schema_version"], "Strawberry's or Clementine's library"),
      (["media_file", "annotation"], "Navidrome's library"), (["media_items"], "Plex' library"),
      (["tracks", "contributors"], "Lyrion's library"), (["musicvideo"], "Kodi's library"),
      (["file", "audio", "summary", "note"], "an index of indexd itself"),
      (["moz_places"], "Firefox' history"),
    ]
    if tables.contains(where: { $0.uppercased().hasPrefix("METADB_INDEX_BE36C585_58CE_4465_9825_F2CA30CCEEED") }) {
      return "holds statistics of Playcount 2003 only. Export them in foobar2000 as JSON and import that"
    }
    if let found = known.first(where: { $0.tables.allSatisfy(tables.contains) }) {
      return "is \(found.name). \(Advice.export.words)"
    }
    if path.name == FilePath("config.sqlite") {
      return "is foobar2000's configuration. Import \(ProfileDatabase.fileName) of the same folder"
    }
    return nil
  }

  /// The line by which a playlist of indexd's is known, as long as no other program has written it anew.
  private static let ownMark = Array("#GENERATOR:indexd".utf8)

  // MARK: Binary

  private static func binary(_ start: [UInt8], _ path: FilePath) -> (String, Advice)? {
    // A list or a table may begin with any word, but holds no zero byte.
    let isBinary = start.prefix(512).contains(0)
    let found = signatures.first { signature in
      start.starts(with: signature.bytes) && (isBinary || signature.bytes.contains { $0 > 0x7E || $0 < 0x20 })
    }
    if let found {
      if found.bytes == [0x50, 0x4B, 0x03, 0x04] { return archive(start, path) }
      return (found.name, found.advice)
    }
    func holds(_ word: String, at place: Int) -> Bool { start.dropFirst(place).starts(with: word.utf8) }
    if holds("RIFF", at: 0) {
      if holds("WEBP", at: 8) { return ("a picture", .none) }
      return holds("AVI ", at: 8) ? ("a video", .none) : ("a music file", .music)
    }
    if holds("ftyp", at: 4) {
      let isPicture = ["heic", "mif1", "avif"].contains { holds($0, at: 8) }
      return isPicture ? ("a picture", .none) : ("a music file or a video", .music)
    }
    if holds("ustar", at: 257) { return ("an archive", .unpack) }
    // The mark of UTF-16 looks like a frame of MP3 too.
    if start.count > 1, start[0] == 0xFF, start[1] & 0xE0 == 0xE0, start[1] != 0xFE,
      Recognition.audioTypes.contains(path.fileExtension)
    {
      return ("a music file", .music)
    }
    switch path.fileExtension {
    case "fth": return ("a theme of foobar2000", .none)
    case "cfg" where start.contains(0): return ("a configuration of foobar2000", .none)
    case "mbl": return ("MusicBee's library", .export)
    default: return nil
    }
  }

  /// A zip file, as office programs use them too.
  private static func archive(_ start: [UInt8], _ path: FilePath) -> (String, Advice) {
    let names = String(decoding: start.prefix(4_096), as: UTF8.self)
    if ["xlsx", "xlsm", "ods"].contains(path.fileExtension) || names.contains("opendocument.spreadsheet") {
      return ("a spreadsheet", .sheet)
    }
    if path.fileExtension == "fb2k-component" { return ("a component of foobar2000", .none) }
    return ("a zip archive", .unpack)
  }

  private static let signatures: [(bytes: [UInt8], name: String, advice: Advice)] = [
    ([0xFF, 0xD8, 0xFF], "a picture", .none), ([0x89, 0x50, 0x4E, 0x47], "a picture", .none),
    (Array("GIF8".utf8), "a picture", .none), ([0x49, 0x49, 0x2A, 0x00], "a picture", .none),
    ([0x4D, 0x4D, 0x00, 0x2A], "a picture", .none), (Array("%PDF".utf8), "a PDF document", .none),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive", .unpack), ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", .unpack),
    ([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07], "a RAR archive", .unpack), ([0x1F, 0x8B], "a compressed file", .unpack),
    (Array("BZh".utf8), "a compressed file", .unpack), ([0xFD, 0x37, 0x7A, 0x58], "a compressed file", .unpack),
    ([0x28, 0xB5, 0x2F, 0xFD], "a compressed file", .unpack),
    ([0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00], "a shortcut of Windows", .target),
    ([0xD0, 0xCF, 0x11, 0xE0], "a document of Microsoft Office, or pictures of Windows", .sheet),
    (Array("MZ".utf8), "a program of Windows", .none), ([0x7F, 0x45, 0x4C, 0x46], "a program", .none),
    (Array("fLaC".utf8), "a music file", .music), (Array("OggS".utf8), "a music file", .music),
    (Array("ID3".utf8), "a music file", .music), (Array("MAC ".utf8), "a music file", .music),
    (Array("wvpk".utf8), "a music file", .music), (Array("MPCK".utf8), "a music file", .music),
    (Array("MP+".utf8), "a music file", .music), (Array("TTA1".utf8), "a music file", .music),
    (Array("tBaK".utf8), "a music file", .music), (Array("DSD ".utf8), "a music file", .music),
    (Array("FRM8".utf8), "a music file", .music), (Array("FORM".utf8), "a music file", .music),
    (Array("MThd".utf8), "a music file", .music), (Array(".snd".utf8), "a music file", .music),
    ([0x30, 0x26, 0xB2, 0x75], "a music file", .music), ([0x1A, 0x45, 0xDF, 0xA3], "a music file or a video", .music),
    (Array("hdfm".utf8), "iTunes' library", .export), (Array("bplist00".utf8), "a property list of Apple's", .export),
    (Array("NDETABLE".utf8), "Winamp's media library", .export),
    (Array("NDEINDEX".utf8), "Winamp's media library", .export),
    (Array("DBPL".utf8), "a playlist of DeaDBeeF", .playlist),
  ]

  // MARK: Text

  private static func written(_ bytes: [UInt8], _ path: FilePath) -> (String, Advice)? {
    let text = String(decoding: bytes.prefix(1 << 14), as: UTF8.self)
    let trimmed = text.drop(while: \.isWhitespace)
    if trimmed.first == "<" { return markup(trimmed.lowercased()) }
    if trimmed.first == "{" || trimmed.first == "[", let found = json(text) { return found }
    let lines = trimmed.prefix(4_096).split(whereSeparator: \.isNewline)
    let first = lines.first?.lowercased() ?? ""
    switch first {
    case "[playlist]": return ("a PLS playlist", .playlist)
    case "[reference]": return ("an ASX playlist", .playlist)
    case "[internetshortcut]", "[desktop entry]": return ("a shortcut", .target)
    case "[.shellclassinfo]": return ("a folder's settings of Windows", .none)
    case "mpcplaylist": return ("a playlist of Media Player Classic", .playlist)
    default: break
    }
    if first.hasPrefix("#audioscrobbler") {
      return ("a log of listens for Last.fm, one row a listen, without paths and counts", .export)
    }
    if path.fileExtension.hasPrefix("aimppl") { return ("a playlist of AIMP", .playlist) }
    if first.hasPrefix("exact audio copy") || first.hasPrefix("x lossless") {
      return ("a log of ripping a disc", .none)
    }
    if isCueSheet(lines) { return ("a cue sheet", .music) }
    return nil
  }

  private static func isCueSheet(_ lines: [Substring.SubSequence]) -> Bool {
    let words = lines.prefix(200).map { $0.split(whereSeparator: \.isWhitespace).map { $0.uppercased() } }
    let hasTrack = words.contains { $0.count >= 3 && $0[0] == "TRACK" && Int($0[1]) != nil }
    return hasTrack && words.contains { $0.count >= 2 && $0[0] == "FILE" }
  }

  private static func markup(_ text: String) -> (String, Advice)? {
    guard !text.contains("<playbackstatistics") else { return nil }
    if text.contains("<plist") {
      let isLibrary = ["<key>tracks</key>", "<key>major version</key>", "<key>library persistent id</key>"]
        .contains(where: text.contains)
      return isLibrary ? ("the library of iTunes or Apple Music", .export) : ("a property list of Apple's", .export)
    }
    let known: [(tag: String, name: String, advice: Advice)] = [
      ("<rhythmdb", "Rhythmbox' library", .export), ("xspf.org/ns", "an XSPF playlist", .playlist),
      ("<?wpl", "a playlist of Windows Media Player", .playlist),
      ("<smil", "a playlist of Windows Media Player", .playlist),
      ("<?zpl", "a Zune playlist", .playlist), ("<asx", "an ASX playlist", .playlist),
      ("<winampxml", "a playlist of Winamp", .playlist),
      ("<musicdatabase", "MusicBee's or another program's library", .export),
      ("<virtualdj", "VirtualDJ's library", .export), ("<dj_playlists", "Rekordbox' library", .export),
      ("<nml", "Traktor's library", .export), ("<!doctype html", "a web page", .none), ("<html", "a web page", .none),
      ("<opml", "a list of feeds", .none), ("<svg", "a picture", .none), ("<rss", "a feed", .none),
    ]
    return known.first { text.contains($0.tag) }.map { ($0.name, $0.advice) }
  }

  /// Histories of other services, by the names of their members.
  private static func json(_ text: String) -> (String, Advice)? {
    func holds(_ names: String...) -> Bool { names.allSatisfy { text.contains("\"\($0)\"") } }
    // What names files is a table, whatever else it holds.
    guard !holds("path"), !text.contains("\"2003_") else { return nil }
    if holds("scrobbles") || holds("#text", "uts") || (holds("artist", "track", "date") && holds("albumId")) {
      return ("a list of listens from Last.fm, one object a listen, without paths and counts", .export)
    }
    if holds("endTime", "trackName") || holds("master_metadata_track_name") || holds("spotify_track_uri")
      || holds("trackUri") || text.contains("spotify:track:")
    {
      return ("data of Spotify's, without paths", .export)
    }
    if holds("titleUrl", "time") || text.contains("\"YouTube Music\"") {
      return ("a history of YouTube's, without paths", .export)
    }
    return nil
  }
}
