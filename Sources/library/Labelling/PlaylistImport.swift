public import Tracks

/// The newest import of a playlist, as labels need it.
public struct PlaylistImport: Sendable, Equatable {
  /// The number that stands for the import; 0 where none is needed.
  public var id: Int64
  /// The profile folder of foobar2000 that it is a live playlist of; `nil` for an export.
  public var profile: FilePath?
  /// The playlist's name, mostly the file's name without its extension.
  public var name: String
  /// When foobar2000 wrote it, in seconds since 1970-01-01 UTC.
  public var exportedAt: Double
  /// When it was imported, in seconds since 1970-01-01 UTC.
  public var importedAt: Double
  /// The number of its entries.
  public var entries: Int
  /// The number of entries that name a track of the library.
  public var matched: Int
  /// The tracks that it names.
  public var fileIDs: [Int64]
  /// The entries that name no single file, by what is wrong with them.
  public var losses: [EntryLoss]
  /// The tracks that such entries may mean.
  public var doubts: [Int64: TrackDoubt]

  /// An import of a playlist.
  public init(
    name: String, exportedAt: Double, importedAt: Double, entries: Int, matched: Int, fileIDs: [Int64],
    losses: [EntryLoss] = [], doubts: [Int64: TrackDoubt] = [:], profile: FilePath? = nil, id: Int64 = 0
  ) {
    self.id = id
    self.profile = profile
    self.name = name
    self.exportedAt = exportedAt
    self.importedAt = importedAt
    self.entries = entries
    self.matched = matched
    self.fileIDs = fileIDs
    self.losses = losses
    self.doubts = doubts
  }

  /// The moment that it speaks of: its export, but not after its import.
  var time: Double {
    min(exportedAt, importedAt)
  }

  func loss(_ rules: LabelRules) -> ListLoss {
    ListLoss(
      name: name, entries: entries, matched: matched, losses: losses, isTrusted: rules.isTrusted(playlist: name))
  }
}
