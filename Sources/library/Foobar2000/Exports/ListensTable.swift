import Tracks

/// Tells tables with a row for every listen, as Last.fm's and ListenBrainz' are, from tables with a row for every track.
enum ListensTable {
  /// What such a table is, and what to do instead, as the end of a sentence that begins with its name.
  static let words =
    "is a list of listens, one row a listen, as Last.fm and ListenBrainz give them: it has neither paths nor play counts "
    + "and cannot be read yet. Instead, \(ForeignFile.exports)"

  private static let artists: Set<String> = ["artist", "artistname", "artists", "trackartist", "creator"]
  private static let titles: Set<String> = ["track", "title", "trackname", "song", "tracktitle", "name", "songname"]
  private static let times: Set<String> = [
    "uts", "utctime", "date", "timestamp", "listenedat", "playedat", "scrobbledat", "scrobbletime", "datetime", "time",
    "unixtime", "ts", "endtime", "playdate", "isodate", "dateplayed", "playtime", "scrobbledate", "played",
  ]

  /// Whether the first rows of a table are those of listens.
  ///
  /// - Parameter rows: the first rows, a header included.
  static func isTold(by rows: [[String]], localTime: LocalTime) -> Bool {
    guard let first = rows.first, first.count >= 3 else { return false }
    let names = first.map(letters)
    func place(_ wanted: Set<String>) -> Int? { names.firstIndex { wanted.contains($0) } }
    if place(artists) != nil, place(titles) != nil {
      let columns = first.map { TableColumn(name: $0) }
      guard !columns.contains(.path), !TableColumn.hasStatistics(columns) else { return false }
      let moments = names.indices.filter { times.contains(names[$0]) || names[$0].hasPrefix("dateuser") }
      return moments.contains { holdsTimes(rows.dropFirst().map { $0 }, $0, localTime) }
        || names.contains("uts") || names.contains("listenedat")
    }
    return isHeaderless(rows, localTime)
  }

  private static func holdsTimes(_ rows: [[String]], _ column: Int, _ localTime: LocalTime) -> Bool {
    let cells = rows.compactMap { $0.indices.contains(column) ? $0[column] : nil }.filter { !TableRow.isMissing($0) }
    let row = TableRow(localTime: localTime)
    // A year alone, or a length, is none.
    let moments = cells.filter { $0.utf8.count >= 8 && row.time(TagCollection.trimmed($0)) != nil }
    return !cells.isEmpty && moments.count * 10 >= cells.count * 9
  }

  /// Rows without a header, a path and a count that have two texts or more and one moment each, in the order of time or with
  /// songs that come again: a table of tracks is in another order and has each once.
  private static func isHeaderless(_ rows: [[String]], _ localTime: LocalTime) -> Bool {
    guard let width = rows.first?.count, let columns = TableInference.columns(rows, localTime: localTime),
      !columns.contains(.path), !columns.contains(.playCount), !columns.contains(.rating),
      let artist = columns.firstIndex(of: .artist), let title = columns.firstIndex(of: .title),
      columns.count(where: { $0 == .added || $0 == .lastPlayed || $0 == .firstPlayed }) == 1,
      let moment = columns.firstIndex(of: .added)
    else { return false }
    let usable = rows.filter { $0.count == width }
    guard usable.count > 1 else { return false }
    var songs: Set<[String]> = []
    let comesAgain = usable.contains { !songs.insert([$0[artist], $0[title]]).inserted }
    let row = TableRow(localTime: localTime)
    let moments = usable.compactMap { row.time(TagCollection.trimmed($0[moment])) }
    let isOrdered =
      zip(moments, moments.dropFirst()).allSatisfy { $0 >= $1 }
      || zip(moments, moments.dropFirst()).allSatisfy { $0 <= $1 }
    return comesAgain || (isOrdered && Set(moments).count > 1)
  }

  private static func letters(_ name: String) -> String {
    String(name.lowercased().filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) })
  }
}
