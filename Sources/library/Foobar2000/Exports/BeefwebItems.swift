import Foundation
import Tracks

/// Reads what beefweb answers on the items of a playlist: cells without names, the columns that its caller asked for.
enum BeefwebItems {
  private struct Answer: Decodable {
    struct Page: Decodable {
      var totalCount: Int?
      var items: [Item]
    }
    struct Item: Decodable {
      var columns: [String]
    }
    var playlistItems: Page
  }

  /// The most bytes of an answer.
  private static let largest = 256 << 20
  /// The most rows that are looked at to find out what the columns hold.
  private static let sampleRows = 200

  /// Whether the first bytes of a file are those of such an answer.
  static func isTold(by start: String) -> Bool {
    start.contains("\"playlistItems\"") && (start.contains("\"columns\"") || start.contains("\"items\""))
  }

  /// Delivers one record an item.
  static func read(
    _ path: FilePath, options: ReadingOptions, record deliver: (ListeningRecord) throws -> Void
  ) throws -> ExportSummary {
    let localTime = try LocalTime(zoneName: options.timeZone, file: path)
    var summary = ExportSummary(kind: .beefweb)
    summary.encoding = "UTF-8"
    let page: Answer.Page
    do {
      page = try JSONDecoder().decode(Answer.self, from: Data(InputFile(path).contents(limit: largest))).playlistItems
    } catch let failure as ImportFailure {
      throw failure
    } catch {
      throw ImportFailure(
        .truncated, path, "is an answer of beefweb that is not complete, or none at all; ask beefweb once more")
    }
    let rows = page.items.map(\.columns)
    guard let columns = TableInference.columns(Array(rows.prefix(sampleRows)), localTime: localTime) else {
      throw ImportFailure(
        .unrecognised, path,
        "is an answer of beefweb without the columns of a table; ask for columns=%path%,%play_count%,%first_played%,%last_played%,%added%"
      )
    }
    var row = TableRow(localTime: localTime)
    for (number, cells) in rows.enumerated() {
      row.place = "item \(number + 1)"
      guard cells.count == columns.count else {
        summary.malformed.add(place: row.place, problem: "\(cells.count) columns instead of \(columns.count)")
        continue
      }
      switch row.record(zip(columns, cells).compactMap { column, cell in column.map { ($0, cell) } }) {
      case .failure(let problem): summary.malformed.add(place: row.place, problem: problem.text)
      case .success(let record):
        summary.entries += 1
        if record.locations.isEmpty { summary.withoutLocation += 1 }
        try deliver(record)
      }
    }
    let names = columns.map { $0?.rawValue ?? "(ignored)" }.joined(separator: ", ")
    summary.warnings = ["beefweb names no columns; they were read as \(names)."] + row.warnings
    if let total = page.totalCount, total > rows.count {
      summary.warnings.append("It holds \(rows.count) of \(total) items; ask for all of them, from 0.")
    }
    return summary
  }
}
