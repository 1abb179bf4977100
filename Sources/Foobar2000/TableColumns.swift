import Tracks

/// What a column of a table holds.
enum TableColumn: String, CaseIterable {
  case path, subsong, artist, album, albumArtist, title, trackNumber, discNumber, duration, genre, date
  case rating, playCount, firstPlayed, lastPlayed, added

  /// The names that published patterns, and people, give to columns, without signs and blanks.
  private static let names: [TableColumn: [String]] = [
    .path: ["path", "location", "file", "filename", "filepath", "fullpath", "url"],
    .subsong: ["subsong", "subsongindex"],
    .artist: ["artist", "trackartist", "artists"],
    .album: ["album"],
    .albumArtist: ["albumartist"],
    .title: ["title", "tracktitle", "name"],
    .trackNumber: ["tracknumber", "track", "trackno", "tracknum"],
    .discNumber: ["discnumber", "disc", "discno", "disk"],
    .duration: ["length", "duration", "lengthseconds", "lengthsecondsfp", "seconds", "time"],
    .genre: ["genre"],
    .date: ["date", "year"],
    .rating: ["rating", "stars"],
    .playCount: ["playcount", "playcounter", "playedcount", "plays", "count", "timesplayed"],
    .firstPlayed: ["firstplayed", "firstplay"],
    .lastPlayed: ["lastplayed", "lastplay", "playeddate", "lastplayeddate"],
    .added: ["added", "dateadded", "addeddate"],
  ]

  private static let byName: [String: TableColumn] = {
    var columns: [String: TableColumn] = [:]
    for column in allCases { for name in names[column] ?? [] { columns[name] = column } }
    return columns
  }()

  /// The column that a name in a header or of a JSON member means.
  init?(name: String) {
    guard let column = Self.byName[Self.letters(name)] else { return nil }
    self = column
  }

  /// What a name in a header means that is misspelt, for every one that comes near the name of a missing column.
  static func hints(_ cells: [String]) -> [String] {
    let known = Set(cells.compactMap { TableColumn(name: $0) })
    return cells.compactMap { cell in
      let letters = letters(cell)
      guard (3...30).contains(letters.count), byName[letters] == nil else { return nil }
      let near = allCases.filter { !known.contains($0) }.flatMap { column in
        (names[column] ?? []).map { (column: column, changes: letters.difference(from: $0).count) }
      }
      guard let best = near.min(by: { $0.changes < $1.changes }), best.changes <= min(2, letters.count / 2) else {
        return nil
      }
      return "The column \"\(TagCollection.trimmed(cell))\" is unknown; did you mean \(best.column.spelling)?"
    }
  }

  /// The name as patterns of foobar2000 have it.
  private var spelling: String {
    switch self {
    case .trackNumber: "tracknumber"
    case .discNumber: "discnumber"
    default: rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
  }

  private static func letters(_ name: String) -> String {
    let letters = name.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
    return String(String.UnicodeScalarView(letters))
  }

  /// The columns of a header; `nil` where a row is none: a header names a path or a title and nothing else twice.
  static func header(_ cells: [String]) -> [TableColumn?]? {
    let columns = cells.map { TableColumn(name: $0) }
    let known = columns.compactMap { $0 }
    guard Set(known).count == known.count, known.count * 2 >= cells.count,
      known.contains(.path) || (known.contains(.title) && known.contains(.artist)), known.count >= 2 || cells.count == 1
    else { return nil }
    return columns
  }
}

/// Turns the cells of a table into records.
struct TableRow {
  let localTime: LocalTime
  /// The number of ratings that are none.
  private(set) var strangeRatings = 0
  /// The number of records whose times had to be changed.
  private(set) var implausible = 0

  init(localTime: LocalTime) {
    self.localTime = localTime
  }

  /// Whether a cell says that there is nothing to say.
  static func isMissing(_ cell: String) -> Bool {
    ["", "?", "n/a", "-", "null", "never"].contains(TagCollection.trimmed(cell).lowercased())
  }

