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
    var file: KnownFile
    var identity: AudioIdentity
    var probability: Double
  }

  /// Brings the file up to date. Without a model there is an empty playlist only where there was one before.
  func run() throws -> PlaylistOutcome {
    var outcome = PlaylistOutcome()
    let listed = try index.read { try $0.playlist() }
    guard let active = try active(as: configuration.training.promised) else {
      return listed.isEmpty ? outcome : try write([], comment: "No model: nothing can be recommended.", nil, false)
    }
    let figures = active.model.figures
    let found = try candidates(listed: listed)
    let (stay, enter, rules) = (Self.stay(figures), Self.enter(figures), configuration.selection)
    let chosen = PlaylistSelection.select(found, stay: stay, enter: enter, rules: rules)
    let short = chosen.isEmpty ? found.count { $0.seconds < rules.shortest } : 0
    let isOnlyShort = short > 0 && short == found.count
    try index.keep(isOnlyShort ? short : nil, as: .tooShort)
    let version = FeatureVariant.dense.version
    let wanted = try index.read { transaction in
      try chosen.compactMap { candidate -> Candidate? in
        guard let file = try transaction.knownFile(candidate.id, version: version), let identity = file.identity
        else { return nil }
        return Candidate(file: file, identity: identity, probability: candidate.probability)
      }
    }
    let (entries, warnings) = try listable(wanted)
    let lowest = entries.map(\.probability).min()
    let isMet = figures.targetMet
    let expected = lowest.map { active.model.expectedPrecision(downTo: $0) }
    outcome = try write(entries, comment: comment(entries.count, expected, isMet, figures), expected, isMet)
    outcome.warnings = warnings + outcome.warnings
    return outcome
  }

  /// The model in use, with the promise tested for a precision; `status` is told of it.
  private func active(as promised: Double) throws -> ActiveModel? {
    guard let active = try ActiveModel.load(index, anyVersion: true)?.promising(promised) else { return nil }
    try index.keep(
      TestedFigures(model: active.id, figures: try FiguresText.encode(active.model.figures)), as: .testedFigures)
    return active
  }

  /// The tracks that a playlist can name, and why it cannot name the others.
  private func listable(_ entries: [Candidate]) throws -> (entries: [Candidate], warnings: [String]) {
    let style = try PathSpelling(configuration: configuration, index: index)
    var (listable, warnings): ([Candidate], [String]) = ([], [])
    for entry in entries {
      if let fault = Self.fault(of: entry.file.path, style) {
        warnings.append(fault)
      } else {
        listable.append(entry)
      }
    }
    return (listable, warnings)
  }

  /// Why a playlist cannot name a path, as a sentence without its full stop; `nil` where it can.
  private static func fault(of path: FilePath, _ style: PathSpelling) -> String? {
    if let fault = PlaylistText.fault(of: path) { return fault }
    guard case .failure(let failure) = style.spell(path) else { return nil }
    return failure.description
  }

  /// The unheard tracks that are there and have a score.
  private func candidates(listed: [Int64]) throws -> [PlaylistCandidate] {
    let wasListed = Set(listed)
    var found: [PlaylistCandidate] = []
    try index.read { transaction in
      try transaction.forEachCandidate { file in
        found.append(
          PlaylistCandidate(
            id: file.id, tieBreak: file.identity.bytes, probability: file.probability, seconds: file.seconds,
            artist: Self.key(file.artist), album: Self.album(of: file), isListed: wasListed.contains(file.id)))
      }
    }
    return found
  }

  /// What a track on the playlist needs to stay; `nil` where nothing can be promised.
  private static func stay(_ figures: ModelFigures) -> Double? {
    figures.targetMet ? figures.threshold : nil
  }

  /// What a track needs to come onto the playlist; `nil` where nothing can be promised.
  private static func enter(_ figures: ModelFigures) -> Double? {
    figures.targetMet ? figures.entryThreshold : nil
  }

  /// Why a track is not on the playlist, or what becomes of it next, as a sentence; `nil` where it is on the list and
  /// stays, and where it is none that may be recommended. Writes nothing.
  func whereabouts(of file: KnownFile, _ active: ActiveModel) throws -> String? {
    let figures = active.promising(configuration.training.promised).model.figures
    let listed = try index.read { try $0.playlist() }
    let isListed = listed.contains(file.id)
    let verdicts = PlaylistSelection.verdicts(
      try candidates(listed: listed), stay: Self.stay(figures), enter: Self.enter(figures),
      rules: configuration.selection)
    guard let verdict = verdicts.first(where: { $0.candidate.id == file.id })?.verdict else { return nil }
    let style = try PathSpelling(configuration: configuration, index: index)
    if let fault = Self.fault(of: file.path, style) { return fault + "." }
    let reason =
      switch verdict {
      case .chosen: nil as String?
      case .tooShort: "it is shorter than `playlist.shortest` allows"
      case .tooUnlikely(let least): "the least score for that is \(Self.roundedUp(least))"
      case .noPlace(of: 0): "nothing can be promised, and `playlist.atLeast` is 0"
      case .noPlace(of: 1): "a better one fills it"
      case .noPlace(let places): "\(places) better ones fill it"
      case .artistHasEnough: "its artist is there as often as `playlist.perArtist` allows"
      case .albumHasEnough: "its album is there as often as `playlist.perAlbum` allows"
      }
    if let reason { return isListed ? "Leaves the playlist next: \(reason)." : "Not on the playlist: \(reason)." }
    return isListed ? nil : "Comes onto the playlist when that is next brought up to date."
  }

  /// A probability in hundredths, rounded up: a score that is shown as lower is lower.
  private static func roundedUp(_ probability: Double) -> String {
    let hundredths = Int((probability * 100).rounded(.up))
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  private static func key(_ text: String?) -> String? {
    guard let text, !text.isEmpty else { return nil }
    return text.lowercased()
  }

  /// What tells an album from others of its title: the album's artist or, without one, the folder.
  private static func album(of candidate: CandidateFile) -> String? {
    key(candidate.album).map { album in
      album + "\u{0}" + (key(candidate.albumArtist) ?? candidate.folder?.display ?? "")
    }
  }

  private func comment(_ count: Int, _ expected: Double?, _ isMet: Bool, _ figures: ModelFigures) -> String {
    guard let expected, count > 0 else { return "No unheard track to recommend." }
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }
    if isMet {
      return
        "\(counted(count, "track")), about \(percent(expected)) of them to your liking; of the \(figures.listLength) judged "
        + "songs scored this high \(percent(figures.precision)) are liked (at least \(percent(figures.precisionLow)) with "
        + "95% confidence, \(percent(figures.baseRate)) of all)."
    }
    return "The \(count) best unheard tracks, about \(percent(expected)) of them to your liking. The promise of "
      + "\(percent(figures.promised)) is not met: \(percent(figures.baseRate)) of all judged songs are liked."
  }

  private func write(
    _ entries: [Candidate], comment: String, _ expected: Double?, _ isMet: Bool
  ) throws -> PlaylistOutcome {
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
    let kept = try index.read { try $0.playlist() }
    let now = configuration.now()
    try index.write { transaction in
      if kept != entries.map(\.file.id) {
        try transaction.setPlaylist(
          entries.map { ($0.file.id, $0.identity, $0.probability) }, at: now)
      }
      try transaction.setNote(.expectedPrecision, expected)
      try transaction.setNote(.isTargetMet, isMet)
      try transaction.setNote(.playlistFile, file)
    }
    var outcome = PlaylistOutcome()
    outcome.file = file
    outcome.isChange = changed
    outcome.tracks = listed.count - text.warnings.count
    outcome.warnings = warnings + text.warnings
    return outcome
  }
}

/// How the playlist spells the paths of its tracks.
struct PathSpelling {
  private let folder: FilePath
  private let style: PipelineConfiguration.PathStyle
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
    case .auto: return .success(music.contains { folder.isInside($0) } ? relative(path) : path)
    case .windows:
      guard let foreign = maps.lazy.compactMap({ $0.foreign(path) }).first else {
        return .failure(
          PipelineFailure(
            "\(path.display): left out of the playlist, no entry of `paths` says where it lies on Windows"))
      }
      return .success(FilePath(foreign))
    }
  }

  private func relative(_ path: FilePath) -> FilePath {
    let from = folder.bytes.split(separator: 0x2F)
    let to = path.bytes.split(separator: 0x2F)
    let common = zip(from, to).prefix { $0 == $1 }.count
    let up = Array(repeating: ArraySlice("..".utf8), count: from.count - common)
    return FilePath(bytes: Array((up + to[common...]).joined(separator: [0x2F])))
  }
}
