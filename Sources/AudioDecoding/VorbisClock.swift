import CLibav

/// Tells the packets of a Vorbis stream their times in frames: those that libavformat works out miss a block's length where
/// short and long ones meet.
final class VorbisClock {
  private let parser: OpaquePointer
  private var time: Int64 = 0

  /// A clock at the first packet of a stream; `nil` for any other codec and for headers that cannot be read.
  init?(_ stream: UnsafePointer<AVStream>) {
    guard let parameters = stream.pointee.codecpar, parameters.pointee.codec_id == AV_CODEC_ID_VORBIS,
      let parser = av_vorbis_parse_init(parameters.pointee.extradata, parameters.pointee.extradata_size)
    else { return nil }
    self.parser = parser
  }

  deinit {
    var unused: OpaquePointer? = parser
    av_vorbis_parse_free(&unused)
  }

  /// Sets the time and the duration of the next packet.
  func stamp(_ packet: UnsafeMutablePointer<AVPacket>) {
    let frames = Int64(max(0, av_vorbis_parse_frame(parser, packet.pointee.data, packet.pointee.size)))
    packet.pointee.pts = time
    packet.pointee.dts = time
    packet.pointee.duration = max(1, frames)
    time += frames
  }
}