  /// The record that cells stand for, or what is wrong with them.
  mutating func record(_ cells: some Sequence<(TableColumn, String)>) -> Result<ListeningRecord, TableProblem> {
    var record = ListeningRecord()
    var times = HistoryTimes()
    var subsong: Int?
    for (column, cell) in cells where !Self.isMissing(cell) {
      let text = TagCollection.trimmed(cell)
      switch column {
      case .path: record.locations = [LocationString.location(text)]
      case .artist: record.tags.artist = text
      case .album: record.tags.album = text
      case .albumArtist: record.tags.albumArtist = text
      case .title: record.tags.title = text
      case .genre: record.tags.genre = text
      case .date: record.tags.date = text
      case .trackNumber: record.tags.trackNumber = TagCollection.trimmed(text.prefix { $0 != "/" })
      case .discNumber: record.tags.discNumber = TagCollection.trimmed(text.prefix { $0 != "/" })
      case .subsong: subsong = LocationString.decimal(Array(text.utf8))
      case .duration: record.duration = Self.duration(text)
      case .rating:
        record.rating = Self.stars(text)
        if record.rating == nil, text != "0" { strangeRatings += 1 }
      case .playCount:
        guard let count = LocationString.decimal(Array(text.utf8)) else { return .failure(problem(column, text)) }
        record.playCount = count
      case .firstPlayed, .lastPlayed, .added:
        guard let time = time(text) else { return .failure(problem(column, text)) }
        if column == .firstPlayed { times.first = time }
        if column == .lastPlayed { times.last = time }
        if column == .added { times.added = time }
      }
    }
    if times.settle() { implausible += 1 }
    (record.firstPlayed, record.lastPlayed, record.added) = (times.first, times.last, times.added)
    if let subsong, !record.locations.isEmpty { record.locations[0].subsong = subsong }
    guard !record.locations.isEmpty || record.tags.title != nil else {
      return .failure(TableProblem(text: "neither a path nor a title"))
    }
    return .success(record)
  }

  /// A time in words, or as a count of 100 ns since 1601, of seconds or of milliseconds since 1970.
  func time(_ text: String) -> Double? {
    if let number = UInt64(text) {
      if number > 100_000_000_000_000_000 { return FileTime.seconds(number) }
      if number > 100_000_000_000 { return Double(number) / 1000 }
      return number > 100_000_000 ? Double(number) : nil
    }
    return localTime.seconds(text.utf8)
  }

  /// Seconds of `[h:]m:ss` or of a plain number.
  private static func duration(_ text: String) -> Double? {
    var total = 0.0
    let parts = text.split(separator: ":")
    guard (1...3).contains(parts.count) else { return nil }
    for part in parts {
      guard let value = Double(part), value.isFinite, value >= 0 else { return nil }
      total = total * 60 + value
    }
    return total > 0 ? total : nil
  }

  /// 1 to 5, as a number or as that many stars.
  private static func stars(_ text: String) -> Int? {
    let drawn = text.unicodeScalars.count { $0 == "\u{2605}" }
    let value = drawn > 0 ? drawn : Double(text).flatMap { Int(exactly: $0) } ?? 0
    return (1...5).contains(value) ? value : nil
  }

  private func problem(_ column: TableColumn, _ text: String) -> TableProblem {
    TableProblem(text: "\(column.rawValue) is \"\(text.prefix(60))\"")
  }

  /// What the owner should know of all rows.
  var warnings: [String] {
    var warnings: [String] = []
    if strangeRatings > 0 { warnings.append("\(strangeRatings) ratings were not 1 to 5 stars and were left out.") }
    if implausible > 0 {
      warnings.append(
        "\(implausible) rows had times outside 1980 to 2199 or a first play after the last; such times were left out "
          + "or put in order.")
    }
    return warnings
  }
}

/// What is wrong with a row.
struct TableProblem: Error, Equatable {
  var text: String
}
