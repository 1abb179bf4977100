/// What came of a request, as the file holds it that takes the request's place: a line with the status, then the message.
public struct RequestAnswer: Sendable, Equatable {
  /// Whether what was asked for was done.
  public enum Status: String, Sendable, CaseIterable {
    /// It was done.
    case done = "ok"
    /// It was not done, or led to nothing; the message says why.
    case failed
  }

  /// Whether it was done.
  public var status: Status
  /// What came of it, in one line or more.
  public var message: String

  /// An answer.
  public init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The answer in a file's bytes. What begins with no status that is known was not confirmed, so it counts as failed, with
  /// all of the text as its message.
  public init(bytes: [UInt8]) {
    let text = String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    if let status = Status(rawValue: String(lines[0])) {
      self.init(status, lines.count > 1 ? String(lines[1]) : "")
    } else {
      self.init(.failed, text)
    }
  }

  /// The file's bytes.
  public var bytes: [UInt8] {
    Array("\(status.rawValue)\n\(message)\n".utf8)
  }
}
