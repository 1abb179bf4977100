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

  /// Sets what is no ordinary sample to 0: NaN, infinities and numbers that only a damaged float file holds.
  static func sanitise(_ values: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let value = values[index]
      values[index] = value.magnitude < 1e6 ? value : 0
    }
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
