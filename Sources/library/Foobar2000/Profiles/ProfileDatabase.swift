import Tracks

/// Reads the statistics of foobar2000 2 from `metadb.sqlite`, without touching the file.
struct ProfileDatabase {
  /// The name of the database in a profile folder.
  static let fileName = "metadb.sqlite"
  /// The first bytes of any SQLite file.
  static let magic = Array("SQLite format 3\u{0}".utf8)
  /// The indexes of Playback Statistics and of Playcount 2003, the better first.
  private static let (statistics, playcount2003) = (
    "metadb_index_C653739F_14B3_4EF2_819B_A3E2883230AE", "metadb_index_BE36C585_58CE_4465_9825_F2CA30CCEEED"
  )

  /// The order of the three times in a row: published sources disagree.
  private enum Order {
    case firstLastAdded, addedLastFirst
  }

  private struct Row {
    /// `nil` for a number that no count can be.
    var count: Int?
    /// The count as stored.
    var stored: UInt32
    var times: [UInt64]
    var rating: Int

    /// Reads 40 little-endian bytes: count, zero, three FILETIMEs, rating, zeros. Longer rows may come to be.
    init?(_ bytes: [UInt8]) {
      var reader = LittleEndianReader(bytes)
      guard bytes.count >= 40, let count = reader.number(UInt32.self),
        reader.number(UInt32.self) == 0, let a = reader.number(UInt64.self), let b = reader.number(UInt64.self),
        let c = reader.number(UInt64.self), let rating = reader.number(UInt8.self)
      else { return nil }
      stored = count
      self.count = count <= CellNumber.most ? Int(count) : nil
      times = [a, b, c]
      self.rating = Int(rating)
    }

    /// Reads what Playcount 2003 keeps: first play, last play, loved, plays, rating and adding as little-endian 32-bit
    /// numbers, times in seconds since 1970; what follows is text.
    init?(playcount2003 bytes: [UInt8]) {
      var reader = LittleEndianReader(bytes)
      var numbers: [UInt32] = []
      while numbers.count < 6, let number = reader.number(UInt32.self) { numbers.append(number) }
      guard numbers.count == 6 else { return nil }
      stored = numbers[3]
      count = stored <= CellNumber.most ? Int(stored) : nil
      times = [numbers[0], numbers[1], numbers[5]].map { $0 == 0 ? 0 : FileTime.ticks($0) }
      rating = Int(numbers[4])
    }

    /// Whether first and last play are both there or both not, and in order.
    func fits(_ order: Order) -> Bool {
      let (first, last) = order == .firstLastAdded ? (times[0], times[1]) : (times[2], times[1])
      return (first == 0) == (last == 0) && first <= last
    }

    func history(_ order: Order) -> HistoryTimes {
      func time(_ ticks: UInt64) -> Double? { ticks == 0 ? nil : FileTime.seconds(ticks) }
      return order == .firstLastAdded
        ? HistoryTimes(first: time(times[0]), last: time(times[1]), added: time(times[2]))
        : HistoryTimes(first: time(times[2]), last: time(times[1]), added: time(times[0]))
    }
  }

