import Copies
import Labelling
import MusicIndex
import Tracks

/// What comparisons found out, as labelling wants it.
enum CopyEvidence {
  /// The evidence of comparisons about the tracks `files`, of which the first of each audio stands for it.
  static func pairs(_ files: [TrackRow], _ comparisons: [StoredComparison]) -> [PairEvidence] {
    guard !comparisons.isEmpty else { return [] }
    let tracks = Dictionary(files.compactMap { file in file.audio.map { ($0, file.id) } }) { first, _ in first }
    return comparisons.flatMap { found -> [PairEvidence] in
      guard let first = tracks[found.first], let second = tracks[found.second] else { return [] }
      let kind: PairEvidence.Kind =
        switch found.relation {
        case .sameRecording: .sameRecording
        case .firstIsShort, .secondIsShort: .shortVersionOf
        case .otherVersion: .otherVersion
        case .different: .differentRecording
        }
      let isTurned = found.relation == .secondIsShort
      let pair = PairEvidence(
        first: isTurned ? second : first, second: isTurned ? first : second, kind: kind, description: words(found))
      // Names alone do not make copies of what sounds like another version; where the bits agree only the course does not.
      guard kind == .otherVersion, found.errorRate ?? 0 > CopyClassifier.sameError else { return [pair] }
      return [
        pair, PairEvidence(first: first, second: second, kind: .differentRecording, description: pair.description),
      ]
    }
  }

  /// A comparison in words.
  private static func words(_ found: StoredComparison) -> String {
    var words = "the sound runs alike by \(percent(found.likeness))"
    if let error = found.errorRate {
      words += ", fingerprints of \(Int(found.seconds.rounded())) s agree by \(percent(1 - error))"
    }
    let shift = (found.offset.magnitude * 10).rounded() / 10
    // Encoders shift by some hundredths of a second.
    if shift >= 0.5 { words += ", shifted by \(shift) s" }
    return words
  }

  private static func percent(_ share: Double) -> String {
    "\(Int((share * 100).rounded()))%"
  }

  /// The recordings that audios belong to together, so that training keeps them on one side: of each, the smallest
  /// identity, so that the name of a group does not depend on numbers of rows.
  static func recordings(_ groups: [[Int64]], _ files: [TrackRow]) -> [Int64: AudioIdentity] {
    let tracks = Dictionary(files.map { ($0.id, $0) }) { first, _ in first }
    var recordings: [Int64: AudioIdentity] = [:]
    for group in groups {
      let members = group.compactMap { tracks[$0] }.filter { $0.audio != nil }
      guard Set(members.map(\.audio)).count > 1, let recording = members.compactMap(\.identity).min() else { continue }
      for case let audio? in members.map(\.audio) { recordings[audio] = recording }
    }
    return recordings
  }
}
