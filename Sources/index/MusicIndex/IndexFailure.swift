/// Why the index could not be opened, read or written.
public struct IndexFailure: Error, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Reason: String, Sendable {
    /// The file is not there, and was to be read only.
    case missing
    /// The file cannot be opened, or its folder not be written.
    case cannotOpen
    /// The file was written by a newer indexd.
    case newerVersion
    /// The file is damaged or no index at all.
    case damaged
    /// The disk is full.
    case diskFull
    /// Another process holds the index longer than the waiting time.
    case busy
    /// The file is of an older version, or is just being made; only who writes it brings it to this one.
    case notMigrated
    /// Any other complaint of SQLite.
    case refused
  }

  /// What kind of failure it is.
  public let reason: Reason
  /// The index file.
  public let file: String
  /// SQLite's own words, and what to do.
  public let detail: String

  /// A failure of a kind, for a file, with SQLite's words.
  public init(reason: Reason, file: String, detail: String) {
    self.reason = reason
    self.file = file
    self.detail = detail
  }

  /// One line: the file, what happened and what to do.
  public var description: String {
    switch reason {
    case .missing: "\(file): there is no index yet: start indexd, or run `indexd --once` with this configuration"
    case .cannotOpen: "\(file): cannot open the index: \(detail)"
    case .newerVersion: "\(file): written by a newer indexd (\(detail)); install that version or move the file away"
    case .damaged: "\(file): the index is damaged: \(detail)"
    case .diskFull: "\(file): the disk is full; make room, nothing that was finished is lost"
    case .busy: "\(file): another process holds the index: \(detail)"
    case .notMigrated: "\(file): the index is being made, or is of an older version (\(detail)): start indexd once"
    case .refused: "\(file): \(detail)"
    }
  }
}
