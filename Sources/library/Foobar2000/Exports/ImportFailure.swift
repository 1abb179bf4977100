import Tracks

/// Why a file of foobar2000 was refused as a whole.
///
/// A damaged part of a readable file is not a failure: it is counted in `ExportSummary.malformed`.
public struct ImportFailure: Error, Equatable, CustomStringConvertible {
  /// The kinds of refusal.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    /// The file does not exist or may not be read.
    case cannotOpen
    /// Reading stopped with an error of the system.
    case cannotRead
    /// The path is neither a regular file nor a foobar2000 profile folder.
    case notAFile
    /// The file holds nothing.
    case empty
    /// Nothing that foobar2000 writes looks like this.
    case unrecognised
    /// The file ends before its last part is complete.
    case truncated
    /// The statistics name no file, only hashes of tags.
    case hashOnly
    /// The document declares entities, which foobar2000 never does.
    case entityDefinitions
    /// The file's structure contradicts itself.
    case damaged
    /// A part is larger than anything foobar2000 writes.
    case tooLarge
    /// The named character set or time zone does not exist here.
    case badOption
  }

  /// The kind of refusal.
  public let reason: Reason
  /// The file, as people read it.
  public let file: String
  /// Where it went wrong and what to do, as sentences.
  public let detail: String

  /// A refusal of a file.
  public init(_ reason: Reason, file: String, detail: String) {
    self.reason = reason
    self.file = file
    self.detail = detail
  }

  init(_ reason: Reason, _ file: FilePath, _ detail: String) {
    self.init(reason, file: file.display, detail: detail)
  }

  /// The file, a colon and the detail.
  public var description: String {
    "\(file): \(detail)"
  }
}
