import Tracks

/// What was imported.
public struct ImportedSets: Sendable, Equatable {
  /// The imports of playlists, in any order; of several of one name the newest counts.
  public var playlists: [PlaylistImport]
  /// The newest import of each statistics export.
  public var statistics: [StatisticsImport]
  /// Whether every playlist counts as active, whatever its name.
  public var takesAllPlaylists: Bool

  /// Imports of these.
  public init(
    playlists: [PlaylistImport] = [], statistics: [StatisticsImport] = [], takesAllPlaylists: Bool = false
  ) {
    self.playlists = playlists
    self.statistics = statistics
    self.takesAllPlaylists = takesAllPlaylists
  }

  /// When the newest statistics were exported, or `nil` where there are none.
  var statisticsTime: Double? {
    statistics.map(\.time).filter(\.isFinite).max()
  }

  /// The playlists that count as active, in any order.
  func activePlaylists(_ rules: LabelRules) -> [PlaylistImport] {
    let patterns = rules.activePlaylists.map(NamePattern.init)
    return playlists.filter { playlist in takesAllPlaylists || patterns.contains { $0.matches(playlist.name) } }
  }

  /// The statistics of the profiles that playlists are live in, where they name what was never played too; none where one
  /// of the lists is an export, of which nobody knows what else foobar2000 knew.
  func known(to playlists: [PlaylistImport]) -> [StatisticsImport] {
    let profiles = Set(playlists.map(\.profile))
    let known = statistics.filter { $0.profile != nil && profiles.contains($0.profile) && $0.unplayed > 0 }
    return profiles.isSubset(of: known.map(\.profile)) ? known.sorted { $0.id < $1.id } : []
  }

  /// Whether it takes the imports' tracks to tell which of them count: where lists of one name are equally new, or several
  /// statistics may repeat each other.
  func needsTracks(_ rules: LabelRules) -> Bool {
    let fitting = activePlaylists(rules)
    if fitting.isEmpty { return statistics.count > 1 }
    let moments = fitting.map { "\(TextFolding.compatible($0.name))\u{0}\($0.time) \($0.importedAt)" }
    return Set(moments).count < moments.count
  }
}
