import Foundation
import GRDB
public import Tracks

extension IndexTransaction {
  /// Stores what was measured of an audio: its blocks and, for `dense`, its summary. What was stored of the same
  /// variant is replaced, of whatever version: until then the old serves.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setFeatures(_ features: SongFeatures, of audio: Int64) throws {
    if !features.summary.isEmpty {
      try run(
        "INSERT OR REPLACE INTO summary (audio, version, samples, numbers) VALUES (?, ?, ?, ?)",
        [audio, features.version, features.starts.count, features.summary.withUnsafeBytes { Data($0) }])
    }
    try run(
      "INSERT OR REPLACE INTO block (audio, variant, version, starts, numbers) VALUES (?, ?, ?, ?, ?)",
      [
        audio, features.variant.rawValue, features.version, features.starts.withUnsafeBytes { Data($0) },
        features.blocks.withUnsafeBytes { Data($0) },
      ])
    try run(
      "DELETE FROM block WHERE audio = ? AND variant = ? AND version <> ?",
      [audio, features.variant.rawValue, features.version])
    if !features.summary.isEmpty {
      try run("DELETE FROM summary WHERE audio = ? AND version <> ?", [audio, features.version])
    }
  }

  /// The summary of an audio, `nil` where it was not analysed at this version.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func summary(of audio: Int64, version: Int) throws -> [Float]? {
    let data: Data? = try value("SELECT numbers FROM summary WHERE audio = ? AND version = ?", [audio, version])
    return data.map(Self.numbers)
  }

  /// The summary of a file's audio, `nil` where it was not analysed at this version.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func summary(ofFile file: Int64, version: Int) throws -> [Float]? {
    let data: Data? = try value(
      "SELECT s.numbers FROM track t JOIN summary s ON s.audio = t.audio WHERE t.id = ? AND s.version = ?",
      [file, version])
    return data.map(Self.numbers)
  }

  /// The number of samples that a summary is made of, `nil` where there is none of this version.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func samples(of audio: Int64, version: Int) throws -> Int? {
    try value("SELECT samples FROM summary WHERE audio = ? AND version = ?", [audio, version])
  }

  /// Every summary of a version, ordered by the audio's identity, so that the order does not depend on history.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachSummary(
    version: Int, _ body: (_ audio: Int64, _ identity: AudioIdentity, _ summary: [Float]) throws -> Void
  ) throws {
    let cursor = try rows(
      """
      SELECT s.audio, a.identity, s.numbers FROM audio a CROSS JOIN summary s ON s.audio = a.id
      WHERE s.version = ? ORDER BY a.identity
      """, [version])
    while let row = try cursor.next() {
      guard let identity = AudioIdentity(bytes: Array(row[1] as Data)) else { continue }
      try body(row[0], identity, Self.numbers(row[2]))
    }
  }

  /// The audios that have a summary of a version, ordered by identity.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func audiosWithSummary(version: Int) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT s.audio FROM summary s INDEXED BY summaryOfVersion JOIN audio a ON a.id = s.audio
        WHERE s.version = ? ORDER BY a.identity
        """, [version]
      ).map { $0[0] })
  }

  /// The summaries of some audios, ordered by identity.
  ///
  /// - Throws: What `body` throws, and SQLite's errors (see `IndexTransaction`).
  public func forEachSummary(
    version: Int, of audios: [Int64],
    _ body: (_ audio: Int64, _ identity: AudioIdentity, _ summary: [Float]) throws -> Void
  ) throws {
    var found: [(Int64, AudioIdentity)] = []
    for audio in audios {
      let bytes: Data? = try value("SELECT identity FROM audio WHERE id = ?", [audio])
      if let identity = bytes.flatMap({ AudioIdentity(bytes: Array($0)) }) { found.append((audio, identity)) }
    }
    for (audio, identity) in found.sorted(by: { $0.1 < $1.1 }) {
      if let summary = try summary(of: audio, version: version) { try body(audio, identity, summary) }
    }
  }

  /// The blocks of an audio's samples, one after the other; `nil` where there are none of this variant and version.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func blocks(of audio: Int64, variant: FeatureVariant, version: Int) throws -> [Float16]? {
    let data: Data? = try value(
      "SELECT numbers FROM block WHERE audio = ? AND variant = ? AND version = ?", [audio, variant.rawValue, version])
    return data.map(Self.numbers)
  }

  /// The starts of an audio's samples in seconds; `nil` where there are none of this variant and version.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func starts(of audio: Int64, variant: FeatureVariant, version: Int) throws -> [Double]? {
    let data: Data? = try value(
      "SELECT starts FROM block WHERE audio = ? AND variant = ? AND version = ?", [audio, variant.rawValue, version])
    return data.map(Self.numbers)
  }

  /// Whether an audio has blocks of a variant and version.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func hasBlocks(of audio: Int64, variant: FeatureVariant, version: Int) throws -> Bool {
    let found: Int? = try value(
      "SELECT 1 FROM block WHERE audio = ? AND variant = ? AND version = ?", [audio, variant.rawValue, version])
    return found != nil
  }

  /// The identities of the audios that have blocks of a variant and version, in no particular order.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func audiosWithBlocks(_ variant: FeatureVariant, version: Int) throws -> [AudioIdentity] {
    let cursor = try rows(
      "SELECT a.identity FROM block b JOIN audio a ON a.id = b.audio WHERE b.variant = ? AND b.version = ?",
      [variant.rawValue, version])
    return try Array(cursor.map { AudioIdentity(bytes: Array($0[0] as Data)) }).compactMap { $0 }
  }

  /// Removes all features.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeFeatures() throws {
    try run("DELETE FROM block")
    try run("DELETE FROM summary")
  }

  /// Removes features of other versions of a variant, of audios that have them of this version: what older programs left.
  /// Audios that have only others keep them.
  ///
  /// - Parameter limit: the most audios to look after at once.
  /// - Returns: the number of rows removed; less than `limit` when nothing is left to remove.
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func removeFeatures(of variant: FeatureVariant, except version: Int, limit: Int) throws -> Int {
    // The unique index answers which there are; the rows themselves are large.
    try run(
      """
      DELETE FROM block WHERE id IN (
        SELECT old.id FROM block old WHERE old.variant = ?1 AND old.version <> ?2 AND EXISTS (
          SELECT 1 FROM block new WHERE new.audio = old.audio AND new.variant = ?1 AND new.version = ?2) LIMIT ?3)
      """, [variant.rawValue, version, limit])
    var removed = database.changesCount
    guard variant == .dense else { return removed }
    try run(
      """
      DELETE FROM summary WHERE (audio, version) IN (
        SELECT old.audio, old.version FROM summary old INDEXED BY summaryOfVersion
        WHERE old.version <> ?1 AND EXISTS (
          SELECT 1 FROM summary new INDEXED BY summaryOfVersion WHERE new.version = ?1 AND new.audio = old.audio) LIMIT ?2)
      """, [version, limit])
    removed = max(removed, database.changesCount)
    return removed
  }

  /// A list of numbers from the bytes that it was stored as.
  static func numbers<Number: BitwiseCopyable>(_ data: Data) -> [Number] {
    let count = data.count / MemoryLayout<Number>.stride
    return [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      _ = data.copyBytes(to: buffer)
      initialized = count
    }
  }
}
