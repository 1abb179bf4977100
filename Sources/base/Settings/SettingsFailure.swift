public import Tracks

/// A complaint about a configuration: where it is, which key it concerns and what to do.
public struct SettingsFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: String, Sendable, CaseIterable {
    /// The file cannot be opened or read.
    case unreadable
    /// The file is not text in UTF-8.
    case notText
    /// The text is not YAML, or uses what is refused here: anchors, tags, several documents.
    case syntax
    /// A key that nothing reads.
    case unknownKey
    /// A key that stands twice in one place.
    case duplicateKey
    /// A key that has to be there and is not.
    case missingKey
    /// A value of the wrong kind or out of its range.
    case wrongValue
    /// A value that a configuration file cannot hold, such as a path that is not UTF-8.
    case unwritable
  }

  /// What is wrong.
  public let reason: Reason
  /// The file that is complained about.
  public let file: FilePath
  /// The line, from 1, or `nil` where the complaint concerns no place in the text.
  public let line: Int?
  /// The column in Unicode scalars, from 1, or `nil` where the complaint concerns no place in the text.
  public let column: Int?
  /// The full name of the key concerned, such as `analysis.workers`, or `nil` where there is none.
  public let key: String?
  /// What is wrong and what to do about it, without the place.
  public let message: String

  /// A complaint of these parts.
  public init(
    reason: Reason, file: FilePath, line: Int? = nil, column: Int? = nil, key: String? = nil, message: String
  ) {
    self.reason = reason
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.message = message
  }

  /// `FILE:LINE:COLUMN: MESSAGE`; without the place where there is none.
  public var description: String {
    if let line, let column { return "\(file.display):\(line):\(column): \(message)" }
    return "\(file.display): \(message)"
  }
}
