import Glibc
import Labelling
import MusicIndex
import Platform
import Tracks

/// Labels every track by what the imports, the files and the owner say.
public struct LabelRun {
  let index: MusicIndex
  let configuration: PipelineConfiguration

  /// Labels everything anew and writes what differs.
  func run() throws -> LabelChanges {
    let (result, problems, files) = try labels()
    try Task.checkCancellation()
    try CopyEvidence.keepRelatives(result.relatives, files, index: index)
    // Before the first import there is nothing to say of active sets.
    let hasImports = try index.read { try !$0.imports().isEmpty }
    let active = result.active.makesArchived || !hasImports ? [] : [result.active.words]
    let advice =
      active + result.active.notes + (result.active.hint.map { [$0] } ?? []) + (result.lateAdvice.map { [$0] } ?? [])
      + result.proposals.map(\.words) + problems
    let now = configuration.now()
    return try index.write { transaction in
      let before = try transaction.labels()
      try transaction.setLabels(
        result.assignments.map { ($0.id, $0.label, $0.reason.rawValue, $0.detail, $0.partner, $0.plays) })
      try transaction.setNote(.labelAdvice, advice.isEmpty ? nil : advice)
      let changes = LabelChanges(before, result.assignments)
      try remember(changes, before, result, in: transaction, at: now)
      // Counted with the labels themselves: a kill in between would lose the training that they call for.
      if changes.judged > 0 {
        let counted = try transaction.note(.labelChanges) ?? 0
        try transaction.setNote(.labelChanges, counted + changes.judged)
      }
      return changes
    }
  }

  /// The labels of all tracks, with explanations of those that are asked for, what is wrong with the corrections, and the
  /// audio of each track.
  ///
  /// - Parameter previews: imports that are not in the index yet, to be counted in.
  func labels(
    explaining wanted: Set<Int64> = [], with previews: [ImportedHistories.Preview] = []
  ) throws -> (result: LabelResult, problems: [String], files: [(id: Int64, audio: Int64?)]) {
    var known: [KnownFile] = []
    var missing: [(id: Int64, identity: AudioIdentity)] = []
    var gone: [KnownFile] = []
    try index.read { transaction in
      try transaction.forEachTrack(version: FeatureVariant.dense.version) { track in
        if !track.isMissing { return known.append(track) }
        if let identity = track.identity { missing.append((track.id, identity)) }
        gone.append(track)
      }
    }
    try Task.checkCancellation()
    let histories = try ImportedHistories(
      index, configuration, known: known, gone: gone, heirs: Self.heirs(of: missing, known), previews: previews)
    try Task.checkCancellation()
    var problems: [String] = []
    let words = try corrections(known, &problems)
    let failures = try wanted.isEmpty ? [] : index.read { try $0.failures() }
    // What is told of a file that is gone holds for its copies that are there.
    let remembered = gone.filter { histories.isTold(of: $0.id) }
    let files = (known + remembered).map { file in
      var told = LabellingFile(
        id: file.id, path: file.path, span: file.span, identity: file.identity, tags: file.tags,
        duration: file.properties?.duration ?? 0, codec: file.properties?.codec ?? "",
        bitRate: file.properties?.bitRate ?? 0, subsongs: file.properties?.subsongs ?? 1,
        cueTracks: Self.cueTracks(file), arrival: file.arrival,
        // A file whose contents became another audio came with that.
        seenAt: max(file.firstSeen, file.arrival), isMissing: file.isMissing,
        history: histories.tracks[file.id] ?? TrackHistory(),
        correction: words[file.id], failure: file.failure)
      if file.failure != nil, wanted.contains(file.id),
        let detail = failures.first(where: { $0.path == file.path })?.detail,
        !detail.isEmpty
      {
        told.failure = detail
      }
      told.shared = histories.sharedHistories[file.id] ?? []
      return told
    }
    let audios = known.map { (id: $0.id, audio: $0.audio) }
    // The first track of an audio stands for it: one that is there before one that is gone.
    let compared = audios + remembered.map { (id: $0.id, audio: $0.audio) }
    let evidence = try CopyEvidence.pairs(compared, index: index) + histories.shared
    let result = assignLabels(
      files: files, imports: histories.sets, rules: configuration.rules, evidence: evidence, explaining: wanted)
    return (result, problems, audios)
  }

