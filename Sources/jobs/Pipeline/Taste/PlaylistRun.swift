import Foobar2000
import MusicIndex
import Platform
import Playlists
import TasteModel
public import Tracks

/// The playlist as it was brought up to date.
public struct PlaylistOutcome: Sendable, Equatable {
  /// The file.
  public var file: FilePath?
  /// Whether the file was replaced.
  public var isChange = false
  /// The number of tracks on it.
  public var tracks = 0
  /// Why it is a good deal longer or shorter than the one before; `nil` where it is not.
  public var change: ListChange?
  /// Tracks that had to be left out, as sentences.
  public var warnings: [String] = []

  /// No playlist.
  public init() {}
}

/// Chooses the tracks to recommend and writes the playlist file.
struct PlaylistRun {
  let index: MusicIndex
  let configuration: PipelineConfiguration

  private struct Candidate {
    var file: TrackRow
    var identity: AudioIdentity
    var probability: Double
  }

  /// Brings the file up to date. Without a model there is an empty playlist only where there was one before.
  func run() throws -> PlaylistOutcome {
    let listed = try index.read { try $0.playlist() }
    guard let active = try ActiveModel.load(index, anyVersion: true) else {
      return listed.isEmpty ? PlaylistOutcome() : try write([], comment: "No model: nothing can be recommended.", nil)
    }
    let record = try index.read { try RecommendationRecord.newest($0, active.model) }
    let chosen = try choose(listed: listed, active.model, record)
    let (choice, candidates) = (chosen.choice, chosen.candidates)
    try note(choice, active)
    let rules = configuration.selection
    let short = choice.chosen.isEmpty ? candidates.count { $0.seconds < rules.shortest } : 0
    let isOnlyShort = short > 0 && short == candidates.count
    try index.keep(isOnlyShort ? short : nil, as: .tooShort)
    try index.keep(choice.isFlat ? true : nil, as: .haveEqualScores)
    let version = FeatureVariant.dense.version
    let exploring = try explored(among: candidates, besides: choice.chosen)
    let all = try index.read { transaction in
      try (choice.chosen + exploring).compactMap { candidate -> Candidate? in
        guard let file = try transaction.track(candidate.id, version: version), let identity = file.identity
        else { return nil }
        return Candidate(file: file, identity: identity, probability: candidate.probability)
      }
    }
    let taught = Set(exploring.map(\.id))
    let entries = all.filter { !taught.contains($0.file.id) }
    let standing = choice.standing(of: entries.count, record)
    let emptiness =
      choice.isFlat ? "Every unheard track has the same score: none can be chosen." : "No unheard track to recommend."
    let behind = all.count - entries.count
    let teaching = behind > 0 ? " " + Self.words(exploring: behind) : ""
    var outcome = try write(
      all, exploring: behind, comment: (standing?.words ?? emptiness) + teaching, standing, chosen, model: active.id)
    outcome.warnings = chosen.warnings + outcome.warnings
    return outcome
  }

  /// What is to be said of tracks that are there to teach the model, as a sentence.
  static func words(exploring count: Int) -> String {
    "The last \(counted(count, "track")) \(count == 1 ? "is" : "are") there to teach the model (`playlist.explore`): "
      + "nothing is promised of \(count == 1 ? "it" : "them")."
  }

  /// The tracks that are to teach the model, beside those that are recommended.
  private func explored(
    among candidates: [PlaylistCandidate], besides chosen: [PlaylistCandidate]
  ) throws -> [PlaylistCandidate] {
    let rules = configuration.selection
    guard rules.explore > 0 else { return [] }
    let style = try PathSpelling(configuration: configuration, index: index)
    let before = try index.read { try $0.exploredFiles() }
    return try ExplorationRun(index: index, count: rules.explore, shortest: rules.shortest).tracks(
      among: candidates, besides: chosen, before: before
    ) { candidate in
      let path = try index.read { try $0.path(of: candidate.id) }
      return path.map { Self.fault(of: $0, style) == nil } ?? false
    }
  }

  /// What the playlist would hold.
  private struct Chosen {
    /// The choice among the tracks that a list can name.
    var choice: PlaylistChoice
    /// All that may be recommended.
    var candidates: [PlaylistCandidate]
    /// Those of them that would be on a list if it could name them, or would have to be looked at for that.
    var unnameable: Set<Int64> = []
    /// Why some that would have been chosen cannot be named.
    var warnings: [String] = []
  }

