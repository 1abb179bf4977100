/// The largest or smallest of many values, lane by lane, without sorting them all.
///
/// The values are taken in groups of eight. A group none of whose values can belong is passed over; any other is put in
/// order. The i-th largest of its group has i - 1 larger ones beside it, so among the `keep` largest of all there can be
/// no more than `keep / i` of those: eight short lists, kept in order by insertion, take the place of a long one.
final class Extremes {
  private static let group = 8
  private let lists: AlignedStorage<Lanes>
  private let ordered = AlignedStorage<Lanes>(group, filledWith: .zero)
  /// Where each list begins.
  private let starts: [Int]
  private var keep = 0

  /// Room for the `most` largest.
  init(most: Int) {
    starts = (0..<Self.group).map { place in (0..<place).reduce(0) { $0 + most / ($1 + 1) } }
    lists = AlignedStorage((0..<Self.group).reduce(0) { $0 + most / ($1 + 1) }, filledWith: .zero)
  }

  /// The largest and the smallest of at least one value.
  static func ends(_ values: UnsafePointer<Lanes>, count: Int) -> (largest: Lanes, smallest: Lanes) {
    var largest = values[0]
    var smallest = largest
    for index in 1..<max(1, count) {
      largest = Vector.max(largest, values[index])
      smallest = Vector.min(smallest, values[index])
    }
    return (largest, smallest)
  }

  /// The mean of the roots of the `keep` largest of `count` values, none below 0.
  func meanRootOfLargest(_ keep: Int, of values: UnsafePointer<Lanes>, count: Int) -> Lanes {
    begin(keep)
    // Music grows quieter towards the treble: from the bass on, the largest come first and most of the rest is passed
    // over.
    let whole = count / Self.group * Self.group
    for first in stride(from: 0, to: whole, by: Self.group) {
      let part = values + first
      var largest = part[0]
      for index in 1..<Self.group { largest = Vector.max(largest, part[index]) }
      guard Vector.isAnyAbove(largest, lists.base[keep - 1]) else { continue }
      Self.sort(part, into: ordered.base)
      for place in 0..<Self.group { add(ordered.base[Self.group - 1 - place], place) }
    }
    for index in whole..<count { add(values[index], 0) }
    return meanRoot()
  }

  /// The mean of the roots of the `keep` smallest of `count` values, none below 0.
  func meanRootOfSmallest(_ keep: Int, of values: UnsafePointer<Lanes>, count: Int) -> Lanes {
    begin(keep)
    // As above, from the treble down and with the signs turned.
    let rest = count % Self.group
    for first in stride(from: count - Self.group, through: rest, by: -Self.group) {
      let part = values + first
      var smallest = part[0]
      for index in 1..<Self.group { smallest = Vector.min(smallest, part[index]) }
      guard Vector.isAnyAbove(-smallest, lists.base[keep - 1]) else { continue }
      Self.sort(part, into: ordered.base)
      for place in 0..<Self.group { add(-ordered.base[place], place) }
    }
    for index in 0..<rest { add(-values[index], 0) }
    return meanRoot()
  }

  private func begin(_ keep: Int) {
    self.keep = keep
    lists.fill(with: Lanes(repeating: -.greatestFiniteMagnitude))
  }

  /// Inserts a value into the list of a place.
  @inline(__always)
  private func add(_ value: Lanes, _ place: Int) {
    let list = lists.base + starts[place]
    var value = value
    for index in 0..<(keep / (place + 1)) {
      let held = list[index]
      list[index] = Vector.max(held, value)
      value = Vector.min(held, value)
    }
  }

  private func meanRoot() -> Lanes {
    for place in 1..<Self.group {
      for index in 0..<(keep / (place + 1)) { add(lists.base[starts[place] + index], 0) }
    }
    var sum = Lanes.zero
    for index in 0..<keep { sum += Vector.squareRoot(Vector.magnitude(lists.base[index])) }
    return sum / Float(keep)
  }

  /// Writes a group's values in ascending order, by Batcher's network of 19 exchanges.
  ///
  /// Reference: K. E. Batcher, "Sorting networks and their applications", AFIPS 1968.
  @inline(__always)
  static func sort(_ group: UnsafePointer<Lanes>, into target: UnsafeMutablePointer<Lanes>) {
    // Four lanes at a time: eight values then fit the registers.
    for half in 0..<2 {
      let offset = half * MemoryLayout<SIMD4<Float>>.stride
      let source = UnsafeRawPointer(group) + offset
      var (a, b, c, d) = (load(source, 0), load(source, 1), load(source, 2), load(source, 3))
      var (e, f, g, h) = (load(source, 4), load(source, 5), load(source, 6), load(source, 7))
      exchange(&a, &b)
      exchange(&c, &d)
      exchange(&e, &f)
      exchange(&g, &h)
      exchange(&a, &c)
      exchange(&b, &d)
      exchange(&e, &g)
      exchange(&f, &h)
      exchange(&b, &c)
      exchange(&f, &g)
      exchange(&a, &e)
      exchange(&b, &f)
      exchange(&c, &g)
      exchange(&d, &h)
      exchange(&c, &e)
      exchange(&d, &f)
      exchange(&b, &c)
      exchange(&d, &e)
      exchange(&f, &g)
      let result = UnsafeMutableRawPointer(target) + offset
      store(a, result, 0)
      store(b, result, 1)
      store(c, result, 2)
      store(d, result, 3)
      store(e, result, 4)
      store(f, result, 5)
      store(g, result, 6)
      store(h, result, 7)
    }
  }

  @inline(__always)
  private static func load(_ source: UnsafeRawPointer, _ index: Int) -> SIMD4<Float> {
    source.load(fromByteOffset: index * MemoryLayout<Lanes>.stride, as: SIMD4<Float>.self)
  }

  @inline(__always)
  private static func store(_ value: SIMD4<Float>, _ target: UnsafeMutableRawPointer, _ index: Int) {
    target.storeBytes(of: value, toByteOffset: index * MemoryLayout<Lanes>.stride, as: SIMD4<Float>.self)
  }

  @inline(__always)
  private static func exchange(_ low: inout SIMD4<Float>, _ high: inout SIMD4<Float>) {
    let smaller = Vector.min(low, high)
    high = Vector.max(low, high)
    low = smaller
  }
}
