import AnalysisWorker
import Copies
import Labelling
import MusicIndex
import Platform
import Tracks

/// Compares new tracks with those that may be the same recording, and keeps what came of it.
///
/// Partners are proposed by names and by near neighbours among the summaries. Their outlines, which the analysis has
/// stored, are laid over each other; only where they run alike are fingerprints made, of the same moments of both.
/// What was compared is stored portion by portion: whatever ends the run, a portion at most is done again.
struct CopyRun {
  let index: MusicIndex
  let pool: WorkerPool
  let rules: LabelRules
  let progress: ProgressHandler

  /// The new tracks that are compared and stored together.
  private static let portion = 256
  /// The number of threads that compare outlines.
  private static let threads = 2

  /// What a run did.
  struct Outcome: Sendable, Equatable {
    /// The new tracks.
    var tracks = 0
    /// The pairs whose outlines were laid over each other.
    var aligned = 0
    /// The pairs whose fingerprints were compared.
    var compared = 0
    /// The parts of files that were fingerprinted.
    var fingerprints = 0
  }

  /// Compares what is new.
  ///
  /// - Throws: `IndexFailure`, `PipelineFailure` where no worker can be started, or `CancellationError`.
  func run() async throws -> Outcome {
    let version = SoundOutline.version
    try index.write { try $0.removeComparisons(exceptOf: version) }
    let new = try index.read { try $0.audiosWithoutPlace(features: FeatureVariant.dense.version) }
    guard !new.isEmpty else { return Outcome() }
    let (index, rules) = (index, rules)
    let (shelf, proposals) = try await onJobThread {
      let shelf = try CopyCandidates(index: index, rules: rules, new: new)
      return (shelf, CopyProposals(shelf))
    }
    var outcome = Outcome()
    var memories = (0..<Self.threads).map { _ in OutlineMemory(index: index) }
    var groups = ComparedGroups(try index.read { try $0.comparisons() })
    for start in stride(from: 0, to: proposals.order.count, by: Self.portion) {
      try Task.checkCancellation()
      let portion = proposals.order[start..<min(start + Self.portion, proposals.order.count)]
      progress(JobProgress(stage: .comparing, done: start, total: proposals.order.count))
      let found = try await align(portion, shelf, proposals, &memories)
      outcome.tracks += portion.count
      outcome.aligned += found.aligned
      var comparisons = found.rejected
      for pair in found.pairs where !groups.isDecided(pair.first, pair.second) {
        try Task.checkCancellation()
        guard let comparison = try await compare(pair, shelf, at: start, &outcome) else { continue }
        groups.add(comparison)
        comparisons.append(comparison)
      }
      let made = comparisons
      try index.write { transaction in
        for comparison in made { try transaction.setComparison(comparison, version: version) }
        for audio in portion {
          if let place = shelf.places[audio] { try transaction.setPlace(place, of: audio, version: version) }
        }
      }
    }
    progress(JobProgress(stage: .comparing, done: proposals.order.count, total: proposals.order.count))
    return outcome
  }

