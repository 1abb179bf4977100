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
    let end = min(left.count, right.count + offset)
    guard first < end else { return nil }
    var (covariance, spreadLeft, spreadRight): (Float, Float, Float) = (0, 0, 0)
    var count: Float = 0
    for quarter in 0..<SoundOutline.quarters {
      var (sumLeft, sumRight) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      var (squaresLeft, squaresRight, products) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
      count = 0
      for place in first..<end where left.isHeard[place] && right.isHeard[place - offset] {
        let a = left.cells[SoundOutline.quarters * place + quarter]
        let b = right.cells[SoundOutline.quarters * (place - offset) + quarter]
        sumLeft += a
        sumRight += b
        squaresLeft += a * a
        squaresRight += b * b
        products += a * b
        count += 1
      }
      guard Double(count) * SoundOutline.secondsPerCell >= Self.leastSeconds else { return nil }
      covariance += (products - sumLeft * sumRight / count).sum()
      spreadLeft += (squaresLeft - sumLeft * sumLeft / count).sum()
      spreadRight += (squaresRight - sumRight * sumRight / count).sum()
    }
    let spread = spreadLeft * spreadRight
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
        // Four offsets at a time: a row of the first track is then read once for all of them.
        var offset = lowest
        while offset <= highest {
          let found = Self.likeness(left, right, offset, leastHeard)
          for step in 0..<min(4, highest - offset + 1) where found[step] > best?.likeness ?? -2 {
            best = (offset + step, found[step])
          }
          offset += 4
        }
      }
    }
    guard let best else { return nil }
    offset = best.offset
    likeness = Double(best.likeness)
  }

  /// The correlations at an offset and the three behind it, -3 where too little is heard of both.
  private static func likeness(
    _ left: RoughOutline.Rows, _ right: RoughOutline.Rows, _ offset: Int, _ leastHeard: Float
  ) -> SIMD4<Float> {
    var sums = RoughSums()
    // What all four have in common, and for each what is left at either end.
    let shared = max(0, offset + 3)..<max(0, offset + 3, min(left.count, right.count + offset))
    sums.add(left, right, shared, offset)
    for step in 0..<4 {
      let (first, end) = (max(0, offset + step), min(left.count, right.count + offset + step))
      for place in first..<max(first, min(end, shared.lowerBound)) { sums.add(left, right, place, offset, step) }
      for place in max(first, shared.upperBound)..<max(first, shared.upperBound, end) {
        sums.add(left, right, place, offset, step)
      }
    }
    var found = SIMD4<Float>(repeating: -3)
    for step in 0..<4 where sums.heard[step] >= leastHeard {
      let power = sums.powerLeft[step] * sums.powerRight[step]
      if sums.powerLeft[step] > 0, sums.powerRight[step] > 0 { found[step] = sums.products[step] / power.squareRoot() }
    }
    return found
  }
}

/// What a correlation of rough outlines is made of, for four offsets that follow each other.
private struct RoughSums {
  var products = SIMD4<Float>.zero
  var powerLeft = SIMD4<Float>.zero
  var powerRight = SIMD4<Float>.zero
  var heard = SIMD4<Float>.zero

  /// Adds one place at one of the four offsets.
  mutating func add(_ left: RoughOutline.Rows, _ right: RoughOutline.Rows, _ place: Int, _ offset: Int, _ step: Int) {
    let other = place - offset - step
    let (weightLeft, weightRight) = (left.weight[place], right.weight[other])
    products[step] += (left.cells[place] * right.cells[other]).sum()
    powerLeft[step] += left.power[place] * weightRight
    powerRight[step] += right.power[other] * weightLeft
    heard[step] += weightLeft * weightRight
  }

  /// Adds places that lie inside both tracks at all four offsets.
  mutating func add(
    _ left: RoughOutline.Rows, _ right: RoughOutline.Rows, _ places: Range<Int>, _ offset: Int
  ) {
    // Half a row at a time: the sums of four whole rows do not fit the registers of every processor.
    for half in 0..<2 {
      let rows = UnsafeRawPointer(left.cells).assumingMemoryBound(to: SIMD8<Float>.self) + half
      let others = UnsafeRawPointer(right.cells).assumingMemoryBound(to: SIMD8<Float>.self) + half
      var (first, second) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      var (third, fourth) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      for place in places {
        let row = rows[2 &* place]
        let other = others + 2 &* (place &- offset)
        first += row * other[0]
        second += row * other[-2]
        third += row * other[-4]
        fourth += row * other[-6]
      }
      products += SIMD4(first.sum(), second.sum(), third.sum(), fourth.sum())
    }
    for step in 0..<4 {
      // Eight cells at once: else these sums would take as long as the products.
      var (powersLeft, powersRight, weights) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
      var place = places.lowerBound
      while place &+ 8 <= places.upperBound {
        let other = place &- offset &- step
        let (weightLeft, weightRight) = (Self.eight(left.weight + place), Self.eight(right.weight + other))
        powersLeft += Self.eight(left.power + place) * weightRight
        powersRight += Self.eight(right.power + other) * weightLeft
        weights += weightLeft * weightRight
        place &+= 8
      }
      powerLeft[step] += powersLeft.sum()
      powerRight[step] += powersRight.sum()
      heard[step] += weights.sum()
      while place < places.upperBound {
        let other = place - offset - step
        powerLeft[step] += left.power[place] * right.weight[other]
        powerRight[step] += right.power[other] * left.weight[place]
        heard[step] += left.weight[place] * right.weight[other]
        place &+= 1
      }
    }
  }

  private static func eight(_ start: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Float>.self)
  }
}
