import Tracks

/// Finds out from all dates of a table which of their numbers is the day.
enum TableDates {
  /// The rows after which a table without a single date in question is not looked at any further.
  private static let enough = 1_000

  /// The order that the dates of a table agree upon.
  ///
  /// - Throws: `ImportFailure` where the table cannot be read.
  static func order(
    of path: FilePath, encoding: TextEncoding, layout: TextTable.Layout
  ) throws -> DateOrder {
    var (days, months, questions, rows) = (0, 0, 0, 0)
    /// Takes a row's times; tells whether more rows are of interest.
    func take(_ times: some Sequence<String>) -> Bool {
      rows += 1
      for time in times where DateSpelling.mayBeEither(time) {
        guard let date = DateSpelling(time) else { continue }
        questions += 1
        if date.order == .dayFirst { days += 1 }
        if date.order == .monthFirst { months += 1 }
      }
      return rows < enough || questions > 0
    }
    switch layout {
    case .delimited(let separator, let quotes, let columns, _):
      let places = columns.indices.filter { columns[$0].map(isTime) ?? false }
      guard !places.isEmpty else { return .unknown }
      var table = try DelimitedRows(path, encoding: encoding, separator: separator, quotes: quotes)
      while let cells = try table.next() {
        let times = places.filter { $0 < cells.count }.map { TagCollection.trimmed(cells[$0]) }
        guard take(times) else { break }
      }
    case .objects(let isRaw):
      struct Enough: Error {}
      var objects = try JSONObjects(path, encoding: encoding, isRaw: isRaw)
      do {
        try objects.forEach { members in
          let times = members.filter { TableColumn(name: $0.0).map(isTime) ?? false }.map(\.1.cell)
          guard take(times) else { throw Enough() }
        }
      } catch is Enough {
        return .unknown
      }
    }
    return DateOrder(days: days, months: months)
  }

  private static func isTime(_ column: TableColumn) -> Bool {
    [.firstPlayed, .lastPlayed, .added].contains(column)
  }
}