  /// For each missing track the one that is there with the same audio: a file that was moved as a copy and a deletion.
  private static func heirs(of missing: [(id: Int64, identity: AudioIdentity)], _ known: [KnownFile]) -> [Int64: Int64]
  {
    let wanted = Set(missing.map(\.identity))
    var present: [AudioIdentity: Int64] = [:]
    for track in known {
      if let identity = track.identity, wanted.contains(identity), present[identity] == nil {
        present[identity] = track.id
      }
    }
    var heirs: [Int64: Int64] = [:]
    for track in missing { heirs[track.id] = present[track.identity] }
    return heirs
  }

  /// The number of tracks that cue sheets find in a file; `nil` where none says anything. A sheet of its name that could
  /// not be read still says that there are several.
  private static func cueTracks(_ file: KnownFile) -> Int? {
    if !file.places.isEmpty { return max(1, file.parts.count) }
    return file.hasCueFile ? 2 : nil
  }

  /// What the owner says of tracks: in the file of corrections, and stronger than it by `indexctl label`. What is said of
  /// a file holds for the tracks inside it of which nothing is said.
  private func corrections(_ tracks: [KnownFile], _ problems: inout [String]) throws -> [Int64: Correction] {
    var words: [Int64: Correction] = [:]
    if let file = configuration.corrections {
      guard let bytes = SmallFile.read(file) else {
        throw PipelineFailure(
          "\(file.display): the file of corrections (`labels.corrections`) cannot be read "
            + "(\(RegularFile.words(errno)))")
      }
      let corrections = CorrectionsFile(contents: bytes)
      let outcome = corrections.words(
        for: tracks.map { (id: $0.id, path: $0.path, identity: $0.identity) }, music: configuration.music)
      words = outcome.words
      problems += corrections.problems.map { "\(file.display): \($0)" }
      problems += outcome.unmatched.map { "\(file.display): line \($0.line): no such track in the library" }
    }
    let stored = try index.read { try $0.corrections() }
    let said = Dictionary(stored.map { ($0.identity, $0.word) }, uniquingKeysWith: { first, _ in first })
    for track in tracks {
      guard let word = track.identity.flatMap({ said[$0] }) else { continue }
      words[track.id] = word
      for part in track.parts { words[part.id] = word }
    }
    return words
  }

  // MARK: What changed

  /// Keeps what became or ceased to be a judgement, and what an import changed.
  private func remember(
    _ changes: LabelChanges, _ before: [Int64: TrackLabel], _ result: LabelResult, in transaction: IndexTransaction,
    at now: Double
  ) throws {
    let judged: Set<TrackLabel> = [.good, .bad]
    let moved = result.assignments.filter { new in
      before[new.id] != new.label && (judged.contains(new.label) || before[new.id].map(judged.contains) ?? false)
    }
    if !moved.isEmpty {
      var identities: [Int64: AudioIdentity] = [:]
      try transaction.forEachTrack(version: FeatureVariant.dense.version) { identities[$0.id] = $0.identity }
      for new in moved {
        guard let identity = identities[new.id] else { continue }
        try transaction.addJudgement(
          of: identity, before: before[new.id], after: new.label, reason: new.reason.rawValue, at: now)
      }
    }
    guard let imported = try transaction.note(.importUnlabelled) else { return }
    try transaction.setNote(.importUnlabelled, nil)
    try transaction.setNote(.importChanges, ImportChanges(since: imported, changes))
  }
}
