import Tracks

/// Reads foobar2000's own playlist files: version 0.8, and 0.9 to 2.
struct PlaylistBinary {
  /// The first bytes of files since version 0.9.
  static let magic: [UInt8] = [
    0xE1, 0xA0, 0x9C, 0x91, 0xF8, 0x3C, 0x77, 0x42, 0x85, 0x2C, 0x3B, 0xCC, 0x14, 0x01, 0xD3, 0xF2,
  ]
  /// The first bytes of files of version 0.8.
  static let oldMagic: [UInt8] = [
    0x82, 0x68, 0xD0, 0xE3, 0x4B, 0x87, 0xE3, 0x43, 0x98, 0x25, 0x4E, 0x42, 0x02, 0x0A, 0xF5, 0x43,
  ]
  /// The largest file that is read, in bytes: some million tracks.
  private static let largestFile = 1 << 29

  private let path: FilePath
  private var reader: LittleEndianReader
  private var strings: ArraySlice<UInt8> = []
  private var summary: ExportSummary

  /// Delivers one record a track, with the tags and the duration that foobar2000 knew.
  static func read(_ path: FilePath, record deliver: (ListeningRecord) throws -> Void) throws -> ExportSummary {
    let bytes = try InputFile(path).contents(limit: largestFile)
    var playlist = PlaylistBinary(path: path, bytes: bytes)
    if bytes.starts(with: magic) {
      try playlist.readTracks(deliver)
    } else if bytes.starts(with: oldMagic) {
      try playlist.readOldTracks(deliver)
    } else {
      throw ImportFailure(.unrecognised, path, "is no playlist of foobar2000")
    }
    return playlist.summary
  }

  private init(path: FilePath, bytes: [UInt8]) {
    self.path = path
    reader = LittleEndianReader(bytes, at: Self.magic.count)
    summary = ExportSummary(kind: .fpl)
    summary.playlistName = path.nameWithoutExtension
  }

  // MARK: Since version 0.9

  private mutating func readTracks(_ deliver: (ListeningRecord) throws -> Void) throws {
    guard let length = reader.number(UInt32.self), let table = reader.take(Int(length)),
      let count = reader.number(UInt32.self)
    else { throw truncated("in its table of strings") }
    strings = table
    for number in 1...max(1, Int(count)) where count > 0 {
      guard var record = try track(number) else { continue }
      if let problem = place(&record) {
        summary.malformed.add(place: "track \(number)", problem: problem)
        continue
      }
      summary.entries += 1
      try deliver(record)
    }
    noteRest()
  }

  /// The next track; `nil` where it is malformed by itself but its end is known.
  private mutating func track(_ number: Int) throws(ImportFailure) -> ListeningRecord? {
    guard let flags = reader.number(UInt32.self), let pathOffset = reader.number(UInt32.self),
      let subsong = reader.number(UInt32.self)
    else { throw truncated("at track \(number)") }
    var record = ListeningRecord()
    if flags & 1 != 0 {
      guard reader.take(8) != nil else { throw truncated("at track \(number)") }
      try block(number, into: &record)
    }
    if flags & 4 != 0 {
      // A stream's title of the moment, in the same form and of any length.
      var ignored = ListeningRecord()
      try block(number, into: &ignored)
    }
    guard let location = string(pathOffset), let track = Int32(exactly: subsong) else {
      summary.malformed.add(place: "track \(number)", problem: "its location is not in the table of strings")
      return nil
    }
    record.locations = [.init(path: location, subsong: Int(track))]
    return record
  }

  /// A block of information: times, gains, and words that point into the table of strings.
  private mutating func block(_ number: Int, into record: inout ListeningRecord) throws(ImportFailure) {
    guard reader.take(8) != nil, let seconds = reader.double(), reader.take(16) != nil,
      let count = reader.number(UInt32.self)
    else { throw truncated("at track \(number)") }
    guard reader.remaining / 4 >= Int(count), let raw = reader.take(Int(count) * 4) else {
      throw truncated("at track \(number), whose information would be \(count) words long")
    }
    if seconds.isFinite, seconds > 0 { record.duration = seconds }
    record.tags = tags(LittleEndianReader(Array(raw)), count: Int(count))
  }

