/// Near neighbours among many places, found through trees of random halves: the time grows with n log n.
///
/// Each tree halves the places along a random direction until few are left together; whatever shares such a leaf with a
/// place in any of the trees is measured, the nearest are kept. It may miss a neighbour among many that lie as near.
public struct PlaceForest: Sendable {
  private let places: [Float]
  private let trees: [Tree]
  /// The places in an order in which neighbours are mostly near each other.
  public var order: [Int] { trees.first.map { $0.members.map(Int.init) } ?? [] }

  /// The places of the leaves one after the other, and where each leaf begins.
  private struct Tree: Sendable {
    var members: [Int32]
    var leafStarts: [Int]
    /// The number of the leaf of each place.
    var leafOf: [Int32]
  }

  /// A forest over places that lie one after the other in `places`.
  /// - Parameters:
  ///   - count: The number of trees.
  ///   - leaf: The most places that stay together.
  public init(_ places: [Float], count: Int = 16, leaf: Int = 96, seed: UInt64 = 1) {
    precondition(places.count % SoundEmbedding.count == 0 && leaf > 0, "whole places")
    self.places = places
    var random = RandomDirections(seed: seed)
    trees = (0..<count).map { _ in Self.grow(places, leaf, &random) }
  }

  private static func grow(_ places: [Float], _ leaf: Int, _ random: inout RandomDirections) -> Tree {
    let count = places.count / SoundEmbedding.count
    var members = (0..<count).map(Int32.init)
    var leaves: [Range<Int>] = []
    var waiting = count > 0 ? [0..<count] : []
    while let range = waiting.popLast() {
      guard range.count > leaf else {
        leaves.append(range)
        continue
      }
      let direction = random.direction(SoundEmbedding.count)
      let keyed = members[range].map { member -> (key: Float, member: Int32) in
        let start = Int(member) * SoundEmbedding.count
        var key: Float = 0
        for index in 0..<SoundEmbedding.count { key += places[start + index] * direction[index] }
        return (key, member)
      }.sorted { ($0.key, $0.member) < ($1.key, $1.member) }
      members.replaceSubrange(range, with: keyed.map(\.member))
      let middle = (range.lowerBound + range.upperBound) / 2
      waiting.append(middle..<range.upperBound)
      waiting.append(range.lowerBound..<middle)
    }
    leaves.sort { $0.lowerBound < $1.lowerBound }
    var leafOf = [Int32](repeating: 0, count: count)
    for (number, range) in leaves.enumerated() {
      for member in members[range] { leafOf[Int(member)] = Int32(number) }
    }
    return Tree(members: members, leafStarts: leaves.map(\.lowerBound) + [count], leafOf: leafOf)
  }

  /// The places nearest to one, the nearest first, itself left out.
  /// - Parameters:
  ///   - number: The place.
  ///   - most: How many are wanted.
  ///   - within: How far away they may be.
  public func neighbours(of number: Int, most: Int, within: Float) -> [Int] {
    var seen: Set<Int32> = [Int32(number)]
    var found: [(distance: Float, member: Int32)] = []
    places.withUnsafeBufferPointer { places in
      guard let base = places.baseAddress else { return }
      for tree in trees {
        let leaf = Int(tree.leafOf[number])
        for place in tree.leafStarts[leaf]..<tree.leafStarts[leaf + 1] {
          let member = tree.members[place]
          guard seen.insert(member).inserted else { continue }
          let distance = SoundEmbedding.distance(
            base + number * SoundEmbedding.count, base + Int(member) * SoundEmbedding.count)
          if distance <= within * within { found.append((distance, member)) }
        }
      }
    }
    found.sort { ($0.distance, $0.member) < ($1.distance, $1.member) }
    return found.prefix(most).map { Int($0.member) }
  }
}

/// The places nearest to one by measuring all of them: what a few new tracks need.
public enum PlaceScan {
  /// The places of `places` nearest to its place `number`, as `PlaceForest.neighbours` gives them.
  public static func neighbours(of number: Int, in places: [Float], most: Int, within: Float) -> [Int] {
    var found: [(distance: Float, member: Int)] = []
    places.withUnsafeBufferPointer { places in
      guard let base = places.baseAddress else { return }
      for member in 0..<(places.count / SoundEmbedding.count) where member != number {
        let distance = SoundEmbedding.distance(
          base + number * SoundEmbedding.count, base + member * SoundEmbedding.count)
        if distance <= within * within { found.append((distance, member)) }
      }
    }
    found.sort { ($0.distance, $0.member) < ($1.distance, $1.member) }
    return found.prefix(most).map(\.member)
  }
}

/// Directions that are the same for a seed (Steele, Lea and Flood 2014, SplitMix64).
private struct RandomDirections {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func direction(_ count: Int) -> [Float] {
    // Sums of uniform numbers are near enough to normal ones for a direction.
    (0..<count).map { _ in
      (0..<4).reduce(Float(-2)) { sum, _ in sum + Float(next() >> 40) / Float(1 << 24) }
    }
  }
}
