import Synchronization

/// How many songs a minute are analysed, over as many portions as it takes to tell.
final class RateMeter: Sendable {
  private struct Sum {
    var songs = 0.0
    var seconds = 0.0
  }
  private let sum = Mutex(Sum())

  /// A handful of songs says nothing of how long a library takes.
  private static let fewest = 20.0
  /// After so many seconds, what was before counts half: the machine may be busier now, or the songs longer.
  private static let memory = 600.0

  /// Adds songs that took these seconds.
  ///
  /// - Returns: the songs a minute; `nil` while there are too few.
  func add(songs: Int, seconds: Double) -> Double? {
    guard songs > 0, seconds > 0 else { return nil }
    return sum.withLock { sum in
      sum.songs += Double(songs)
      sum.seconds += seconds
      guard sum.songs >= Self.fewest else { return nil }
      let rate = sum.songs / sum.seconds * 60
      if sum.seconds > Self.memory {
        sum.songs = max(sum.songs / 2, Self.fewest)
        sum.seconds = sum.songs / rate * 60
      }
      return rate
    }
  }
}
