import MusicIndex

/// The tracks of a library, put together as far as the label of one may depend on the other; 20 bytes a track.
struct LabelComponents {
  /// The numbers of the tracks, ascending.
  private var tracks: [Int64] = []
  /// Of each track one of its component that is not behind it.
  private var parents: [UInt32] = []

  /// Reads the links of all tracks.
  init(_ transaction: IndexTransaction) throws {
    try transaction.forEachKeyedTrack { tracks.append($0) }
    parents = tracks.indices.map { UInt32($0) }
    try transaction.forEachLink { join($0, $1) }
  }

  private mutating func join(_ one: Int64, _ other: Int64) {
    // A track that came just now is labelled by itself later.
    guard let first = position(of: one), let second = position(of: other) else { return }
    let (left, right) = (root(first), root(second))
    parents[Int(max(left, right))] = min(left, right)
  }

  private func position(of track: Int64) -> UInt32? {
    var (low, high) = (0, tracks.count)
    while low < high {
      let middle = (low + high) / 2
      if tracks[middle] < track { low = middle + 1 } else { high = middle }
    }
    return low < tracks.count && tracks[low] == track ? UInt32(low) : nil
  }

  private mutating func root(_ position: UInt32) -> UInt32 {
    var position = position
    while parents[Int(position)] != position {
      parents[Int(position)] = parents[Int(parents[Int(position)])]
      position = parents[Int(position)]
    }
    return position
  }

  /// Whole components, as many at once as hold `size` tracks or the next one more.
  mutating func forEachBatch(of size: Int, _ body: ([Int64]) throws -> Void) throws {
    for position in parents.indices { parents[position] = root(UInt32(position)) }
    let order = parents.indices.map { UInt32($0) }.sorted {
      (parents[Int($0)], $0) < (parents[Int($1)], $1)
    }
    var batch: [Int64] = []
    for (number, position) in order.enumerated() {
      let isFirst = number == 0 || parents[Int(order[number - 1])] != parents[Int(position)]
      if isFirst, batch.count >= size {
        try body(batch)
        batch.removeAll(keepingCapacity: true)
      }
      batch.append(tracks[Int(position)])
    }
    if !batch.isEmpty { try body(batch) }
  }
}
