import Glibc
import Learning
import TasteModel
import Tracks

/// `taste owners MUSIC_DIR [NAME=VALUE ...]`: the learners side by side on made-up owners of real music, one folder a
/// style. Names and values: `kind=styles|fickle|composers`, `first=1`, `owners=12`, `learners=a,b`, `splits=song,album`,
/// `study=1`, `once=1`, `epochs=20`, `threads=2`, `tags=0`, `hears=study|dense`, `cache=FILE`.
///
/// `taste lists [owners=200]`: what a list of 25, 50 and 100 tracks holds at the study's own size (`StudyLists`).
///
/// `taste rounds [owners=400 promised=0.6] [music=MUSIC_DIR kind=styles first=favourites|any cache=FILE threads=2]`: how
/// often the promise is kept where each list is judged before the next, with the record of that bounding it
/// (`JudgedRounds`).
///
/// `taste kept [owners=500 promised=0.6] [music=MUSIC_DIR kind=styles cache=FILE]`: how often the promise is kept on
/// tracks never heard, by owners whose scores are drawn or, with music, by the default learner.
///
/// `taste explore MUSIC_DIR [kind=K owners=12 cache=FILE threads=2]`: how many judged songs it takes to learn where the
/// owner hears what teaches most (`ExploredRounds`).
///
/// `taste evidence MUSIC_DIR [kind=K owners=12 cache=FILE threads=2]`: what label rules for skips, last plays and rates of
/// plays are worth (`GradedEvidence`).
///
/// `taste defects MUSIC_DIR [kind=K owners=12 cache=FILE]`: what undoing each defect of the 2019 study is worth.
///
/// `taste opinions TABLE... [learners=a,b repeats=3 splits=song,artist]`: the learners on what real people like, a table a
/// person (`OpinionsTable`).
///
/// `taste retrieval MUSIC_DIR [cache=FILE]`: whether what is near is of the same folder, artist and album.
///
/// `taste altered MUSIC_DIR [songs=25 only=WORDS cache=FILE]`: whether songs that were changed as copies are lie nearest to
/// themselves; `only` the changes whose names hold these words.
///
/// `taste search MUSIC_DIR [kind=K owners=3 cache=FILE]`: the study's search for the settings of its tree, and the place of
/// the study's own choice in it (`TreeSearch`).
///
/// `taste size SONGS LEARNER... [threads=2]`: how long training and judging a model takes on so many made-up songs with
/// summaries of the real length, and a single fit of it, how large the model is, how long it takes to read it back and to
/// score 100,000 songs; and the CPU time of the training, and of judging it beside by other evidence and by artists.
@main
struct Taste {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "size":
      guard let songs = arguments.dropFirst().first.flatMap({ Int($0) }) else { fallthrough }
      for name in arguments.dropFirst(2) {
        guard let learner = LearnerName(rawValue: name) else { continue }
        try size(songs, learner, threads: Settings(arguments).number("threads") ?? 2)
      }
    case "kept":
      let settings = Settings(arguments.dropFirst())
      let owners = settings.number("owners") ?? 500
      let promised = settings["promised"].flatMap { Double($0) } ?? TrainingSettings().promised
      guard let folder = settings["music"] else {
        return try KeptPromises.simulated(owners: owners, promised: promised)
      }
      let kind = settings["kind"].flatMap { OwnerKind(rawValue: $0) } ?? .styles
      let library = try MusicLibrary.load(folder, cache: settings["cache"])
      try KeptPromises.real(library, kind, owners: owners, promised: promised)
    case "lists":
      var lists = StudyLists()
      lists.owners = Settings(arguments.dropFirst()).number("owners") ?? lists.owners
      try lists.print()
    case "rounds":
      let settings = Settings(arguments.dropFirst())
      let owners = settings.number("owners") ?? 400
      var rounds = JudgedRounds()
      rounds.promised = settings["promised"].flatMap { Double($0) } ?? rounds.promised
      rounds.threads = settings.number("threads") ?? rounds.threads
      guard let folder = settings["music"] else { return try rounds.drawn(owners: owners) }
      let kind = settings["kind"].flatMap { OwnerKind(rawValue: $0) } ?? .styles
      try rounds.real(
        try MusicLibrary.load(folder, cache: settings["cache"]), kind, owners: owners,
        favouritesFirst: settings["first"] != "any")
    case "opinions":
      let settings = Settings(arguments.dropFirst())
      var table = OpinionsTable()
      if let learners = settings["learners"] {
        table.learners = learners.split(separator: ",").compactMap { LearnerName(rawValue: String($0)) }
      }
      if let splits = settings["splits"] {
        table.splits = splits.split(separator: ",").compactMap { SplitKind(rawValue: String($0)) }
      }
      table.repeats = settings.number("repeats") ?? table.repeats
      try table.print(arguments.dropFirst().filter { !$0.contains("=") })
    case "retrieval":
      guard let folder = arguments.dropFirst().first else { fallthrough }
      RetrievalTable().print(try MusicLibrary.load(folder, cache: Settings(arguments.dropFirst(2))["cache"]))
    case "altered":
      guard let folder = arguments.dropFirst().first else { fallthrough }
      let settings = Settings(arguments.dropFirst(2))
      try AlteredTable(songs: settings.number("songs") ?? 25, only: settings["only"] ?? "")
        .print(folder, try MusicLibrary.load(folder, cache: settings["cache"]))
    case "search":
      guard let folder = arguments.dropFirst().first else { fallthrough }
      try search(folder, Settings(arguments.dropFirst(2)))
    case "explore", "evidence":
      guard let folder = arguments.dropFirst().first else { fallthrough }
      let settings = Settings(arguments.dropFirst(2))
      let library = try MusicLibrary.load(folder, cache: settings["cache"])
      let kind = settings["kind"].flatMap { OwnerKind(rawValue: $0) } ?? .styles
      let (owners, threads) = (settings.number("owners") ?? 12, settings.number("threads") ?? 2)
      if arguments.first == "explore" {
        try ExploredRounds(owners: owners, threads: threads).print(library, kind)
      } else {
        try GradedEvidence(owners: owners, threads: threads).print(library, kind)
      }
    case "owners", "defects":
      guard let folder = arguments.dropFirst().first else { fallthrough }
      try owners(folder, Settings(arguments.dropFirst(2)), defects: arguments.first == "defects")
    default:
      print(
        """
        usage: taste lists [owners=N] | rounds [NAME=VALUE ...] | kept [NAME=VALUE ...]
               | owners MUSIC_DIR [NAME=VALUE ...] | defects MUSIC_DIR [NAME=VALUE ...] | opinions TABLE... [NAME=VALUE ...]
               | explore MUSIC_DIR [NAME=VALUE ...] | evidence MUSIC_DIR [NAME=VALUE ...]
               | search MUSIC_DIR [NAME=VALUE ...] | retrieval MUSIC_DIR [cache=FILE]
               | altered MUSIC_DIR [songs=N only=WORDS cache=FILE] | size SONGS LEARNER...
        """)
    }
  }

  private static func owners(_ folder: String, _ settings: Settings, defects: Bool) throws {
    let library = try MusicLibrary.load(folder, cache: settings["cache"])
    let kind = settings["kind"].flatMap { OwnerKind(rawValue: $0) } ?? .styles
    let owners = settings.number("owners") ?? 12
    if defects { return try DefectsTable(kind: kind, owners: owners).print(library) }
    let first = settings.number("first") ?? 1
    var table = OwnersTable(kind: kind, owners: first...(first + owners - 1))
    if let splits = settings["splits"] {
      table.splits = splits.split(separator: ",").compactMap { SplitKind(rawValue: String($0)) }
    }
    table.learners =
      settings["learners"].map { $0.split(separator: ",").compactMap { LearnerName(rawValue: String($0)) } }
      ?? LearnerName.allCases
    table.once = settings.number("once") == 1
    table.study = settings.number("study") == 1
    table.epochs = settings.number("epochs") ?? table.epochs
    table.hears = settings["hears"].flatMap { FeatureVariant(rawValue: $0) }
    table.threads = settings.number("threads") ?? table.threads
    if settings.number("tags") == 0 { table.sources = [.audio] }
    try table.print(library)
  }

  private static func search(_ folder: String, _ settings: Settings) throws {
    let library = try MusicLibrary.load(folder, cache: settings["cache"])
    let kind = settings["kind"].flatMap { OwnerKind(rawValue: $0) } ?? .styles
    try TreeSearch(kind: kind, owners: settings.number("owners") ?? 3).print(library)
  }

  private static func size(_ songs: Int, _ learner: LearnerName, threads: Int) throws {
    var random = Numbers(state: 1)
    let tracks = (0..<songs).map { song -> TasteTrack in
      let liked = random.next() < 0.28
      let summary = (0..<SummaryLayout.count).map { column -> Float in
        Float(random.normal() + (liked && column % 40 == 0 ? 0.25 : 0))
      }
      return TasteTrack(
        identity: [UInt8(song >> 16 & 255), UInt8(song >> 8 & 255), UInt8(song & 255)], liked: liked,
        tags: TrackTags(artist: "Artist \(song / 30)", album: "Album \(song / 10)"), summary: summary)
    }
    let dataset = TasteDataset(tracks: tracks)
    let clock = ContinuousClock()
    let begun = clock.now
    var judged = begun
    let settings = TrainingSettings(learner: learner, threads: threads)
    let before = cpuSeconds
    let model = try TasteTrainer.train(dataset, settings, trainedAt: 0) { _, step in
      if step.hasPrefix("judging") { judged = clock.now }
    }
    let (training, fit) = (clock.now - begun, clock.now - judged)
    let trained = cpuSeconds
    _ = try TasteTrainer.breakdown(of: model, on: dataset)
    let beside = cpuSeconds
    let bytes = model.encode()
    let reading = try clock.measure { _ = try TasteModel(bytes: bytes) }
    let portion = dataset.summaries(of: Array(0..<min(songs, 1000)))
    let scoring = clock.measure { for _ in 0..<10 { _ = model.probabilities(of: portion) } }
    let usage = usage
    print(
      "\(learner.rawValue): retraining with folds \(training), one fit \(fit), AUC \(model.figures.auc), \(bytes.count) bytes, read in",
      "\(reading), 100,000 scored in \(scoring * (100_000 / (10 * portion.rows))), peak \(usage.ru_maxrss / 1024) MiB")
    let parts = (training: trained - before, beside: beside - trained)
    print(
      "CPU of the training \(Int(parts.training.rounded())) s, of judging beside \(Int(parts.beside.rounded())) s: with that",
      "\(Spread.short((parts.training + parts.beside) / parts.training)) times as much")
  }

  /// What this process has used so far.
  private static var usage: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }

  private static var cpuSeconds: Double {
    let times = [usage.ru_utime, usage.ru_stime]
    return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
  }

}

/// Arguments of the form NAME=VALUE.
struct Settings {
  private var values: [String: String] = [:]

  init(_ arguments: some Sequence<String>) {
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
  }

  subscript(name: String) -> String? { values[name] }

  func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
}