  /// What the playlist would hold: chosen from the tracks that a list can name.
  private func choose(listed: [Int64], _ model: TasteModel, _ record: RecommendationRecord) throws -> Chosen {
    func choose(_ candidates: [PlaylistCandidate]) -> PlaylistChoice {
      PlaylistChoice(
        candidates, model, promised: configuration.training.promised, record: record, rules: configuration.selection)
    }
    let style = try PathSpelling(configuration: configuration, index: index)
    func faults(_ candidates: [PlaylistCandidate]) throws -> [Int64: String] {
      try index.read { transaction in
        var found: [Int64: String] = [:]
        for candidate in candidates {
          guard let path = try transaction.path(of: candidate.id) else { continue }
          found[candidate.id] = Self.fault(of: path, style)
        }
        return found
      }
    }
    let all = try candidates(listed: listed)
    let first = choose(all)
    guard try !faults(first.longest + first.chosen).isEmpty else { return Chosen(choice: first, candidates: all) }
    let unnamed = try faults(all)
    let isGoodEnough = Set(first.verdicts.filter { !$0.verdict.isOfTheTrackAlone }.map(\.candidate.id))
    return Chosen(
      choice: choose(all.filter { unnamed[$0.id] == nil }), candidates: all,
      unnameable: isGoodEnough.intersection(unnamed.keys), warnings: first.chosen.compactMap { unnamed[$0.id] })
  }

  /// Keeps the figures that the list rests on, for `status` and the report.
  private func note(_ choice: PlaylistChoice, _ active: ActiveModel) throws {
    try index.keep(TestedFigures(model: active.id, figures: try FiguresText.encode(choice.figures)), as: .testedFigures)
  }

  /// The figures of the model in use as the list rests on them; its own before there is a list by it.
  static func figures(of active: ActiveModel, _ index: MusicIndex) throws -> ModelMetrics {
    guard let tested = try index.note(.testedFigures), tested.model == active.id else { return active.model.figures }
    return try FiguresText.decode(tested.figures)
  }

  /// Why a playlist cannot name a path, as a sentence without its full stop; `nil` where it can.
  private static func fault(of path: FilePath, _ style: PathSpelling) -> String? {
    if let fault = PlaylistText.fault(of: path) { return fault }
    guard case .failure(let failure) = style.spell(path) else { return nil }
    return failure.description
  }

  /// The unheard tracks that are there and have a score.
  private func candidates(listed: [Int64]) throws -> [PlaylistCandidate] {
    let wasListed = Set(listed).subtracting(try index.read { try $0.exploredFiles() })
    var found: [PlaylistCandidate] = []
    var names = CountedNames()
    try index.read { transaction in
      try transaction.forEachCandidate { track in
        found.append(
          PlaylistCandidate(
            id: track.id, tieBreak: track.identity.bytes, probability: track.probability, seconds: track.seconds,
            artist: names.artist(track), album: names.album(track), isListed: wasListed.contains(track.id)))
      }
    }
    return found
  }

  /// Artists and albums as they count for the limits of the list; many tracks share one.
  private struct CountedNames {
    private struct Album: Hashable {
      var album: String?
      var artist: String?
      var folder: FilePath?
    }

    private var artists: [String: String?] = [:]
    private var albums: [Album: String?] = [:]

    private mutating func artist(_ name: String?) -> String? {
      guard let name else { return nil }
      if let known = artists[name] { return known }
      let key = NameKey.of(name)
      artists[name] = key
      return key
    }

    mutating func artist(_ track: UnheardTrack) -> String? { artist(track.artist) ?? artist(track.albumArtist) }

    mutating func album(_ track: UnheardTrack) -> String? {
      guard track.album != nil else { return nil }
      let album = Album(album: track.album, artist: track.albumArtist, folder: track.folder)
      if let known = albums[album] { return known }
      let key = AlbumKey.of(TrackTags(album: track.album, albumArtist: track.albumArtist), folder: track.folder)
      albums[album] = key
      return key
    }
  }

