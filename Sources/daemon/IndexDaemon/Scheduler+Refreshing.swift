extension Scheduler {
  /// Brings everything up to date with every record matched anew, which takes seconds in a large library. Changes go first,
  /// unless it has been put off for long.
  ///
  /// - Returns: whether it came to its end.
  func refreshThoroughly() async throws -> Bool {
    let since = matchingDueSince ?? clock.steady()
    matchingDueSince = since
    let work = work
    let mayWait = clock.steady() - since < Self.patience
    let isDone = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          try await self.refresh(incrementally: false)
          return true
        } catch is CancellationError {
          return false
        }
      }
      if mayWait {
        group.addTask {
          await work.wait(seconds: nil)
          return false
        }
      }
      var isDone = false
      for try await isRefreshed in group {
        isDone = isDone || isRefreshed
        group.cancelAll()
      }
      return isDone
    }
    try Task.checkCancellation()
    if isDone { matchingDueSince = nil }
    return isDone
  }

  /// For how many seconds changes may put off matching every record.
  static let patience = 120.0
}
