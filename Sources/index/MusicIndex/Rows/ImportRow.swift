public import Tracks

/// One file of foobar2000's that was imported or refused.
public struct ImportRow: Sendable, Equatable {
  /// The import's number; 0 for one that is not stored yet.
  public var id: Int64
  /// The file, wherever it lay.
  public var path: FilePath
  /// A hash of the file's bytes: the same contents are never imported twice.
  public var digest: [UInt8]
  /// What the file is (`ExportKind`).
  public var kind: String
  /// The playlist's name, for a playlist.
  public var playlist: String?
  /// When foobar2000 wrote it, in seconds since 1970.
  public var exportedAt: Double
  /// When it was imported, in seconds since 1970.
  public var importedAt: Double
  /// The number of entries in it.
  public var entries: Int
  /// The number of entries that could not be read.
  public var malformed: Int
  /// The number of entries that a file of the library was found for.
  public var matched: Int
  /// The number of entries that could mean several files.
  public var ambiguous: Int
  /// The number of entries without a file.
  public var missing: Int
  /// Why it was refused; `nil` for an accepted one.
  public var refusal: String?
  /// The kind of refusal, for a refused one (`ImportFailure.Reason`).
  public var refusalReason: String?
  /// The revision of the program's readers that refused it.
  public var reader: Int
  /// What should be said about it.
  public var warnings: [String]

  /// An import with these values.
  public init(
    id: Int64 = 0, path: FilePath, digest: [UInt8], kind: String, playlist: String?, exportedAt: Double,
    importedAt: Double, entries: Int = 0, malformed: Int = 0, matched: Int = 0, ambiguous: Int = 0, missing: Int = 0,
    refusal: String? = nil, refusalReason: String? = nil, reader: Int = 0, warnings: [String] = []
  ) {
    self.id = id
    self.path = path
    self.digest = digest
    self.kind = kind
    self.playlist = playlist
    self.exportedAt = exportedAt
    self.importedAt = importedAt
    self.entries = entries
    self.malformed = malformed
    self.matched = matched
    self.ambiguous = ambiguous
    self.missing = missing
    self.refusal = refusal
    self.refusalReason = refusalReason
    self.reader = reader
    self.warnings = warnings
  }
}

/// What became of an imported record when it was looked for among the library's files.
public enum RecordOutcome: String, Sendable, CaseIterable {
  /// It means these files.
  case matched
  /// It could mean several files, so it means none.
  case ambiguous
  /// No file is meant.
  case missing
  /// It is no file at all (a stream, a CD).
  case notAFile
}