  /// Why a track is not on the playlist, or what becomes of it next, as a sentence; `nil` where it is on the list and
  /// stays, and where it is none that may be recommended. Writes nothing.
  func whereabouts(of file: TrackRow, _ active: ActiveModel) throws -> String? {
    let listed = try index.read { try $0.playlist() }
    let isListed = listed.contains(file.id)
    let record = try index.read { try RecommendationRecord.newest($0, active.model) }
    let chosen = try choose(listed: listed, active.model, record)
    let choice = chosen.choice
    guard chosen.candidates.contains(where: { $0.id == file.id }) else { return nil }
    let style = try PathSpelling(configuration: configuration, index: index)
    if let fault = Self.fault(of: file.path, style) { return fault + "." }
    if choice.isFlat { return "Not on the playlist: every unheard track has the same score." }
    guard let (candidate, verdict) = choice.verdicts.first(where: { $0.candidate.id == file.id }) else { return nil }
    let reason =
      switch verdict {
      case .chosen: nil as String?
      case .tooShort: "it is shorter than `playlist.shortest` allows"
      case .tooUnlikely(let least): Self.words(candidate, needs: least, toStay: choice.figures.threshold)
      case .noPlace(of: 0): "nothing can be promised, and `playlist.atLeast` is 0"
      case .noPlace(of: 1): "one that scores as high or higher fills it"
      case .noPlace(let places): "\(places) that score as high or higher fill it"
      case .artistHasEnough: "its artist is there as often as `playlist.perArtist` allows"
      case .albumHasEnough: "its album is there as often as `playlist.perAlbum` allows"
      }
    if isListed, try index.read({ try $0.exploredFiles() }).contains(file.id) {
      return "On the playlist to teach the model (`playlist.explore`), not because you will probably like it."
    }
    if let reason { return isListed ? "Leaves the playlist next: \(reason)." : "Not on the playlist: \(reason)." }
    return isListed ? nil : "Comes onto the playlist when that is next brought up to date."
  }

  /// What a track scores and what it would need, without a full stop.
  private static func words(_ candidate: PlaylistCandidate, needs least: Double, toStay stay: Double) -> String {
    guard candidate.probability.isFinite else { return "its score is no number" }
    let own = ListStanding.score(candidate.probability, besides: least)
    let needed = ListStanding.score(least, besides: candidate.probability)
    let place = candidate.isListed ? "to stay on it" : "to come onto it, and \(ListStanding.score(stay)) to stay"
    return "it scores \(own) and would need \(needed) \(place)"
  }

  private func write(
    _ entries: [Candidate], exploring: Int = 0, comment: String, _ standing: ListStanding?, _ chosen: Chosen? = nil,
    model: Int64? = nil
  ) throws -> PlaylistOutcome {
    // Where the music lies elsewhere now, its tracks are known again once they have been looked at.
    let (last, isFileWaiting) = try index.read { (try $0.playlist(), try $0.isFileWaiting()) }
    if entries.isEmpty, !last.isEmpty, isFileWaiting {
      var outcome = PlaylistOutcome()
      (outcome.file, outcome.tracks) = (configuration.playlist, last.count)
      outcome.warnings = ["the list stays as it was until every file has been looked at"]
      return outcome
    }
    let style = try PathSpelling(configuration: configuration, index: index)
    var warnings: [String] = []
    var listed: [PlaylistEntry] = []
    for entry in entries {
      switch style.spell(entry.file.path) {
      case .success(let location):
        listed.append(
          PlaylistEntry(
            location: location, duration: entry.file.properties?.duration ?? -1, artist: entry.file.tags.artist,
            title: entry.file.tags.title))
      case .failure(let failure): warnings.append(failure.description)
      }
    }
    let text = PlaylistText(listed, comment: comment)
    let file = configuration.playlist
    let changed = try PlaylistFile.write(text.bytes, to: file)
    let (kept, taught, before) = try index.read {
      (try $0.playlist(), try $0.exploredFiles(), try $0.note(.listStanding))
    }
    let isMet = chosen.map { $0.choice.figures.targetMet && !$0.choice.isFlat } ?? false
    let basis = ListBasis(
      model: model, rules: RefreshBasis.List(configuration), enter: isMet ? chosen?.choice.figures.entryThreshold : nil,
      candidates: chosen?.candidates.count ?? 0)
    let now = configuration.now()
    let spelling = try style.advice(on: entries.map(\.file.path), index)
    let change = try index.write { transaction in
      let change = try transaction.note(.listBasis).flatMap {
        try basis.change(
          since: $0, kept.filter { !taught.contains($0) }, entries.dropLast(exploring).map(\.file.id),
          unnameable: chosen?.unnameable ?? [], chosen?.choice, at: now, transaction)
      }
      if kept != entries.map(\.file.id) || taught.count != exploring || before != standing {
        try transaction.setPlaylist(
          entries.map { ($0.file.id, $0.identity, $0.probability) }, at: now,
          promised: standing?.kind == .promised ? standing?.target : nil, exploring: exploring)
      }
      try transaction.setNote(.listStanding, standing)
      try transaction.setNote(.isTargetMet, isMet)
      try transaction.setNote(.spellingAdvice, spelling.map { [$0] })
      try transaction.setNote(.playlistFile, file)
      try transaction.setNote(.listBasis, basis)
      if let change { try transaction.setNote(.listChange, change) }
      try transaction.setNote(
        .heldBack,
        chosen.map { HeldBack($0.choice, listed: Set(entries.map(\.file.id)), unnameable: $0.unnameable) })
      return change
    }
    var outcome = PlaylistOutcome()
    outcome.file = file
    outcome.isChange = changed
    outcome.change = change
    outcome.tracks = listed.count - text.warnings.count
    outcome.warnings = warnings + text.warnings
    return outcome
  }
}

