import AnalysisWorker
import MusicIndex
import Synchronization
import Tracks

/// Scans music folders, or parts of them.
struct LibraryUpdate {
  let index: MusicIndex
  let configuration: PipelineConfiguration
  let progress: ProgressHandler

  /// Scans these folders, or all music folders.
  func run(_ folders: [FilePath]?, acceptsLoss: Bool, observer: ScanObserver) throws -> ScanResult {
    var total = ScanResult()
    let (roots, areAllThere) = try MusicFolders.places(of: configuration.music, in: index)
    try MusicFolders.remember(configuration.music, in: index)
    // A folder that cannot be resolved may be any of those that the index knows.
    let music = MusicFolderSet(roots)
    try adopt(music)
    if areAllThere { try leaveOthers(roots) }
    try retryWithoutPrograms()
    try retryDoubtful()
    let progress = progress
    for root in roots {
      let wanted = folders.map { Self.places($0, in: root, of: music) } ?? [root]
      guard !wanted.isEmpty else { continue }
      let rootID = try index.write { try $0.root(root) }
      let seen = Counter()
      var scan = LibraryScan(
        index: index, root: root, rootID: rootID, music: music,
        exclude: IgnoreRules(patterns: configuration.exclude), now: configuration.now(),
        isWhole: folders == nil, acceptsLoss: acceptsLoss,
        observer: ScanObserver(
          enter: { folder in
            if seen.next() % 50 == 0 {
              progress(JobProgress(stage: .scanning, done: seen.count, total: 0, subject: folder.display))
            }
            return try observer.enter(folder)
          }, isBusy: observer.isBusy, lastWrite: observer.lastWrite))
      let result = try scan.run(wanted)
      total.add(result)
      let now = configuration.now()
      if wanted.contains(root), result.files > 0 { try index.write { try $0.endFirstScan(of: rootID, at: now) } }
    }
    return total
  }

  /// The folders among these that belong to a music folder, each once, and that music folder itself where one of them
  /// holds it. One that is reached by a link in the music folder keeps its name: the files behind the link have it too.
  private static func places(_ folders: [FilePath], in root: FilePath, of music: MusicFolderSet) -> [FilePath] {
    let places = folders.map { $0.isInside(root) ? $0 : MusicFolders.resolved($0) }
    let holdsRoot = places.contains { music.owner(of: $0) != nil && root.isInside($0) }
    // A look at the music folder itself goes down only into folders that were not watched yet: the others stand for
    // themselves.
    return Set(places.filter { music.owner(of: $0) == root } + (holdsRoot ? [root] : [])).sorted()
  }

  private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func next() -> Int {
      value.withLock {
        $0 += 1
        return $0
      }
    }
  }

  /// Lets the files wait again that failed when their worker was tried once only, as earlier versions did.
  private func retryDoubtful() throws {
    try index.write { try $0.retryFailures(reasons: WorkerFailure.doubtful, without: WorkerFailure.twice) }
  }

  /// Lets the files wait again that failed for want of a program, as they did in earlier versions.
  private func retryWithoutPrograms() throws {
    try index.write { try $0.retryFailures(reason: WorkerFailure.decoderMissing) }
  }

  /// Gives files that the index has as another music folder's to the one that they belong to by the configuration, as it
  /// is where a music folder was added inside or around another. What is known of them stays.
  private func adopt(_ music: MusicFolderSet) throws {
    let registered = Set(try index.read { try $0.roots() }.map(\.path))
    let concerned = registered == Set(music.folders) ? music.nested : music.folders
    for folder in concerned
    where registered.contains(where: { $0 != folder && (folder.isInside($0) || $0.isInside(folder)) }) {
      try index.write { transaction in
        try transaction.moveFiles(inside: folder, butFor: music.folders(inside: folder), to: transaction.root(folder))
      }
    }
  }

  /// Takes the files of music folders that are not configured any more for missing: they may be found in another one.
  private func leaveOthers(_ roots: [FilePath]) throws {
    let now = configuration.now()
    for root in try index.read({ try $0.roots() }) where !roots.contains(root.path) {
      try index.write { try $0.setMissing(root: root.id, since: now) }
    }
  }

  /// Forgets music folders that are not configured any more, once every file that is there was looked at. Their audio stays
  /// until it is cleaned up with the missing files.
  func forgetOthers() throws {
    let (known, isWaiting) = try index.read { (try $0.roots(), try $0.isFileWaiting()) }
    guard !isWaiting, known.count > 1 else { return }
    let (roots, areAllThere) = try MusicFolders.places(of: configuration.music, in: index)
    guard areAllThere else { return }
    for root in known where !roots.contains(root.path) { try index.write { try $0.forgetRoot(root.id) } }
  }
}