  /// The tags that the words of a block describe; none where the words contradict each other.
  private func tags(_ words: LittleEndianReader, count: Int) -> TrackTags {
    func word(_ index: Int) -> Int? {
      guard index >= 0, index < count else { return nil }
      var reader = LittleEndianReader(words.bytes, at: index * 4)
      return reader.number(UInt32.self).map(Int.init)
    }
    guard let keys = word(0), keys <= count, let total = word(3 + 2 * keys), total <= count,
      let information = word(1), information <= count, word(2) == 2 * keys + 1 + total,
      count == 3 + 2 * keys + 1 + total + 2 * information
    else { return TrackTags() }
    var collected = TagCollection()
    for key in 0..<keys {
      let end = key + 1 < keys ? word(3 + 2 * (key + 1)) : total
      guard let name = word(4 + 2 * key).flatMap({ string(UInt32($0)) }), let first = word(3 + 2 * key), let end,
        first <= end, end <= total
      else { continue }
      for value in first..<end {
        if let text = word(3 + 2 * keys + 1 + value).flatMap({ string(UInt32($0)) }) { collected.add(name, text) }
      }
    }
    return collected.tags
  }

  /// The text at an offset of the table of strings; `nil` beyond it.
  private func string(_ offset: UInt32) -> String? {
    guard Int(offset) < strings.count else { return nil }
    let start = strings.startIndex + Int(offset)
    guard let end = strings[start...].firstIndex(of: 0) else { return nil }
    return String(decoding: strings[start..<end], as: UTF8.self)
  }

  // MARK: Version 0.8

  private mutating func readOldTracks(_ deliver: (ListeningRecord) throws -> Void) throws {
    guard reader.take(4) != nil, let count = reader.number(UInt32.self) else { throw truncated("in its head") }
    for number in 1...max(1, Int(count)) where count > 0 {
      guard reader.take(4) != nil, let location = text(), let subsong = reader.number(UInt32.self),
        reader.take(16) != nil, let seconds = reader.double(), let tags = pairs(), pairs() != nil
      else { throw truncated("at track \(number)") }
      var record = ListeningRecord(tags: tags.tags)
      record.locations = [.init(path: location, subsong: Int(Int32(exactly: subsong) ?? 0))]
      if seconds.isFinite, seconds > 0 { record.duration = seconds }
      if let problem = place(&record) {
        summary.malformed.add(place: "track \(number)", problem: problem)
        continue
      }
      summary.entries += 1
      try deliver(record)
    }
    noteRest()
  }

  private mutating func text() -> String? {
    guard let length = reader.number(UInt32.self), let bytes = reader.take(Int(length)) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func pairs() -> TagCollection? {
    guard let count = reader.number(UInt32.self), reader.remaining / 8 >= Int(count) else { return nil }
    var collected = TagCollection()
    for _ in 0..<Int(count) {
      guard let key = text(), let value = text() else { return nil }
      collected.add(key, value)
    }
    return collected
  }

  // MARK: Both

  /// Makes the stored location native; what is wrong with it otherwise. A stored location has a scheme or starts at a
  /// root: anything else is a piece of another text.
  private func place(_ record: inout ListeningRecord) -> String? {
    let stored = record.locations[0].path
    guard LocationString.scheme(of: stored) != nil || ForeignPath(stored).map({ $0.root != .relative }) == true else {
      return "\"\(stored.prefix(80))\" is no location"
    }
    record.locations[0].path = LocationString.native(stored)
    return nil
  }

  private mutating func noteRest() {
    if reader.remaining > 0 { summary.warnings.append("\(reader.remaining) bytes follow the last track.") }
  }

  private func truncated(_ place: String) -> ImportFailure {
    ImportFailure(
      .truncated, path, "ends \(place), byte \(reader.position): it is incomplete. Save the playlist again")
  }
}
