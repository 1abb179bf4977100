import Tracks

/// How often tracks were skipped, by the index that foo_skipcount keeps in `metadb.sqlite`.
///
/// A value holds little-endian 32-bit numbers: the version of the layout, then the skips by each kind of command (three in
/// versions 1 and 2, four in version 3), from version 2 on the number of times, and as many times of 100 ns since
/// 1601-01-01 UTC in 64 bits each. Names that share tags share a value. Layout: the component's source, `record.cpp` of
/// Fjara-h/foo_skipcount 2.0.5.
struct SkipIndex {
  /// The skips of a name.
  struct Skips: Equatable {
    /// How often.
    var count: Int
    /// When last, in seconds since 1970-01-01 UTC.
    var last: Double?

    init(count: Int, last: Double?) {
      (self.count, self.last) = (count, last)
    }

    /// Reads a value; `nil` for one of another layout, or whose numbers contradict each other.
    init?(_ bytes: [UInt8]) {
      var reader = LittleEndianReader(bytes)
      guard let version = reader.number(UInt32.self), (1...3).contains(version) else { return nil }
      var count = 0
      for _ in 0..<(version < 3 ? 3 : 4) {
        guard let number = reader.number(UInt32.self) else { return nil }
        count += Int(number)
      }
      guard count <= CellNumber.most else { return nil }
      self.count = count
      guard version > 1 else { return }
      guard let times = reader.number(UInt32.self) else { return nil }
      for _ in 0..<times {
        guard let ticks = reader.number(UInt64.self) else { return nil }
        let time = FileTime.seconds(ticks)
        if FileTime.isPlausible(time) { last = max(last ?? time, time) }
      }
    }

    func merged(with other: Skips) -> Skips {
      Skips(count: max(count, other.count), last: [last, other.last].compactMap { $0 }.max())
    }
  }

  private static let table = "metadb_index_592AAD05_29DB_4522_ACA2_AE44CE7B0BC4"
  private var skips: [String: Skips] = [:]
  private var told: Set<String> = []
  /// What the owner should know where values could not be read; `nil` where there were none.
  private(set) var warning: String?

  /// Reads the index; an empty one where the component was never there. Damage of the index costs only the skips.
  ///
  /// - Throws: `ImportFailure` where the file cannot be read for now.
  init(_ database: borrowing Database) throws {
    do {
      try read(database)
    } catch let failure as ImportFailure where failure.reason == .damaged {
      skips = [:]
      warning = "The skips that foo_skipcount counted could not be read (\(failure.detail)); all else counts."
    }
  }

  private mutating func read(_ database: borrowing Database) throws {
    guard try database.hasTable(Self.table), try database.hasTable(Self.table + "_data") else { return }
    for table in [Self.table, Self.table + "_data"] { try database.check(table) }
    var odd = 0
    var found: [String: Skips] = [:]
    try database.each(
      "SELECT i.filename, d.value FROM \(Self.table)_data d CROSS JOIN \(Self.table) i ON i.key = d.key"
    ) { statement in
      guard let name = statement.text(0) else { return }
      guard let value = Skips(statement.bytes(1)) else {
        odd += 1
        return
      }
      found[name] = found[name].map { $0.merged(with: value) } ?? value
    }
    skips = found
    guard odd > 0 else { return }
    warning = "The skips of \(odd) names are in a layout of foo_skipcount that is not known, and were left out."
  }

  /// What is known of a name, which then counts as told.
  mutating func take(_ name: String) -> Skips? {
    guard let found = skips[name] else { return nil }
    told.insert(name)
    return found
  }

  /// The names that were skipped and not told yet, in order.
  var rest: [(name: String, skips: Skips)] {
    skips.filter { $0.value.count > 0 && !told.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension ListeningRecord {
  /// Adds the skips of one of the names.
  mutating func add(_ skips: SkipIndex.Skips) {
    let known = SkipIndex.Skips(count: skipCount ?? 0, last: lastSkipped).merged(with: skips)
    (skipCount, lastSkipped) = (known.count, known.last)
  }
}
