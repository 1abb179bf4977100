import CLibav
import Tracks

/// A decoder of libavcodec for one stream.
final class LibavDecoder {
  /// The decoder.
  let context: UnsafeMutablePointer<AVCodecContext>
  /// What was decoded last.
  let frame: UnsafeMutablePointer<AVFrame>
  /// Whether it is libavcodec's own decoder of Opus, which mixes before its synthesis.
  let isMixing: Bool

  /// Opens the decoder of a file's stream, whose packets carry times in ticks of `tick` seconds; of Opus libopus, where
  /// `isExact`, which sounds as it should also where speech is coded and where few bits are.
  init(_ file: LibavFile, _ path: FilePath, tick: AVRational, isExact: Bool) throws(DecodingFailure) {
    guard let parameters = file.stream.pointee.codecpar,
      let codec = Self.codec(parameters.pointee.codec_id, isExact: isExact)
    else {
      throw DecodingFailure(.unsupported, path)
    }
    var context = avcodec_alloc_context3(codec)
    var frame = av_frame_alloc()
    guard let opened = context, let made = frame else {
      avcodec_free_context(&context)
      av_frame_free(&frame)
      throw DecodingFailure(.unreadable, path, detail: "no memory")
    }
    avcodec_parameters_to_context(opened, parameters)
    opened.pointee.pkt_timebase = tick
    opened.pointee.thread_count = 1
    isMixing = Self.prepareOpus(opened, isExact: isExact)
    guard avcodec_open2(opened, codec, nil) >= 0 else {
      avcodec_free_context(&context)
      av_frame_free(&frame)
      throw DecodingFailure(.unsupported, path, detail: String(cString: codec.pointee.name))
    }
    self.context = opened
    self.frame = made
  }

  deinit {
    var (opened, made): (UnsafeMutablePointer<AVCodecContext>?, UnsafeMutablePointer<AVFrame>?) = (context, frame)
    avcodec_free_context(&opened)
    av_frame_free(&made)
  }

  private static func codec(_ number: AVCodecID, isExact: Bool) -> UnsafePointer<AVCodec>? {
    // Whoever builds libavcodec may leave it out.
    let exact = number == AV_CODEC_ID_OPUS && isExact ? avcodec_find_decoder_by_name("libopus") : nil
    return exact ?? avcodec_find_decoder(number)
  }

  /// Changes the header of Opus (RFC 7845, 5.1): a gain, which taggers write, is forgotten, as the audio is the same, and
  /// libavcodec's own decoder expects one channel, into which it mixes two before its synthesis. `true` where it is that.
  private static func prepareOpus(_ context: UnsafeMutablePointer<AVCodecContext>, isExact: Bool) -> Bool {
    guard context.pointee.codec_id == AV_CODEC_ID_OPUS, context.pointee.extradata_size >= 19,
      let header = context.pointee.extradata
    else { return false }
    header[16] = 0
    header[17] = 0
    // libopus would clip, and round to 16 bits.
    context.pointee.request_sample_fmt = AV_SAMPLE_FMT_FLT
    if !isExact, header[9] == 2, header[18] == 0 {
      header[9] = 1
      av_channel_layout_default(&context.pointee.ch_layout, 1)
    }
    return !isExact
  }

  /// Whether a packet of Opus holds speech coding (RFC 6716, 3.1).
  static func isSpeech(_ packet: UnsafePointer<AVPacket>) -> Bool {
    guard packet.pointee.size > 0, let first = packet.pointee.data else { return false }
    return first.pointee >> 3 < 16
  }

  /// How many frames ahead of its target a decoder has to begin that has forgotten what came before; `nil` where only the
  /// start of the file will do.
  var lead: Int64? {
    let rate = Int64(context.pointee.sample_rate)
    switch context.pointee.codec_id {
    case AV_CODEC_ID_ALAC, AV_CODEC_ID_FLAC, AV_CODEC_ID_WAVPACK, AV_CODEC_ID_TTA, AV_CODEC_ID_APE, AV_CODEC_ID_TAK:
      return 0
    // A value is made of the 96 bits around it.
    case AV_CODEC_ID_DSD_LSBF, AV_CODEC_ID_DSD_MSBF, AV_CODEC_ID_DSD_LSBF_PLANAR, AV_CODEC_ID_DSD_MSBF_PLANAR:
      return 96
    case AV_CODEC_ID_VORBIS:
      // The longest block, which stands behind the two fields for rate and bit rates in the identification header.
      guard context.pointee.extradata_size > 40, let header = context.pointee.extradata else { return 8_192 }
      let place = (0..<12).first { header[$0] == 1 && header[$0 + 1] == 0x76 && header[$0 + 2] == 0x6F }
      return place.map { 1 << Int64(min(13, header[$0 + 28] >> 4)) } ?? 8_192
    // 80 ms leave errors of up to a tenth of full scale behind, 200 ms more leave none that can be heard.
    case AV_CODEC_ID_OPUS: return rate * 28 / 100
    // Blocks overlap with the one before them; band replication takes its parameters from headers now and then.
    case AV_CODEC_ID_AAC, AV_CODEC_ID_AAC_LATM: return context.pointee.frame_size > 1_024 ? rate / 2 : 4_096
    default: return nil
    }
  }
}
