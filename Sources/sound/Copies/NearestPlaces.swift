/// Keeps those places that lie nearest to each of a few, of any number that are shown one after the other: the memory does not
/// grow with theirs.
public struct NearestPlaces: Sendable {
  private let places: [[Float]]
  private let most: Int
  private let reach: Float
  /// What was kept of each place, the nearest first.
  private var kept: [[(distance: Float, member: Int64)]]

  /// Nothing is known yet of what lies near `places`, each of `SoundEmbedding.count` numbers.
  ///
  /// - Parameters:
  ///   - most: How many are kept of each, at least 1.
  ///   - within: How far away they may be.
  public init(to places: [[Float]], most: Int, within: Float) {
    precondition(most > 0 && places.allSatisfy { $0.count == SoundEmbedding.count }, "whole places")
    (self.places, self.most, reach) = (places, most, within * within)
    kept = Array(repeating: [], count: places.count)
  }

  /// Shows a place of `SoundEmbedding.count` single-precision numbers, which need not be aligned.
  public mutating func show(_ numbers: UnsafeRawPointer, of member: Int64) {
    for place in places.indices {
      let distance = places[place].withUnsafeBytes { bytes in
        bytes.baseAddress.map { SoundEmbedding.distance($0, numbers) } ?? .infinity
      }
      guard distance <= reach else { continue }
      if kept[place].count == most, let last = kept[place].last, (last.distance, last.member) < (distance, member) {
        continue
      }
      let position = kept[place].firstIndex { (distance, member) < ($0.distance, $0.member) } ?? kept[place].count
      kept[place].insert((distance, member), at: position)
      if kept[place].count > most { kept[place].removeLast() }
    }
  }

  /// What lies near the places, in the order in which these were given, the nearest first.
  public var members: [[Int64]] { kept.map { $0.map(\.member) } }
}
