/// Some seconds of a file's frames, which move ahead in it; none is decoded twice, but for what may cancel in a mean.
final class Stretch {
  /// The first frame in it.
  private(set) var first: Int64 = 0
  /// How many frames are in it; fewer than it is long only where the audio ends or is damaged.
  private(set) var filled = 0
  /// The share of the frames that were no numbers, such as NaN, and became 0 (0 to 1).
  private(set) var unfitShare = 0.0

  private let source: any FrameSource
  private let memory: MixTarget
  private let length: Int
  private let spare: UnsafeMutableBufferPointer<Float>
  /// Whether the source can decode the mean alone.
  private var isMixed = false
  /// Where the source stands, `nil` where that is unknown.
  private var position: Int64? = 0
  /// How many stretches are still to be decoded with all channels before their mean alone is, where that costs less: by itself
  /// a mean does not tell whether its channels cancel each other.
  private var looks = 2
  /// The largest variance of the channels, or of a mean that was decoded alone, so far.
  private var loudest = 0.0

  /// The RMS of channels below which they tell nothing.
  private static let silence = 1.0 / 32_768
  /// Behind this lies no file's end.
  private static let farthest = 1e15

  /// A stretch of `length` frames in `memory`, of a source at its first frame; `spare` is memory for what is decoded for
  /// nothing.
  init(_ source: any FrameSource, _ memory: MixTarget, length: Int, spare: UnsafeMutableBufferPointer<Float>) {
    self.source = source
    self.memory = memory
    self.length = length
    self.spare = spare
  }

  /// The frame at a time in seconds.
  static func frame(at seconds: Double, rate: Int) -> Int64 {
    Int64(min(max(0, seconds) * Double(rate), farthest).rounded())
  }

  /// What is heard: the mean of the channels or, where they cancel each other, what lies apart from it.
  var heard: UnsafeMutablePointer<Float> { Cancellation.heard(memory, count: filled) }

  /// Moves to a frame that does not lie before the first; `false` where that cannot be reached.
  func move(to wanted: Int64) -> Bool {
    let isLooking = looks > 0 && memory.apart != nil
    if isLooking, source.isMeanOnly { decode(meanOnly: false) }
    if wanted < first + Int64(filled), let end = position, end == first + Int64(filled) {
      let dropped = Int(wanted - first)
      filled -= dropped
      memory.update(from: memory + dropped, count: filled)
    } else {
      filled = 0
      guard advance(to: wanted) else { return false }
    }
    first = wanted
    fill()
    if source.isMeanOnly { lookApart() } else if isLooking { judge() }
    return true
  }

  private func advance(to wanted: Int64) -> Bool {
    guard let start = spare.baseAddress else { return false }
    let isThere = source.advance(from: position, to: wanted, spare: start, spareCount: spare.count)
    position = nil
    return isThere
  }

  /// Reads what is missing.
  private func fill() {
    let target = memory + filled
    let got = source.read(into: target, count: length - filled)
    let share = Double(Mono.sanitise(target.mean, count: got)) / Double(max(1, got))
    if let apart = target.apart { Mono.sanitise(apart, count: got) }
    // What was read before stays as it was judged.
    unfitShare = filled == 0 ? share : max(unfitShare, share)
    filled += got
    position = filled == length ? first + Int64(length) : nil
  }

  private func decode(meanOnly: Bool) {
    isMixed = isMixed || source.isMeanOnly
    source.rewind(meanOnly: meanOnly)
    position = 0
  }

  /// Goes on with the mean alone after stretches in which the channels are heard and the mean is the louder, so that they
  /// hardly cancel each other in others; else all channels are decoded to the end.
  private func judge() {
    guard isMixed, let apart = memory.apart else { return }
    let movement = (mean: Cancellation.movement(memory.mean, filled), apart: Cancellation.movement(apart, filled))
    loudest = max(loudest, movement.mean + movement.apart)
    guard movement.mean + movement.apart > Self.silence * Self.silence else { return }
    looks = movement.apart > movement.mean ? -1 : looks - 1
    if looks == 0 { decode(meanOnly: true) }
  }

  /// Decodes all channels of a stretch whose mean lies so far below the loudest that they may cancel each other, and goes on
  /// so where they do.
  private func lookApart() {
    let movement = Cancellation.movement(memory.mean, filled)
    loudest = max(loudest, movement)
    guard let apart = memory.apart, movement * (1 + Cancellation.ratio) < loudest else { return }
    decode(meanOnly: false)
    filled = 0
    guard advance(to: first) else { return }
    fill()
    // A pause is quiet without cancelling: the next stretch is decoded as before.
    if Cancellation.movement(apart, filled) <= Cancellation.movement(memory.mean, filled) { decode(meanOnly: true) }
  }
}
