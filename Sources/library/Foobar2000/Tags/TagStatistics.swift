public import Tracks

/// Statistics that foobar2000 and other players wrote into a file's tags.
public enum TagStatistics {
  /// The most plays that a counter can stand for.
  private static let mostPlays = 1_000_000_000.0

  /// The history that tags tell, without a location; `nil` where they tell none.
  ///
  /// Understood are the names of `StatisticsTag`: counters (`PLAY_COUNT`, `PLAY_COUNTER`, `FMPS_PLAYCOUNT` and the like,
  /// of several the largest); times as counts of 100 ns since 1601 UTC, of seconds or of milliseconds since 1970, as
  /// ISO 8601 with an offset, or in local time (`YYYY-MM-DD HH:MM:SS`), of several the earliest first play and adding and
  /// the latest last play, counts of 100 ns before others; `SKIP_COUNT` and `LAST_SKIPPED`; `RATING` (1 to 5); and foo_statistics' `_TIMESTAMPS` (the
  /// first is the time of adding, the others are plays). Values that are no such thing are ignored.
  ///
  /// - Parameter timeZone: The zone of local times by its IANA name; `nil`, or a name that is not known, for this
  ///   machine's.
  public static func record(_ tags: TrackTags, timeZone: String? = nil) -> ListeningRecord? {
    let values = values(tags)
    let zone = LocalTime(zoneName: timeZone)
    func time(_ tag: StatisticsTag, _ choose: ([Double]) -> Double?) -> Double? {
      let texts = values[tag, default: []]
      let exact = texts.compactMap(ticks)
      return choose(exact.isEmpty ? texts.compactMap { Self.time($0, zone) } : exact)
    }
    var times = HistoryTimes(
      first: time(.firstPlayed) { $0.min() }, last: time(.lastPlayed) { $0.max() }, added: time(.added) { $0.min() })
    var count = values[.count, default: []].compactMap(number).filter { $0 <= mostPlays }.map { Int($0) }.max()
    let stamps = values[.timestamps, default: []].flatMap { $0.split(separator: ";") }
      .compactMap { UInt64(TagCollection.trimmed($0)) }.filter { $0 > 0 }.map(FileTime.seconds)
    if let added = stamps.first {
      let plays = stamps.dropFirst()
      times.added = times.added ?? added
      times.first = times.first ?? plays.min()
      times.last = times.last ?? plays.max()
      count = max(count ?? 0, plays.count)
    }
    _ = times.settle()
    let rating = values[.rating, default: []].compactMap(number).compactMap { Int(exactly: $0) }.first
    let skips = values[.skips, default: []].compactMap(number).filter { $0 <= mostPlays }.map { Int($0) }.max()
    let record = ListeningRecord(
      playCount: count, firstPlayed: times.first, lastPlayed: times.last, added: times.added,
      rating: rating.flatMap(RatingScale.stars.stars), skipCount: skips,
      lastSkipped: time(.lastSkipped) { $0.filter(FileTime.isPlausible).max() })
    return record == ListeningRecord() ? nil : record
  }

  /// Whether tags tell of plays that `record` can give no number or time of: a counter between 0 and 1 or beyond all
  /// bounds, or the time of a play in a spelling that is not understood but names a year.
  public static func tellsOfUncountedPlays(_ tags: TrackTags) -> Bool {
    let values = values(tags)
    if values[.count, default: []].compactMap(number).contains(where: { $0 > 0 && $0 < 1 || $0 > mostPlays }) {
      return true
    }
    let zone = LocalTime(zoneName: "UTC")
    return (values[.firstPlayed, default: []] + values[.lastPlayed, default: []]).contains { text in
      ticks(text) == nil && time(text, zone) == nil && number(text) == nil && namesYear(text)
    }
  }

  /// The values by what their tags say, those of one kind in the order of their names.
  private static func values(_ tags: TrackTags) -> [StatisticsTag: [String]] {
    var values: [StatisticsTag: [String]] = [:]
    for (name, value) in tags.statistics.sorted(by: { $0.key < $1.key }) {
      guard let tag = StatisticsTag(name: name) else { continue }
      values[tag, default: []].append(unquoted(value))
    }
    return values
  }

  private static func unquoted(_ text: String) -> String {
    let text = TagCollection.trimmed(text)
    guard text.utf8.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
      return text
    }
    return TagCollection.trimmed(text.dropFirst().dropLast())
  }

  /// A number as players write counters: `3`, `3.0`, `3,5`, `1,234`, `3 plays`, `somebody::3.0`; `nil` for anything else.
  private static func number(_ text: String) -> Double? {
    let text = TagCollection.trimmed(text.split(separator: "::").last ?? "")
    let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
    let whole = text.utf8.prefix(while: isDigit)
    guard !whole.isEmpty, var number = Double(String(decoding: whole, as: UTF8.self)) else { return nil }
    var rest = text.utf8.dropFirst(whole.count)
    if let mark = rest.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") {
      let part = rest.dropFirst().prefix(while: isDigit)
      let digits = String(decoding: part, as: UTF8.self)
      if mark == UInt8(ascii: ","), part.count == 3 {
        number = Double(String(decoding: whole, as: UTF8.self) + digits) ?? number
      } else if !part.isEmpty {
        number += Double("0." + digits) ?? 0
      }
      rest = rest.dropFirst(1 + part.count)
    }
    return number.isFinite && !rest.contains(where: isDigit) ? number : nil
  }

  /// Seconds since 1970 of a count of 100 ns since 1601.
  private static func ticks(_ text: String) -> Double? {
    UInt64(text).flatMap { $0 > 100_000_000_000_000_000 ? FileTime.seconds($0) : nil }
  }

  private static func time(_ text: String, _ zone: LocalTime) -> Double? {
    if let (clock, offset) = withOffset(text) {
      return LocalTime(zoneName: "UTC").seconds(clock.utf8).map { $0 - offset }
    }
    return TableRow(localTime: zone).time(text)
  }

  /// The clock of an ISO 8601 time that ends in `Z` or an offset such as `+01:00`, and the offset in seconds.
  private static func withOffset(_ text: String) -> (clock: Substring, offset: Double)? {
    guard let separator = text.firstIndex(of: "T") else { return nil }
    if text.last == "Z" { return (text.dropLast(), 0) }
    guard let sign = text[separator...].lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
    let digits = text[text.index(after: sign)...].filter { $0 != ":" }
    guard digits.count == 4 || digits.count == 2, let value = Int(digits), value >= 0 else { return nil }
    let (hours, minutes) = digits.count == 4 ? (value / 100, value % 100) : (value, 0)
    return (text[..<sign], Double(hours * 3_600 + minutes * 60) * (text[sign] == "-" ? -1 : 1))
  }

  /// Whether a text names a year in which somebody can have played a file.
  private static func namesYear(_ text: String) -> Bool {
    text.utf8.split { !(48...57).contains($0) }.contains { digits in
      digits.count == 4 && Int(String(decoding: digits, as: UTF8.self)).map { (1990...2199).contains($0) } ?? false
    }
  }
}
