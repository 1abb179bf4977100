import CVorbisfile
import Tracks

/// An open Ogg Vorbis file, also a chained one, of libvorbisfile: libsndfile's seeks in Vorbis land up to half a second
/// beside the frame they claim to have reached.
final class VorbisStream: FrameSource {
  private let handle: UnsafeMutablePointer<OggVorbis_File>
  private let part: FilePart

  /// The rate of the first link; those of other rates are played at this one.
  let sampleRate: Int
  let cheapGap: Int

  /// The frames of all links of the chain, or 0 where they cannot be told.
  var frames: Int64 { max(0, Int64(ov_pcm_total(handle, -1))) }

  var failure: DecodingFailure? { part.failure }

  /// Opens the part of a file that holds the audio.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    let part = FilePart(file, bytes)
    let access = ov_callbacks(
      read_func: { target, size, count, context in
        guard let target, size > 0 else { return 0 }
        return FilePart.from(context).read(size * count, to: target) / size
      },
      seek_func: { context, offset, whence in
        FilePart.from(context).seek(offset, whence)
        return 0
      },
      close_func: nil,
      tell_func: { Int(FilePart.from($0).position) })
    let handle = UnsafeMutablePointer<OggVorbis_File>.allocate(capacity: 1)
    handle.initialize(to: OggVorbis_File())
    let status = ov_open_callbacks(Unmanaged.passUnretained(part).toOpaque(), handle, nil, 0, access)
    guard status == 0, let information = ov_info(handle, 0), information.pointee.rate > 0 else {
      if status == 0 { ov_clear(handle) }
      handle.deallocate()
      throw DecodingFailure(.damaged, path, detail: "libvorbisfile's error \(status)")
    }
    // Behind its look at all links of a chain the library does not always stand at the first.
    if ov_streams(handle) > 1 { ov_pcm_seek(handle, 0) }
    self.handle = handle
    self.part = part
    sampleRate = information.pointee.rate
    cheapGap = sampleRate / 8
  }

  deinit {
    ov_clear(handle)
    handle.deallocate()
  }

  func seek(to frame: Int64) -> Int64? {
    guard ov_pcm_seek(handle, frame) == 0 else { return nil }
    let reached = Int64(ov_pcm_tell(handle))
    return reached < 0 ? nil : reached
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    var done = 0
    while done < count {
      var link: Int32 = 0
      var channels: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>?
      let got = ov_read_float(handle, &channels, Int32(clamping: count - done), &link)
      // A hole is where packets are missing; decoding goes on behind it.
      if got == Int(OV_HOLE) { continue }
      guard got > 0, let channels, let information = ov_info(handle, link) else { break }
      Mono.mix(channels, count: Int(information.pointee.channels), frames: got, into: target + done)
      done += got
    }
    return done
  }
}
