/// Times as foobar2000 writes them.
enum FileTime {
  /// Seconds from 1601-01-01, where a FILETIME starts, to 1970-01-01.
  private static let epoch = 11_644_473_600.0
  /// 1980-01-01 to 2200-01-01: what is outside was never a time at which somebody played music.
  private static let plausible = 315_532_800.0..<7_258_118_400.0

  /// Seconds since 1970-01-01 UTC of a count of 100 ns since 1601-01-01 UTC.
  static func seconds(_ ticks: UInt64) -> Double {
    // Whole seconds and the rest apart: a Double does not hold 18 digits.
    Double(ticks / 10_000_000) - epoch + Double(ticks % 10_000_000) / 1e7
  }

  /// The count of 100 ns since 1601-01-01 UTC of whole seconds since 1970-01-01 UTC.
  static func ticks(_ seconds: UInt32) -> UInt64 {
    (UInt64(seconds) + UInt64(epoch)) * 10_000_000
  }

  /// Whether somebody can have played music at that time.
  static func isPlausible(_ seconds: Double) -> Bool {
    plausible.contains(seconds)
  }
}

/// The three times of a history, in whatever way a source wrote them, made plausible.
struct HistoryTimes {
  var first: Double?
  var last: Double?
  var added: Double?

  /// Drops times outside 1980 to 2199 and orders first and last; tells whether anything had to be changed.
  mutating func settle() -> Bool {
    var changed = false
    func check(_ time: Double?) -> Double? {
      guard let time else { return nil }
      if FileTime.isPlausible(time) { return time }
      changed = true
      return nil
    }
    first = check(first)
    last = check(last)
    added = check(added)
    if let start = first, let end = last, start > end {
      (first, last) = (end, start)
      changed = true
    }
    return changed
  }
}

/// Ratings as foobar2000 writes them.
enum RatingScale {
  /// One byte for 0 to 5 stars: the centres of six equal bins, 63, 106, 149, 191 and 234; 0 and 255 mean unrated.
  case byte
  /// 1 to 5 stars.
  case stars
  /// 1 to 10 half stars.
  case halfStars

  /// The scale of a file by its largest rating: other programs write stars into the byte's place.
  init(largest: Int) {
    self = largest <= 5 ? .stars : largest <= 10 ? .halfStars : .byte
  }

  /// Stars, 1 to 5, or `nil` for unrated.
  func stars(_ value: Int) -> Int? {
    let stars =
      switch self {
      case .byte: (1..<255).contains(value) ? (value * 6) >> 8 : 0
      case .stars: value
      case .halfStars: (value + 1) / 2
      }
    return (1...5).contains(stars) ? stars : nil
  }
}
