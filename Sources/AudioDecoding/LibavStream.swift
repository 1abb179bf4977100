import CLibav
import Glibc
import Tracks

/// The frames that libavcodec decodes, at the rate that its stream was probed to have.
///
/// Places are counted in decoded frames from the first one. Where the clock of the packets is finer than the frames, the
/// times of the packets tell where each belongs, and those in between are read without being decoded; elsewhere
/// everything before a place is decoded.
final class LibavStream: FrameSource {
  private let path: FilePath
  private let open: () throws(DecodingFailure) -> LibavFile
  private let scratch: Scratch
  private let isIndexed: Bool
  private var file: LibavFile
  private var decoder: LibavDecoder
  /// Tells the packets their times where the file does not; `nil` where it does.
  private var clock: VorbisClock?
  /// What the times of packets count.
  private let tick: AVRational
  private var resampler: StreamResampler?
  private var resampledRate: Int32 = 0
  private var isEnding = false
  /// What is decoded and not read yet lies in this range of the queue.
  private var queue: [Float] = []
  private var queueStart = 0
  private var queueEnd = 0
  /// The frame that the queue begins at.
  private var position: Int64 = 0
  /// The time of frame 0, in ticks; `nil` where times do not tell places.
  private var origin: Int64?
  private var memoryFailure: DecodingFailure?

  let sampleRate: Int
  private(set) var cheapGap: Int

  var failure: DecodingFailure? { memoryFailure ?? file.failure }

  /// Gaps of more seconds are jumped over where the file has an index, not read through.
  private static let longGap: Int64 = 20

  /// A stream at the first frame of a file of a kind.
  init(
    _ file: ByteFile, _ container: Container, _ path: FilePath, rate: Int, scratch: Scratch
  ) throws(DecodingFailure) {
    let open = { () throws(DecodingFailure) in try LibavFile(file, container, path) }
    let opened = try open()
    let clock = VorbisClock(opened.stream)
    let stated = opened.stream.pointee.codecpar.pointee.sample_rate
    let tick = clock == nil ? opened.stream.pointee.time_base : AVRational(num: 1, den: max(1, stated))
    let decoder = try LibavDecoder(opened, path, tick: tick)
    self.clock = clock
    self.tick = tick
    self.path = path
    self.open = open
    self.scratch = scratch
    self.file = opened
    self.decoder = decoder
    sampleRate = rate
    switch container.kind {
    // The clock counts from the first packet on.
    case .mp4, .ape, .wavpack, .trueAudio: isIndexed = clock == nil
    default: isIndexed = false
    }
    let isFine = tick.num > 0 && Int64(tick.den) % (Int64(tick.num) * Int64(max(1, rate))) == 0
    guard isFine, decoder.context.pointee.sample_rate == rate, let lead = decoder.lead else {
      cheapGap = .max
      return
    }
    cheapGap = Int(lead) + rate / 8
    // The first frame tells where time begins.
    if decode() { origin = decoder.frame.pointee.pts == libav_no_time ? nil : decoder.frame.pointee.pts }
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    var done = 0
    while done < count {
      if queueStart == queueEnd, !decode() { break }
      let piece = min(count - done, queueEnd - queueStart)
      queue.withUnsafeBufferPointer { (target + done).update(from: $0.baseAddress! + queueStart, count: piece) }
      queueStart += piece
      position += Int64(piece)
      done += piece
    }
    return done
  }

  func seek(to frame: Int64) -> Int64? {
    guard failure == nil else { return nil }
    let target = frame - (decoder.lead ?? frame)
    guard let origin, target > 0 else { return rewind() }
    let second = Int64(tick.den) / Int64(tick.num)
    let time = origin + target * (second / Int64(sampleRate))
    let gap = target - position
    if gap < 0 || isIndexed && gap > Self.longGap * Int64(sampleRate) {
      if !isIndexed || av_seek_frame(file.context, file.stream.pointee.index, time, AVSEEK_FLAG_BACKWARD) < 0 {
        guard rewind() != nil else { return nil }
      }
    }
    return skip(to: time, origin, ticks: second / Int64(sampleRate))
  }