/// How the playlist spells the paths of its tracks.
struct PathSpelling {
  private let folder: FilePath
  private let style: PathStyle
  private let music: [FilePath]
  /// What the owner says of Windows folders, before what was found out: that an export names another folder may only tell
  /// that it is older than a rename.
  private let maps: [PathMap]

  init(configuration: PipelineConfiguration, index: MusicIndex) throws {
    folder = MusicFolders.resolved(configuration.playlist.parent)
    style = configuration.pathStyle
    music = try MusicFolders.places(of: configuration.music, in: index).folders
    let derived = try MatchRun.derived(index)
    let windows = derived.filter { !$0.windows.hasPrefix("/") || $0.windows.hasPrefix("//") }
    maps = [
      PathMap(configuration.mappings),
      PathMap(windows.map { PathMapping(from: $0.windows, to: FilePath($0.here)) }),
    ]
  }

  /// The path as the playlist has it.
  func spell(_ path: FilePath) -> Result<FilePath, PipelineFailure> {
    switch style {
    case .absolute: return .success(path)
    case .relative: return .success(relative(path))
    case .auto: return .success(isBesideMusic ? relative(path) : foreign(path) ?? path)
    case .windows:
      guard let foreign = foreign(path) else {
        return .failure(
          PipelineFailure(
            "\(path.display): left out of the playlist, no entry of `paths` says where it lies on Windows"))
      }
      return .success(foreign)
    }
  }

  private var isBesideMusic: Bool { music.contains { folder.isInside($0) } }

  private func foreign(_ path: FilePath) -> FilePath? {
    maps.lazy.compactMap { $0.foreign(path) }.first.map { FilePath($0) }
  }

  /// What to say where foobar2000 runs on Windows and cannot open some of these paths, with the line of the configuration
  /// that says where they lie there; `nil` where it can, or where nothing tells of Windows.
  func advice(on paths: [FilePath], _ index: MusicIndex) throws -> String? {
    guard style == .auto, !isBesideMusic, let lost = paths.first(where: { foreign($0) == nil }),
      let folder = music.first(where: { lost.isInside($0) }),
      let entry = try index.read({ try $0.windowsLocation() })
    else { return nil }
    return "The playlist names files as this machine does, and your exports come from Windows (\(entry)). Say which "
      + "folder there is \(folder.display), for example with the line `paths: {'\(Self.guess(entry))': \(folder.display)}`, "
      + "or put the list into the music folder."
  }

  /// The folder of Windows that most probably holds the music: the drive or the share with the first folder.
  private static func guess(_ entry: String) -> String {
    let names = entry.split(whereSeparator: { $0 == "\\" || $0 == "/" }).map(String.init)
    let isShare = entry.hasPrefix("\\\\")
    return (isShare ? "\\\\" : "") + names.dropLast().prefix(2).joined(separator: "\\")
  }

  private func relative(_ path: FilePath) -> FilePath {
    let from = folder.bytes.split(separator: 0x2F)
    let to = path.bytes.split(separator: 0x2F)
    let common = zip(from, to).prefix { $0 == $1 }.count
    let up = Array(repeating: ArraySlice("..".utf8), count: from.count - common)
    return FilePath(bytes: Array((up + to[common...]).joined(separator: [0x2F])))
  }
}
