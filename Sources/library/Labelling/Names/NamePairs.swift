public import Tracks

/// What a track is called, and how long it is.
public struct NamedTrack: Sendable {
  /// The number that stands for it.
  public var id: Int64
  /// Its tags.
  public var tags: TrackTags
  /// Its length in seconds.
  public var duration: Double

  /// A track of this name and length.
  public init(id: Int64, tags: TrackTags, duration: Double) {
    self.id = id
    self.tags = tags
    self.duration = duration
  }
}

/// Pairs of tracks that may be one song by their names: the same artist and title once spelling, guests, and the marks of
/// short and full versions are left out. Names of nobody and nothing in particular propose nothing.
///
/// Of a name that many tracks share each is paired with its neighbours by duration and with the longest one, so that the
/// number of pairs grows with the number of tracks.
///
/// - Parameter new: Tracks of which each pair must hold one. A few cost little, however many others there are.
/// - Returns: the numbers of the tracks of each pair, the smaller first, in order.
public func pairsOfOneName(
  _ tracks: [NamedTrack], new: Set<Int64>, rules: LabelRules
) -> [(first: Int64, second: Int64)] {
  let markers = MarkerTable(rules)
  var initials: Set<UInt8> = []
  for track in tracks where new.contains(track.id) {
    guard let title = track.tags.title else { continue }
    // What a title begins with in another script is not looked into.
    initials.insert(TextFolding.joined(title).bytes.first(where: isPlain) ?? 0)
  }
  var buckets: [FoldedText: [(duration: Double, id: Int64)]] = [:]
  for track in tracks where track.duration > 0 && track.duration.isFinite {
    guard let title = track.tags.title, mayBegin(title, with: initials) else { continue }
    guard let name = SongName(track.tags, markers: markers), !name.hasGenericArtist, !name.hasGenericTitle else {
      continue
    }
    buckets[name.base, default: []].append((track.duration, track.id))
  }
  let reach = 6
  var pairs: [(first: Int64, second: Int64)] = []
  for bucket in buckets.values where bucket.count > 1 && bucket.contains(where: { new.contains($0.id) }) {
    let sorted = bucket.sorted { ($0.duration, $0.id) < ($1.duration, $1.id) }
    for place in sorted.indices {
      for other in (place + 1)..<min(sorted.count, place + 1 + reach) {
        pairs.append((sorted[place].id, sorted[other].id))
      }
      if place + 1 + reach < sorted.count { pairs.append((sorted[place].id, sorted[sorted.count - 1].id)) }
    }
  }
  return pairs.filter { new.contains($0.first) || new.contains($0.second) }
    .map { (min($0.first, $0.second), max($0.first, $0.second)) }.sorted { $0 < $1 }
}

/// Whether a title, once folded, may begin with one of these letters and digits; where that takes folding, it may.
private func mayBegin(_ title: String, with initials: Set<UInt8>) -> Bool {
  for byte in title.utf8 {
    if byte >= 0x80 { return true }
    let lower = (65...90).contains(byte) ? byte | 0x20 : byte
    if isPlain(lower) { return initials.contains(lower) || initials.contains(0) }
  }
  return true
}

private func isPlain(_ byte: UInt8) -> Bool {
  (97...122).contains(byte) || (48...57).contains(byte)
}
