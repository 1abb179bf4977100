import Labelling
import MusicIndex
import Tracks

/// Brings the records of an import to the newest state of its file: a file that changes often stays one import.
///
/// What two states say of a record is merged, so that counts never fall. What the newest state of statistics does not hold
/// any more stays as a past record: its plays count, its place in the set does not.
struct ImportRenewal {
  /// The new state holds less than half of what the old one holds, or nothing: it is no newer state of it.
  struct Unlike: Error {}

  private struct Known {
    var id: Int64
    /// A hash of what it says.
    var contents: Int
    var isMatched: Bool
    var isPast: Bool
    var isSeen = false
  }

  private let transaction: IndexTransaction
  private let row: ImportRow
  /// Whether these are the same bytes, read with other words of the owner's on their text.
  private let isSameText: Bool
  private var known: [Int: Known] = [:]
  private var keys = Keys()
  private var current = 0
  private var seen = 0
  private var isPlaylist: Bool { row.playlist != nil }
  /// The number of records that say something else than before.
  private(set) var changes = 0

  /// A renewal of an accepted import.
  init(_ row: ImportRow, isSameText: Bool, _ transaction: IndexTransaction) throws {
    (self.row, self.isSameText, self.transaction) = (row, isSameText, transaction)
    var keys = Keys()
    try transaction.forEachRecord(of: row.id) { stored in
      known[keys.next(stored.record)] = Known(
        id: stored.id, contents: Self.contents(stored.record), isMatched: stored.outcome == .matched,
        isPast: stored.isPast)
    }
    current = known.values.count { !$0.isPast }
  }

  /// Takes a record of the new state.
  mutating func add(_ record: ListeningRecord) throws {
    let record = Self.asStored(record)
    let key = keys.next(record)
    guard var old = known[key] else {
      known[key] = Known(
        id: try transaction.insertRecord(record, import: row.id), contents: Self.contents(record),
        isMatched: false, isPast: false, isSeen: true)
      changes += 1
      return
    }
    if !old.isPast { seen += 1 }
    old.isSeen = true
    if old.isPast || old.contents != Self.contents(record), let stored = try transaction.record(old.id) {
      let merged = isSameText ? record : Self.merged(stored.record, record)
      if merged != stored.record || stored.isPast {
        let isOther = merged.tags != stored.record.tags || merged.duration != stored.record.duration
        try transaction.updateRecord(old.id, merged, isLookedFor: isOther || stored.isPast)
        changes += 1
      }
      (old.contents, old.isPast) = (Self.contents(merged), false)
    }
    known[key] = old
  }

  /// Comes after the last record.
  ///
  /// - Parameter entries: The number of entries of the new state.
  /// - Throws: `Unlike`: take everything back.
  mutating func finish(entries: Int) throws {
    if !isSameText, isPlaylist ? entries == 0 && current > 0 : 2 * seen < current { throw Unlike() }
    for (key, old) in known where !old.isSeen && !old.isPast {
      changes += 1
      // What is told of entries without a file counts this one.
      if !old.isMatched { try transaction.setMatched(false) }
      let stored = isPlaylist || isSameText ? nil : try transaction.record(old.id)
      if let stored, Self.tellsAnything(stored.record) {
        try transaction.setPast(old.id, import: row.id)
        known[key]?.isPast = true
      } else {
        try transaction.removeRecord(old.id)
        known[key] = nil
      }
    }
  }

  /// Takes in what an older state of the same file left, where this one holds at least half of it, and forgets that.
  mutating func absorb(_ older: ImportRow) throws {
    guard !isPlaylist else { return try transaction.removeImport(older.id) }
    var records: [(key: Int, stored: StoredRecord)] = []
    var keys = Keys()
    try transaction.forEachRecord(of: older.id) { records.append((keys.next($0.record), $0)) }
    let theirs = records.filter { !$0.stored.isPast }
    guard 2 * theirs.count(where: { known[$0.key]?.isPast == false }) >= theirs.count else { return }
    for (key, stored) in records where Self.tellsAnything(stored.record) {
      guard let own = known[key], let mine = try transaction.record(own.id) else {
        try transaction.setPast(stored.id, import: row.id)
        known[key] = Known(id: stored.id, contents: Self.contents(stored.record), isMatched: true, isPast: true)
        continue
      }
      let merged = Self.merged(stored.record, mine.record)
      guard merged != mine.record else { continue }
      try transaction.updateRecord(own.id, merged, isLookedFor: false)
      if mine.isPast { try transaction.setPast(own.id, import: row.id) }
    }
    changes += 1
    try transaction.removeImport(older.id)
  }

  // MARK: Records

  /// Hashes of what records are about, which tell those about the same apart by their order.
  private struct Keys {
    private var met: [Int: Int] = [:]

    mutating func next(_ record: ListeningRecord) -> Int {
      var hasher = Hasher()
      hasher.combine(record.locations)
      if record.locations.isEmpty {
        for text in [record.tags.title, record.tags.artist, record.tags.album] { hasher.combine(text) }
      }
      let key = hasher.finalize()
      let number = met[key, default: 0]
      met[key] = number + 1
      guard number > 0 else { return key }
      var numbered = Hasher()
      numbered.combine(key)
      numbered.combine(number)
      return numbered.finalize()
    }
  }

  /// A record with the tags that are stored of it.
  private static func asStored(_ record: ListeningRecord) -> ListeningRecord {
    var stored = record
    stored.tags = TrackTags(
      title: record.tags.title, artist: record.tags.artist, album: record.tags.album,
      albumArtist: record.tags.albumArtist, trackNumber: record.tags.trackNumber, discNumber: record.tags.discNumber)
    return stored
  }

  private static func contents(_ record: ListeningRecord) -> Int {
    var hasher = Hasher()
    for time in [record.firstPlayed, record.lastPlayed, record.added, record.duration, record.lastSkipped] {
      hasher.combine(time)
    }
    hasher.combine(record.playCount)
    hasher.combine(record.rating)
    hasher.combine(record.skipCount)
    let tags = record.tags
    for text in [tags.title, tags.artist, tags.album, tags.albumArtist, tags.trackNumber, tags.discNumber] {
      hasher.combine(text)
    }
    return hasher.finalize()
  }

  private static func tellsAnything(_ record: ListeningRecord) -> Bool {
    record.tellsOfPlays || record.added != nil || record.rating != nil || record.skipCount != nil
  }

  /// What both states say: the newer one decides on tags and rating, where it names any.
  private static func merged(_ old: ListeningRecord, _ new: ListeningRecord) -> ListeningRecord {
    func history(_ record: ListeningRecord) -> TrackHistory {
      TrackHistory(
        plays: record.playCount, firstPlayed: record.firstPlayed, lastPlayed: record.lastPlayed, added: record.added,
        skips: record.skipCount, lastSkipped: record.lastSkipped)
    }
    let told = history(old).merged(with: history(new))
    var merged = new
    (merged.playCount, merged.firstPlayed, merged.lastPlayed) = (told.plays, told.firstPlayed, told.lastPlayed)
    (merged.added, merged.rating) = (told.added, new.rating ?? old.rating)
    (merged.skipCount, merged.lastSkipped) = (told.skips, told.lastSkipped)
    merged.duration = new.duration ?? old.duration
    if new.tags == TrackTags() { merged.tags = old.tags }
    return merged
  }
}
