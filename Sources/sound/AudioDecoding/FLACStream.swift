import Platform
import Tracks

/// A FLAC file's own account of itself (RFC 9639), checked against its last frame.
struct FLACStream {
  let properties: AudioProperties
  let identity: AudioIdentity
  /// The CUESHEET block as the text of a cue sheet; `nil` without one.
  let cueSheet: String?

  /// How far before the end the last frame's header may lie.
  private static let farthestFrame = Int64(ByteFile.capacity)

  /// Reads the metadata and the tail of the FLAC file in `bytes`.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    let layout = try FLACLayout(file, in: bytes, path: path)
    let (information, audio) = (layout.information, layout.audio)
    // No decoder of this system gives a sample of them, though all take the file for theirs.
    guard information.bits <= 24 else {
      throw DecodingFailure(.unsupported, path, detail: "FLAC of \(information.bits) bits")
    }
    cueSheet = layout.cues.flatMap { FLACCueSheet.text(file, in: $0, rate: information.rate) }
    let counted = Self.lastFrame(file, in: audio, information)
    // Without a readable last frame (a damaged tail) the header's word stands.
    let frames = counted ?? information.total
    guard frames > 0, !audio.isEmpty else { throw DecodingFailure(.noFrames, path) }
    properties = AudioProperties(
      codec: "flac", sampleRate: information.rate, channels: information.channels, frames: frames,
      bitRate: KernelNumber.integer(
        Double(audio.upperBound - audio.lowerBound) * 8 * Double(information.rate) / Double(frames)))
    if frames == information.total, information.digest.contains(where: { $0 != 0 }) {
      identity = AudioIdentity(scheme: .flacMD5, digest: information.digest)
    } else {
      let hash = ContentHash()
      hash.add(file, from: audio.lowerBound, to: audio.upperBound)
      identity = AudioIdentity(scheme: .flacFrames, digest: hash.digest)
    }
  }

  /// The sample number behind the last frame, found backwards from the end; `nil` where none is found.
  private static func lastFrame(
    _ file: ByteFile, in audio: Range<Int64>, _ information: FLACLayout.Information
  ) -> Int64? {
    let start = max(audio.lowerBound, audio.upperBound - farthestFrame)
    let tail = file.bytes(at: start, count: Int(audio.upperBound - start))
    var last: Int64?
    var index = tail.count - 6
    while index >= 0 {
      if tail[index] == 0xFF, tail[index + 1] & 0xFE == 0xF8,
        let end = information.frame(UnsafeRawBufferPointer(rebasing: tail[index...]))
      {
        // Audio data can look like a header; the one that ends the stream as announced is certainly none of that.
        if end.end == information.total { return end.end }
        if last == nil, information.total == 0 || end.end < information.total {
          // What was cut off in the middle of a frame has lost all of it.
          last = isWhole(UnsafeRawBufferPointer(rebasing: tail[index...])) ? end.end : end.start
        }
      }
      index -= 1
    }
    return last
  }

  /// Whether these bytes are a frame up to its checksum: polynomial x^16 + x^15 + x^2 + 1.
  private static func isWhole(_ frame: UnsafeRawBufferPointer) -> Bool {
    var crc: UInt16 = 0
    for byte in frame {
      crc ^= UInt16(byte) << 8
      for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x8005 : crc << 1 }
    }
    return crc == 0
  }
}
