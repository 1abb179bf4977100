import Foobar2000
import Glibc
import Labelling
import MusicIndex
import Tracks

/// What the labels in the index rest on, beside the tracks themselves, and what the tracks add up to.
struct LabelStanding: Codable, Equatable {
  /// What the owner decides, and what decides beside them.
  struct Basis: Codable, Equatable {
    private var program: FileStamp?
    private var rules: LabelRules
    private var treatsAllPlaylistsAsActive: Bool
    private var corrections: String?
    private var music: [[UInt8]]
    private var timeZone: String?
    /// The date: times in the future are none.
    private var day: Double

    init(_ configuration: PipelineConfiguration, _ words: OwnersWords) {
      program = LabelStanding.program
      rules = configuration.rules
      treatsAllPlaylistsAsActive = configuration.treatsAllPlaylistsAsActive
      corrections = words.digest
      music = configuration.music.map(\.bytes)
      timeZone = configuration.reading.timeZone
      day = (configuration.now() / 86_400).rounded(.down)
    }

    /// What the keys of names follow from.
    var keys: KeyBasis { KeyBasis(rules) }
  }

  /// The program that decides: another one may decide otherwise.
  private static var program: FileStamp? {
    var status = stat()
    return stat("/proc/self/exe", &status) == 0 ? LibraryScan.stamp(status) : nil
  }

  /// What the keys of names follow from, beside the names.
  struct KeyBasis: Codable, Equatable {
    private var program: FileStamp?
    private var short: [String]
    private var karaoke: [String]

    init(_ rules: LabelRules) {
      (program, short, karaoke) = (LabelStanding.program, rules.shortMarkers, rules.karaokeMarkers)
    }
  }

  /// Which imports decide, and how.
  private struct Lists: Codable, Equatable {
    var source: ActiveSet.Source
    var names: [String]
    var imports: [Int64]
    var knownBy: [Int64]
    var makesArchived: Bool
    var isWeak: Bool
    var standIn: [Int64]?
    /// The day of the export, which reasons name.
    var day: String?

    init(_ ground: LabelGround) {
      let active = ground.active
      (source, names, imports, knownBy) = (active.source, active.playlists, active.imports, active.knownBy)
      (makesArchived, isWeak) = (active.makesArchived, active.isWeak)
      standIn = ground.standIn?.imports
      day = active.exportedAt.map { calendarDay($0) }
    }
  }

  private struct Import: Codable, Equatable {
    var id: Int64
    var playlist: String?
  }

  /// What the owner decides.
  let basis: Basis
  private var lists: Lists
  private var exportedAt: Double?
  private var statisticsTime: Double?
  /// The accepted imports in order of their exports.
  private var order: [Import]
  /// What the tracks add up to.
  var totals: LabelTotals
  /// For which newest statistics every track's neglect was found out.
  private var neglectTime: Double?

  /// A standing in which every track was labelled, or, with an earlier one, only what changed since.
  init(
    _ basis: Basis, _ ground: LabelGround, imports: [ImportRow], totals: LabelTotals,
    since earlier: LabelStanding? = nil
  ) {
    self.basis = basis
    self.totals = totals
    lists = Lists(ground)
    exportedAt = ground.active.exportedAt ?? ground.standIn?.exportedAt
    statisticsTime = ground.statisticsTime
    neglectTime = earlier == nil ? ground.statisticsTime : earlier?.neglectTime
    order = imports.map { Import(id: $0.id, playlist: $0.playlist) }
  }

  /// Whether every track is to be labelled anew after an earlier standing.
  func concernsAll(since earlier: LabelStanding, _ rules: LabelRules) -> Bool {
    guard basis == earlier.basis, lists == earlier.lists else { return true }
    if statisticsTime != earlier.statisticsTime, rules.usesNeglect || rules.usesFading || rules.usesFrequency {
      return true
    }
    // Proposals count what would be neglected.
    if !totals.hasBad, !rules.usesNeglect, neglectTime != statisticsTime { return true }
    // Of two ratings the newer one holds.
    let known = Set(order.map(\.id)).intersection(earlier.order.map(\.id))
    return order.filter { known.contains($0.id) } != earlier.order.filter { known.contains($0.id) }
  }

  /// Between which two times an earlier standing took tracks for older, or newer, than the active set that are not now;
  /// `nil` where the set was exported when it was.
  func moved(since earlier: LabelStanding) -> (first: Double, last: Double)? {
    guard let exportedAt, let before = earlier.exportedAt, exportedAt != before else { return nil }
    return (min(before, exportedAt), max(before, exportedAt))
  }
}

extension IndexNote where Value == LabelStanding {
  /// What the labels rest on; none where not every track is labelled.
  static var labelStanding: Self { Self(record: "labelStanding") }
}

extension IndexNote where Value == LabelStanding.KeyBasis {
  /// What the keys of all names were made by; none where some are not.
  static var songKeysMadeBy: Self { Self(record: "songKeysMadeBy") }
}

extension IndexNote where Value == LabelChanges {
  /// The changes of labels that nothing was made of yet.
  static var pendingChanges: Self { Self(record: "pendingLabelChanges") }
}
