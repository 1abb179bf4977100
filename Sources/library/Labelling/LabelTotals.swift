public import Tracks

/// What a track adds to the counts that advice rests on. What holds for a recording stands at the copy that stays.
public struct LabelTraits: OptionSet, Sendable {
  /// The bits; they are kept in the index.
  public var rawValue: Int64

  /// Traits of these bits.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// It is there.
  static let present = Self(rawValue: 1 << 0)
  /// It is bad.
  static let bad = Self(rawValue: 1 << 1)
  /// Statistics that may stand in for a playlist would archive it.
  static let archivedByStatistics = Self(rawValue: 1 << 2)
  /// Its rating would make it good, and nothing stronger speaks.
  static let ratedGood = Self(rawValue: 1 << 3)
  /// Its rating would make it bad, and nothing stronger speaks.
  static let ratedBad = Self(rawValue: 1 << 4)
  /// Neglect would make it bad, and nothing stronger speaks.
  static let neglected = Self(rawValue: 1 << 5)
  /// Skips would make it bad, and nothing stronger speaks.
  static let skipped = Self(rawValue: 1 << 6)
  /// It is a recording of one track.
  static let single = Self(rawValue: 1 << 7)
  /// It is such a recording and not active.
  static let outside = Self(rawValue: 1 << 8)
  /// It is such a recording, not active, and came after the active set was exported.
  static let later = Self(rawValue: 1 << 9)
}

/// What labelling keeps of a track beside its label.
public struct TrackStanding: Sendable, Equatable {
  /// The track.
  public var id: Int64
  /// What it adds to the counts.
  public var traits: LabelTraits
  /// Since when its recording was there, in seconds since 1970-01-01 UTC, at the copy that stays; `nil` where nothing tells
  /// it, and at other copies. A set that was exported at another time can only change tracks that came in between.
  public var since: Double?
}

/// How many tracks have each trait.
public struct LabelTotals: Sendable, Equatable, Codable {
  private var counts = [Int](repeating: 0, count: 10)

  /// None.
  public init() {}

  /// Counts a track in, or, `times` -1, out.
  public mutating func add(_ traits: LabelTraits, times: Int = 1) {
    for bit in counts.indices where traits.rawValue & (1 << Int64(bit)) != 0 { counts[bit] += times }
  }

  subscript(_ trait: LabelTraits) -> Int {
    let bit = trait.rawValue.trailingZeroBitCount
    return counts.indices.contains(bit) ? counts[bit] : 0
  }

  /// Whether a track is bad: otherwise rules are proposed.
  public var hasBad: Bool { self[.bad] > 0 }

  /// Rules that are off and would make tracks bad, where nothing is.
  public func proposals(_ rules: LabelRules) -> [LabelProposal] {
    if hasBad { return [] }
    var proposals: [LabelProposal] = []
    let (good, bad) = (self[.ratedGood], self[.ratedBad])
    if !rules.usesRatings, bad > 0 {
      proposals.append(
        LabelProposal(
          key: "labels.ratings", good: good, bad: bad,
          words: "`labels: {ratings: on}` would make \(counted(good, "track")) good "
            + "(\(Self.starWords(rules.ratingGood...5))) and \(bad) bad (\(Self.starWords(1...rules.ratingBad)))."))
    }
    let neglected = self[.neglected]
    if !rules.usesNeglect, neglected > 0 {
      proposals.append(
        LabelProposal(
          key: "labels.neglected", good: 0, bad: neglected,
          words: "`labels: {neglected: on}` would make \(counted(neglected, "track")) bad: played at most "
            + "\(rules.neglectedPlays) times, over \(rules.neglectedIdleDays) days ago."))
    }
    let skipped = self[.skipped]
    if !rules.usesSkips, skipped > 0 {
      proposals.append(
        LabelProposal(
          key: "labels.skips", good: 0, bad: skipped,
          words: "`labels: {skips: on}` would make \(counted(skipped, "track")) bad: skipped at least "
            + "\(counted(rules.skippedTimes, "time")) and played less than \(counted(rules.skippedPlays, "time"))."))
    }
    return proposals
  }

