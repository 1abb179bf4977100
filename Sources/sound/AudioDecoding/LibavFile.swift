import CLibav
import Tracks

/// A file opened by libavformat, its first audio stream, and that stream's packets. It opens nothing but this file, and
/// only demuxers and decoders of sound look at it.
final class LibavFile {
  /// What is open.
  let context: UnsafeMutablePointer<AVFormatContext>
  /// The first audio stream.
  let stream: UnsafeMutablePointer<AVStream>
  /// The packet that was read last; whoever sends it to a decoder leaves it here.
  let packet: UnsafeMutablePointer<AVPacket>
  private let bytes: LibavBytes

  /// Set when the file could not be read.
  var failure: DecodingFailure? { bytes.failure }

  /// Opens a file of a kind.
  /// - Throws: `.damaged` where no audio is found in what begins as audio, `.notAudio` in what does not.
  init(_ file: ByteFile, _ container: Container, _ path: FilePath) throws(DecodingFailure) {
    let unknown =
      container.kind == .other
      ? DecodingFailure(.notAudio, path)
      : DecodingFailure(.damaged, path, detail: "libavformat cannot make out what is in it")
    av_log_set_level(AV_LOG_QUIET)
    // Whoever wants more at once has read a damaged number.
    av_max_alloc(256 << 20)
    guard let bytes = LibavBytes(FilePart(file, Self.part(file, container))), let packet = av_packet_alloc() else {
      throw DecodingFailure(.unreadable, path, detail: "no memory")
    }
    guard let context = Self.open(bytes, path) else {
      var unused: UnsafeMutablePointer<AVPacket>? = packet
      av_packet_free(&unused)
      throw bytes.failure ?? unknown
    }
    let least: Int32 = 25
    let isKnown = context.pointee.probe_score >= least && avformat_find_stream_info(context, nil) >= 0
    let streams = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    let sound = isKnown ? streams.first { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO } : nil
    guard let sound else {
      var (opened, unused): (UnsafeMutablePointer<AVFormatContext>?, UnsafeMutablePointer<AVPacket>?) = (
        context, packet
      )
      avformat_close_input(&opened)
      av_packet_free(&unused)
      throw bytes.failure
        ?? (isKnown ? DecodingFailure(.damaged, path, detail: "no audio stream that can be decoded") : unknown)
    }
    for other in streams where other != sound { other.pointee.discard = AVDISCARD_ALL }
    self.bytes = bytes
    self.context = context
    self.packet = packet
    stream = sound
  }

  deinit {
    var (opened, unused): (UnsafeMutablePointer<AVFormatContext>?, UnsafeMutablePointer<AVPacket>?) = (context, packet)
    avformat_close_input(&opened)
    av_packet_free(&unused)
  }

  /// Bare streams of frames are seen without the tags around them, in which libavformat would look for frames, and links
  /// of a chain one by one.
  private static func part(_ file: ByteFile, _ container: Container) -> Range<Int64> {
    switch container.kind {
    case .other, .adts, .ogg: container.bytes.isEmpty ? 0..<file.size : container.bytes
    default: 0..<file.size
    }
  }

  private static func open(_ bytes: LibavBytes, _ path: FilePath) -> UnsafeMutablePointer<AVFormatContext>? {
    guard let context = avformat_alloc_context() else { return nil }
    context.pointee.pb = bytes.handle
    context.pointee.io_open = libav_refuse
    var options: OpaquePointer?
    av_dict_set(&options, "format_whitelist", LibavLists.formats, 0)
    av_dict_set(&options, "codec_whitelist", LibavLists.decoders, 0)
    av_dict_set(&options, "scan_all_pmts", "1", 0)
    defer { av_dict_free(&options) }
    var opened: UnsafeMutablePointer<AVFormatContext>? = context
    // The name's ending is one more sign of what it is.
    let status = path.withCString { avformat_open_input(&opened, $0, nil, &options) }
    return status >= 0 ? opened : nil
  }

  /// Reads the next packet of the stream; `false` at the end or where nothing more can be made out.
  func read() -> Bool {
    while true {
      av_packet_unref(packet)
      let status = av_read_frame(context, packet)
      if status == libav_again { continue }
      guard status >= 0 else { return false }
      if packet.pointee.stream_index == stream.pointee.index { return true }
    }
  }
}

/// The bytes of a part of a file as libavformat reads them.
private final class LibavBytes {
  let handle: UnsafeMutablePointer<AVIOContext>
  private let part: FilePart

  var failure: DecodingFailure? { part.failure }

  /// `nil` where there is no memory.
  init?(_ part: FilePart) {
    let capacity = 1 << 15
    guard let buffer = av_malloc(capacity) else { return nil }
    let handle = avio_alloc_context(
      buffer.assumingMemoryBound(to: UInt8.self), Int32(capacity), 0, Unmanaged.passUnretained(part).toOpaque(),
      { context, target, count in
        guard let target else { return libav_end }
        let part = FilePart.from(context)
        let got = part.read(Int(count), to: target)
        return got > 0 ? Int32(got) : part.failure == nil ? libav_end : libav_unreadable
      }, nil,
      { context, offset, whence in
        let part = FilePart.from(context)
        if whence & AVSEEK_SIZE != 0 { return part.length }
        part.seek(offset, whence & ~AVSEEK_FORCE)
        return part.position
      })
    guard let handle else {
      av_free(buffer)
      return nil
    }
    self.handle = handle
    self.part = part
  }

  deinit {
    av_free(handle.pointee.buffer)
    var unused: UnsafeMutablePointer<AVIOContext>? = handle
    avio_context_free(&unused)
  }
}
