/// A job of the pipeline: it reads some facts, writes others, and only does what is left to do.
///
/// The order of jobs, and what is due after a change, follow from `reads` and `writes` (`JobGraph`). A job that comes to
/// depend on something more says so here, and is done whenever that changes.
public enum Job: String, CaseIterable, Sendable, Codable {
  /// Reads what foobar2000 wrote.
  case `import`
  /// Makes the index equal to the disk.
  case look
  /// Reads the cue sheets beside files, and inside them.
  case readSheets
  /// Measures how files sound.
  case analyse
  /// Finds out which recordings are one.
  case compare
  /// Finds the tracks that the imported records mean.
  case match
  /// Labels every track.
  case label
  /// Makes a model of the judged songs.
  case train
  /// Scores the tracks with the model in use.
  case score
  /// Writes the playlist.
  case list

  /// What it depends on.
  var reads: Set<Fact> {
    switch self {
    case .import: [.exports]
    case .look: [.music]
    case .readSheets: [.files]
    case .analyse: [.files, .sheets]
    case .compare: [.files, .sounds]
    case .match: [.records, .files, .sheets, .pathRules, .labelRules]
    case .label: [.records, .files, .sheets, .likenesses, .matches, .labelRules, .corrections, .day]
    case .train: [.labels, .sounds, .trainingRules]
    case .score: [.model, .files, .sounds]
    case .list: [.scores, .model, .labels, .files, .matches, .pathRules, .listRules, .playlistFile]
    }
  }

  /// What it makes.
  var writes: Set<Fact> {
    switch self {
    case .import: [.records]
    case .look: [.files]
    case .readSheets: [.sheets]
    case .analyse: [.sounds]
    case .compare: [.likenesses]
    case .match: [.matches]
    case .label: [.labels]
    case .train: [.model]
    case .score: [.scores]
    case .list: []
    }
  }
}

/// Something that jobs depend on.
enum Fact: CaseIterable {
  // On the disk.
  case exports, music, playlistFile
  // In the index.
  case records, files, sheets, sounds, likenesses, matches, labels, model, scores
  // What the owner decides.
  case corrections, pathRules, labelRules, trainingRules, listRules
  /// The date: what a rule says of times is looked at again every day.
  case day

  /// What the index notes changes of by itself.
  static let noted: Set<Fact> = [.records, .files, .sheets, .sounds, .corrections]
}

/// The jobs in their order.
enum JobGraph {
  /// Every job behind those that write what it reads; as they are declared where nothing decides.
  static let order: [Job] = {
    var left = Job.allCases
    var order: [Job] = []
    while !left.isEmpty {
      let next = left.firstIndex { job in !left.contains { $0 != job && !$0.writes.isDisjoint(with: job.reads) } }
      guard let next else { preconditionFailure("jobs wait for each other: \(left)") }
      order.append(left.remove(at: next))
    }
    return order
  }()

  /// The jobs that are due after a change, in their order.
  ///
  /// - Parameters:
  ///   - changed: What changed.
  ///   - undone: Jobs that are due in any case.
  ///   - jobs: The jobs that are asked about, in their order; what only follows from others is not due.
  static func due(after changed: Set<Fact>, and undone: Set<Job> = [], among jobs: [Job] = order) -> [Job] {
    var changed = changed
    return jobs.filter { job in
      guard undone.contains(job) || !changed.isDisjoint(with: job.reads) else { return false }
      changed.formUnion(job.writes)
      return true
    }
  }
}
