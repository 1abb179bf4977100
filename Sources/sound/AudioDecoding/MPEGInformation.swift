/// The information frame that LAME and others put before the audio of an MP3 file: its length, and the samples that are
/// not music.
///
/// LAME's tag holds 12 bits each for the encoder's delay and its padding; a decoder adds 529 samples of its own
/// (http://gabriel.mp3-tech.org/mp3infotag.html). libmpg123, and so libsndfile, cuts the same.
struct MPEGInformation {
  /// Whether the first frame holds no audio.
  private(set) var isPresent = false
  /// How many samples are cut in all.
  private(set) var skipped = 0

  /// The three bytes of LAME's delay and padding; `nil` without them.
  private var gaps: [UInt8]?

  private static let decoderDelay = 529

  /// What the frame at `offset`, whose header is given, says.
  init(_ file: ByteFile, at offset: Int64, header: MPEGStream.Header) {
    if header.layer == 3 { skipped = Self.decoderDelay }
    let bytes = file.bytes(at: offset, count: header.length)
    if bytes.has("VBRI", at: 36) { isPresent = true }
    guard bytes.has("Xing", at: header.xingOffset) || bytes.has("Info", at: header.xingOffset) else { return }
    isPresent = true
    guard bytes.count >= header.xingOffset + 8 else { return }
    let flags = bytes.big(header.xingOffset + 4, as: UInt32.self)
    var encoder = header.xingOffset + 8
    for (bit, size) in [(1, 4), (2, 4), (4, 100), (8, 4)] where flags & UInt32(bit) != 0 { encoder += size }
    guard bytes.count >= encoder + 24, bytes[encoder] != 0 else { return }
    gaps = Array(bytes[(encoder + 21)..<(encoder + 24)])
    let delay = Int(bytes[encoder + 21]) << 4 | Int(bytes[encoder + 22]) >> 4
    let padding = Int(bytes[encoder + 22] & 15) << 8 | Int(bytes[encoder + 23])
    skipped = delay + Self.decoderDelay + max(0, padding - Self.decoderDelay)
  }

  /// A frame that tells the decoder the true number of frames, with the gaps of this one.
  ///
  /// libsndfile never reads behind the length it expects, and expects what the tag says or, without one, what the
  /// first frame's bit rate makes of the file's size: wrong for files that were joined, cut or made without the tag.
  /// - Parameters:
  ///   - bits: The header of an audio frame of the stream.
  ///   - frames: The number of audio frames.
  func frame(like bits: UInt32, frames: Int64) -> [UInt8] {
    // Any bit rate will do whose frame has room for the tag; without the checksum that the header may announce.
    let withoutChecksum = bits | 0x0001_0000
    for index in UInt32(1)...14 {
      let candidate = withoutChecksum & ~0xF200 | index << 12
      guard let header = MPEGStream.Header(candidate), header.length >= header.xingOffset + 48 else { continue }
      var frame = [UInt8](repeating: 0, count: header.length)
      func put(_ number: UInt32, at offset: Int) {
        for place in 0..<4 { frame[offset + place] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * place)) }
      }
      put(candidate, at: 0)
      frame.replaceSubrange(header.xingOffset..<(header.xingOffset + 4), with: Array("Xing".utf8))
      put(1, at: header.xingOffset + 4)
      put(UInt32(clamping: frames), at: header.xingOffset + 8)
      if let gaps {
        let encoder = header.xingOffset + 12
        frame.replaceSubrange(encoder..<(encoder + 4), with: Array("LAME".utf8))
        frame.replaceSubrange((encoder + 21)..<(encoder + 24), with: gaps)
      }
      return frame
    }
    return []
  }
}
