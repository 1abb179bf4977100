import COpusfile
import Glibc
import Tracks

/// An open Opus file, also a chained one, of libopusfile: libsndfile loses packets where ffmpeg laid out the pages.
final class OpusStream: FrameSource {
  private let handle: OpaquePointer
  private let part: FilePart
  private let scratch: Scratch
  private let mixer = OpusMixer()

  /// Opus always decodes to 48 kHz.
  let sampleRate = 48_000
  let cheapGap = 24_000

  /// The frames of all links of the chain, or 0 where they cannot be told.
  var frames: Int64 { max(0, op_pcm_total(handle, -1)) }

  var failure: DecodingFailure? { part.failure }

  /// Opens the part of a file that holds the audio.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath, scratch: Scratch) throws(DecodingFailure) {
    let part = FilePart(file, bytes)
    var access = OpusFileCallbacks(
      read: { context, target, count in
        guard let target else { return 0 }
        return Int32(FilePart.from(context).read(Int(count), to: target))
      },
      seek: { context, offset, whence in
        FilePart.from(context).seek(offset, whence)
        return 0
      },
      tell: { context in opus_int64(FilePart.from(context).position) },
      close: nil)
    var status: Int32 = 0
    let context = Unmanaged.passUnretained(part).toOpaque()
    guard let handle = op_open_callbacks(context, &access, nil, 0, &status) else {
      throw DecodingFailure(.damaged, path, detail: "libopusfile's error \(status)")
    }
    // A tagger may write a gain into the header; the audio is the same.
    op_set_gain_offset(handle, OP_ABSOLUTE_GAIN, 0)
    self.handle = handle
    self.part = part
    self.scratch = scratch
    op_set_decode_callback(
      handle,
      { context, decoder, target, packet, frames, channels, format, link in
        guard let context, let target, let packet, format == OP_DEC_FORMAT_FLOAT else { return OP_DEC_USE_DEFAULT }
        let stream = Unmanaged<OpusStream>.fromOpaque(context).takeUnretainedValue()
        return stream.decode(packet.pointee, frames: frames, channels: channels, link: link, into: target)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    op_free(handle)
  }

  /// Decodes a packet of two channels already mixed; what has more or only one is left to the library.
  private func decode(
    _ packet: ogg_packet, frames: Int32, channels: Int32, link: Int32, into target: UnsafeMutableRawPointer
  ) -> Int32 {
    guard channels == 2, let mixer, op_head(handle, link).pointee.mapping_family == 0 else { return OP_DEC_USE_DEFAULT }
    return mixer.decode(packet, frames: frames, link: link, into: target.assumingMemoryBound(to: Float.self))
  }

  /// Lands ahead of the frame: the 80 ms that the library decodes before it leave errors of up to a tenth of full scale
  /// in its first 100 ms, 200 ms more leave none that can be heard.
  func seek(to frame: Int64) -> Int64? {
    let more: Int64 = 9_600
    let target = max(0, frame - more)
    // A few frames ahead the library goes on with what it has decoded, and forgets nothing.
    let ahead = target - op_pcm_tell(handle)
    if ahead < 0 || ahead > OpusMixer.longestPacket { mixer?.forget() }
    guard op_pcm_seek(handle, ogg_int64_t(target)) == 0 else { return nil }
    let reached = op_pcm_tell(handle)
    return reached < 0 ? nil : reached
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    let longest = OpusMixer.longestPacket
    let mostChannels = 8
    let interleaved = scratch.values(longest * mostChannels)
    var done = 0
    while done < count {
      var link: Int32 = 0
      let channels = Int(op_channel_count(handle, -1))
      let wanted = min(longest, count - done)
      let got = Int(op_read_float(handle, interleaved, Int32(wanted * channels), &link))
      // A hole is where packets are missing; decoding goes on behind it.
      if got == Int(OP_HOLE) { continue }
      if got <= 0 { break }
      Mono.mix(interleaved, channels: Int(op_channel_count(handle, link)), frames: got, into: target + done)
      done += got
    }
    return done
  }
}
