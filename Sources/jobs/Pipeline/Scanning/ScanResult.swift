public import Tracks

/// What a scan of one music folder found.
public struct ScanResult: Sendable, Equatable {
  /// Files that are new.
  public var new = 0
  /// Files whose contents changed.
  public var changed = 0
  /// Files that were only renamed or moved.
  public var moved = 0
  /// Files that went missing.
  public var missing = 0
  /// Files that were missing and are back, unchanged.
  public var restored = 0
  /// Files whose folder's cue sheets changed.
  public var sheets = 0
  /// Audio files that are there.
  public var files = 0
  /// What the owner should know: folders that cannot be read, a folder that looks unmounted.
  public var warnings: [String] = []
  /// Whether files seem to be gone and were not marked as missing, because too many are.
  public var isLossDoubted = false
  /// Links to folders that were met and not followed: only a look at everything tells whether what they lead to is known
  /// by another name.
  public var links: Set<FilePath> = []

  /// Folders with cue sheets that may name files of other folders: those without audio files, or with sub-folders.
  public var sheetFolders: Set<FilePath> = []

  /// Whether anything in the index changed.
  public var isChange: Bool { new + changed + moved + missing + restored + sheets > 0 }

  /// An empty result.
  public init() {}

  /// Adds another result to this one.
  public mutating func add(_ other: ScanResult) {
    new += other.new
    changed += other.changed
    moved += other.moved
    missing += other.missing
    restored += other.restored
    sheets += other.sheets
    files += other.files
    warnings += other.warnings
    isLossDoubted = isLossDoubted || other.isLossDoubted
    links.formUnion(other.links)
    sheetFolders.formUnion(other.sheetFolders)
  }
}

/// What whoever watches the folders tells a scan.
public struct ScanObserver: Sendable {
  /// Called for each folder before it is read, so that it can be watched first; `false` where nothing can have changed
  /// inside it. The folder that a scan starts at is read in any case.
  public var enter: @Sendable (FilePath) throws -> Bool
  /// Whether a file is still being written.
  public var isBusy: @Sendable (FilePath) -> Bool

  /// When a file was last written to, in seconds since 1970, under its present name or one before; `nil` where nobody saw
  /// that.
  public var lastWrite: @Sendable (FilePath) -> Double?

  /// An observer; by default one that knows nothing: every folder is read, no file is busy.
  public init(
    enter: @escaping @Sendable (FilePath) throws -> Bool = { _ in true },
    isBusy: @escaping @Sendable (FilePath) -> Bool = { _ in false },
    lastWrite: @escaping @Sendable (FilePath) -> Double? = { _ in nil }
  ) {
    self.enter = enter
    self.isBusy = isBusy
    self.lastWrite = lastWrite
  }
}
