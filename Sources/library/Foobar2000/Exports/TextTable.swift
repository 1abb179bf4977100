import Tracks

/// Reads the tables and JSON lines that Text Tools writes by a pattern of the owner's.
struct TextTable {
  /// How a table's text is laid out.
  enum Layout: Equatable {
    case delimited(separator: UInt8, quotes: Bool, columns: [TableColumn?], hasHeader: Bool)
    case objects(isRaw: Bool)
  }

  /// The most rows that are looked at to find out the layout.
  static let sampleRows = 200

  private let path: FilePath
  private let localTime: LocalTime
  private var row: TableRow
  private var summary = ExportSummary(kind: .textTable)

  /// Delivers one record a row.
  static func read(
    _ path: FilePath, options: ReadingOptions, record deliver: (ListeningRecord) throws -> Void
  ) throws -> ExportSummary {
    let localTime = try LocalTime(zoneName: options.timeZone, file: path)
    var warnings: [String] = []
    let encoding = try TextEncoding.detect(path, options: options, warnings: &warnings)
    guard let layout = try layout(of: path, encoding: encoding, localTime: localTime) else {
      let hints = try hints(path, encoding: encoding)
      throw ImportFailure(
        .unrecognised, path,
        (["is no table with a path, or artist and title, and statistics"] + hints).joined(separator: ". "))
    }
    var table = TextTable(path: path, localTime: localTime, row: TableRow(localTime: localTime))
    table.summary.encoding = encoding.name
    table.summary.warnings = warnings
    table.row.order = try TableDates.order(of: path, encoding: encoding, layout: layout)
    switch layout {
    case .objects(let isRaw): try table.readObjects(encoding, isRaw: isRaw, deliver)
    case .delimited(let separator, let quotes, let columns, let hasHeader):
      if !hasHeader {
        let names = columns.map { $0?.rawValue ?? "(ignored)" }.joined(separator: ", ")
        table.summary.warnings.append("The table has no header; its columns were read as \(names).")
      }
      try table.readRows(
        DelimitedRows(path, encoding: encoding, separator: separator, quotes: quotes), columns, hasHeader, deliver)
    }
    try table.refuseIfUseless()
    table.summary.warnings += table.row.warnings
    return table.summary
  }

  private init(path: FilePath, localTime: LocalTime, row: TableRow) {
    self.path = path
    self.localTime = localTime
    self.row = row
  }

  // MARK: Layout

