/// Pairs of tracks that may be one song by their names: the same artist and title once spelling, guests, and the marks of
/// short and full versions are left out. Names of nobody and nothing in particular propose nothing.
///
/// Of a name that many tracks share each is paired with its neighbours by duration and with the longest one, so that the
/// number of pairs grows with the number of tracks.
///
/// - Returns: the numbers of the tracks of each pair, the smaller first, in order.
public func pairsOfOneName(_ files: [LabellingFile], rules: LabelRules) -> [(first: Int64, second: Int64)] {
  let markers = MarkerTable(rules)
  var buckets: [FoldedText: [(duration: Double, id: Int64)]] = [:]
  for file in files where file.duration > 0 && file.duration.isFinite {
    guard let name = SongName(file.tags, markers: markers), !name.hasGenericArtist, !name.hasGenericTitle else {
      continue
    }
    buckets[name.base, default: []].append((file.duration, file.id))
  }
  let reach = 6
  var pairs: [(first: Int64, second: Int64)] = []
  for bucket in buckets.values where bucket.count > 1 {
    let sorted = bucket.sorted { ($0.duration, $0.id) < ($1.duration, $1.id) }
    for place in sorted.indices {
      for other in (place + 1)..<min(sorted.count, place + 1 + reach) {
        pairs.append((sorted[place].id, sorted[other].id))
      }
      if place + 1 + reach < sorted.count { pairs.append((sorted[place].id, sorted[sorted.count - 1].id)) }
    }
  }
  return pairs.map { (min($0.first, $0.second), max($0.first, $0.second)) }.sorted { $0 < $1 }
}
