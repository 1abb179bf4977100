import Copies
import Labelling
import MusicIndex
import Tracks

/// The tracks that a few new ones may be compared with: what shares a name with one of them, and what lies near it.
struct FewCandidates {
  /// The tracks of the new audios, of their namesakes and of their neighbours, some of which may be none to compare.
  let tracks: [Int64]

  /// How many neighbours are kept of a new track, of which some may be none to compare.
  private static let most = 4 * CopyProposals.neighbours

  /// Finds them by the keys of the last labelling; `nil` where those are not up to date, or where too much that lies near is
  /// none to compare, so that all tracks are to be read.
  init?(index: MusicIndex, rules: LabelRules, new: [Int64]) throws {
    guard let tracks = try index.read({ try Self.find($0, rules, new) }) else { return nil }
    self.tracks = tracks
  }

  private static func find(
    _ transaction: IndexTransaction, _ rules: LabelRules, _ new: [Int64]
  ) throws -> [Int64]? {
    guard try transaction.note(.songKeysMadeBy) == LabelStanding.KeyBasis(rules) else { return nil }
    // What changed since then may be called otherwise now, and what came has no key yet.
    let changed = try transaction.unlabelled(limit: CopyProposals.fewTracks * 4)
    guard changed.first != 0, changed.count < CopyProposals.fewTracks * 4 else { return nil }
    let version = FeatureVariant.dense.version
    let keys = SongKeys(rules)
    var bases: Set<Int64> = []
    let own = try transaction.tracks(ofAudios: new)
    try transaction.forEachComparable(features: version, among: own) { _, _, _, tags in
      if let base = keys.keys(of: tags)?.base { bases.insert(base) }
    }
    let places = try new.compactMap { try CopyCandidates.place(of: $0, transaction) }
    var nearest = NearestPlaces(to: places, most: most, within: CopyProposals.reach)
    try transaction.forEachPlace { audio, numbers in
      guard let base = numbers.baseAddress, numbers.count == SoundEmbedding.count * MemoryLayout<Float>.stride
      else { return }
      nearest.show(base, of: audio)
    }
    let near = Set(nearest.members.joined()).union(new)
    let tracks = try transaction.tracks(ofAudios: near.sorted(), orBases: bases.sorted())
    var comparable: Set<Int64> = []
    try transaction.forEachComparable(features: version, among: tracks) { _, audio, duration, _ in
      if duration <= rules.multiTrackSeconds { comparable.insert(audio) }
    }
    let isEnough = nearest.members.allSatisfy { members in
      members.count < most || members.count(where: comparable.contains) >= CopyProposals.neighbours
    }
    return isEnough ? Set(tracks + changed).sorted() : nil
  }
}
