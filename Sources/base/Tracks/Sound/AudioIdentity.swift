/// What makes two files the same audio: a hash of the encoded audio without its tags.
///
/// It survives a rename, a move and retagging, and changes when the audio does.
public struct AudioIdentity: Hashable, Comparable, Sendable {
  /// How the hash was made. Identities of different schemes are never equal.
  public enum Scheme: UInt8, Sendable, CaseIterable {
    /// The MD5 of the decoded samples that a FLAC file carries in STREAMINFO.
    case flacMD5 = 1
    /// Of the packets of an Ogg stream after its headers.
    case oggPackets = 2
    /// Of the MPEG audio frames between the tags, without the Xing or VBRI frame.
    case mpegFrames = 3
    /// Of the media data of an MP4 file.
    case mp4MediaData = 4
    /// Of the sample data of an uncompressed file (WAV, AIFF, ...), with its format.
    case pcmData = 5
    /// Of the packets of any other container: the data object of WMA, the frames of bare AAC, else what ffmpeg copies.
    case copiedPackets = 6
    /// Of everything between the tags at the ends of a file whose format keeps them there (APE, WavPack, TTA, DSF, ...).
    case wholeFile = 7
    /// Of the frames of a FLAC file that carries no MD5 or is cut off.
    case flacFrames = 8
    /// Of the identity of a file's audio and the bounds of a track inside it.
    case span = 9
  }

  /// How the hash was made.
  public let scheme: Scheme
  /// The 16 bytes of the hash.
  public let digest: [UInt8]

  /// An identity of a scheme and the 16 bytes of its hash.
  public init(scheme: Scheme, digest: [UInt8]) {
    precondition(digest.count == 16, "an identity's digest has 16 bytes")
    self.scheme = scheme
    self.digest = digest
  }

  /// The 17 bytes that stand for this identity in the index: the scheme, then the digest.
  public var bytes: [UInt8] {
    [scheme.rawValue] + digest
  }

  /// The identity that `bytes` stands for, or `nil` where they are none.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 17, let scheme = Scheme(rawValue: bytes[0]) else { return nil }
    self.init(scheme: scheme, digest: Array(bytes[1...]))
  }

  /// Lower-case hexadecimal digits of `bytes`, for people and for sorting.
  public var hexadecimal: String { Tracks.hexadecimal(bytes) }

  /// Hashes the bytes as one block: an array would hash them one by one.
  public func hash(into hasher: inout Hasher) {
    digest.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(scheme)
  }

  /// Orders identities by their bytes.
  public static func < (left: AudioIdentity, right: AudioIdentity) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
