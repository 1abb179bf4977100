import Tracks

/// Reads the JSON export of Playcount 2003.
enum Playcount2003 {
  /// Delivers one record an object. The `id` is whatever the owner's pattern made; by default `path|subsong`.
  static func read(_ path: FilePath, record deliver: (ListeningRecord) throws -> Void) throws -> ExportSummary {
    var summary = ExportSummary(kind: .playcount2003)
    let encoding = try path.detectedEncoding()
    summary.encoding = encoding.name
    var objects = try JSONObjects(path, encoding: encoding, isRaw: false)
    var foreign = 0
    try objects.forEach { members in
      guard let record = record(members) else {
        foreign += 1
        return
      }
      summary.entries += 1
      if record.locations.isEmpty { summary.withoutLocation += 1 }
      try deliver(record)
    }
    summary.malformed = objects.malformed
    for _ in 0..<foreign { summary.malformed.add(place: "an object", problem: "no id, or a count that is no number") }
    if summary.withoutLocation > 0 {
      summary.warnings.append(
        "\(summary.withoutLocation) ids are not paths: export with the default pattern %path%|%subsong%.")
    }
    return summary
  }

  private static func record(_ members: [(String, JSONValue)]) -> ListeningRecord? {
    var record = ListeningRecord()
    var times = HistoryTimes()
    var hasID = false
    var stamps: [Double] = []
    for (name, value) in members {
      switch (name, value) {
      case ("id", .text(let id)):
        hasID = true
        if let location = location(id) { record.locations = [location] }
      case ("2003_playcount", .number(let count)):
        guard let count = Int(exactly: count), (0...1_000_000_000).contains(count) else { return nil }
        record.playCount = count
      case ("2003_added", .number(let time)) where time > 0: times.added = time
      case ("2003_first_played", .number(let time)) where time > 0: times.first = time
      case ("2003_last_played", .number(let time)) where time > 0: times.last = time
      case ("2003_rating", .number(let rating)):
        record.rating = Int(exactly: rating).flatMap(RatingScale.halfStars.stars)
      case ("2003_timestamps", .list(let list)):
        stamps = list.compactMap { if case .number(let time) = $0, time > 0 { time } else { nil } }
      default: break
      }
    }
    guard hasID else { return nil }
    times.first = times.first ?? stamps.min()
    times.last = times.last ?? stamps.max()
    _ = times.settle()
    (record.firstPlayed, record.lastPlayed, record.added) = (times.first, times.last, times.added)
    record.playCount = record.playCount ?? (stamps.isEmpty ? nil : stamps.count)
    return record
  }

  /// `path|subsong` or a path; `nil` for anything that starts nowhere.
  private static func location(_ id: String) -> ListeningRecord.Location? {
    var location = LocationString.location(id)
    if let bar = location.path.utf8.lastIndex(of: UInt8(ascii: "|")),
      let number = LocationString.decimal(Array(location.path.utf8[bar...].dropFirst())),
      let path = String(location.path.utf8[..<bar])
    {
      location = .init(path: LocationString.native(path), subsong: number)
    }
    return TableInference.isPath(location.path) ? location : nil
  }
}
