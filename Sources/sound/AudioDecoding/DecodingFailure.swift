public import Tracks

/// Why a file yields no audio.
///
/// Of one file only: the caller keeps it as a row and goes on with the next one.
public struct DecodingFailure: Error, Equatable, CustomStringConvertible, Sendable {
  /// The kind of failure.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    /// There is no such file.
    case missing
    /// The system refuses to open or read it.
    case cannotOpen
    /// It has no bytes.
    case empty
    /// Its bytes are no audio that is known.
    case notAudio
    /// It is audio without a single frame.
    case noFrames
    /// It is audio that no decoder here understands.
    case unsupported
    /// It is music of a format that no decoder here knows; the detail is the format's name.
    case unknownFormat
    /// It is audio that only a licence opens.
    case encrypted
    /// It is audio, but so damaged that nothing can be decoded.
    case damaged
    /// The system could not read the file or had no room for it at this moment, which says nothing of the file.
    case unreadable
  }

  /// The kind of failure.
  public let reason: Reason
  /// The file, for people.
  public let path: String
  /// The decoder's or the system's own words; empty where there are none.
  public let detail: String

  /// A failure of a file with the decoder's own words.
  public init(_ reason: Reason, _ path: FilePath, detail: String = "") {
    self.reason = reason
    self.path = path.display
    self.detail = detail
  }

  /// One line: the file, what is wrong and what to do about it.
  public var description: String {
    if reason == .unknownFormat {
      return "\(path): this machine's decoders do not know \(detail); convert the file to FLAC or another known format"
    }
    return "\(path): \(explanation)\(detail.isEmpty ? "" : " (\(detail))")"
  }

  private var explanation: String {
    switch reason {
    case .missing: "the file does not exist"
    case .cannotOpen: "the file cannot be read; check its permissions and the disk"
    case .empty: "the file is empty; copy it again"
    case .notAudio: "the file is not audio; remove it or give it another extension"
    case .noFrames: "the file holds no sound; copy it again"
    case .unsupported: "no decoder for this audio; convert the file to FLAC of 16 or 24 bits"
    case .unknownFormat: "no decoder here knows this format; convert the file to FLAC"
    case .encrypted: "the audio is encrypted and only its shop's player opens it; get a copy without protection"
    case .damaged: "the audio is damaged and cannot be decoded; copy the file again"
    case .unreadable:
      "the file cannot be read at present and is tried again; check its permissions, the disk or the network"
    }
  }
}
