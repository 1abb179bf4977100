/// The kinds of file that foobar2000 and its components write and this target reads.
public enum ExportKind: String, Sendable, Codable, CaseIterable {
  /// The XML export of Playback Statistics.
  case statisticsXML
  /// An `.m3u` or `.m3u8` playlist.
  case playlist
  /// A table or JSON lines that Text Tools wrote by a pattern of the owner's.
  case textTable
  /// foobar2000's own playlist file, of any version.
  case fpl
  /// A live playlist of foobar2000 2, named by `index.txt` in the same folder.
  case fplite
  /// The database of foobar2000 2, alone or in its profile folder.
  case metadb
  /// The JSON export of Playcount 2003.
  case playcount2003
  /// A table with a row a listen, as Last.fm and ListenBrainz give them.
  case listens
  /// What beefweb answers on the items of a playlist.
  case beefweb

  /// What its owner calls it.
  public var words: String {
    switch self {
    case .statisticsXML: "Playback Statistics XML"
    case .playlist: "playlist"
    case .textTable: "Text Tools table"
    case .fpl: "foobar2000 playlist"
    case .fplite: "foobar2000 live playlist"
    case .metadb: "foobar2000 database"
    case .playcount2003: "Playcount 2003 JSON"
    case .listens: "table of listens"
    case .beefweb: "items of beefweb"
    }
  }

  /// Whether the file says which tracks belong to a list; otherwise it says how often tracks were played.
  public var isPlaylist: Bool {
    switch self {
    case .playlist, .fpl, .fplite: true
    case .statisticsXML, .textTable, .metadb, .playcount2003, .listens, .beefweb: false
    }
  }

  /// Whether its text may be in a code page, and its times in a time zone, that only the owner knows.
  public var isText: Bool {
    [.playlist, .textTable, .listens, .beefweb].contains(self)
  }
}