  /// Lays outlines over each other, a part of the portion on each thread.
  private func align(
    _ portion: ArraySlice<Int64>, _ shelf: CopyCandidates, _ proposals: CopyProposals, _ memories: inout [OutlineMemory]
  ) async throws -> Alignments {
    let size = (portion.count + Self.threads - 1) / Self.threads
    let parts = try await withThrowingTaskGroup(of: (Int, Alignments, OutlineMemory).self) { group in
      for (number, memory) in memories.enumerated() {
        let part = portion.dropFirst(number * size).prefix(size)
        group.addTask {
          try await onJobThread {
            var memory = memory
            return (number, try Alignments(part, shelf, proposals, &memory), memory)
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for (number, _, memory) in parts { memories[number] = memory }
    return Alignments(parts.map(\.1))
  }

  private func onJobThread<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withTaskExecutorPreference(JobThreads.shared) { try body() }
  }

  // MARK: Fingerprints

  /// Compares the fingerprints of a pair; `nil` where a file cannot be read.
  private func compare(
    _ pair: AlignedPair, _ shelf: CopyCandidates, at place: Int, _ outcome: inout Outcome
  ) async throws -> StoredComparison? {
    let version = FeatureVariant.dense.version
    let files = try index.read { transaction in
      try [pair.first, pair.second].compactMap { audio in
        try shelf.tracks[audio].flatMap { try transaction.track($0.file, version: version) }
      }
    }
    guard files.count == 2, let first = SoundFile(files[0]), let second = SoundFile(files[1]) else { return nil }
    let state = JobProgress(
      stage: .comparing, done: place, total: shelf.new.count, subject: first.path.display)
    let tell: @Sendable () -> Void = { [progress] in progress(state) }
    tell()
    let offset = pair.alignment.offset
    let known = try index.read { transaction in
      (try transaction.fingerprints(of: pair.first), try transaction.fingerprints(of: pair.second))
    }
    outcome.compared += 1
    var windows: [WindowComparison] = []
    for start in CopyClassifier.windows(
      first: first.duration, second: second.duration, offset: offset,
      known: known.0.map(\.start) + known.1.map { $0.start + offset })
    {
      async let one = piece(of: first, at: start, known.0, tell)
      async let other = piece(of: second, at: start - offset, known.1, tell)
      guard let left = try await one, let right = try await other else { return nil }
      outcome.fingerprints += (left.isNew ? 1 : 0) + (right.isNew ? 1 : 0)
      let window = WindowComparison(left.items, from: left.start, right.items, from: right.start)
      if let window { windows.append(window) }
    }
    let relation = CopyClassifier.relation(
      first: first.duration, second: second.duration, alignment: pair.alignment, windows: windows)
    return StoredComparison(
      first: pair.first, second: pair.second, relation: StoredComparison.Relation(relation),
      offset: windows.first?.offset ?? offset, likeness: pair.alignment.likeness,
      errorRate: windows.map(\.errorRate).max(), seconds: windows.reduce(0) { $0 + $1.seconds })
  }

  /// The fingerprint of the window of a track that begins at a second, or of one near it that is known already; `nil`
  /// where the file cannot be read. `waiting` is told every second that this takes.
  private func piece(
    of track: SoundFile, at wanted: Double, _ known: [(start: Double, items: [UInt32])],
    _ waiting: @escaping WorkerPool.WaitingHandler
  ) async throws -> (start: Double, items: [UInt32], isNew: Bool)? {
    if let piece = known.first(where: { abs($0.start - wanted) <= CopyClassifier.windowTolerance }) {
      return (piece.start, piece.items, false)
    }
    let start = max(0, wanted)
    let answer = await pool.fingerprint(
      track.path, properties: track.properties, from: start, seconds: CopyClassifier.windowSeconds, waiting: waiting)
    switch answer {
    case .success(let items):
      try index.write { try $0.setFingerprint(items, of: track.audio, start: start) }
      return (start, items, true)
    case .failure(let failure):
      if failure.reason == WorkerFailure.cancelled { throw CancellationError() }
      guard failure.concernsFile else { throw PipelineFailure("the comparison cannot go on: \(failure.description)") }
      return nil
    }
  }
}

/// A file that a window is fingerprinted of.
private struct SoundFile {
  let audio: Int64
  let path: FilePath
  let properties: AudioProperties
  var duration: Double { properties.duration }

  init?(_ file: TrackRow) {
    guard let audio = file.audio, let properties = file.properties else { return nil }
    (self.audio, path, self.properties) = (audio, file.path, properties)
  }
}

extension StoredComparison.Relation {
  fileprivate init(_ relation: CopyRelation) {
    self =
      switch relation {
      case .sameRecording: .sameRecording
      case .firstIsShort: .firstIsShort
      case .secondIsShort: .secondIsShort
      case .otherVersion: .otherVersion
      case .different: .different
      }
  }
}