  /// Delivers one record a history; all names that share it are its locations.
  static func read(
    _ path: FilePath, options: ReadingOptions, record deliver: (ListeningRecord) throws -> Void
  ) throws -> ExportSummary {
    let copy = try PrivateCopy(of: path, in: options.scratch)
    let database = try Database(copy.file, named: path)
    let index = try [statistics, playcount2003].first { name in
      try database.hasTable(name) && database.hasTable(name + "_data")
    }
    guard let index else {
      if let words = ForeignFile.words(database: path, tables: try database.tables()) {
        throw ImportFailure(.unrecognised, path, words)
      }
      throw ImportFailure(
        .unrecognised, path,
        "holds no play statistics: install the component Playback Statistics in foobar2000, or import an export")
    }
    for table in [index, index + "_data"] { try database.check(table) }
    var summary = ExportSummary(kind: .metadb)
    let is2003 = index == playcount2003
    func row(_ bytes: [UInt8]) -> Row? { is2003 ? Row(playcount2003: bytes) : Row(bytes) }
    var unfit: (Int, Int) = (0, 0)
    var largest = 0
    try database.each("SELECT value FROM \(index)_data") { statement in
      guard let row = row(statement.bytes(0)) else { return }
      if !row.fits(.firstLastAdded) { unfit.0 += 1 }
      if !row.fits(.addedLastFirst) { unfit.1 += 1 }
      if row.rating < 255 { largest = max(largest, row.rating) }
    }
    let order = !is2003 && unfit.1 < unfit.0 ? Order.addedLastFirst : .firstLastAdded
    let scale = is2003 ? .halfStars : RatingScale(largest: largest)
    let hasTags = try database.hasTable("metadb")
    if hasTags { try database.check("metadb") }
    let tags = hasTags ? "m.info FROM" : "NULL FROM"
    let join = hasTags ? "LEFT JOIN metadb m ON m.name = i.filename" : ""
    var pending: (key: Int64, record: ListeningRecord)?
    var strange: Int64?
    var odd = OddValues()
    var implausible = 0
    var skipped = try SkipIndex(database)
    // One history may have tens of thousands of names.
    var names: Set<ListeningRecord.Location> = []
    func flush() throws {
      guard let (_, record) = pending else { return }
      pending = nil
      summary.entries += 1
      if record.locations.isEmpty { summary.withoutLocation += 1 }
      try deliver(record)
    }
    try database.each(
      "SELECT d.key, d.value, i.filename, \(tags) \(index)_data d LEFT JOIN \(index) i ON i.key = d.key \(join) "
        + "ORDER BY d.key, i.filename"
    ) { statement in
      let key = statement.integer(0)
      // Every name of a strange history gives a row.
      if key == strange { return }
      if pending?.key != key {
        try flush()
        guard let row = row(statement.bytes(1)) else {
          strange = key
          summary.malformed.add(place: "key \(key)", problem: "a history of \(statement.bytes(1).count) strange bytes")
          return
        }
        if row.count == nil { odd.add("count", String(row.stored), at: "key \(key)") }
        names.removeAll(keepingCapacity: true)
        var times = row.history(order)
        if times.settle() { implausible += 1 }
        pending = (
          key,
          ListeningRecord(
            playCount: row.count, firstPlayed: times.first, lastPlayed: times.last, added: times.added,
            rating: scale.stars(row.rating))
        )
      }
      guard let name = statement.text(2) else { return }
      let location = LocationString.location(name)
      if names.insert(location).inserted { pending?.record.locations.append(location) }
      if let skips = skipped.take(name) { pending?.record.add(skips) }
      if pending?.record.tags.title == nil { pending?.record.tags = ProfileTags.tags(statement.bytes(3)) }
    }
    try flush()
    for (name, skips) in skipped.rest {
      summary.entries += 1
      try deliver(
        ListeningRecord(
          locations: [LocationString.location(name)], skipCount: skips.count, lastSkipped: skips.last))
    }
    if let warning = skipped.warning { summary.warnings.append(warning) }
    if let warning = odd.warning(of: "histories") { summary.warnings.append(warning) }
    if implausible > 0 {
      summary.warnings.append(
        "\(implausible) histories had times outside 1980 to 2199 or a first play after the last; such times were left out "
          + "or put in order.")
    }
    if order == .addedLastFirst {
      summary.warnings.append("The times were read in the order added, last played, first played: only that fits.")
    }
    return summary
  }
}

/// Reads the tags in `metadb.info`: names and values between zero bytes, groups between two of them, behind a header of
/// unknown length that the first name is glued to.
enum ProfileTags {
  private static let firstNames = ["title", "artist", "album", "date", "genre", "tracknumber", "discnumber"]

  /// What can be read beyond doubt; nothing where the bytes have another form.
  static func tags(_ bytes: [UInt8]) -> TrackTags {
    var collected = TagCollection()
    var group: [String] = []
    var isFirst = true
    func finish() {
      if let name = group.first { for value in group.dropFirst() { collected.add(name, value) } }
      group = []
      isFirst = false
    }
    for part in bytes.split(separator: 0, omittingEmptySubsequences: false) {
      if part.isEmpty {
        finish()
      } else if isFirst, group.isEmpty {
        if let name = gluedName(part) { group = [name] }
      } else if let text = String(validating: part, as: UTF8.self) {
        group.append(text)
      }
    }
    finish()
    return collected.tags
  }

  private static func gluedName(_ bytes: ArraySlice<UInt8>) -> String? {
    let lowered = bytes.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
    return firstNames.first { name in
      let length = name.utf8.count
      guard lowered.count >= length, lowered.suffix(length).elementsEqual(name.utf8) else { return false }
      return lowered.count == length || !(97...122).contains(lowered[lowered.count - length - 1])
    }
  }
}
