/// The largest of many values, lane by lane, without sorting them all.
///
/// The values come in groups of eight that are in order. The i-th largest of its group has i - 1 larger ones beside it,
/// so among the `keep` largest of all there can be no more than `keep / i` of those: eight short lists take the place of
/// a long one, and every list is kept in order by insertion.
final class Extremes {
  static let group = 8
  private let lists: AlignedStorage<Lanes>
  /// Where each list begins.
  private let starts: [Int]
  private var keep = 0

  /// Room for the `most` largest.
  init(most: Int) {
    starts = (0..<Self.group).map { place in (0..<place).reduce(0) { $0 + most / ($1 + 1) } }
    lists = AlignedStorage((0..<Self.group).reduce(0) { $0 + most / ($1 + 1) }, filledWith: .zero)
  }

  /// Forgets everything; from now on the `keep` largest count, at most as many as there is room for.
  func begin(_ keep: Int) {
    self.keep = keep
    lists.fill(with: Lanes(repeating: -.greatestFiniteMagnitude))
  }

  /// Adds the values at one place of `count` groups: `place` 0 holds each group's largest.
  ///
  /// - Parameters:
  ///   - values: the first group's value; the others follow, a group apart.
  ///   - sign: 1, or -1 to look for the smallest.
  func add(_ values: UnsafePointer<Lanes>, count: Int, place: Int, sign: Float) {
    let length = keep / (place + 1)
    guard length > 0 else { return }
    let list = lists.base + starts[place]
    for group in 0..<count { Self.insert(values[group * Self.group] * sign, into: list, length) }
  }

  /// Adds a value that belongs to no group.
  func add(_ value: Lanes) {
    Self.insert(value, into: lists.base, keep)
  }

  /// The mean of the roots of the magnitudes of the `keep` largest.
  func meanRoot() -> Lanes {
    for place in 1..<Self.group {
      for index in 0..<(keep / (place + 1)) { add(lists.base[starts[place] + index]) }
    }
    var sum = Lanes.zero
    for index in 0..<keep { sum += Vector.squareRoot(Vector.magnitude(lists.base[index])) }
    return sum / Float(keep)
  }

  @inline(__always)
  private static func insert(_ value: Lanes, into list: UnsafeMutablePointer<Lanes>, _ length: Int) {
    var value = value
    for index in 0..<length {
      let held = list[index]
      list[index] = Vector.max(held, value)
      value = Vector.min(held, value)
    }
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
