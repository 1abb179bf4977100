/// Mixes the channels of frames down.
enum Mono {
  /// Mixes `channels` interleaved channels of `frames` frames.
  static func mix(_ interleaved: UnsafePointer<Float>, channels: Int, frames: Int, into target: MixTarget) {
    let mean = target.mean
    switch (channels, target.apart) {
    case (1, _):
      mean.update(from: interleaved, count: frames)
      target.silence(frames)
    case (2, nil):
      for frame in 0..<frames { mean[frame] = (interleaved[2 &* frame] + interleaved[2 &* frame &+ 1]) * 0.5 }
    case (2, let apart?):
      for frame in 0..<frames {
        let (left, right) = (interleaved[2 &* frame], interleaved[2 &* frame &+ 1])
        mean[frame] = (left + right) * 0.5
        apart[frame] = (left - right) * 0.5
      }
    default:
      let scale = 1 / Float(channels)
      let weights = (0..<channels).map { MixTarget.weight($0, of: channels) }
      var source = interleaved
      for frame in 0..<frames {
        var (sum, other): (Float, Float) = (0, 0)
        for channel in 0..<channels {
          sum += source[channel]
          other += source[channel] * weights[channel]
        }
        mean[frame] = sum * scale
        target.apart?[frame] = other * scale
        source += channels
      }
    }
  }

  /// Mixes `count` channels that lie apart, of `frames` frames each.
  static func mix(
    _ channels: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count: Int, frames: Int, into target: MixTarget
  ) {
    let mean = target.mean
    guard let first = channels[0] else {
      target.silence(frames)
      return mean.update(repeating: 0, count: frames)
    }
    if count == 2, let second = channels[1] {
      guard let apart = target.apart else {
        for frame in 0..<frames { mean[frame] = (first[frame] + second[frame]) * 0.5 }
        return
      }
      for frame in 0..<frames {
        let (left, right) = (first[frame], second[frame])
        mean[frame] = (left + right) * 0.5
        apart[frame] = (left - right) * 0.5
      }
      return
    }
    mean.update(from: first, count: frames)
    if count == 1 { return target.silence(frames) }
    target.apart?.update(from: first, count: frames)
    for channel in 1..<count {
      guard let values = channels[channel] else { continue }
      let weight = MixTarget.weight(channel, of: count)
      for frame in 0..<frames { mean[frame] += values[frame] }
      if let apart = target.apart { for frame in 0..<frames { apart[frame] += values[frame] * weight } }
    }
    scale(target, by: 1 / Float(count), frames)
  }

  /// Mixes `count` channels of whole numbers that lie apart, of `frames` frames each from the one at `start`, which
  /// `scale` makes out of numbers up to 1.
  static func mix(
    _ channels: UnsafePointer<UnsafePointer<Int32>?>, count: Int, from start: Int, frames: Int, scale: Float,
    into target: MixTarget
  ) {
    let mean = target.mean
    guard let first = channels[0] else {
      target.silence(frames)
      return mean.update(repeating: 0, count: frames)
    }
    if count == 2, let second = channels[1] {
      let (first, second, half) = (first + start, second + start, scale / 2)
      guard let apart = target.apart else {
        for frame in 0..<frames { mean[frame] = (Float(first[frame]) + Float(second[frame])) * half }
        return
      }
      for frame in 0..<frames {
        let (left, right) = (Float(first[frame]), Float(second[frame]))
        mean[frame] = (left + right) * half
        apart[frame] = (left - right) * half
      }
      return
    }
    for frame in 0..<frames { mean[frame] = Float(first[start &+ frame]) * scale }
    if count == 1 { return target.silence(frames) }
    target.apart?.update(from: mean, count: frames)
    for channel in 1..<count {
      guard let values = channels[channel] else { continue }
      let weight = scale * MixTarget.weight(channel, of: count)
      for frame in 0..<frames { mean[frame] += Float(values[start &+ frame]) * scale }
      if let apart = target.apart {
        for frame in 0..<frames { apart[frame] += Float(values[start &+ frame]) * weight }
      }
    }
    Mono.scale(target, by: 1 / Float(count), frames)
  }

  private static func scale(_ target: MixTarget, by share: Float, _ frames: Int) {
    for frame in 0..<frames { target.mean[frame] *= share }
    if let apart = target.apart { for frame in 0..<frames { apart[frame] *= share } }
  }

  /// Sets what is no sample to 0, and returns how many values that were: NaN, infinities, numbers beyond any scale, and
  /// those that stand out of all others as only damage does.
  ///
  /// Floats in the scale of whole numbers (32 bits go up to 2.1e9) stay as they are.
  @discardableResult
  static func sanitise(_ values: UnsafeMutablePointer<Float>, count: Int) -> Int {
    var odd = 0
    for index in 0..<count where !(values[index].magnitude < ordinary) { odd += 1 }
    guard odd > 0 else { return 0 }
    let limit = damage(UnsafeBufferPointer(start: values, count: count))
    var unfit = 0
    for index in 0..<count where !(values[index].magnitude < limit) {
      values[index] = 0
      unfit += 1
    }
    return unfit
  }

  /// Below this no value is looked at twice.
  private static let ordinary: Float = 1e6
  /// Beyond this there is no scale.
  private static let farthest: Float = 1e10

  /// The magnitude from which on values are damage: 80 dB above that which nine tenths of the others stay below.
  private static func damage(_ values: UnsafeBufferPointer<Float>) -> Float {
    let magnitudes = values.map(\.magnitude).filter { $0 > 0 && $0 < farthest }.sorted()
    guard !magnitudes.isEmpty else { return farthest }
    return min(farthest, max(ordinary, 1e4 * magnitudes[magnitudes.count * 9 / 10]))
  }
}

/// Memory that a reader owns and lends to whatever it reads, so that no file needs any of its own.
final class Scratch {
  /// The most frames that are decoded at once.
  static let frames = 4_096

  private var memory: UnsafeMutableBufferPointer<Float> = .allocate(capacity: 0)

  deinit {
    memory.deallocate()
  }

  /// Memory for `count` values; what an earlier call gave is lost.
  func values(_ count: Int) -> UnsafeMutablePointer<Float> {
    if memory.count < count {
      memory.deallocate()
      memory = .allocate(capacity: count)
    }
    return memory.baseAddress!
  }
}
