import Tracks

/// Finds out what the columns of a table without a header hold, by the cells of its first rows.
enum TableInference {
  private enum Shape {
    case path, time, count, rating, text, unknown
  }

  /// The columns, or `nil` where the cells do not say enough: a table needs a path, or artist and title, and a count
  /// or a time.
  static func columns(_ rows: [[String]], localTime: LocalTime) -> [TableColumn?]? {
    guard let width = rows.first?.count, width >= 2 else { return nil }
    let usable = rows.filter { $0.count == width }
    guard usable.count * 10 >= rows.count * 8 else { return nil }
    let shapes = (0..<width).map { column in shape(usable.map { $0[column] }, localTime) }
    var columns = [TableColumn?](repeating: nil, count: width)
    if let path = shapes.firstIndex(of: .path) { columns[path] = .path }
    let times = shapes.indices.filter { shapes[$0] == .time }
    assignTimes(times, usable, localTime, &columns)
    let counts = shapes.indices.filter { shapes[$0] == .count || shapes[$0] == .rating }
    assignCounts(counts, before: times.first ?? width, usable, shapes.map { $0 == .rating }, &columns)
    let texts = shapes.indices.filter { shapes[$0] == .text }
    switch texts.count {
    case 2: (columns[texts[0]], columns[texts[1]]) = (.artist, .title)
    case 3...: (columns[texts[0]], columns[texts[1]], columns[texts[2]]) = (.artist, .album, .title)
    default: break
    }
    let known = Set(columns.compactMap { $0 })
    guard known.contains(.path) || (known.contains(.artist) && known.contains(.title)),
      !known.isDisjoint(with: [.playCount, .firstPlayed, .lastPlayed, .added, .rating])
    else { return nil }
    return columns
  }

  private static func shape(_ cells: [String], _ localTime: LocalTime) -> Shape {
    let filled = cells.filter { !TableRow.isMissing($0) && !TableRow.isHidden($0) }.map { TagCollection.trimmed($0) }
    guard !filled.isEmpty else { return .unknown }
    func mostly(_ test: (String) -> Bool) -> Bool { filled.count(where: test) * 10 >= filled.count * 9 }
    if mostly(isPath) { return .path }
    let row = TableRow(localTime: localTime)
    if mostly({ $0.utf8.count >= 8 && row.time($0) != nil }) { return .time }
    if mostly({ CellNumber.count($0) != nil }) {
      let isSmall = filled.allSatisfy { (0...5).contains(CellNumber.count($0) ?? 0) }
      return isSmall && filled.count < cells.count ? .rating : .count
    }
    return .text
  }

  /// Whether a cell is an absolute path or a location with a scheme.
  static func isPath(_ cell: String) -> Bool {
    if LocationString.scheme(of: cell) != nil { return true }
    return ForeignPath(cell).map { $0.root != .relative && !$0.components.isEmpty } ?? false
  }

  /// Three times are first, last and added; of two the one that is never missing is added; one alone is the last play
  /// if it is missing where a track was never played.
  private static func assignTimes(
    _ times: [Int], _ rows: [[String]], _ localTime: LocalTime, _ columns: inout [TableColumn?]
  ) {
    let isGapless = times.map { time in !rows.contains { TableRow.isMissing($0[time]) } }
    switch times.count {
    case 1: columns[times[0]] = isGapless[0] ? .added : .lastPlayed
    case 2 where isGapless[1] && !isGapless[0]: (columns[times[0]], columns[times[1]]) = (.lastPlayed, .added)
    case 2 where isGapless[0] && !isGapless[1]: (columns[times[0]], columns[times[1]]) = (.added, .lastPlayed)
    case 2...:
      let row = TableRow(localTime: localTime)
      let isOrdered = rows.allSatisfy { cells in
        guard let first = row.time(cells[times[0]]), let last = row.time(cells[times[1]]) else { return true }
        return first <= last
      }
      guard isOrdered else { return }
      (columns[times[0]], columns[times[1]]) = (.firstPlayed, .lastPlayed)
      if times.count > 2 { columns[times[2]] = .added }
    default: break
    }
  }

  /// The count is the last whole number before the times; a column of 1 to 5 with gaps is the rating.
  private static func assignCounts(
    _ counts: [Int], before times: Int, _ rows: [[String]], _ isRating: [Bool], _ columns: inout [TableColumn?]
  ) {
    let near = counts.filter { $0 < times }
    guard let count = near.last(where: { !isRating[$0] }) ?? counts.last(where: { !isRating[$0] }) else {
      if let rating = counts.last { columns[rating] = .rating }
      return
    }
    columns[count] = .playCount
    if let rating = counts.last(where: { isRating[$0] }) { columns[rating] = .rating }
  }
}
