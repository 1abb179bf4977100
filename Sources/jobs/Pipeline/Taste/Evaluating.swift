import Logging
public import MusicIndex
import Platform
public import TasteModel
public import Tracks

extension Pipeline {
  /// The number of judged songs whose blocks of a variant are not measured yet.
  ///
  /// - Throws: `IndexFailure`.
  public static func songsWithoutBlocks(_ variant: FeatureVariant, in index: MusicIndex) throws -> Int {
    try judgedWithoutBlocks(variant, in: index).count
  }

  /// Measures the study's features of the judged songs that lack them.
  ///
  /// - Returns: what went wrong, a line a file.
  /// - Throws: `IndexFailure` or `CancellationError`.
  public func addStudyBlocks() async throws -> [String] {
    let waiting = try Self.judgedWithoutBlocks(.study, in: index)
    guard !waiting.isEmpty else { return [] }
    let failures = try await StudyRun(
      index: index, pool: pool, width: configuration.workers, samples: configuration.samples, progress: progress
    ).run(waiting)
    for failure in failures { logger.warning("\(failure)") }
    return failures
  }

  /// Judges learners side by side on the judged songs of an index; those whose blocks are missing are left out where
  /// learners need blocks.
  ///
  /// - Throws: `IndexFailure`, `TasteFailure` or `CancellationError`.
  public static func evaluate(
    _ index: MusicIndex, _ options: Evaluation.Options, progress: @escaping ProgressHandler
  ) async throws -> [EvaluationRow] {
    try await withTaskExecutorPreference(JobThreads.shared) {
      var dataset = try TasteData(index: index).dataset()
      if options.learners.contains(where: \.needsBlocks) || options.study {
        let version = FeatureVariant.study.version
        let known = try index.read { transaction in
          Set(try transaction.audiosWithBlocks(.study, version: version).map(\.bytes))
        }
        dataset = TasteDataset(tracks: dataset.tracks.filter { known.contains($0.identity) }, blocks: dataset.blocks)
      }
      return try Evaluation.run(dataset, options) { done, step in
        progress(JobProgress(stage: .evaluating, done: Int(done * 100), total: 100, subject: step))
      }
    }
  }

  /// The settings of the model in use; `nil` where there is none.
  ///
  /// - Throws: `IndexFailure`.
  public static func settingsInUse(_ index: MusicIndex) throws -> TrainingSettings? {
    try ActiveModel.load(index)?.model.settings
  }

  /// Checks how far the figures of one learner, which must work on summaries, can be trusted: on at most as many judged
  /// songs as the report's studies look at, evenly from all.
  ///
  /// - Throws: `IndexFailure`, `TasteFailure` or `CancellationError`.
  public static func check(
    _ index: MusicIndex, _ settings: TrainingSettings, progress: @escaping ProgressHandler
  ) async throws -> LearnerChecks {
    try await withTaskExecutorPreference(JobThreads.shared) {
      let whole = try TasteData(index: index).dataset()
      func part(_ count: Int) -> TasteDataset {
        TasteDataset(tracks: ReportQuery.spread(whole.tracks, count), blocks: whole.blocks)
      }
      let studied = part(ReportStudies.studied)
      return try LearnerChecks.run(
        studied, settings, sizes: ReportStudies.sizes(of: studied) + [studied.count],
        permuting: part(ReportStudies.curved)
      ) { done, step in
        progress(JobProgress(stage: .checking, done: Int(done * 100), total: 100, subject: step))
      }
    }
  }

  private static func judgedWithoutBlocks(
    _ variant: FeatureVariant, in index: MusicIndex
  ) throws -> [StudySong] {
    var judged: Set<Int64> = []
    var found: [StudySong] = []
    try index.read { transaction in
      try transaction.forEachLabel { file, _, label, _, _, _, _ in
        if label == .good || label == .bad { judged.insert(file) }
      }
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
        guard !file.isMissing, let properties = file.properties else { return }
        // A file whose parts are songs of their own is none itself.
        for song in file.parts.isEmpty ? [file] : file.parts where judged.contains(song.id) && song.isAnalysed {
          guard let audio = song.audio else { continue }
          found.append(StudySong(audio: audio, path: song.path, span: song.span, properties: properties))
        }
      }
      found = try found.filter {
        try !transaction.hasBlocks(of: $0.audio, variant: variant, version: variant.version)
      }
    }
    return found.sorted { ($0.path, $0.span?.start ?? 0) < ($1.path, $1.span?.start ?? 0) }
  }
}
