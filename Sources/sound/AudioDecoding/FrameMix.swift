import CLibav

/// Mixes the channels of what libavcodec decoded down, whatever its numbers are.
enum FrameMix {
  /// Writes as many values as a frame has samples; `false` where its numbers are of no kind that is known.
  static func mix(_ frame: AVFrame, into target: MixTarget) -> Bool {
    guard let planes = frame.extended_data else { return false }
    let channels = Int(frame.ch_layout.nb_channels)
    let count = Int(frame.nb_samples)
    func all<Value>(_ type: Value.Type, isPlanar: Bool, _ value: (Value) -> Float) {
      let scale = 1 / Float(channels)
      for channel in 0..<channels {
        guard let plane = planes[isPlanar ? channel : 0] else { continue }
        let values = UnsafeRawPointer(plane).assumingMemoryBound(to: Value.self)
        let (start, step) = isPlanar ? (0, 1) : (channel, channels)
        let weight = channels == 1 ? 0 : MixTarget.weight(channel, of: channels)
        for index in 0..<count {
          let share = value(values[start &+ index &* step]) * scale
          target.mean[index] = channel == 0 ? share : target.mean[index] + share
          if let apart = target.apart { apart[index] = channel == 0 ? share * weight : apart[index] + share * weight }
        }
      }
    }
    switch AVSampleFormat(rawValue: frame.format) {
    case AV_SAMPLE_FMT_FLTP:
      return planes.withMemoryRebound(to: UnsafeMutablePointer<Float>?.self, capacity: channels) {
        Mono.mix($0, count: channels, frames: count, into: target)
        return true
      }
    case AV_SAMPLE_FMT_FLT: all(Float.self, isPlanar: false) { $0 }
    case AV_SAMPLE_FMT_U8: all(UInt8.self, isPlanar: false) { (Float($0) - 128) / 128 }
    case AV_SAMPLE_FMT_U8P: all(UInt8.self, isPlanar: true) { (Float($0) - 128) / 128 }
    case AV_SAMPLE_FMT_S16: all(Int16.self, isPlanar: false) { Float($0) / 32_768 }
    case AV_SAMPLE_FMT_S16P: all(Int16.self, isPlanar: true) { Float($0) / 32_768 }
    case AV_SAMPLE_FMT_S32: all(Int32.self, isPlanar: false) { Float($0) / 2_147_483_648 }
    case AV_SAMPLE_FMT_S32P: all(Int32.self, isPlanar: true) { Float($0) / 2_147_483_648 }
    case AV_SAMPLE_FMT_S64: all(Int64.self, isPlanar: false) { Float($0) / 9_223_372_036_854_775_808 }
    case AV_SAMPLE_FMT_S64P: all(Int64.self, isPlanar: true) { Float($0) / 9_223_372_036_854_775_808 }
    case AV_SAMPLE_FMT_DBL: all(Double.self, isPlanar: false) { Float($0) }
    case AV_SAMPLE_FMT_DBLP: all(Double.self, isPlanar: true) { Float($0) }
    default: return false
    }
    return true
  }
}
