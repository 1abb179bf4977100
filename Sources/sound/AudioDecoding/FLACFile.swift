import CFLAC
import Tracks

/// The frames that libFLAC decodes: its own seeks decode several blocks for each, which is more than what lies between two
/// samples is worth, and libsndfile writes every value twice.
final class FLACFile: FrameSource {
  private let decoder: UnsafeMutablePointer<FLAC__StreamDecoder>
  private let file: ByteFile
  private let part: FilePart
  private let layout: FLACLayout
  /// How many bytes the part holds before the first frame.
  private let headLength: Int64
  /// Where decoded frames go, and for how many there is room.
  private var target: MixTarget?
  private var room = 0
  /// What did not fit there.
  private var queue = FrameQueue()
  /// The number of the first frame that was decoded since the last seek.
  private var reached: Int64?

  let sampleRate: Int
  let cheapGap: Int

  var failure: DecodingFailure? { part.failure }

  /// Opens the FLAC file in `bytes`.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    let layout = try FLACLayout(file, in: bytes, path: path)
    guard let decoder = FLAC__stream_decoder_new() else {
      throw DecodingFailure(.unreadable, path, detail: "no memory")
    }
    // Neither pictures nor anything else of the metadata is read again.
    let head = Array("fLaC".utf8) + [0x80, 0, 0, 34] + layout.information.bytes
    self.decoder = decoder
    self.file = file
    self.layout = layout
    part = FilePart(file, layout.audio, prefix: head)
    headLength = Int64(head.count)
    sampleRate = layout.information.rate
    cheapGap = layout.information.rate / 8
    let status = FLAC__stream_decoder_init_stream(
      decoder,
      { _, bytes, count, context in
        guard let bytes, let count, let source = FLACFile.from(context) else {
          return FLAC__STREAM_DECODER_READ_STATUS_ABORT
        }
        count.pointee = source.part.read(count.pointee, to: bytes)
        return count.pointee > 0
          ? FLAC__STREAM_DECODER_READ_STATUS_CONTINUE : FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM
      }, nil, nil, nil, nil,
      { _, frame, channels, context in
        guard let frame, let channels, let source = FLACFile.from(context) else {
          return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT
        }
        source.take(frame, channels)
        return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE
      }, nil, { _, _, _ in }, Unmanaged.passUnretained(self).toOpaque())
    guard status == FLAC__STREAM_DECODER_INIT_STATUS_OK else {
      throw DecodingFailure(.unsupported, path, detail: "libFLAC's error \(status.rawValue)")
    }
  }

  deinit {
    FLAC__stream_decoder_delete(decoder)
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> FLACFile? {
    context.map { Unmanaged<FLACFile>.fromOpaque($0).takeUnretainedValue() }
  }

  func seek(to frame: Int64) -> Int64? {
    part.seek(layout.place(of: max(0, frame), file) - layout.audio.lowerBound + headLength, SEEK_SET)
    guard FLAC__stream_decoder_flush(decoder) != 0 else { return nil }
    queue.clear()
    reached = nil
    while reached == nil, decode() {}
    return reached
  }

  func read(into target: MixTarget, count: Int) -> Int {
    let piece = queue.take(count, into: target)
    self.target = target + piece
    room = count - piece
    while room > 0, decode() {}
    self.target = nil
    let missing = room
    room = 0
    return count - missing
  }

  /// Decodes what comes next; `false` at the end.
  private func decode() -> Bool {
    FLAC__stream_decoder_process_single(decoder) != 0
      && FLAC__stream_decoder_get_state(decoder) != FLAC__STREAM_DECODER_END_OF_STREAM
  }

  /// Mixes a block down to where it is wanted, and what is too much into the queue.
  private func take(_ frame: UnsafePointer<FLAC__Frame>, _ channels: UnsafePointer<UnsafePointer<FLAC__int32>?>) {
    let count = Int(frame.pointee.header.blocksize)
    let bits = Int(frame.pointee.header.bits_per_sample)
    let number = Int(frame.pointee.header.channels)
    if reached == nil { reached = Int64(clamping: frame.pointee.header.number.sample_number) }
    let direct = min(room, count)
    let scale = 1 / Float(1 << (bits - 1))
    if direct > 0, let target {
      Mono.mix(channels, count: number, from: 0, frames: direct, scale: scale, into: target)
      self.target = target + direct
      room -= direct
    }
    queue.fill(count - direct) {
      Mono.mix(channels, count: number, from: direct, frames: count - direct, scale: scale, into: $0)
      return true
    }
  }
}