  private static func starWords(_ stars: ClosedRange<Int>) -> String {
    switch stars.count {
    case 1: stars.upperBound == 1 ? "1 star" : "\(stars.upperBound) stars"
    case 2: "\(stars.lowerBound) and \(stars.upperBound) stars"
    default: "\(stars.lowerBound) to \(stars.upperBound) stars"
    }
  }

  /// What the owner should know where most tracks outside the active set, and a tenth of the library, seem to have come
  /// after its export; `nil` elsewhere. Then the dates are rather wrong than the tracks new.
  public func lateAdvice(_ active: ActiveSet) -> String? {
    guard active.makesArchived, let exported = active.exportedAt else { return nil }
    let (outside, later) = (self[.outside], self[.later])
    guard later * 2 > outside, later * 10 >= self[.single] else { return nil }
    let set = active.source == .playlists ? quotedList(active.playlists) : "the statistics"
    return "\(later) of the \(counted(outside, "track")) outside \(set) seem to have come after the export of "
      + "\(calendarDay(exported)), so they count as new, not as rejected. If they are older: export the statistics with "
      + "`Added` and the dates of plays, keep the list's date when you copy it (`cp -p`), or import it with "
      + "`--exported-at`."
  }
}

extension Labeller {
  /// What is kept of every file, in order.
  func standings(_ verdicts: [Verdict?], _ assignments: [LabelAssignment]) -> [TrackStanding] {
    var left = assignments[...]
    var present = 0
    return files.indices.map { index in
      var standing = TrackStanding(id: files[index].id, traits: [], since: nil)
      if !files[index].isMissing {
        standing.traits.insert(.present)
        if isArchivedByStatistics?[present] == true { standing.traits.insert(.archivedByStatistics) }
        present += 1
      }
      if let assignment = left.first, assignment.id == files[index].id {
        left.removeFirst()
        if assignment.label == .bad { standing.traits.insert(.bad) }
      }
      let group = groups[roots[index]]
      guard group.kept == index, !group.members.isEmpty, let verdict = verdicts[roots[index]] else { return standing }
      standing.traits.formUnion(traits(group, verdict))
      standing.since = group.cameAt.isFinite ? group.cameAt : nil
      return standing
    }
  }

  private func traits(_ group: Group, _ verdict: Verdict) -> LabelTraits {
    var traits: LabelTraits = []
    if severalTracks(files[group.kept]) == nil {
      traits.insert(.single)
      if !group.isActive { traits.insert(.outside) }
      if !group.isActive, let exported = active.exportedAt, group.cameAt >= exported { traits.insert(.later) }
    }
    guard verdict.reason != .correction, verdict.label != .excluded else { return traits }
    switch ratingVerdict(group)?.label {
    case .good: traits.insert(.ratedGood)
    case .bad: traits.insert(.ratedBad)
    default: break
    }
    if neglectVerdict(group) != nil { traits.insert(.neglected) }
    if skipVerdict(group) != nil { traits.insert(.skipped) }
    return traits
  }
}

/// Counts what statistics would archive if they stood in for a playlist.
struct ArchivedCount {
  let files: [LabellingFile]
  let roots: [Int]

  /// Of each file that is there, in order, whether a set would archive it.
  func tracks(outside set: ActiveSet) -> [Bool] {
    guard let time = set.exportedAt else { return files.filter { !$0.isMissing }.map { _ in false } }
    var isActive = [Bool](repeating: false, count: files.count)
    var cameAt = [Double](repeating: .infinity, count: files.count)
    for (index, file) in files.enumerated() {
      if set.fileIDs.contains(file.id) { isActive[roots[index]] = true }
      cameAt[roots[index]] = min(cameAt[roots[index]], file.presence.time)
    }
    return files.indices.filter { !files[$0].isMissing }.map { !isActive[roots[$0]] && cameAt[roots[$0]] < time }
  }
}
