import Tracks

/// Where in a song it is listened to.
public enum SamplePlan {
  /// The starts, in seconds and ascending, of at most `count` samples of `Sampling.seconds` between `from` and `to`.
  ///
  /// The span is cut into as many equal parts as there are samples, and a sample lies in the middle of each: they
  /// never overlap and depend on nothing but the arguments. A span shorter than `count` samples gets as many as fit,
  /// one shorter than a single sample gets one that begins at its start.
  /// - Parameters:
  ///   - duration: The length of the audio in seconds.
  ///   - from: Where the span begins, in seconds; values outside the audio are moved to its border.
  ///   - to: Where it ends; `nil` is the end of the audio, which also limits it.
  ///   - count: The most samples wanted, at least 1.
  public static func starts(duration: Double, from: Double, to: Double?, count: Int) -> [Double] {
    precondition(count > 0, "at least one sample is wanted")
    let length = Double(Sampling.seconds)
    let end = min(duration, to ?? duration)
    let start = max(0, min(from, end))
    let span = end - start
    guard span > length else { return [start] }
    let number = Sampling.number(in: span, atMost: count)
    let part = span / Double(number)
    return (0..<number).map { start + (Double($0) + 0.5) * part - length / 2 }
  }
}
