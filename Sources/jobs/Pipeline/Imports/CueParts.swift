import Foobar2000
import MusicIndex

/// Which tracks cue sheets name in the files of the index.
struct CueParts {
  private var numbers: [Int64: [Int: Int64]] = [:]

  /// Notes what is inside a file.
  mutating func add(_ file: TrackRow) {
    guard !file.places.isEmpty else { return }
    numbers[file.id] = Dictionary(
      file.parts.map { ($0.number, $0.id) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number in the index of a matched track; `nil` for a track that no sheet names: one inside a file says nothing of
  /// the whole of it.
  func track(_ matched: MatchedTrack) -> Int64? {
    guard matched.subsong > 0 else { return matched.file }
    guard let inside = numbers[matched.file] else { return nil }
    return inside.isEmpty ? matched.file : inside[matched.subsong]
  }

  /// The most tracks that one record may mean: one that may mean more says nothing of any.
  private static let mostCandidates = 256

  /// The numbers in the index of the tracks that a record may mean, ascending; of a track that no sheet names the file
  /// that it is in.
  func candidates(_ result: MatchResult) -> [Int64] {
    switch result {
    case .matched(let tracks, how: _, disagree: _), .ambiguous(let tracks):
      guard tracks.count <= Self.mostCandidates else { return [] }
      return Set(tracks.map { track($0) ?? $0.file }).sorted()
    case .missing, .notAFile: return []
    }
  }

  /// Everything that may be meant by a track of a file, known or not.
  func tracks(of matched: MatchedTrack) -> [Int64] {
    let inside = numbers[matched.file]?.values.sorted() ?? []
    if matched.subsong > 0, let track = track(matched) {
      return track == matched.file ? [track] : [matched.file, track]
    }
    return [matched.file] + inside
  }
}
