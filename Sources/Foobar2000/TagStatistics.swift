public import Tracks

/// Statistics that foobar2000 wrote into a file's tags.
public enum TagStatistics {
  /// The history that tags tell, without a location; `nil` where they tell none.
  ///
  /// Understood are `PLAY_COUNT`; `FIRST_PLAYED_TIMESTAMP`, `LAST_PLAYED_TIMESTAMP` and `ADDED_TIMESTAMP` (100 ns since
  /// 1601 UTC, as Playback Statistics writes them); `FIRST_PLAYED`, `LAST_PLAYED` and `ADDED` (`YYYY-MM-DD HH:MM:SS` in
  /// local time); `RATING` (1 to 5); and foo_statistics' `_TIMESTAMPS` (the first is the time of adding, the others
  /// are plays) and `_RATING`. Values that are no such thing are ignored.
  ///
  /// - Parameter timeZone: The zone of local times by its IANA name; `nil`, or a name that is not known, for this
  ///   machine's.
  public static func record(_ tags: TrackTags, timeZone: String? = nil) -> ListeningRecord? {
    var values: [String: String] = [:]
    for (name, value) in tags.statistics.sorted(by: { $0.key < $1.key }) {
      values[name.uppercased()] = TagCollection.trimmed(value)
    }
    let zone = LocalTime(zoneName: timeZone)
    func time(_ ticks: String, _ local: String) -> Double? {
      if let ticks = values[ticks].flatMap(UInt64.init), ticks > 0 { return FileTime.seconds(ticks) }
      return values[local].flatMap { zone.seconds($0.utf8) }
    }
    var times = HistoryTimes(
      first: time("FIRST_PLAYED_TIMESTAMP", "FIRST_PLAYED"), last: time("LAST_PLAYED_TIMESTAMP", "LAST_PLAYED"),
      added: time("ADDED_TIMESTAMP", "ADDED"))
    var count = values["PLAY_COUNT"].flatMap { LocationString.decimal(Array($0.utf8)) }
    let stamps = (values["_TIMESTAMPS"] ?? "").split(separator: ";").compactMap { UInt64(TagCollection.trimmed($0)) }
      .filter { $0 > 0 }.map(FileTime.seconds)
    if let added = stamps.first {
      let plays = stamps.dropFirst()
      times.added = times.added ?? added
      times.first = times.first ?? plays.min()
      times.last = times.last ?? plays.max()
      count = max(count ?? 0, plays.count)
    }
    _ = times.settle()
    let rating = (values["RATING"] ?? values["_RATING"]).flatMap { LocationString.decimal(Array($0.utf8)) }
    let record = ListeningRecord(
      playCount: count, firstPlayed: times.first, lastPlayed: times.last, added: times.added,
      rating: rating.flatMap(RatingScale.stars.stars))
    return record == ListeningRecord() ? nil : record
  }
}
