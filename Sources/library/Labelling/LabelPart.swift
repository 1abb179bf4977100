public import Tracks

/// What the labels of all tracks rest on together: with it, tracks can be labelled without the others, as far as nothing
/// links them to these.
public struct LabelGround: Sendable, Equatable {
  /// The active set, without its tracks.
  public var active: ActiveSet
  /// The statistics that stand in for a playlist if they archive at most half of the tracks, without their tracks; `nil`
  /// where nothing hangs on that.
  public var standIn: ActiveSet?
  /// When the newest statistics were exported, in seconds since 1970-01-01 UTC; `nil` where there are none.
  public var statisticsTime: Double?

  /// What follows from imports.
  ///
  /// - Parameters:
  ///   - imports: The imports, each with a number of its own; with their tracks only where `needsTracks` says so.
  ///   - totals: What the tracks add up to; `nil` to suppose that statistics may stand in.
  public init(_ imports: ImportedSets, rules: LabelRules, totals: LabelTotals?) {
    var standIn: ActiveSet?
    active = ActiveSet.resolve(imports, rules: rules) { set in
      standIn = set
      return totals.map { ($0[.archivedByStatistics], $0[.present]) } ?? (0, 0)
    }
    self.standIn = standIn.map { $0.part(ImportedSets()) }
    active = active.part(ImportedSets())
    statisticsTime = imports.statisticsTime
  }

  /// Whether it takes the imports' tracks to tell which of them count.
  public static func needsTracks(_ imports: ImportedSets, rules: LabelRules) -> Bool { imports.needsTracks(rules) }
}

/// The labels of some tracks, and what is kept of them.
public struct LabelPart: Sendable, Equatable {
  /// The label of every track that is there, in order of their numbers.
  public var assignments: [LabelAssignment]
  /// Tracks that are copies, short versions or other versions of one recording, as in `LabelResult`.
  public var relatives: [[Int64]]
  /// What is kept of every track, missing ones included, in order of their numbers.
  public var standings: [TrackStanding]
}

/// Labels some tracks as `assignLabels` labels them among all.
///
/// - Parameters:
///   - files: The tracks, with everything that links to one of them: tracks of the same audio, of an equal key of
///     `SongKeys`, of a pair of evidence, and those that share a history.
///   - imports: What was imported, as far as it tells of these tracks.
///   - ground: What holds for all tracks.
public func labelPart(
  files: [LabellingFile], imports: ImportedSets, rules: LabelRules, evidence: [PairEvidence], ground: LabelGround
) -> LabelPart {
  Labeller(files: files, imports: imports, rules: rules, evidence: evidence, ground: ground).part()
}

/// Numbers for what tracks are called: tracks whose names may make one label depend on the other have one in common.
///
/// Different names may share a number, as seldom as numbers of 64 bits do.
public struct SongKeys: Sendable {
  private let markers: MarkerTable

  /// Keys by the marks of versions in `rules`.
  public init(_ rules: LabelRules) { markers = MarkerTable(rules) }

  /// The number of the name that copies share, and of that which short and whole versions share; `nil` for tags without
  /// artist or title, and the second one where the artist is nobody in particular.
  public func keys(of tags: TrackTags) -> (song: Int64, base: Int64?)? {
    guard let name = SongName(tags, markers: markers) else { return nil }
    return (Self.number(name.key), name.hasGenericArtist ? nil : Self.number(name.base))
  }

  /// FNV-1a of 64 bits (Fowler, Noll and Vo, RFC 9923): the same in every process, unlike Swift's own hash.
  private static func number(_ text: FoldedText) -> Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int64(bitPattern: hash)
  }
}