  /// How a file is laid out as a table; `nil` where it is none.
  static func layout(
    of path: FilePath, encoding: TextEncoding, localTime: LocalTime
  ) throws(ImportFailure) -> Layout? {
    var start: [UInt8] = []
    var stream = try TextStream(path, encoding: encoding)
    while start.count < 1 << 16, try stream.append(to: &start) {}
    guard let first = start.first(where: { $0 > 0x20 }) else { return nil }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return objects(start) }
    for separator in [0x09, UInt8(ascii: ";"), UInt8(ascii: ",")] {
      for quotes in separator == 0x09 ? [false, true] : [true] {
        if let layout = try delimited(path, encoding, separator, quotes, localTime) { return layout }
      }
    }
    return nil
  }

  /// What the names in the first line of a file mean that is no table because they are misspelt.
  static func hints(_ path: FilePath, encoding: TextEncoding) throws(ImportFailure) -> [String] {
    for separator in [0x09, UInt8(ascii: ";"), UInt8(ascii: ",")] {
      var rows = try DelimitedRows(path, encoding: encoding, separator: separator, quotes: true)
      if let first = try rows.peek(), first.count > 1 { return TableColumn.hints(first) }
    }
    return []
  }

  static let separators = [0x09, UInt8(ascii: ";"), UInt8(ascii: ",")]

  /// What is wrong with a table whose header names tracks and nothing of their histories; `nil` for anything else.
  static func headerWithoutStatistics(_ path: FilePath, encoding: TextEncoding) throws(ImportFailure) -> String? {
    for separator in separators {
      var rows = try DelimitedRows(path, encoding: encoding, separator: separator, quotes: true)
      guard let first = try rows.peek(), let header = TableColumn.header(first), header.count > 1,
        !TableColumn.hasStatistics(header)
      else { continue }
      let words =
        "is a table that names tracks and says nothing of their plays: it needs a column play_count, first_played, "
        + "last_played, added or rating"
      return ([words] + TableColumn.hints(first)).joined(separator: ". ")
    }
    return nil
  }

  private static func delimited(
    _ path: FilePath, _ encoding: TextEncoding, _ separator: UInt8, _ quotes: Bool, _ localTime: LocalTime
  ) throws(ImportFailure) -> Layout? {
    var rows = try DelimitedRows(path, encoding: encoding, separator: separator, quotes: quotes)
    guard let first = try rows.next() else { return nil }
    if quotes, separator == 0x09, !first.contains(where: { $0.utf8.contains(UInt8(ascii: " ")) }), first.count < 2 {
      return nil
    }
    if let header = TableColumn.header(first), header.count > 1 {
      guard TableColumn.hasStatistics(header) else { return nil }
      return .delimited(separator: separator, quotes: quotes, columns: header, hasHeader: true)
    }
    guard first.count > 1 else { return nil }
    var sample = [first]
    while sample.count < sampleRows, let next = try rows.next() { sample.append(next) }
    guard let columns = TableInference.columns(sample, localTime: localTime) else { return nil }
    return .delimited(separator: separator, quotes: quotes, columns: columns, hasHeader: false)
  }

  /// JSON with members that a table would have. A backslash behind a drive's colon or two at the start of a share tell
  /// whether backslashes are escaped.
  private static func objects(_ start: [UInt8]) -> Layout? {
    let text = String(decoding: start, as: UTF8.self)
    let names = text.split(separator: "\"", maxSplits: 200).filter { $0.utf8.count < 40 }
    guard names.contains(where: { [.path, .title].contains(TableColumn(name: String($0))) }) else { return nil }
    let backslash = UInt8(ascii: "\\")
    var raw = 0
    var escaped = 0
    for index in start.indices.dropLast(4) where start[index + 1] == backslash || start[index + 2] == backslash {
      if start[index + 1] == UInt8(ascii: ":"), start[index + 2] == backslash, (65...90).contains(start[index] & 0xDF) {
        if start[index + 3] == backslash { escaped += 1 } else { raw += 1 }
      } else if start[index] == UInt8(ascii: "\""), start[index + 1] == backslash, start[index + 2] == backslash {
        if start[index + 3] == backslash { escaped += 1 } else { raw += 1 }
      }
    }
    return .objects(isRaw: raw > escaped)
  }

  // MARK: Records

  private mutating func readObjects(
    _ encoding: TextEncoding, isRaw: Bool, _ deliver: (ListeningRecord) throws -> Void
  ) throws {
    var objects = try JSONObjects(path, encoding: encoding, isRaw: isRaw)
    var number = 0
    try objects.forEach { members in
      number += 1
      let cells = members.compactMap { name, value in TableColumn(name: name).map { ($0, value.cell) } }
      try take(cells, place: "object \(number)", deliver)
    }
    for part in objects.malformed.first { summary.malformed.add(place: part.place, problem: part.problem) }
    for _ in objects.malformed.first.count..<objects.malformed.count {
      summary.malformed.add(place: "further on", problem: "malformed")
    }
  }

  private mutating func readRows(
    _ rows: consuming DelimitedRows, _ columns: [TableColumn?], _ hasHeader: Bool,
    _ deliver: (ListeningRecord) throws -> Void
  ) throws {
    let first = hasHeader ? try rows.next() : try rows.peek()
    if let first, !first.contains(where: TableInference.isPath) { summary.warnings += TableColumn.hints(first) }
    rows.pathColumn = columns.firstIndex(of: .path)
    while var cells = try rows.next() {
      let line = rows.lineNumber
      if rows.isOpen { throw truncated(line) }
      try mend(&cells, &rows, columns)
      if cells.count < columns.count, try rows.peek() == nil {
        // The last row may lack empty cells at its end, but not what makes it a row.
        guard cells.count > (columns.lastIndex { $0 == .path || $0 == .title } ?? 0), cells.count > 1,
          columns[cells.count...].allSatisfy({ $0 == nil })
        else { throw truncated(line) }
      }
      guard let pairs = Self.pairs(cells, columns) else {
        summary.malformed.add(
          place: "line \(line)", problem: "\(cells.count) cells where the table has \(columns.count)")
        continue
      }
      try take(pairs, place: "line \(line)", deliver)
    }
  }

  /// Joins a row that a line break inside a tag has torn: lines that are no row by themselves are put behind it as long
  /// as it lacks cells.
  private func mend(
    _ cells: inout [String], _ rows: inout DelimitedRows, _ columns: [TableColumn?]
  ) throws(ImportFailure) {
    var joined = 0
    while cells.count < columns.count, joined < 50, let more = try rows.peek(), more.count < columns.count,
      cells.count + more.count - 1 <= columns.count, !startsRow(more, columns)
    {
      _ = try rows.next()
      cells[cells.count - 1] += "\n" + more[0]
      cells += more.dropFirst()
      joined += 1
    }
  }

  /// Whether cells start a row of their own: their path column holds a path.
  private func startsRow(_ cells: [String], _ columns: [TableColumn?]) -> Bool {
    guard let path = columns.firstIndex(of: .path), path < cells.count else { return false }
    return TableInference.isPath(cells[path])
  }

  /// The cells with their columns. Where a separator inside a tag makes too many of them, the path is counted from the
  /// start and the statistics from the end, and the tags between are given up; `nil` where even that is impossible.
  private static func pairs(_ cells: [String], _ columns: [TableColumn?]) -> [(TableColumn, String)]? {
    if cells.count == columns.count {
      return zip(columns, cells).compactMap { column, cell in column.map { ($0, cell) } }
    }
    let statistics = TableColumn.statistics
    guard cells.count > columns.count, let path = columns.firstIndex(of: .path), path == 0,
      let start = columns.firstIndex(where: { $0.map(statistics.contains) ?? false }),
      columns[start...].allSatisfy({ $0.map(statistics.contains) ?? true })
    else { return nil }
    let tail = columns[start...]
    return [(.path, cells[0])]
      + zip(tail, cells.suffix(tail.count)).compactMap { column, cell in column.map { ($0, cell) } }
  }

  /// Refuses a table that has rows and says nothing in any of them.
  private func refuseIfUseless() throws(ImportFailure) {
    guard summary.entries == 0 || (row.usable == 0 && row.odd.count > 0) else { return }
    var parts: [String] = []
    if row.odd.count > 0 { parts.append("none of its counts, times and ratings can be read (\(row.odd.words))") }
    if let first = summary.malformed.first.first {
      parts.append(
        "\(counted(summary.malformed.count, "row")) cannot be read, the first at \(first.place): \(first.problem)")
    }
    guard !parts.isEmpty else { return }
    throw ImportFailure(
      .unrecognised, path,
      parts.joined(separator: "; ") + ". Save the table again as text, counts as whole numbers and times as YYYY-MM-DD "
        + "HH:MM:SS; nothing of it was taken")
  }

  private mutating func take(
    _ cells: [(TableColumn, String)], place: String, _ deliver: (ListeningRecord) throws -> Void
  ) throws {
    row.place = place
    switch row.record(cells) {
    case .failure(let problem): summary.malformed.add(place: place, problem: problem.text)
    case .success(let record):
      summary.entries += 1
      if record.locations.isEmpty { summary.withoutLocation += 1 }
      try deliver(record)
    }
  }

  private func truncated(_ line: Int) -> ImportFailure {
    ImportFailure(
      .truncated, path,
      "line \(line): ends inside a row: the table or its copy is incomplete. Save it again; nothing "
        + "of it was taken")
  }
}
