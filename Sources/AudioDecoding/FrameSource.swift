/// What delivers the frames of a file one after the other, all channels averaged.
protocol FrameSource: ~Copyable {
  /// The rate of the frames in Hz.
  var sampleRate: Int { get }

  /// Up to how many frames it is cheaper to read on and forget than to seek.
  var cheapGap: Int { get }

  /// Moves to a frame and returns the one that it came to lie on, or `nil` where it cannot.
  mutating func seek(to frame: Int64) -> Int64?

  /// Writes up to `count` frames and returns how many; fewer only at the end or where the audio is damaged.
  mutating func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int
}
