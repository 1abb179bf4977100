import AnalysisWorker
import Labelling
import Learning
import MusicIndex
import Platform
import Reports
import TasteModel
import Tracks

/// Answers the open questions on the owner's data for the report.
struct ReportStudies {
  let index: MusicIndex
  let configuration: PipelineConfiguration
  let progress: ProgressHandler

  /// The most judged songs that the studies look at: with more they take hours and answer the same.
  static let studied = 1_500
  /// The largest number of songs that the learning curve is drawn at, beside all of them.
  static let curved = 600
  /// The most songs whose percussive share is measured.
  static let measured = 200
  /// The most versions without vocals that are compared with their originals.
  static let compared = 100

  /// The numbers of songs that the learning curve is drawn at, beside all.
  static func sizes(of dataset: TasteDataset) -> [Int] {
    [60, 100, 150, 250, 400, curved].filter { $0 < dataset.count }
  }

  /// The judged songs that are looked at.
  func dataset(_ count: Int = studied) throws -> TasteDataset {
    let whole = try TasteData(index: index).dataset()
    return TasteDataset(tracks: ReportQuery.spread(whole.tracks, count), blocks: whole.blocks)
  }

  /// All studies but that of percussion, and those of them that train models: `known` where that is given. `nil` in the
  /// place of these where too few songs are judged.
  func run(
    _ model: TasteModel, _ known: KeptStudies.Trained?
  ) throws -> (TasteReport.Studies, KeptStudies.Trained?) {
    var studies = TasteReport.Studies()
    let dataset = try dataset()
    var settings = model.settings
    settings.threads = configuration.training.threads
    studies.songs = dataset.count
    studies.learner = settings.learner.rawValue
    studies.separation = Findings.separation(dataset)
    studies.redundancy = Findings.redundancy(dataset)
    studies.karaoke = try karaoke()
    guard dataset.good >= TrainingSettings.neededLabels, dataset.bad >= TrainingSettings.neededLabels else {
      studies.remarks.append(
        "Fewer songs are judged now than a model needs, so nothing could be trained for this report.")
      return (studies, nil)
    }
    studies.isProgressOfModel = !model.networkEpochs.isEmpty
    let trained = try known ?? train(model, settings, dataset)
    studies.importance = trained.importance
    studies.progress = trained.progress
    studies.learningCurve = trained.learningCurve
    studies.permutation = trained.permutation
    return (studies, trained)
  }

  /// The studies that train models.
  private func train(
    _ model: TasteModel, _ settings: TrainingSettings, _ dataset: TasteDataset
  ) throws -> KeptStudies.Trained {
    func step(_ number: Int) -> TasteProgress {
      let progress = progress
      return { done, subject in
        progress(
          JobProgress(
            stage: .reporting, done: Int((Double(number) + done) * 25), total: 125, subject: subject))
      }
    }
    let importance = try Findings.importance(dataset, settings, progress: step(0))
    let watched = try Findings.learningProgress(dataset, settings, progress: step(1))
    let split = model.figures.split
    var curve = try Checks.learningCurve(
      dataset, settings, sizes: Self.sizes(of: dataset), split: split, progress: step(2))
    let auc = model.figures.auc
    curve.append(Checks.CurvePoint(songs: model.figures.songs, auc: auc, spread: auc...auc))
    let part = TasteDataset(tracks: ReportQuery.spread(dataset.tracks, Self.curved), blocks: dataset.blocks)
    return KeptStudies.Trained(
      importance: importance,
      progress: LearningProgress(
        epochs: model.networkEpochs.isEmpty ? watched.epochs : model.networkEpochs, rounds: watched.rounds),
      learningCurve: curve,
      permutation: try Checks.permutation(part, settings, repeats: 3, split: split, progress: step(3)))
  }

