import Tracks

/// Tables with a row for every listen, as Last.fm's and ListenBrainz' are: the rows of a song are counted.
enum ListensTable {
  private static let artists: Set<String> = ["artist", "artistname", "artists", "trackartist", "creator"]
  private static let titles: Set<String> = ["track", "title", "trackname", "song", "tracktitle", "name", "songname"]
  private static let times: Set<String> = [
    "uts", "utctime", "date", "timestamp", "listenedat", "playedat", "scrobbledat", "scrobbletime", "datetime", "time",
    "unixtime", "ts", "endtime", "playdate", "isodate", "dateplayed", "playtime", "scrobbledate", "played",
  ]

  /// Where a table says what of a listen.
  struct Layout: Equatable {
    var separator: UInt8
    var hasHeader: Bool
    var artist: Int
    var title: Int
    var album: Int?
    var moment: Int
  }

  /// How a file is laid out as a table of listens; `nil` where it is none.
  static func layout(
    of path: FilePath, encoding: TextEncoding, localTime: LocalTime
  ) throws(ImportFailure) -> Layout? {
    for separator in TextTable.separators {
      var rows = try DelimitedRows(path, encoding: encoding, separator: separator, quotes: true)
      var sample: [[String]] = []
      while sample.count < TextTable.sampleRows, let next = try rows.next() { sample.append(next) }
      if let layout = layout(sample, separator, localTime) { return layout }
    }
    return nil
  }

  /// The layout that the first rows of a table show.
  ///
  /// - Parameter rows: the first rows, a header included.
  private static func layout(_ rows: [[String]], _ separator: UInt8, _ localTime: LocalTime) -> Layout? {
    guard let first = rows.first, first.count >= 3 else { return nil }
    let names = first.map(letters)
    func place(_ wanted: Set<String>) -> Int? { names.firstIndex { wanted.contains($0) } }
    guard let artist = place(artists), let title = place(titles) else {
      return headerless(rows, separator, localTime)
    }
    let columns = first.map { TableColumn(name: $0) }
    guard !columns.contains(.path), !TableColumn.hasStatistics(columns) else { return nil }
    let moments = names.indices.filter { times.contains(names[$0]) || names[$0].hasPrefix("dateuser") }
    let sure = names.firstIndex { $0 == "uts" || $0 == "listenedat" }
    guard
      let moment = sure ?? moments.first(where: { holdsTimes(rows.dropFirst().map { $0 }, $0, localTime) })
    else { return nil }
    return Layout(
      separator: separator, hasHeader: true, artist: artist, title: title,
      album: names.firstIndex { ["album", "albumname", "release", "releasename"].contains($0) }, moment: moment)
  }

  /// Delivers one record a song: how often it was listened to, first and last.
  static func read(
    _ path: FilePath, options: ReadingOptions, record deliver: (ListeningRecord) throws -> Void
  ) throws -> ExportSummary {
    let localTime = try LocalTime(zoneName: options.timeZone, file: path)
    var summary = ExportSummary(kind: .listens)
    let encoding = try TextEncoding.detect(path, options: options, warnings: &summary.warnings)
    summary.encoding = encoding.name
    var songs = Songs()
    let row = TableRow(localTime: localTime)
    if let layout = try layout(of: path, encoding: encoding, localTime: localTime) {
      var rows = try DelimitedRows(path, encoding: encoding, separator: layout.separator, quotes: true)
      if layout.hasHeader { _ = try rows.next() }
      while let cells = try rows.next() {
        if rows.isOpen { throw truncated(path, rows.lineNumber) }
        func cell(_ column: Int?) -> String? {
          column.flatMap { cells.indices.contains($0) ? TagCollection.trimmed(cells[$0]) : nil }
        }
        guard let artist = cell(layout.artist), let title = cell(layout.title), let moment = cell(layout.moment) else {
          summary.malformed.add(place: "line \(rows.lineNumber)", problem: "\(cells.count) cells")
          continue
        }
        try songs.add(artist, title, cell(layout.album), at: row.time(moment), path)
      }
    } else {
      var objects = try JSONObjects(path, encoding: encoding, isRaw: false)
      try objects.forEach { members in
        let cells = Dictionary(members.map { ($0.0, $0.1.cell) }, uniquingKeysWith: { first, _ in first })
        guard let artist = cells["artist_name"], let title = cells["track_name"], let moment = cells["listened_at"]
        else {
          summary.malformed.add(place: "an object", problem: "no artist_name, track_name or listened_at")
          return
        }
        try songs.add(artist, title, cells["release_name"], at: row.time(moment), path)
      }
      for part in objects.malformed.first { summary.malformed.add(place: part.place, problem: part.problem) }
    }
    if songs.records.isEmpty, let first = summary.malformed.first.first {
      throw ImportFailure(
        .unrecognised, path, "holds no listen that can be read; \(first.place): \(first.problem)")
    }
    for record in songs.records {
      summary.entries += 1
      summary.withoutLocation += 1
      try deliver(record)
    }
    if songs.undated > 0 {
      summary.warnings.append("\(counted(songs.undated, "row")) without a time were left out: listens have one.")
    }
    return summary
  }

