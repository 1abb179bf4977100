import Glibc
import MusicIndex
import Platform
import Tracks

/// Compares a music folder, or a part of it, with the index and makes the index equal to the disk.
///
/// The walk meets paths in the order of their bytes and reads the index's paths in the same order beside it, so
/// neither is ever held whole. Only what differs is written.
struct LibraryScan {
  let index: MusicIndex
  /// The music folder, absolute, with its links resolved.
  let root: FilePath
  let rootID: Int64
  /// Every music folder: what belongs to another one is not looked at here.
  let music: MusicFolderSet
  /// What the configuration leaves out.
  let exclude: IgnoreRules
  /// The time of the scan in seconds since 1970.
  let now: Double
  /// Whether the scan looks at everything, so that it meets every folder that links lead to.
  let isWhole: Bool
  /// Accepts that most files are gone, because the owner asked for this scan.
  let acceptsLoss: Bool
  /// What whoever watches the folders has to say of them.
  let observer: ScanObserver

  private var result = ScanResult()
  private var known: KnownPaths
  private var candidates: [(id: Int64, path: FilePath)] = []
  private var pending: [ScanChange] = []
  private var unreadable: [FilePath] = []
  private var visited: Set<FolderKey> = []
  private var isFirst = true

  private struct FolderKey: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  init(
    index: MusicIndex, root: FilePath, rootID: Int64, music: MusicFolderSet, exclude: IgnoreRules, now: Double,
    isWhole: Bool, acceptsLoss: Bool, observer: ScanObserver
  ) {
    self.index = index
    self.root = root
    self.rootID = rootID
    self.music = music
    self.exclude = exclude
    self.now = now
    self.isWhole = isWhole
    self.acceptsLoss = acceptsLoss
    self.observer = observer
    known = KnownPaths(index: index, root: rootID, folder: root)
  }

  /// Scans folders, each of which is the music folder itself or lies inside it. What all of them lack together counts as
  /// lost at once.
  ///
  /// - Throws: `IndexFailure`, or `CancellationError` where the task was cancelled; what was written until then stays.
  mutating func run(_ folders: [FilePath]) throws -> ScanResult {
    for folder in folders {
      known = KnownPaths(index: index, root: rootID, folder: folder)
      visited = []
      isFirst = true
      var status = stat()
      let exists = folder.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
      if exists {
        if let ignore = chain(above: folder) { try walk(folder, ignore: ignore, key: Self.key(status)) }
      } else if folder == root || (!acceptsLoss && !Self.holdsAnything(root)) {
        result.warnings.append("\(MusicFolders.absence(of: root)); nothing was marked as missing")
        result.isLossDoubted = true
        return finished()
      }
      while let file = try known.next(before: nil) { gone(file) }
      try flush()
    }
    try applyMissing()
    return finished()
  }

  /// The folders that cannot be read which are told one by one.
  private static let toldUnreadable = 3

  private mutating func finished() -> ScanResult {
    let more = unreadable.count - Self.toldUnreadable
    if more > 0 {
      result.warnings.append("\(root.display): \(counted(more, "more folder")) cannot be read; their files are kept")
    }
    return result
  }

  /// Whether a folder is there and not empty, as the place of a disk that is not mounted is.
  private static func holdsAnything(_ folder: FilePath) -> Bool {
    var isEmpty = true
    Directory.forEachEntry(of: folder) { _, _, _ in
      isEmpty = false
      return false
    }
    return !isEmpty
  }

  /// The ignore rules that hold for a folder's own children but for those of the folder itself; `nil` where the folder
  /// is left out.
  private func chain(above folder: FilePath) -> IgnoreChain? {
    var steps: [FilePath] = []
    var step = folder
    while step != root, step.isInside(root) {
      steps.append(step)
      step = step.parent
    }
    var chain = IgnoreChain(exclude)
    var above = root
    for step in steps.reversed() {
      chain = chain.entering(relative(above), rules: Self.rules(in: above))
      if chain.ignores(relative(step), isFolder: true) { return nil }
      above = step
    }
    return chain
  }