  /// Reads packets up to the one that holds a time, decodes it, and returns the frame at which that begins; `nil` behind
  /// the end.
  private func skip(to time: Int64, _ origin: Int64, ticks: Int64) -> Int64? {
    forget()
    while readPacket() {
      let packet = file.packet.pointee
      guard packet.pts != libav_no_time, packet.duration > 0 else { return decodeAll() }
      if packet.pts + packet.duration <= time { continue }
      send(file.packet)
      guard decode() else { return nil }
      let frame = decoder.frame.pointee
      guard frame.pts != libav_no_time, frame.sample_rate == sampleRate else { return decodeAll() }
      position = (frame.pts - origin) / ticks
      return position
    }
    return nil
  }

  /// Goes back to the first frame, and takes no time for a place from now on.
  private func decodeAll() -> Int64? {
    origin = nil
    cheapGap = .max
    return rewind()
  }

  /// Goes back to the first frame.
  private func rewind() -> Int64? {
    do throws(DecodingFailure) {
      file = try open()
      clock = VorbisClock(file.stream)
      decoder = try LibavDecoder(file, path, tick: tick)
    } catch {
      memoryFailure = error
      return nil
    }
    forget()
    position = 0
    return 0
  }

  private func forget() {
    avcodec_flush_buffers(decoder.context)
    queueStart = 0
    queueEnd = 0
    resampler = nil
    resampledRate = 0
    isEnding = false
  }

  private func readPacket() -> Bool {
    guard file.read() else { return false }
    clock?.stamp(file.packet)
    return true
  }

  private func send(_ packet: UnsafeMutablePointer<AVPacket>?) {
    // What cannot be decoded is passed over.
    _ = avcodec_send_packet(decoder.context, packet)
    if let packet { av_packet_unref(packet) }
  }

  /// Fills the empty queue; `false` at the end.
  private func decode() -> Bool {
    queueStart = 0
    queueEnd = 0
    while true {
      let status = avcodec_receive_frame(decoder.context, decoder.frame)
      if status == 0 {
        take(decoder.frame.pointee)
        if queueEnd > 0 { return true }
      } else if status == libav_end {
        resample { $0?.drain(into: &$1) }
        resampler = nil
        return queueEnd > 0
      } else if isEnding {
        return false
      } else if readPacket() {
        send(file.packet)
      } else {
        isEnding = true
        send(nil)
      }
    }
  }

  /// Mixes a decoded frame down into the queue.
  private func take(_ frame: AVFrame) {
    let count = Int(frame.nb_samples)
    guard count > 0, frame.sample_rate > 0, frame.ch_layout.nb_channels > 0 else { return }
    guard Int(frame.sample_rate) != sampleRate else {
      if queue.count < count { queue = [Float](repeating: 0, count: count) }
      let isMixed = queue.withUnsafeMutableBufferPointer { FrameMix.mix(frame, into: $0.baseAddress!) }
      queueEnd = isMixed ? count : 0
      return
    }
    let values = scratch.values(count)
    guard FrameMix.mix(frame, into: values) else { return }
    resample { resampler, output in
      if frame.sample_rate != resampledRate {
        resampler?.drain(into: &output)
        resampler = StreamResampler(from: Int(frame.sample_rate), to: sampleRate)
        resampledRate = frame.sample_rate
      }
      resampler?.feed(values, count: count, into: &output)
    }
  }

  /// Fills the empty queue with what comes out of the resampler.
  private func resample(_ work: (inout StreamResampler?, inout [Float]) -> Void) {
    var output: [Float] = []
    work(&resampler, &output)
    queue = output
    queueEnd = output.count
  }
}
