/// Running medians of 31 values, eight sequences at a time.
///
/// The median of 31 is the value of rank 15. Of a part of them only those values can still become it that have no more
/// than 15 below and no more than 15 above: once 16 are in order, every further value x shortens the list of candidates
/// c by one, the new ones being the medians of c(i), x and c(i + 1). Eight neighbouring windows share 24 values, four of
/// them 28 and two of them 30, so most of the work is done once for all of them.
///
/// Reference: the idea of sharing is that of A. Adams, "Fast median filters using separable sorting networks", ACM
/// Transactions on Graphics 40, 2021.
final class MedianFilter {
  static let width = 31
  private static let reach = width / 2
  /// The windows that share their work.
  private static let shared = 8

  private let values = AlignedStorage<Lanes>(width + shared - 1, filledWith: .zero)
  private let core = AlignedStorage<Lanes>(16, filledWith: .zero)
  private let four = AlignedStorage<Lanes>(8, filledWith: .zero)
  private let two = AlignedStorage<Lanes>(4, filledWith: .zero)

  /// Writes the median of the 31 values around each of `count` values; beyond both ends the values are mirrored, the
  /// last one twice, as scipy's `median_filter` has it.
  ///
  /// - Parameters:
  ///   - source: the first value; the others follow `stride` apart.
  ///   - target: room for the first median; the others are written `stride` apart.
  func apply(_ source: UnsafePointer<Lanes>, count: Int, stride: Int, into target: UnsafeMutablePointer<Lanes>) {
    for first in Swift.stride(from: 0, to: count, by: Self.shared) {
      for place in 0..<values.count {
        values.base[place] = source[Self.mirrored(first + place - Self.reach, count) * stride]
      }
      medians { offset, median in
        if first + offset < count { target[(first + offset) * stride] = median }
      }
    }
  }

  /// The place that stands for one beyond the ends.
  static func mirrored(_ place: Int, _ count: Int) -> Int {
    let turn = ((place % (2 * count)) + 2 * count) % (2 * count)
    return turn < count ? turn : 2 * count - 1 - turn
  }

  /// The medians of the eight windows in `values`. Window j holds the values j to j + 30.
  private func medians(_ give: (Int, Lanes) -> Void) {
    let values = values.base
    // Shared by all: 7 to 30.
    Extremes.sort(values + 7, into: core.base)
    Extremes.sort(values + 15, into: core.base + 8)
    Self.merge(core.base)
    var length = 16
    for place in 23...30 { Self.insert(values[place], core.base, &length) }
    for half in 0..<2 {
      // Windows 0 to 3 share 3 to 6 besides, windows 4 to 7 share 31 to 34.
      four.base.update(from: core.base, count: 8)
      length = 8
      for place in 0..<4 { Self.insert(values[half == 0 ? 3 + place : 31 + place], four.base, &length) }
      for quarter in 0..<2 {
        let window = 4 * half + 2 * quarter
        // Windows j and j + 1 share j + 1 to j + 30; of those the first half still lacks what lies before 3 or beyond
        // 30, the second what lies before 7 or beyond 34.
        two.base.update(from: four.base, count: 4)
        length = 4
        let missing = (window + 1)...(window + 30)
        for place in missing where half == 0 ? (place < 3 || place > 30) : (place < 7 || place > 34) {
          Self.insert(values[place], two.base, &length)
        }
        let low = two.base[0]
        let high = two.base[1]
        give(window, Vector.max(low, Vector.min(values[window], high)))
        give(window + 1, Vector.max(low, Vector.min(values[window + 31], high)))
      }
    }
  }

  /// Shortens an ordered list of candidates by one with a further value.
  @inline(__always)
  private static func insert(_ value: Lanes, _ list: UnsafeMutablePointer<Lanes>, _ length: inout Int) {
    length -= 1
    for place in 0..<length {
      list[place] = Vector.max(list[place], Vector.min(value, list[place + 1]))
    }
  }

  /// Puts 16 values in order of which both halves are: Batcher's odd-even merge.
  private static func merge(_ list: UnsafeMutablePointer<Lanes>) {
    for place in 0..<8 { exchange(list, place, place + 8) }
    for place in 4..<8 { exchange(list, place, place + 4) }
    for block in [2, 6, 10] {
      for place in block..<(block + 2) { exchange(list, place, place + 2) }
    }
    for place in Swift.stride(from: 1, to: 15, by: 2) { exchange(list, place, place + 1) }
  }

  @inline(__always)
  private static func exchange(_ list: UnsafeMutablePointer<Lanes>, _ low: Int, _ high: Int) {
    let smaller = Vector.min(list[low], list[high])
    list[high] = Vector.max(list[low], list[high])
    list[low] = smaller
  }
}
