import COpusfile

/// Decodes packets of two channels to their mean, which saves the synthesis of one of them.
final class OpusMixer {
  /// The most frames that a packet holds.
  static let longestPacket = 5_760

  private let decoder: OpaquePointer
  private let mono: UnsafeMutablePointer<Float>
  private var link: Int32?

  /// A mixer that has decoded nothing; `nil` where there is no memory.
  init?() {
    guard let decoder = indexd_opus_mono_decoder() else { return nil }
    self.decoder = decoder
    mono = .allocate(capacity: Self.longestPacket)
  }

  deinit {
    opus_decoder_destroy(decoder)
    mono.deallocate()
  }

  /// Forgets what came before, as behind a jump.
  func forget() {
    link = nil
  }

  /// Decodes a packet into both of two interleaved channels.
  /// - Returns: 0, or a code of the library's for a packet that it cannot decode.
  func decode(_ packet: ogg_packet, frames: Int32, link: Int32, into target: UnsafeMutablePointer<Float>) -> Int32 {
    if self.link != link {
      indexd_opus_reset(decoder)
      self.link = link
    }
    let wanted = min(frames, Int32(Self.longestPacket))
    let got = opus_decode_float(decoder, packet.packet, opus_int32(clamping: packet.bytes), mono, wanted, 0)
    guard got >= 0 else { return got }
    for frame in 0..<Int(got) {
      let value = mono[frame]
      target[2 &* frame] = value
      target[2 &* frame &+ 1] = value
    }
    return got < frames ? OPUS_INTERNAL_ERROR : 0
  }
}
