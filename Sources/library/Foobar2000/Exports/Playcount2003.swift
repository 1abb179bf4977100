import Platform
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
    var odd = OddValues()
    var number = 0
    try objects.forEach { members in
      number += 1
      guard let record = record(members, place: "object \(number)", &odd) else {
        foreign += 1
        return
      }
      summary.entries += 1
      if record.locations.isEmpty { summary.withoutLocation += 1 }
      try deliver(record)
    }
    summary.malformed = objects.malformed
    for _ in 0..<foreign { summary.malformed.add(place: "an object", problem: "no id") }
    if let warning = odd.warning(of: "objects") { summary.warnings.append(warning) }
    if summary.withoutLocation > 0 {
      summary.warnings.append(
        "\(summary.withoutLocation) ids are not paths: export with the default pattern %path%|%subsong%.")
    }
    return summary
  }

  private static func record(
    _ members: [(String, JSONValue)], place: String, _ odd: inout OddValues
  ) -> ListeningRecord? {
    var record = ListeningRecord()
    var times = HistoryTimes()
    var hasID = false
    var stamps: [Double] = []
    /// The number that a value holds; one that is there and holds none is odd.
    func number(_ name: String, _ value: JSONValue, upTo limit: Double) -> Double? {
      if case .none = value { return nil }
      let text = TagCollection.trimmed(value.cell)
      if case .number(let number) = value, (0...limit).contains(number) { return number }
      if case .text = value, let number = CellNumber.count(text).map(Double.init) ?? Double(text),
        (0...limit).contains(number)
      {
        return number
      }
      odd.add(name, text, at: place)
      return nil
    }
    func time(_ name: String, _ value: JSONValue) -> Double? {
      number(name, value, upTo: 1e15).flatMap { $0 > 0 ? $0 : nil }
    }
    for (name, value) in members {
      switch name {
      case "id":
        if case .none = value { continue }
        hasID = true
        if let location = location(value.cell) { record.locations = [location] }
      case "2003_playcount":
        let count = number(name, value, upTo: Double(CellNumber.most))
        record.playCount = count.flatMap { Int(exactly: $0) }
        if count != nil, record.playCount == nil { odd.add(name, value.cell, at: place) }
      case "2003_added": times.added = time(name, value)
      case "2003_first_played": times.first = time(name, value)
      case "2003_last_played": times.last = time(name, value)
      case "2003_rating":
        record.rating = number(name, value, upTo: 10).flatMap { Int(exactly: $0) }.flatMap(RatingScale.halfStars.stars)
      case "2003_timestamps":
        guard case .list(let list) = value else { continue }
        stamps = list.compactMap { time(name, $0) }
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
