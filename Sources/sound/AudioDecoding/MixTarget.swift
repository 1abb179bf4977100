/// Where frames go that are mixed down: the mean of their channels and, where that is wanted, what the mean leaves out.
struct MixTarget {
  /// The mean of the channels.
  let mean: UnsafeMutablePointer<Float>
  /// Of two channels half their difference, of more the sum of each by its `weight(_:of:)` over their number; 0 where only
  /// a mean is known.
  let apart: UnsafeMutablePointer<Float>?

  /// So many frames further on.
  static func + (target: MixTarget, frames: Int) -> MixTarget {
    MixTarget(mean: target.mean + frames, apart: target.apart.map { $0 + frames })
  }

  /// What a channel counts in `apart`: 1 and -1 of two channels; of more 1, -1/2, 1/3, ..., so that whichever of them
  /// cancel each other in the mean leave something.
  static func weight(_ channel: Int, of channels: Int) -> Float {
    (channel % 2 == 0 ? 1 : -1) / Float(channels == 2 ? 1 : channel + 1)
  }

  /// Copies frames of another target.
  func update(from source: MixTarget, count: Int) {
    mean.update(from: source.mean, count: count)
    guard let apart else { return }
    if let other = source.apart { apart.update(from: other, count: count) } else { silence(count) }
  }

  /// Writes 0 apart from the mean.
  func silence(_ count: Int) {
    apart?.update(repeating: 0, count: count)
  }
}

/// Frames that were decoded and are not wanted yet.
struct FrameQueue {
  private var mean: [Float] = []
  private var apart: [Float] = []
  private var start = 0
  private var end = 0

  /// The number of frames in it.
  var count: Int { end - start }

  /// Forgets what is in it.
  mutating func clear() {
    (start, end) = (0, 0)
  }

  /// Forgets the first frames, of which there must be as many.
  mutating func drop(_ frames: Int) {
    start += frames
  }

  /// Replaces what is in it by `count` frames that `write` makes; by none where that says `false`.
  mutating func fill(_ count: Int, _ write: (MixTarget) -> Bool) {
    if mean.count < count {
      mean = [Float](repeating: 0, count: count)
      apart = mean
    }
    let isMade = mean.withUnsafeMutableBufferPointer { mean in
      apart.withUnsafeMutableBufferPointer { apart in
        mean.baseAddress.map { write(MixTarget(mean: $0, apart: apart.baseAddress)) } ?? false
      }
    }
    (start, end) = (0, isMade ? count : 0)
  }

  /// Replaces what is in it by frames of which only the mean is known.
  mutating func fill(_ values: [Float]) {
    fill(values.count) { target in
      for (place, value) in values.enumerated() { target.mean[place] = value }
      target.silence(values.count)
      return true
    }
  }

  /// Moves up to `count` frames to a target and returns how many there were.
  mutating func take(_ count: Int, into target: MixTarget) -> Int {
    let piece = min(count, self.count)
    guard piece > 0 else { return 0 }
    mean.withUnsafeMutableBufferPointer { mean in
      apart.withUnsafeMutableBufferPointer { apart in
        guard let mean = mean.baseAddress else { return }
        target.update(from: MixTarget(mean: mean, apart: apart.baseAddress) + start, count: piece)
      }
    }
    start += piece
    return piece
  }
}
