/// What stands before every message on the channel: what it is and how long it is.
struct FrameHeader: Equatable {
  /// The kinds of messages; those of the worker are answers.
  enum Kind: UInt32 {
    /// To the worker: look at a file.
    case probe = 1
    /// To the worker: measure a track.
    case analyse = 2
    /// To the worker: compute a file's acoustic fingerprint.
    case fingerprint = 3
    /// To the worker: the name of a job, whose payload follows.
    case job = 4
    /// To the worker, after a job's name: what the job works on.
    case payload = 5
    /// To the worker, before a request about a file: the file, whose descriptor comes with the first byte.
    case file = 6
    /// From the worker, once at its start: the version of this protocol.
    case hello = 16
    /// From the worker: the result of a request.
    case result = 17
    /// From the worker: the reason and the detail of a request's failure.
    case failure = 18
    /// From the worker, before a job's result: the part that is done, from 0 to 1.
    case progress = 19
  }

  /// The version of the messages; both ends must be of the same.
  static let version: UInt32 = 2
  /// The number of bytes of a header.
  static let size = 16
  private static let magic: UInt32 = 0x4458_4449

  var kind: Kind
  var length: UInt64

  /// The header as it is written.
  var bytes: [UInt8] {
    var writer = WireWriter()
    writer.write(Self.magic)
    writer.write(kind.rawValue)
    writer.write(length)
    return writer.bytes
  }

  init(kind: Kind, length: Int) {
    self.kind = kind
    self.length = UInt64(length)
  }

  /// Reads a header of `size` bytes; throws where it is none.
  init(bytes: [UInt8]) throws(WireFailure) {
    var reader = WireReader(bytes)
    guard try reader.read(UInt32.self) == Self.magic, let kind = Kind(rawValue: try reader.read(UInt32.self)) else {
      throw WireFailure(description: "a message has no header")
    }
    self.kind = kind
    length = try reader.read(UInt64.self)
  }
}
