/// The mean of a frame's channels.
enum Mono {
  /// Averages `channels` interleaved channels of `frames` frames.
  static func mix(
    _ interleaved: UnsafePointer<Float>, channels: Int, frames: Int, into target: UnsafeMutablePointer<Float>
  ) {
    switch channels {
    case 1:
      target.update(from: interleaved, count: frames)
    case 2:
      for frame in 0..<frames { target[frame] = (interleaved[2 &* frame] + interleaved[2 &* frame &+ 1]) * 0.5 }
    default:
      let scale = 1 / Float(channels)
      var source = interleaved
      for frame in 0..<frames {
        var sum: Float = 0
        for channel in 0..<channels { sum += source[channel] }
        target[frame] = sum * scale
        source += channels
      }
    }
  }

  /// Averages `count` channels that lie apart, of `frames` frames each.
  static func mix(
    _ channels: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count: Int, frames: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard let first = channels[0] else { return target.update(repeating: 0, count: frames) }
    if count == 2, let second = channels[1] {
      for frame in 0..<frames { target[frame] = (first[frame] + second[frame]) * 0.5 }
      return
    }
    target.update(from: first, count: frames)
    if count == 1 { return }
    for channel in 1..<count {
      guard let values = channels[channel] else { continue }
      for frame in 0..<frames { target[frame] += values[frame] }
    }
    let scale = 1 / Float(count)
    for frame in 0..<frames { target[frame] *= scale }
  }

  /// Averages `count` channels of whole numbers that lie apart, of `frames` frames each from the one at `start`, which
  /// `scale` makes out of numbers up to 1.
  static func mix(
    _ channels: UnsafePointer<UnsafePointer<Int32>?>, count: Int, from start: Int, frames: Int, scale: Float,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard let first = channels[0] else { return target.update(repeating: 0, count: frames) }
    if count == 2, let second = channels[1] {
      let (first, second) = (first + start, second + start)
      for frame in 0..<frames { target[frame] = (Float(first[frame]) + Float(second[frame])) * (scale / 2) }
      return
    }
    for frame in 0..<frames { target[frame] = Float(first[start &+ frame]) * scale }
    if count == 1 { return }
    for channel in 1..<count {
      guard let values = channels[channel] else { continue }
      for frame in 0..<frames { target[frame] += Float(values[start &+ frame]) * scale }
    }
    let share = 1 / Float(count)
    for frame in 0..<frames { target[frame] *= share }
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
