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
  func run(_ folders: [FilePath]?, acceptsLoss: Bool, eyes: ScanEyes) throws -> ScanResult {
    var total = ScanResult()
    let roots = configuration.music.map(MusicFolders.resolved)
    try forgetOthers(roots)
    try retryWithFFmpeg()
    let progress = progress
    for root in roots {
      let wanted = folders.map { folders in folders.map(MusicFolders.resolved).filter { $0.isInside(root) } } ?? [root]
      for folder in wanted {
        let rootID = try index.write { try $0.root(root) }
        let seen = Counter()
        var scan = LibraryScan(
          index: index, root: root, rootID: rootID,
          exclude: IgnoreRules(patterns: configuration.exclude), now: configuration.now(),
          acceptsLoss: acceptsLoss,
          eyes: ScanEyes(
            enter: { folder in
              if seen.next() % 50 == 0 {
                progress(JobProgress(stage: .scanning, done: seen.count, total: 0, subject: folder.display))
              }
              return try eyes.enter(folder)
            }, isBusy: eyes.isBusy))
        let result = try scan.run(folder)
        total.add(result)
        let now = configuration.now()
        if folder == root, result.files > 0 { try index.write { try $0.endFirstScan(of: rootID, at: now) } }
      }
    }
    return total
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

  /// Lets the files wait again that failed for want of ffmpeg, where it is there by now.
  private func retryWithFFmpeg() throws {
    guard ["ffmpeg", "ffprobe"].allSatisfy({ SearchPath.program($0) != nil }) else { return }
    try index.write { try $0.retryFailures(reason: WorkerFailure.decoderMissing) }
  }

  /// Forgets music folders that are not configured any more. Their audio and its history stay until it is cleaned up
  /// with the missing files.
  private func forgetOthers(_ roots: [FilePath]) throws {
    for root in try index.read({ try $0.roots() }) where !roots.contains(root.path) {
      try index.write { try $0.forgetRoot(root.id) }
    }
  }
}
