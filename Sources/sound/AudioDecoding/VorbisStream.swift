import CVorbisfile
import Tracks

/// An open Ogg Vorbis file, also a chained one, of libvorbisfile: libsndfile's seeks in Vorbis land up to half a second
/// beside the frame they claim to have reached.
final class VorbisStream: FrameSource {
  private let handle: UnsafeMutablePointer<OggVorbis_File>
  private let part: FilePart

  private let chain: VorbisChain
  /// Resampled audio of links of other rates, and how much of it is read already.
  private var queue: [Float] = []
  private var queueStart = 0
  /// The link that is being read, and what brings it to the rate of the first; `nil` at that rate.
  private var link = -1
  private var resampler: StreamResampler?
  private let mono = Scratch()

  /// The rate of the first link; those of other rates are resampled to it.
  let sampleRate: Int
  let cheapGap: Int

  /// The frames of all links of the chain at the rate of the first, or 0 where they cannot be told.
  var frames: Int64 { max(0, chain.frames) }

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
    var chain = VorbisChain()
    for link in 0..<Int32(clamping: ov_streams(handle)) {
      let frames = Int64(ov_pcm_total(handle, link))
      guard frames >= 0, let rate = ov_info(handle, link)?.pointee.rate, rate > 0 else { continue }
      chain.append(rate: rate, frames: frames)
    }
    self.chain = chain
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
    guard ov_pcm_seek(handle, chain.isEven ? frame : chain.frame(at: frame)) == 0 else { return nil }
    let reached = Int64(ov_pcm_tell(handle))
    if chain.isEven || reached < 0 { return reached < 0 ? nil : reached }
    queue.removeAll(keepingCapacity: true)
    queueStart = 0
    link = -1
    return frame
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    if !chain.isEven { return readUneven(into: target, count: count) }
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

  /// As `read`, of links of several rates.
  private func readUneven(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    var done = 0
    while done < count {
      if queueStart == queue.count {
        queue.removeAll(keepingCapacity: true)
        queueStart = 0
        guard fillQueue() else { break }
      }
      let piece = min(count - done, queue.count - queueStart)
      for index in 0..<piece { target[done + index] = queue[queueStart + index] }
      queueStart += piece
      done += piece
    }
    return done
  }

  /// Decodes a piece; `false` at the end.
  private func fillQueue() -> Bool {
    var current: Int32 = 0
    var channels: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>?
    var got: Int
    repeat {
      got = ov_read_float(handle, &channels, Int32(Scratch.frames), &current)
    } while got == Int(OV_HOLE)
    guard got > 0, let channels, let information = ov_info(handle, current), information.pointee.rate > 0 else {
      endLink()
      return queueStart < queue.count
    }
    if Int(current) != link {
      endLink()
      link = Int(current)
      let rate = information.pointee.rate
      if rate != sampleRate { resampler = StreamResampler(from: rate, to: sampleRate) }
    }
    let values = mono.values(Scratch.frames)
    Mono.mix(channels, count: Int(information.pointee.channels), frames: got, into: values)
    if resampler != nil {
      resampler?.feed(values, count: got, into: &queue)
    } else {
      queue += UnsafeBufferPointer(start: values, count: got)
    }
    // A resampler keeps its first pieces to itself.
    return queueStart < queue.count || fillQueue()
  }

  private func endLink() {
    resampler?.drain(into: &queue)
    resampler = nil
  }
}
