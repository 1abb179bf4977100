/// Where two tracks run alike, and how much.
public struct OutlineAlignment: Sendable, Equatable {
  /// Where the second track begins in the first, in seconds; negative where it begins before it.
  public let offset: Double
  /// The correlation of the two outlines there: 1 for the same sound, around .3 for the best place of strangers.
  public let likeness: Double
  /// How much was heard of both there, in seconds.
  public let seconds: Double

  /// The part of the shorter track that has to lie over the longer one.
  static let leastShare = 0.7
  /// What has to be heard of both, in seconds.
  static let leastSeconds = 12.0

  /// The best alignment, searched over all offsets at which most of the shorter track lies over the longer one; `nil`
  /// where the two have too little in common to say anything.
  public init?(_ left: SoundOutline, _ right: SoundOutline, near rough: RoughAlignment) {
    let middle = 2 * rough.offset
    var best: OutlineAlignment?
    for offset in (middle - 2)...(middle + 2) {
      guard let found = OutlineAlignment(left, right, offset: offset) else { continue }
      if found.likeness > best?.likeness ?? -2 { best = found }
    }
    guard let best else { return nil }
    self = best
  }

  /// The correlation at one offset, with the means of what is heard of both.
  private init?(_ left: SoundOutline, _ right: SoundOutline, offset: Int) {
    let first = max(0, offset)
    let end = min(left.cells.count, right.cells.count + offset)
    guard first < end else { return nil }
    var (sumLeft, sumRight) = (SIMD32<Float>.zero, SIMD32<Float>.zero)
    var (squaresLeft, squaresRight, products) = (SIMD32<Float>.zero, SIMD32<Float>.zero, SIMD32<Float>.zero)
    var count: Float = 0
    for place in first..<end where left.isHeard[place] && right.isHeard[place - offset] {
      let (a, b) = (left.cells[place], right.cells[place - offset])
      sumLeft += a
      sumRight += b
      squaresLeft += a * a
      squaresRight += b * b
      products += a * b
      count += 1
    }
    guard Double(count) * SoundOutline.secondsPerCell >= Self.leastSeconds else { return nil }
    let covariance = (products - sumLeft * sumRight / count).sum()
    let spread = (squaresLeft - sumLeft * sumLeft / count).sum() * (squaresRight - sumRight * sumRight / count).sum()
    self.offset = Double(offset) * SoundOutline.secondsPerCell
    likeness = spread > 0 ? Double(covariance / spread.squareRoot()) : 0
    seconds = Double(count) * SoundOutline.secondsPerCell
  }
}

/// A first guess of where two tracks run alike.
public struct RoughAlignment: Sendable, Equatable {
  /// Where the second track begins in the first, in cells of a rough outline.
  let offset: Int
  /// The correlation there.
  public let likeness: Double

  /// The best guess; `nil` where the two have too little in common to say anything.
  public init?(_ left: RoughOutline, _ right: RoughOutline) {
    let shorter = min(left.cells.count, right.cells.count)
    let least = Int((OutlineAlignment.leastShare * Double(shorter)).rounded(.up))
    let lowest = least - right.cells.count
    let highest = left.cells.count - least
    guard shorter > 0, lowest <= highest else { return nil }
    let leastHeard = Float(OutlineAlignment.leastSeconds / (2 * SoundOutline.secondsPerCell))
    var best: (offset: Int, likeness: Float)?
    left.withRows { left in
      right.withRows { right in
        for offset in lowest...highest {
          let found = Self.likeness(left, right, offset, leastHeard)
          if found > best?.likeness ?? -2 { best = (offset, found) }
        }
      }
    }
    guard let best else { return nil }
    offset = best.offset
    likeness = Double(best.likeness)
  }

  /// The correlation at one offset, -3 where too little is heard of both.
  private static func likeness(
    _ left: RoughOutline.Rows, _ right: RoughOutline.Rows, _ offset: Int, _ leastHeard: Float
  ) -> Float {
    let (first, end) = (max(0, offset), min(left.count, right.count + offset))
    var products = SIMD16<Float>.zero
    for place in first..<end { products += left.cells[place] * right.cells[place &- offset] }
    // Eight cells at once: else these sums would take as long as the products.
    var (powersLeft, powersRight, weights) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    var place = first
    while place &+ 8 <= end {
      let (weightLeft, weightRight) = (eight(left.weight + place), eight(right.weight + (place &- offset)))
      powersLeft += eight(left.power + place) * weightRight
      powersRight += eight(right.power + (place &- offset)) * weightLeft
      weights += weightLeft * weightRight
      place &+= 8
    }
    var (powerLeft, powerRight, heard) = (powersLeft.sum(), powersRight.sum(), weights.sum())
    while place < end {
      let (weightLeft, weightRight) = (left.weight[place], right.weight[place &- offset])
      powerLeft += left.power[place] * weightRight
      powerRight += right.power[place &- offset] * weightLeft
      heard += weightLeft * weightRight
      place &+= 1
    }
    guard heard >= leastHeard, powerLeft > 0, powerRight > 0 else { return -3 }
    return products.sum() / (powerLeft * powerRight).squareRoot()
  }

  private static func eight(_ start: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Float>.self)
  }
}
