import CSndfile
import Glibc
import Tracks

/// An open file of libsndfile.
final class SoundFile: FrameSource {
  private let handle: OpaquePointer
  private let part: FilePart
  private let scratch: Scratch
  private let lead: Int64
  /// What libsndfile says of it; `frames` is a guess in some MP3 files.
  let information: SF_INFO

  var sampleRate: Int { Int(information.samplerate) }
  let cheapGap: Int

  var failure: DecodingFailure? { part.failure }

  /// Opens the part of a file that holds the audio.
  ///
  /// `lead` is how many frames a seek lands ahead of its target, where the decoder needs them to find its way.
  init(_ part: FilePart, path: FilePath, lead: Int64 = 0, scratch: Scratch) throws(DecodingFailure) {
    var access = SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(FilePart.from($0).length) },
      seek: { offset, whence, context in
        FilePart.from(context).seek(Int64(offset), whence)
        return sf_count_t(FilePart.from(context).position)
      },
      read: { target, count, context in
        guard let target else { return 0 }
        return sf_count_t(FilePart.from(context).read(Int(count), to: target))
      },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(FilePart.from($0).position) })
    var information = SF_INFO()
    let context = Unmanaged.passUnretained(part).toOpaque()
    guard let handle = sf_open_virtual(&access, Int32(SFM_READ), &information, context) else {
      throw DecodingFailure(.unsupported, path, detail: String(cString: sf_strerror(nil)))
    }
    guard information.channels > 0, information.samplerate > 0 else {
      sf_close(handle)
      throw DecodingFailure(.damaged, path, detail: "no channels or no sample rate")
    }
    self.handle = handle
    self.lead = lead
    self.part = part
    self.information = information
    self.scratch = scratch
    cheapGap = Int(information.samplerate) / 8
  }

  deinit {
    sf_close(handle)
  }

  func seek(to frame: Int64) -> Int64? {
    let reached = sf_seek(handle, sf_count_t(max(0, frame - lead)), Int32(SEEK_SET))
    return reached < 0 ? nil : Int64(reached)
  }

  func read(into target: MixTarget, count: Int) -> Int {
    let channels = Int(information.channels)
    if channels == 1 {
      target.silence(count)
      return max(0, Int(sf_readf_float(handle, target.mean, sf_count_t(count))))
    }
    let interleaved = scratch.values(Scratch.frames * channels)
    var done = 0
    while done < count {
      let wanted = min(Scratch.frames, count - done)
      let got = Int(sf_readf_float(handle, interleaved, sf_count_t(wanted)))
      if got <= 0 { break }
      Mono.mix(interleaved, channels: channels, frames: got, into: target + done)
      done += got
      if got < wanted { break }
    }
    return done
  }
}
