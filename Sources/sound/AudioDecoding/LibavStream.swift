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
  /// Where a whole decoded frame goes that fits into the room there; what does not goes into the queue.
  private var target: MixTarget?
  private var room = 0
  /// What is decoded and not read yet.
  private var queue = FrameQueue()
  /// The frame that the queue begins at.
  private var position: Int64 = 0
  /// The time of frame 0, in ticks; `nil` where times do not tell places.
  private var origin: Int64?
  /// How many frames come before time 0 in what was cut out of a stream, and are none of it.
  private var early: Int64 = 0
  private var memoryFailure: DecodingFailure?
  /// Whether Opus has to be decoded by libopus.
  private var isExact: Bool
  /// Whether something was read that the decoder at hand does not decode as it should.
  private var needsExact = false
  /// Whether the file has two channels.
  private let isPaired: Bool

  let sampleRate: Int
  private(set) var cheapGap: Int

  var failure: DecodingFailure? { memoryFailure ?? file.failure }

  /// Gaps of more seconds are jumped over where the file has an index, not read through.
  private static let longGap: Int64 = 1

  /// Below so many bits a second libavcodec's own decoder of Opus is off by more than two thousandths.
  private static let leastBitRate = 80_000

  /// A stream at the first frame of a file of a kind, of which properties are known.
  init(
    _ file: ByteFile, _ container: Container, _ path: FilePath, _ properties: AudioProperties, scratch: Scratch
  ) throws(DecodingFailure) {
    let rate = properties.sampleRate
    isExact = properties.bitRate < Self.leastBitRate
    isPaired = properties.channels == 2
    let open = { () throws(DecodingFailure) in try LibavFile(file, container, path) }
    let opened = try open()
    let clock = VorbisClock(opened.stream)
    let stated = opened.stream.pointee.codecpar.pointee.sample_rate
    let tick = clock == nil ? opened.stream.pointee.time_base : AVRational(num: 1, den: max(1, stated))
    let decoder = try LibavDecoder(opened, path, tick: tick, isExact: isExact)
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
    if self.clock != nil, let first = origin, first < 0 {
      origin = 0
      early = -first
      dropEarly()
    }
  }

  func read(into target: MixTarget, count: Int) -> Int {
    var done = 0
    while done < count {
      if queue.count == 0 {
        (self.target, room) = (target + done, count - done)
        let isThere = decode()
        let direct = count - done - room
        (self.target, room) = (nil, 0)
        position += Int64(direct)
        done += direct
        guard isThere else { break }
        continue
      }
      let piece = queue.take(count - done, into: target + done)
      position += Int64(piece)
      done += piece
    }
    return done
  }

  var isMeanOnly: Bool { decoder.isMixing && isPaired }

  func rewind(meanOnly: Bool) {
    isExact = !meanOnly
    needsExact = false
    _ = rewind()
  }

  func seek(to frame: Int64) -> Int64? {
    guard failure == nil else { return nil }
    let target = frame - (decoder.lead ?? frame)
    guard let origin, target > 0 else { return rewind() }
    let second = Int64(tick.den) / Int64(tick.num)
    let time = origin + target * (second / Int64(sampleRate))
    let gap = target - position
    // What is decoded already is in no packet that comes: a block of WavPack may be the whole file.
    if (0...Int64(queue.count)).contains(gap) {
      queue.drop(Int(gap))
      position = target
      return position
    }
    if gap < 0 || isIndexed && gap > Self.longGap * Int64(sampleRate) {
      if !isIndexed || av_seek_frame(file.context, file.stream.pointee.index, time, AVSEEK_FLAG_BACKWARD) < 0 {
        guard rewind() != nil else { return nil }
      }
    }
    return skip(to: time, origin, ticks: second / Int64(sampleRate), for: frame)
  }

  /// Reads packets up to the one that holds a time, decodes it, and returns the frame at which that begins; `nil` behind
  /// the end.
  private func skip(to time: Int64, _ origin: Int64, ticks: Int64, for frame: Int64) -> Int64? {
    forget()
    while readPacket() {
      if needsExact { return restart(at: frame) }
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

  /// Goes on at a frame, or where it comes to lie before it, with the other decoder.
  private func restart(at frame: Int64) -> Int64? {
    needsExact = false
    isExact = true
    return rewind() == nil ? nil : seek(to: frame)
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
      decoder = try LibavDecoder(file, path, tick: tick, isExact: isExact)
    } catch {
      memoryFailure = error
      return nil
    }
    forget()
    dropEarly()
    position = 0
    return 0
  }

  private func dropEarly() {
    var left = early
    while left > 0 {
      if queue.count == 0, !decode() { return }
      let piece = min(left, Int64(queue.count))
      queue.drop(Int(piece))
      left -= piece
    }
  }

  private func forget() {
    avcodec_flush_buffers(decoder.context)
    queue.clear()
    resampler = nil
    resampledRate = 0
    isEnding = false
  }

  private func readPacket() -> Bool {
    guard file.read() else { return false }
    clock?.stamp(file.packet)
    needsExact = needsExact || decoder.isMixing && LibavDecoder.isSpeech(file.packet)
    return true
  }

  private func send(_ packet: UnsafeMutablePointer<AVPacket>?) {
    // What cannot be decoded is passed over.
    _ = avcodec_send_packet(decoder.context, packet)
    if let packet { av_packet_unref(packet) }
  }

  /// Decodes into the empty queue, or straight to where a frame is wanted; `false` at the end.
  private func decode() -> Bool {
    queue.clear()
    let before = room
    while true {
      let status = avcodec_receive_frame(decoder.context, decoder.frame)
      if status == 0 {
        take(decoder.frame.pointee)
        if queue.count > 0 || room < before { return true }
      } else if status == libav_end {
        resample { $0?.drain(into: &$1) }
        resampler = nil
        return queue.count > 0
      } else if isEnding {
        return false
      } else if readPacket() {
        if needsExact { return decodeExactly() }
        send(file.packet)
      } else {
        isEnding = true
        send(nil)
      }
    }
  }

  /// Decodes what comes next with the other decoder; `false` at the end.
  private func decodeExactly() -> Bool {
    let place = position
    let wanted = (target, room)
    // What is decoded on the way there is for nobody.
    (target, room) = (nil, 0)
    defer { (target, room) = wanted }
    guard var reached = restart(at: place) else { return false }
    while true {
      if queue.count == 0, !decode() { return false }
      let unwanted = min(Int64(queue.count), place - reached)
      queue.drop(Int(unwanted))
      reached += unwanted
      position = reached
      if queue.count > 0 { return true }
    }
  }

  /// Mixes a decoded frame down into the queue.
  private func take(_ frame: AVFrame) {
    let count = Int(frame.nb_samples)
    guard count > 0, frame.sample_rate > 0, frame.ch_layout.nb_channels > 0 else { return }
    guard Int(frame.sample_rate) != sampleRate else {
      if let target, count <= room {
        if FrameMix.mix(frame, into: target) { room -= count }
        return
      }
      return queue.fill(count) { FrameMix.mix(frame, into: $0) }
    }
    let values = scratch.values(count)
    guard FrameMix.mix(frame, into: MixTarget(mean: values, apart: nil)) else { return }
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
    queue.fill(output)
  }
}
