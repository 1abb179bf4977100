import CLibav

/// Tells the packets of a Vorbis stream their times in frames: those that libavformat works out miss a block's length where
/// short and long ones meet.
final class VorbisClock {
  private let parser: OpaquePointer
  /// The time of the next packet; `nil` before the first, which the file tells.
  private var time: Int64?

  /// A clock at the first packet of a stream; `nil` for any other codec and for headers that cannot be read.
  init?(_ stream: UnsafePointer<AVStream>) {
    guard let parameters = stream.pointee.codecpar, parameters.pointee.codec_id == AV_CODEC_ID_VORBIS,
      let parser = av_vorbis_parse_init(parameters.pointee.extradata, parameters.pointee.extradata_size)
    else { return nil }
    self.parser = parser
    // Coarser clocks begin at 0.
    let tick = stream.pointee.time_base
    time = tick.num == 1 && tick.den == parameters.pointee.sample_rate ? nil : 0
  }

  deinit {
    var unused: OpaquePointer? = parser
    av_vorbis_parse_free(&unused)
  }

  /// Sets the time and the duration of the next packet.
  func stamp(_ packet: UnsafeMutablePointer<AVPacket>) {
    let frames = Int64(max(0, av_vorbis_parse_frame(parser, packet.pointee.data, packet.pointee.size)))
    let stated = packet.pointee.pts
    let time = time ?? (stated == libav_no_time ? 0 : stated)
    packet.pointee.pts = time
    packet.pointee.dts = time
    packet.pointee.duration = max(1, frames)
    self.time = time + frames
  }
}
