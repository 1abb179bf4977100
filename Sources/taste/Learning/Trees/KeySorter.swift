/// Sorts packed keys by their upper half, in memory of its own.
///
/// Keys come from a column of a node, whose lowest and highest are known from gathering them, so most sorts are one
/// spreading into about as many buckets as keys and one pass of insertions.
final class KeySorter<Packed: FixedWidthInteger & UnsignedInteger> {
  /// The keys to be sorted, filled in by the owner before `sort`.
  let keys: UnsafeMutablePointer<Packed>
  private let spare: UnsafeMutablePointer<Packed>
  private let counts: UnsafeMutablePointer<UInt32>

  private static var half: Int { Packed.bitWidth / 2 }
  /// Below this number insertions alone are fastest.
  private static var fewest: Int { 24 }
  private static var mostBucketBits: Int { 13 }
  private static var digitBits: Int { 11 }
  /// A fuller bucket would make the insertions slow.
  private static var fullest: UInt32 { 48 }

  /// Room for so many keys.
  init(capacity: Int) {
    keys = .allocate(capacity: max(1, capacity))
    spare = .allocate(capacity: max(1, capacity))
    counts = .allocate(capacity: 1 << Self.mostBucketBits)
  }

  deinit {
    keys.deallocate()
    spare.deallocate()
    counts.deallocate()
  }

  /// Sorts the first `count` keys; equal ones stay in their order or not, the same way each time.
  ///
  /// - Parameters:
  ///   - count: the number of keys filled in.
  ///   - low: the lowest upper half among them.
  ///   - high: the highest upper half among them.
  /// - Returns: where the sorted keys stand, valid until the next sort.
  @inline(__always)
  func sort(_ count: Int, low: Packed, high: Packed) -> UnsafeMutablePointer<Packed> {
    if count <= Self.fewest {
      insert(keys, count)
      return keys
    }
    return spread(count, low: low, high: high)
  }

  private func spread(_ count: Int, low: Packed, high: Packed) -> UnsafeMutablePointer<Packed> {
    let rangeBits = Packed.bitWidth - (high - low).leadingZeroBitCount
    let bucketBits = min(rangeBits, Int.bitWidth - (count - 1).leadingZeroBitCount)
    guard bucketBits <= Self.mostBucketBits else { return sortDigits(count, low: low, bits: rangeBits) }
    let shift = Packed(Self.half + rangeBits - bucketBits)
    let base = low << Packed(Self.half)
    counts.update(repeating: 0, count: 1 << bucketBits)
    for place in 0..<count { counts[Int(truncatingIfNeeded: (keys[place] &- base) &>> shift)] &+= 1 }
    var start: UInt32 = 0
    var most: UInt32 = 0
    for bucket in 0..<(1 << bucketBits) {
      let size = counts[bucket]
      counts[bucket] = start
      start &+= size
      most = max(most, size)
    }
    if rangeBits > bucketBits, most > Self.fullest { return sortDigits(count, low: low, bits: rangeBits) }
    for place in 0..<count {
      let key = keys[place]
      let bucket = Int(truncatingIfNeeded: (key &- base) &>> shift)
      spare[Int(counts[bucket])] = key
      counts[bucket] &+= 1
    }
    if rangeBits > bucketBits { insert(spare, count) }
    return spare
  }

  private func sortDigits(_ count: Int, low: Packed, bits: Int) -> UnsafeMutablePointer<Packed> {
    let base = low << Packed(Self.half)
    var (from, to) = (keys, spare)
    var done = 0
    while done < bits {
      let digit = min(Self.digitBits, bits - done)
      let mask = (1 << digit) - 1
      let shift = Packed(Self.half + done)
      counts.update(repeating: 0, count: 1 << digit)
      for place in 0..<count { counts[Int(truncatingIfNeeded: (from[place] &- base) &>> shift) & mask] &+= 1 }
      var start: UInt32 = 0
      for bucket in 0...mask {
        let size = counts[bucket]
        counts[bucket] = start
        start &+= size
      }
      for place in 0..<count {
        let key = from[place]
        let bucket = Int(truncatingIfNeeded: (key &- base) &>> shift) & mask
        to[Int(counts[bucket])] = key
        counts[bucket] &+= 1
      }
      swap(&from, &to)
      done += digit
    }
    return from
  }

  @inline(__always)
  private func insert(_ keys: UnsafeMutablePointer<Packed>, _ count: Int) {
    var place = 1
    while place < count {
      let key = keys[place]
      var gap = place
      while gap > 0, keys[gap - 1] > key {
        keys[gap] = keys[gap - 1]
        gap -= 1
      }
      keys[gap] = key
      place += 1
    }
  }
}