  /// The songs of a table, in the order of their first rows.
  private struct Songs {
    private struct Listen: Hashable {
      var song: Int
      var time: Double
    }

    private(set) var records: [ListeningRecord] = []
    private(set) var undated = 0
    private var numbers: [[String]: Int] = [:]
    /// Exports of several pages overlap.
    private var listens: Set<Listen> = []

    /// The most listens of a table: a hundred years of one song a minute.
    private static let most = 50_000_000

    mutating func add(
      _ artist: String, _ title: String, _ album: String?, at time: Double?, _ path: FilePath
    ) throws {
      guard !artist.isEmpty, !title.isEmpty else { return }
      // What is being played just now has none.
      guard let time, FileTime.isPlausible(time) else {
        undated += 1
        return
      }
      guard listens.count < Self.most else {
        throw ImportFailure(.tooLarge, path, "holds more than \(Self.most) listens")
      }
      let key = [artist, title, album ?? ""]
      let number = numbers[key] ?? records.count
      if numbers[key] == nil {
        numbers[key] = number
        let name = album.flatMap { $0.isEmpty ? nil : $0 }
        records.append(
          ListeningRecord(tags: TrackTags(title: title, artist: artist, album: name), playCount: 0))
      }
      guard listens.insert(Listen(song: number, time: time)).inserted else { return }
      records[number].playCount = (records[number].playCount ?? 0) + 1
      records[number].firstPlayed = min(records[number].firstPlayed ?? time, time)
      records[number].lastPlayed = max(records[number].lastPlayed ?? time, time)
    }
  }

  private static func truncated(_ path: FilePath, _ line: Int) -> ImportFailure {
    ImportFailure(
      .truncated, path,
      "line \(line): ends inside a row: the table or its copy is incomplete. Save it again; nothing of it was taken")
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
  private static func headerless(_ rows: [[String]], _ separator: UInt8, _ localTime: LocalTime) -> Layout? {
    guard let width = rows.first?.count, let columns = TableInference.columns(rows, localTime: localTime),
      !columns.contains(.path), !columns.contains(.playCount), !columns.contains(.rating),
      let artist = columns.firstIndex(of: .artist), let title = columns.firstIndex(of: .title),
      columns.count(where: { $0 == .added || $0 == .lastPlayed || $0 == .firstPlayed }) == 1,
      let moment = columns.firstIndex(of: .added)
    else { return nil }
    let usable = rows.filter { $0.count == width }
    guard usable.count > 1 else { return nil }
    var songs: Set<[String]> = []
    let comesAgain = usable.contains { !songs.insert([$0[artist], $0[title]]).inserted }
    let row = TableRow(localTime: localTime)
    let moments = usable.compactMap { row.time(TagCollection.trimmed($0[moment])) }
    let isOrdered =
      zip(moments, moments.dropFirst()).allSatisfy { $0 >= $1 }
      || zip(moments, moments.dropFirst()).allSatisfy { $0 <= $1 }
    guard comesAgain || (isOrdered && Set(moments).count > 1) else { return nil }
    return Layout(
      separator: separator, hasHeader: false, artist: artist, title: title, album: columns.firstIndex(of: .album),
      moment: moment)
  }

  private static func letters(_ name: String) -> String {
    String(name.lowercased().filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) })
  }
}