  private static func rules(in folder: FilePath) -> IgnoreRules? {
    SmallFile.read(folder.appending(IgnoreRules.fileName)).map(IgnoreRules.init(contents:))
  }

  /// A path without the music folder and its slash.
  private func relative(_ path: FilePath) -> FilePath {
    let start = root.bytes.last == 0x2F ? root.bytes.count : root.bytes.count + 1
    return FilePath(bytes: Array(path.bytes.dropFirst(start)))
  }

  private static func key(_ status: stat) -> FolderKey {
    FolderKey(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino))
  }

  private mutating func walk(_ folder: FilePath, ignore: IgnoreChain, key: FolderKey) throws {
    // A folder that links lead to more than once is walked where it is met first.
    guard visited.insert(key).inserted else { return }
    try Task.checkCancellation()
    guard try observer.enter(folder) || isFirst else {
      let inside = FilePath(bytes: folder.bytes + [0x2F])
      while let file = try known.next(before: inside) { gone(file) }
      known.skip(folder)
      return
    }
    isFirst = false
    let listing: FolderListing
    do {
      listing = try FolderListing(folder)
    } catch {
      // A folder that went away in between is simply gone; any other that cannot be read keeps its files.
      if error.code != ENOENT {
        unreadable.append(folder)
        if unreadable.count <= Self.toldUnreadable {
          result.warnings.append("\(folder.display): cannot be read (\(Self.words(error.code))); its files are kept")
        }
      }
      return
    }
    let own = listing.ignoreFile.map(IgnoreRules.init(contents:))
    if let own, own.linesLeftOut > 0 { result.warnings.append(Self.warning(own, in: folder)) }
    let rules = ignore.entering(relative(folder), rules: own)
    if own?.ignoresEverything ?? false { return }
    let sheets = Self.sheetStamp(listing.sheetNames, in: folder)
    let mayNameOthers = listing.entries.allSatisfy(\.isFolder) || listing.entries.contains(where: \.isFolder)
    if !listing.sheetNames.isEmpty, mayNameOthers { result.sheetFolders.insert(folder) }
    for entry in listing.entries {
      let path = folder.appending(entry.name)
      if entry.isFolder || !rules.isEmpty, rules.ignores(relative(path), isFolder: entry.isFolder) { continue }
      if entry.isFolder {
        if music.isElsewhere(path, entry.stamp, isLink: entry.isLink, than: root) { continue }
        if try entry.isLink && !isFollowed(path) {
          result.links.insert(path)
          continue
        }
        try walk(path, ignore: rules, key: FolderKey(device: entry.stamp.device, inode: entry.stamp.inode))
      } else {
        let hint = CueHint(hasSheet: listing.hasCueSheet(entry.name), stamp: sheets)
        try meet(path, entry.stamp, cues: hint)
      }
    }
  }

  private static func warning(_ rules: IgnoreRules, in folder: FilePath) -> String {
    "\(folder.appending(IgnoreRules.fileName).display): \(counted(rules.linesLeftOut, "line")) left out; it may hold "
      + "\(IgnoreRules.mostLines) patterns of \(IgnoreRules.longestLine) bytes"
  }

  /// Whether a link to a folder is followed. A look at a part does not know which folders were met under another name:
  /// it follows the links that a look at everything has followed.
  private mutating func isFollowed(_ link: FilePath) throws -> Bool {
    if isWhole { return true }
    while let file = try known.next(before: FilePath(bytes: link.bytes + [0x2F])) { gone(file) }
    return try known.isNext(inside: link)
  }

  static func stamp(_ status: stat) -> FileStamp {
    FileStamp(
      size: Int64(clamping: status.st_size),
      modified: KernelNumber.nanoseconds(status.st_mtim),
      changed: KernelNumber.nanoseconds(status.st_ctim),
      inode: UInt64(truncatingIfNeeded: status.st_ino), device: UInt64(truncatingIfNeeded: status.st_dev))
  }

  /// A hash of the names, sizes and both times of a folder's cue sheets; 0 where there are none.
  private static func sheetStamp(_ names: [FilePath], in folder: FilePath) -> Int64 {
    guard !names.isEmpty else { return 0 }
    let hash = ContentHash()
    for name in names {
      var status = stat()
      guard folder.appending(name).withCString({ stat($0, &status) }) == 0 else { continue }
      hash.add(name.bytes + [0])
      let stamp = Self.stamp(status)
      hash.add("\(stamp.size) \(stamp.modified) \(stamp.changed)")
    }
    let stamp = hash.digest.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return stamp == 0 ? 1 : stamp
  }

  static func words(_ code: Int32) -> String {
    SystemError.text(code)
  }

  private mutating func meet(_ path: FilePath, _ stamp: FileStamp, cues: CueHint) throws {
    result.files += 1
    if observer.isBusy(path) {
      // What is still being written is looked at when it is complete; until then what was known of it stands.
      while let file = try known.next(before: path) { gone(file) }
      _ = try known.take(path)
      return
    }
    while let file = try known.next(before: path) { gone(file) }
    guard let file = try known.take(path) else {
      pending.append(.new(path, stamp, cues: cues))
      if pending.count >= 1_000 { try flush() }
      return
    }
    if file.file.stamp != stamp || file.cues != cues {
      if file.cues != cues { result.sheets += 1 }
      pending.append(.changed(file.file, stamp, cues: cues))
    } else if file.file.missingSince != nil {
      pending.append(.restored(file.file, stamp, cues: cues))
    }
    if pending.count >= 1_000 { try flush() }
  }

  private mutating func gone(_ file: KnownPath) {
    guard file.file.missingSince == nil else { return }
    candidates.append((file.file.id, file.file.path))
  }

  private mutating func flush() throws {
    guard !pending.isEmpty else { return }
    let changes = pending
    pending.removeAll(keepingCapacity: true)
    let (rootID, now, observer) = (rootID, now, observer)
    let counted = try index.write { transaction in
      var counted = ScanResult()
      for change in changes {
        try change.write(root: rootID, now: now, observer: observer, in: transaction, &counted)
      }
      return counted
    }
    result.add(counted)
  }

  /// Marks the files that were not met as missing, unless so many are gone at once that the disk is to blame.
  private mutating func applyMissing() throws {
    // A folder may have been looked at for itself and inside another one.
    var seen: Set<Int64> = []
    let met = candidates.filter { candidate in
      seen.insert(candidate.id).inserted && !unreadable.contains { candidate.path.isInside($0) }
    }
    guard !met.isEmpty else { return }
    let (rootID, now) = (rootID, now)
    // Most of what is not where it was may have been found under another name.
    let (lost, total) = try index.read { transaction in
      (
        try met.filter { id, path in try transaction.file(at: path).map { $0.id == id && $0.root == rootID } ?? false },
        try transaction.presentFileCount(root: rootID)
      )
    }
    guard !lost.isEmpty else { return }
    // What is there and was not met is left out by a rule: that is no loss.
    let gone = lost.count { _, path in
      var status = stat()
      return path.withCString { lstat($0, &status) } != 0
    }
    let isMassLoss =
      gone > 0 && ((isWhole && result.files == 0) || gone == total || (gone > 20 && gone * 2 > total))
    if isMassLoss, !acceptsLoss {
      result.isLossDoubted = true
      result.warnings.append(
        "\(root.display): \(gone) of \(total) files are gone at once, as if the disk were not mounted; nothing "
          + "was marked as missing. If they were really removed, run `indexctl rescan \(root.display)`.")
      return
    }
    for start in stride(from: 0, to: lost.count, by: 1_000) {
      let part = lost[start..<min(start + 1_000, lost.count)]
      let counted = try index.write { transaction in
        var counted = ScanResult()
        // Between the walk and now the file may have been found under another name.
        for (id, path) in part {
          guard let file = try transaction.file(at: path), file.id == id, file.root == rootID else { continue }
          try transaction.setMissing(id, since: now)
          counted.missing += 1
          try ScanChange.lookAtOtherNames(of: file.stamp, in: transaction, &counted)
        }
        return counted
      }
      result.add(counted)
    }
  }
}