  /// What harmonic-percussive separation adds, measured on the audio of some judged songs.
  func percussion(_ model: TasteModel, _ pool: WorkerPool) async throws -> (Findings.Contribution?, String?) {
    let wanted = try dataset(Self.measured).tracks
    let paths = try self.paths()
    var measured: [(track: TasteTrack, values: [Float])] = []
    let width = max(1, configuration.workers)
    for start in stride(from: 0, to: wanted.count, by: width) {
      try Task.checkCancellation()
      let part = wanted[start..<min(start + width, wanted.count)].compactMap { track in
        AudioIdentity(bytes: track.identity).flatMap { paths[$0] }.map { (track, $0) }
      }
      progress(
        JobProgress(
          stage: .analysing, done: start, total: wanted.count, subject: part.first?.1.display ?? ""))
      let samples = configuration.samples
      let limits = WorkerLimits(
        seconds: Double(configuration.secondsPerFile), megabytes: configuration.megabytesPerWorker)
      let found = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
        for (number, (_, path)) in part.enumerated() {
          group.addTask {
            let order = PercussionOrder(path: path, samples: samples)
            do {
              let bytes = try await pool.run(
                job: PercussionOrder.jobName, payload: order.encode(), file: path, limits: limits)
              return (number, PercussionOrder.answer(bytes))
            } catch is WorkerFailure {
              // A song that cannot be read any more is left out.
              return (number, [])
            }
          }
        }
        var found = [[Float]](repeating: [], count: part.count)
        for try await (number, values) in group { found[number] = values }
        return found
      }
      measured += zip(part, found).filter { !$1.isEmpty && $1.allSatisfy(\.isFinite) }.map { ($0.0, $1) }
    }
    let needed = TrainingSettings.neededLabels
    guard measured.count(where: { $0.track.liked }) >= needed, measured.count(where: { !$0.track.liked }) >= needed
    else { return (nil, "What harmonic-percussive separation adds could not be measured: too few files can be read.") }
    var settings = model.settings
    settings.threads = configuration.training.threads
    let (songs, chosen, progress) = (measured, settings, progress)
    let dataset = TasteDataset(tracks: songs.map(\.track))
    let values = Dictionary(songs.map { ($0.track.identity, $0.values) }, uniquingKeysWith: { first, _ in first })
    return try await withTaskExecutorPreference(JobThreads.shared) {
      let found = try Findings.contribution(
        of: dataset.tracks.map { values[$0.identity] ?? [] }, to: dataset, chosen
      ) { done, subject in
        progress(JobProgress(stage: .reporting, done: 100 + Int(done * 25), total: 125, subject: subject))
      }
      return (found, nil)
    }
  }

  private func paths() throws -> [AudioIdentity: FilePath] {
    var paths: [AudioIdentity: FilePath] = [:]
    try index.read { transaction in
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
        guard !file.isMissing, let identity = file.identity, paths[identity] == nil else { return }
        paths[identity] = file.path
      }
    }
    return paths
  }

  /// How near versions without vocals lie to their originals, among all tracks.
  private func karaoke() throws -> [TasteReport.KaraokePair] {
    let version = FeatureVariant.dense.version
    return try index.read { transaction in
      var known: [Int64: TrackRow] = [:]
      try transaction.forEachWholeTrack(version: version) { file in
        if !file.isMissing, file.isAnalysed { known[file.id] = file }
      }
      let files = known.values.map {
        LabellingFile(id: $0.id, path: $0.path, tags: $0.tags, arrival: $0.arrival)
      }
      let pairs = ReportQuery.spread(karaokePairs(files: files, rules: configuration.rules), Self.compared)
      guard !pairs.isEmpty, let space = try SoundSpace.of(transaction) else { return [] }
      func place(_ file: Int64) throws -> [Float]? {
        guard let audio = known[file]?.audio, let summary = try transaction.summary(of: audio, version: version) else {
          return nil
        }
        return SoundSpace.place(summary, in: space)
      }
      var found: [(pair: KaraokePair, original: [Float], distance: Double, nearer: Int)] = []
      for pair in pairs {
        guard let original = try place(pair.original), let version = try place(pair.version) else { continue }
        found.append((pair, original, SongSpace.distance(original[...], version[...]), 0))
      }
      var tracks = 0
      try transaction.forEachSummary(version: version) { audio, _, summary in
        tracks += 1
        let place = SoundSpace.place(summary, in: space)
        for number in found.indices {
          let pair = found[number].pair
          guard audio != known[pair.original]?.audio, audio != known[pair.version]?.audio else { continue }
          if SongSpace.distance(found[number].original[...], place[...]) < found[number].distance {
            found[number].nearer += 1
          }
        }
      }
      return found.map { row in
        TasteReport.KaraokePair(
          version: known[row.pair.version].map(ReportQuery.name) ?? "",
          original: known[row.pair.original].map(ReportQuery.name) ?? "", distance: row.distance,
          place: row.nearer + 1, tracks: max(0, tracks - 1))
      }
    }
  }
}
