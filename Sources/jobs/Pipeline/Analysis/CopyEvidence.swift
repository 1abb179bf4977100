import Copies
import Labelling
import MusicIndex
import Tracks

/// What comparisons found out, as labelling wants it.
enum CopyEvidence {
  /// The evidence about the tracks `files`, of which one stands for each audio.
  static func pairs(_ files: [(id: Int64, audio: Int64?)], index: MusicIndex) throws -> [PairEvidence] {
    let comparisons = try index.read { try $0.comparisons() }
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

  /// Notes which audios belong together, so that training keeps them on one side.
  static func keepRelatives(_ groups: [[Int64]], _ files: [(id: Int64, audio: Int64?)], index: MusicIndex) throws {
    let audioOf = Dictionary(uniqueKeysWithValues: files.map { ($0.id, $0.audio) })
    try index.write { transaction in
      var recordings: [Int64: AudioIdentity] = [:]
      for group in groups {
        let audios = Set(group.compactMap { audioOf[$0] ?? nil })
        guard audios.count > 1 else { continue }
        // The smallest identity stands for all, so that the name of a group does not depend on numbers of rows.
        let identities = try audios.compactMap { try transaction.identity(of: $0) }
        guard let recording = identities.min() else { continue }
        for audio in audios { recordings[audio] = recording }
      }
      try transaction.setRelatives(recordings)
    }
  }
}
