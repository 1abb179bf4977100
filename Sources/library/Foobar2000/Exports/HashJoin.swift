import Tracks

/// Gives the histories of a hash-only export the locations of a second export of the same library, by their times.
///
/// A history and a track of the companion belong together where their first plays agree to the second, or to the minute
/// where the companion knows of no seconds (for tracks that
/// were never played: where they were added), nothing else that both know differs, and neither fits another one. Copies
/// by the tags that foobar2000 pins a history to are one track.
struct HashJoin {
  /// One known track.
  private struct Track {
    var record: ListeningRecord
    var users = 0
  }

  private var tracks: [Track] = []
  private var byTime: [Int64: [Int]] = [:]
  /// The seconds to which times are compared: a spreadsheet leaves minutes only.
  private var precision = 60.0

  /// Reads the companion, which has to hold locations and times.
  init(_ companion: FilePath, options: ReadingOptions) throws {
    var alone = options
    alone.companion = nil
    _ = try ExportReader.read(companion, options: alone) { record in
      guard !record.locations.isEmpty || record.tags.title != nil, Self.time(record) != nil else { return }
      for time in [record.firstPlayed, record.added] where time?.truncatingRemainder(dividingBy: 60) ?? 0 != 0 {
        precision = 1
      }
      tracks.append(Track(record: record))
    }
    // A few times may be at a full minute by chance.
    if tracks.count < 3 { precision = 1 }
    for (number, track) in tracks.enumerated() {
      if let key = key(track.record) { byTime[key, default: []].append(number) }
    }
    if tracks.isEmpty {
      throw ImportFailure(
        .unrecognised, companion,
        "says of no track where it is and when it was first played or added, so it cannot name the tracks of a "
          + "hash-only export")
    }
  }

  /// Counts which tracks a history fits; to be called for all histories before the first `named`.
  mutating func announce(_ record: ListeningRecord) {
    for track in fitting(record) { tracks[track].users += 1 }
  }

  /// The history with the locations and tags of its track and of that track's copies; without any where it has none or
  /// fits several tracks.
  func named(_ record: ListeningRecord) -> ListeningRecord {
    let fitting = fitting(record).map { tracks[$0] }
    guard let first = fitting.first, fitting.allSatisfy({ $0.users == 1 }), Self.areCopies(fitting) else {
      return record
    }
    var named = record
    var known = Set(named.locations)
    for location in fitting.flatMap(\.record.locations) where known.insert(location).inserted {
      named.locations.append(location)
    }
    named.tags = first.record.tags
    named.duration = first.record.duration
    return named
  }

  /// Whether tracks are one by their tags.
  private static func areCopies(_ tracks: [Track]) -> Bool {
    guard tracks.count > 1 else { return true }
    let tags = tracks.map { TagIndex.Folded($0.record.tags) }
    return !tags[0].title.isEmpty && tags.dropFirst().allSatisfy { $0.isPinned(with: tags[0]) }
  }

  private func fitting(_ record: ListeningRecord) -> [Int] {
    guard let key = key(record) else { return [] }
    func agree(_ left: Double?, _ right: Double?) -> Bool {
      guard let left, let right else { return true }
      return whole(left) == whole(right)
    }
    return (byTime[key] ?? []).filter { index in
      let known = tracks[index].record
      return agree(known.firstPlayed, record.firstPlayed) && agree(known.added, record.added)
    }
  }

  private func key(_ record: ListeningRecord) -> Int64? {
    Self.time(record).map { Int64(KernelNumber.integer(whole($0))) }
  }

  private func whole(_ time: Double) -> Double {
    (time / precision).rounded(.down)
  }

  /// The first play, or the adding where there was no play.
  private static func time(_ record: ListeningRecord) -> Double? {
    record.firstPlayed ?? record.added
  }
}
