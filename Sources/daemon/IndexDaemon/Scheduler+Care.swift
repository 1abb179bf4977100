import AnalysisWorker
import CLinux
import FolderWatching
import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

extension Scheduler {
  /// What went wrong once may go right later: a disk that was full, a share that was away.
  func recover(from error: any Error) async {
    let words = "\(error)"
    logger.log(level: words == lastFailure ? .debug : .error, "\(words)")
    lastFailure = words
    failures += 1
    if failures == 1 { todo.everything = true }
    keepProblem(words)
    notifier.status(words)
    health.markIdle()
    await rest(seconds: Double(min(5 * failures, 60)))
  }

  /// Waits before something is tried again. Requests and the inbox do not wait with it.
  private func rest(seconds: Double) async {
    let end = clock.steady() + seconds
    while clock.steady() < end, !Task.isCancelled {
      await work.wait(seconds: end - clock.steady())
      todo.add(work.take())
      guard todo.requests || todo.inbox else { continue }
      do {
        try await lookAtDrops()
      } catch {
        // What went wrong goes wrong here too: ends at once when the daemon stops.
        logger.debug("\(error)")
        await clock.sleep(max(0, end - clock.steady()))
      }
    }
  }

  /// Tells `status` what went wrong, or with `nil` that nothing does any more.
  func keepProblem(_ problem: String?) {
    do {
      try index.keep(problem.map { [$0] }, as: .problem)
    } catch {
      // The index itself may be the problem; the log has it.
      logger.debug("\(error)")
    }
  }

  /// Puts the index in order, as long as nothing waits.
  func tidy() async throws {
    guard job == nil else { return }
    let (work, health) = (work, health)
    try await pipeline.tidy(seconds: Self.tidying) {
      health.recordProgress()
      return work.isEmpty && !Task.isCancelled
    }
  }

  /// The most seconds that putting the index in order takes at once.
  private static let tidying = 600.0

  /// Gives back what the last jobs needed; whoever idles for hours should not hold it.
  func releaseMemory() {
    index.releaseMemory()
    linux_release_memory()
  }

  func reload() async {
    notifier.reloading()
    do {
      let fresh = try Workspace.load(workspace.file.display)
      guard fresh.state == workspace.state else {
        logger.error("\(fresh.file.display): `state` cannot change while indexd runs; restart it")
        notifier.ready(status: "Kept the old settings")
        return
      }
      workspace = fresh
      threshold.set(fresh.settings.log.level)
      watcher.setDebounceInterval(fresh.settings.scan.settleSeconds)
      await renewPipeline()
      todo.everything = true
      logger.notice("\(fresh.file.display): the new settings hold")
      notifier.ready(status: "Took the new settings")
    } catch {
      logger.error("\(error); the old settings stay")
      notifier.ready(status: "Kept the old settings")
    }
  }

  private func renewPipeline() async {
    // A training that is cut off is still due, and begins anew with the next labels.
    await endJob()
    await pool.shutdown()
    pool = Pipeline.pool(workspace.configuration)
    pipeline = Self.pipeline(workspace, index, pool, health, logger)
    sidePipeline = Self.pipeline(workspace, index, pool, nil, logger)
  }

  /// Has SQLite look through an index that is not as the last run left it. That takes a while for a large one, so it
  /// goes on beside everything else.
  func checkIndex() {
    guard CleanShutdownMarker.isBroken(workspace.state) else {
      isSound = true
      return
    }
    let (checked, logger) = (index, logger)
    Task {
      do {
        let faults = try await withTaskExecutorPreference(JobThreads.shared) {
          try MusicIndex(checked.file, readOnly: true).integrityFaults(isQuick: true)
        }
        self.endCheck(of: checked, faults.first)
      } catch let failure as IndexFailure where failure.reason == .damaged {
        self.endCheck(of: checked, failure.detail)
      } catch {
        logger.warning("the index could not be checked: \(error)")
      }
    }
  }

  /// Takes note of what is wrong with an index, unless that one has been replaced meanwhile.
  private func endCheck(of checked: MusicIndex, _ fault: String?) {
    guard checked === index else { return }
    if let fault { work.add { $0.damage = fault } } else { isSound = true }
  }

  /// Waits for work, or until the index or the lock file is gone.
  func waitForWork(seconds: Double) async {
    let end = clock.steady() + seconds
    while clock.steady() < end, !Task.isCancelled, work.isEmpty {
      await work.wait(seconds: min(end - clock.steady(), Self.glance))
      // What cannot be found out now, the next turn fails on and tells.
      if (try? keeper.isGone()) != false { return }
      renewLock()
    }
  }

  /// The seconds between two glances at the index's name.
  private static let glance = 2.0

  /// Puts an index back that was removed or replaced while it was open.
  func keepIndex() async throws {
    renewLock()
    guard try keeper.isGone() else { return }
    await endJob()
    await pool.shutdown()
    index = try keeper.putBack(index, logger: logger)
    keeper = IndexKeeper(workspace.state)
    await renewPipeline()
    todo.everything = true
  }

  private func renewLock() {
    do {
      try lock.renew()
      lockTrouble = nil
    } catch {
      if lockTrouble != error.description { logger.error("\(error)") }
      lockTrouble = error.description
    }
  }

  /// Goes on with a new index in the place of a damaged one.
  func rebuild(because reason: String) async throws {
    notifier.status("The index is damaged: making a new one")
    await endJob()
    await pool.shutdown()
    // A damaged file may refuse this too.
    try? index.close()
    index = try IndexRepair.rebuild(workspace.state, because: reason, logger: logger) { health.recordProgress() }
    keeper = IndexKeeper(workspace.state)
    isSound = true
    todo.add(work.take())
    todo.damage = nil
    await renewPipeline()
    todo.everything = true
  }
}
