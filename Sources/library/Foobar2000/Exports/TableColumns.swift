import Tracks

/// What a column of a table holds.
enum TableColumn: String, CaseIterable {
  case path, subsong, artist, album, albumArtist, title, trackNumber, discNumber, duration, genre, date
  case rating, playCount, firstPlayed, lastPlayed, added, skipCount, lastSkipped

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
    .skipCount: ["skipcount", "skips", "skippedcount", "skipcounter", "timesskipped", "jsp3skipcount"],
    .lastSkipped: ["lastskipped", "lastskip", "lastskippeddate"],
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
  var spelling: String {
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

  /// The columns that say something of a history.
  static let statistics: Set<TableColumn> = [
    .rating, .playCount, .firstPlayed, .lastPlayed, .added, .skipCount, .lastSkipped,
  ]

  /// Whether any column says something of a history.
  static func hasStatistics(_ columns: [TableColumn?]) -> Bool {
    columns.contains { $0.map(statistics.contains) ?? false }
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
  /// Which number of a date is its day, as all dates of the table say.
  var order = DateOrder.unknown
  /// Where the row stands that is read.
  var place = ""
  /// The number of ratings that are none.
  private(set) var strangeRatings = 0
  /// What cells hold that cannot be used.
  private(set) var odd = OddValues()
  /// The number of counts, times and ratings that could be used.
  private(set) var usable = 0
  /// The number of dates of which nobody knows which number is the day.
  private(set) var ambiguous = 0
  /// The number of records whose times had to be changed.
  private(set) var implausible = 0

  init(localTime: LocalTime) {
    self.localTime = localTime
  }

  /// Whether a cell is what a spreadsheet shows of a value that its column is too narrow for.
  static func isHidden(_ cell: String) -> Bool {
    let text = TagCollection.trimmed(cell)
    return !text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: "#") }
  }

  private static let missing: Set<String> = [
    "", "?", "n/a", "#n/a", "-", "--", "\u{2013}", "null", "nil", "none", "never",
  ]

  /// Whether a cell says that there is nothing to say.
  static func isMissing(_ cell: String) -> Bool {
    missing.contains(TagCollection.trimmed(cell).lowercased())
  }

  /// The record that cells stand for, or what is wrong with them.
  mutating func record(_ cells: some Sequence<(TableColumn, String)>) -> Result<ListeningRecord, TableProblem> {
    var record = ListeningRecord()
    var times = HistoryTimes()
    var subsong: Int?
    var isWhichUnknown = false
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
      case .subsong:
        guard let number = CellNumber.count(text) else {
          note(column, text)
          isWhichUnknown = true
          continue
        }
        subsong = number
      case .duration: record.duration = Self.duration(text)
      case .rating:
        record.rating = Self.stars(text)
        if record.rating == nil, text != "0" { strangeRatings += 1 }
        if record.rating != nil { usable += 1 }
      case .playCount:
        record.playCount = CellNumber.count(text)
        if record.playCount == nil { note(column, text) } else { usable += 1 }
      case .skipCount:
        record.skipCount = CellNumber.count(text)
        if record.skipCount == nil { note(column, text) } else { usable += 1 }
      case .firstPlayed, .lastPlayed, .added, .lastSkipped:
        // What counts from 1601 or 1970 writes 0 for never, or -1.
        if text == "0" || text == "-1" { continue }
        guard let time = time(text) else {
          note(column, text)
          continue
        }
        usable += 1
        if order == .unknown, DateSpelling.mayBeEither(text), DateSpelling(text)?.isAmbiguous == true { ambiguous += 1 }
        if column == .firstPlayed { times.first = time }
        if column == .lastPlayed { times.last = time }
        if column == .added { times.added = time }
        if column == .lastSkipped, FileTime.isPlausible(time) { record.lastSkipped = time }
      }
    }
    if times.settle() { implausible += 1 }
    (record.firstPlayed, record.lastPlayed, record.added) = (times.first, times.last, times.added)
    if let subsong, !record.locations.isEmpty { record.locations[0].subsong = subsong }
    // Which track inside the file is meant must be known, or the file itself would be taken for it.
    if isWhichUnknown { record.locations = [] }
    guard !record.locations.isEmpty || record.tags.title != nil else {
      return .failure(TableProblem(text: "neither a path nor a title"))
    }
    return .success(record)
  }

  /// A time in words; as a count of 100 ns since 1601, of seconds or of milliseconds since 1970; or as a spreadsheet's
  /// number of the day.
  func time(_ text: String) -> Double? {
    if let number = UInt64(text) {
      if number > 100_000_000_000_000_000 { return FileTime.seconds(number) }
      if number > 100_000_000_000 { return Double(number) / 1000 }
      if number > 100_000_000 { return Double(number) }
    }
    if let time = localTime.seconds(text.utf8) { return time }
    if let number = Double(text.replacing(",", with: ".")), number.isFinite { return time(number, text) }
    return DateSpelling(text)?.seconds(order, localTime)
  }

  /// The days of 1980 to 2199 as spreadsheets number them.
  private static let dayNumbers = 29_221.0..<109_575.0

  /// A number that a spreadsheet made of a time: a day's, or a count with so few digits left that it means about a day.
  private func time(_ number: Double, _ text: String) -> Double? {
    if Self.dayNumbers.contains(number) { return localTime.seconds(dayNumber: number) }
    let digits = text.prefix { $0 != "e" && $0 != "E" }.count { ("0"..."9").contains($0) }
    if number > 1e17, number < 1e18, digits >= 6 { return FileTime.seconds(UInt64(number)) }
    if number > 1e11, number < 1e14, digits >= 8 { return number / 1000 }
    return number > 1e8 && number < 1e11 && digits >= 8 ? number : nil
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
    let value = drawn > 0 ? drawn : CellNumber.count(text) ?? 0
    return (1...5).contains(value) ? value : nil
  }

  private mutating func note(_ column: TableColumn, _ text: String) {
    odd.add(column.spelling, text, at: place)
  }

  /// What the owner should know of all rows.
  var warnings: [String] {
    var warnings: [String] = []
    if strangeRatings > 0 { warnings.append("\(strangeRatings) ratings were not 1 to 5 stars and were left out.") }
    if let warning = odd.warning(of: "rows") { warnings.append(warning) }
    if ambiguous > 0 {
      warnings.append(
        "Of \(ambiguous) dates like 01/02/2024 it is not known which number is the day; the later of both days was taken. "
          + "Save dates as YYYY-MM-DD HH:MM:SS.")
    }
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
