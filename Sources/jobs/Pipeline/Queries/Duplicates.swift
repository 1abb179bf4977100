import Labelling
import Logging
public import MusicIndex
public import Tracks

/// A recording with its copies and short versions, and what says so.
public struct DuplicateGroup: Sendable, Equatable {
  /// A copy or a short version.
  public struct Member: Sendable, Equatable {
    /// Where it is.
    public var track: TrackPlace
    /// What says so, in words without a full stop.
    public var evidence: String
  }

  /// The track that stays.
  public var kept: TrackPlace
  /// The copies that are left out.
  public var others: [Member]
  /// The short versions: of one that has copies only the copy that stays.
  public var shortVersions: [Member]
}

extension Pipeline {
  /// Compares the tracks that are new with those that may be the same recording.
  ///
  /// - Throws: `IndexFailure`, `PipelineFailure` where no worker can be started, or `CancellationError`.
  public func compare() async throws {
    let outcome = try await CopyRun(index: index, pool: pool, rules: configuration.rules, progress: progress).run()
    guard outcome.tracks > 0 else { return }
    let pairs = "\(outcome.aligned) pairs by outline, \(outcome.compared) by fingerprint"
    logger.info("compared \(counted(outcome.tracks, "track")): \(pairs) (\(outcome.fingerprints) made)")
  }

  /// The recordings that have copies or short versions, in order of the paths of the files that stay.
  ///
  /// - Throws: `IndexFailure`, `PipelineFailure` for an unreadable file of corrections.
  public static func duplicates(
    in index: MusicIndex, configuration: PipelineConfiguration
  ) throws -> [DuplicateGroup] {
    let result = try LabelRun(index: index, configuration: configuration).labels()
    var paths: [Int64: TrackPlace] = [:]
    try index.read { transaction in
      try transaction.forEachTrack(version: FeatureVariant.dense.version) {
        paths[$0.id] = TrackPlace(path: $0.path, number: $0.number)
      }
    }
    var keptOf: [Int64: Int64] = [:]
    var groups: [Int64: DuplicateGroup] = [:]
    for group in result.copies {
      guard let kept = paths[group.kept] else { continue }
      var made = DuplicateGroup(kept: kept, others: [], shortVersions: [])
      for other in group.others {
        keptOf[other] = group.kept
        guard let path = paths[other] else { continue }
        let links = group.links.filter { $0.first == other || $0.second == other }
        // The link to the file that stays says more than one to another copy.
        let link = links.first { $0.first == group.kept || $0.second == group.kept } ?? links.first
        made.others.append(.init(track: path, evidence: link?.evidence ?? ""))
      }
      groups[group.kept] = made
    }
    for pair in shortVersions(result) {
      let (short, whole) = (keptOf[pair.short] ?? pair.short, keptOf[pair.whole] ?? pair.whole)
      guard short != whole, let path = paths[short], let kept = paths[whole] else { continue }
      var group = groups[whole] ?? DuplicateGroup(kept: kept, others: [], shortVersions: [])
      if !group.shortVersions.contains(where: { $0.track == path }) {
        group.shortVersions.append(.init(track: path, evidence: pair.evidence))
      }
      groups[whole] = group
    }
    return groups.values.sorted { $0.kept < $1.kept }
  }

  /// The pairs of a short version and the whole one: those that were compared, then those that a title marks.
  private static func shortVersions(_ result: LabelResult) -> [(short: Int64, whole: Int64, evidence: String)] {
    let compared = result.evidence.filter { $0.kind == .shortVersionOf }.map { ($0.first, $0.second, $0.description) }
    let marked = result.assignments.compactMap { assignment in
      assignment.reason == .shortVersion ? assignment.partner.map { (assignment.id, $0, "its title says so") } : nil
    }
    return compared + marked
  }
}
