/// What foobar2000 exports, as text: the one writer of statistics and playlists for tests in Swift; `foobar2000.py` is the one
/// for scripts.
public enum Exports {
  /// The statistics of foo_playcount with these entries.
  public static func statistics(_ entries: String) -> String {
    "<PlaybackStatistics Version=\"3.0\" Mapping=\"C653739F-14B3-4EF2-819B-A3E2883230AE\">\n\(entries)</PlaybackStatistics>\n"
  }

  /// An entry of the statistics: a track that came in 2020.
  public static func entry(_ number: Int, _ path: String, plays: Int) -> String {
    "  <Entry ID=\"\(String(number, radix: 16))\" Count=\"\(plays)\" Added=\"132223104000000000\" >\n"
      + "<Item Path=\"\(path)\"></Item>  </Entry>\n"
  }

  /// An exported playlist.
  public static func playlist(_ paths: [String]) -> String {
    "\u{FEFF}#EXTM3U\r\n" + paths.map { $0 + "\r\n" }.joined()
  }
}
