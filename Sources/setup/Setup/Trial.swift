import AnalysisWorker
import Foobar2000
import Foundation
import Glibc
import Labelling
public import Logging
import MusicIndex
public import Pipeline
public import Platform
import ServiceState
import Settings
public import Tracks

/// The whole job done once in a state folder of its own: what `indexctl try` does.
public struct Trial: Sendable {
  /// The configuration that the trial wrote, with its places.
  public let workspace: Workspace
  private let exports: [FilePath]
  /// Why files of the folders of exports that were named are none, a sentence each.
  private let others: [String]

  /// What a trial came to.
  public struct Outcome: Sendable {
    /// What each job did.
    public var once: OnceResult
    /// How things stand.
    public var status: Status
    /// What was refused, a sentence each: exports that cannot be read, or that name no file of the folder.
    public var refusals: [String]
    /// Why files that lie among exports are none, a sentence each.
    public var others: [String]
    /// What the first tracks of the list are called.
    public var first: [String]
  }

  /// Prepares a trial: checks the folder and the exports, makes the state folder and writes its configuration.
  ///
  /// - Parameters:
  ///   - exports: files, profile folders of foobar2000, or folders of exports.
  /// - Throws: `PipelineFailure` for a folder or an export that cannot be used, `SettingsFailure` for one whose name no
  ///   configuration can hold.
  public init(music: FilePath, exports: [FilePath]) throws {
    let named = Workspace.absolute(music)
    if let fault = MusicFolders.fault(named) { throw PipelineFailure(fault) }
    let folder = MusicFolders.resolved(named)
    var (files, others): ([FilePath], [String]) = ([], [])
    for export in exports.map(Workspace.absolute) {
      if export.withCString({ access($0, R_OK) }) != 0 {
        throw PipelineFailure("\(export.display): the export cannot be read (\(SystemError.text()))")
      }
      let sorted = try ExportPlace.sorted(export)
      files += sorted.exports
      others += sorted.others
    }
    (self.exports, self.others) = (files, others)
    let state = StateFolder(try Self.stateHome().appending(Self.name(folder)))
    try state.make()
    var settings = Settings()
    settings.music = [folder]
    settings.state = state.path
    settings.playlist.file = state.playlist
    // A trial is to be heard here, not where the exports come from.
    settings.playlist.paths = .absolute
    let file = state.path.appending("indexd.yaml")
    workspace = Workspace(file: file, settings: try Self.keep(settings, in: file))
  }

  /// The folder below which every trial has one of its own.
  ///
  /// - Throws: `PipelineFailure` where the environment names none.
  public static func stateHome() throws(PipelineFailure) -> FilePath {
    if let home = Workspace.environment("XDG_STATE_HOME"), home.hasPrefix("/") {
      return FilePath(home).appending("indexd")
    }
    guard let home = Workspace.environment("HOME") else {
      throw PipelineFailure("neither XDG_STATE_HOME nor HOME is set: say where the work is to be kept")
    }
    return FilePath(home).appending(".local/state/indexd")
  }

  /// The configuration of the trial that worked last; `nil` where there is none that this user may see.
  public static func newest() -> FilePath? {
    guard let home = try? stateHome(),
      let names = try? FileManager.default.contentsOfDirectory(atPath: home.display)
    else { return nil }
    let trials = names.filter { $0.hasPrefix(StateFolder.trialMark) }.compactMap {
      name -> (file: FilePath, time: Double)? in
      let state = StateFolder(home.appending(FilePath(name)))
      let file = state.path.appending("indexd.yaml")
      var status = stat()
      guard Rights.exists(file), state.index.withCString({ stat($0, &status) }) == 0 else { return nil }
      return (file, KernelNumber.seconds(status.st_mtim))
    }
    return trials.max { ($0.time, $0.file) < ($1.time, $1.file) }?.file
  }

  /// A name for the trial of a folder: the folder's own, made safe, and a hash of its whole path.
  private static func name(_ folder: FilePath) -> FilePath {
    let safe = folder.name.bytes.map { byte -> UInt8 in
      let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      return isPlain ? byte : UInt8(ascii: "-")
    }
    return FilePath(
      bytes: Array(StateFolder.trialMark.utf8) + safe.prefix(40) + Array("-\(Fingerprints.short(folder.bytes))".utf8))
  }

  /// Keeps the owner's changes to the configuration of an earlier trial; writes a new one where there is none.
  private static func keep(_ settings: Settings, in file: FilePath) throws -> Settings {
    if file.withCString({ access($0, F_OK) }) == 0 { return try Settings.load(file) }
    let text =
      "# Made by `indexctl try`. Every key is described in indexd.yaml(5).\n"
      + (try settings.yaml(for: file))
    try SmallFile.write(Array(text.utf8), to: file)
    return settings
  }

  /// Why exports would be of no use, by file: hardly an entry of theirs names a file of the folder, as entries of earlier
  /// ones do.
  private func useless(_ exports: [FilePath], _ pipeline: Pipeline) async throws -> [FilePath: String] {
    let index = pipeline.index
    let earlier = try index.read { try $0.imports() }.filter { $0.matched > 0 }
    guard !exports.isEmpty, !earlier.isEmpty else { return [:] }
    func most(_ isPlaylist: Bool) -> Int {
      earlier.filter { ($0.playlist != nil) == isPlaylist }.map(\.matched).max() ?? 0
    }
    // Entries may be found by the tags of files that were not there at the last run.
    _ = try await pipeline.scan()
    _ = try await pipeline.analyse()
    let preview = try ImportPreview(exports, index: index, configuration: pipeline.configuration)
    var useless: [FilePath: String] = [:]
    for file in preview.files where file.entries > 0 {
      let (matched, before) = (file.matched, most(file.isPlaylist))
      // Few of many may be all there are of a part of the music; fewer than before are not.
      guard matched == 0 || matched * 2 < min(file.entries, before) else { continue }
      let words =
        matched == 0
        ? Self.words(naming: file.path, nothingOf: file.entries)
        : "\(file.path.display): only \(matched) of its \(file.entries) entries name a file of the music folder, and "
          + "\(before) did so before; check that it is the export of this music"
      useless[file.path] = words + ". What was imported before stays as it is"
    }
    return useless
  }

  private static func words(naming file: FilePath, nothingOf entries: Int) -> String {
    "\(file.display): none of its \(entries) entries names a file of the music folder; check that it is "
      + "the export of this music, or tell with `paths` in the configuration where it lies"
  }

  /// What was refused of the exports that were named, or of others for the first time, and what names no file.
  private static func refusals(_ named: [ImportOutcome], _ others: [ImportOutcome], _ status: Status) -> [String] {
    let ofNamed = named.compactMap { outcome -> String? in
      switch outcome {
      case .refused(let row), .known(let row): row.refusal
      case .imported: nil
      }
    }
    let ofOthers = others.compactMap { if case .refused(let row) = $0 { row.refusal } else { nil } }
    let empty = status.imports.compactMap { row -> String? in
      guard row.refusal == nil, row.entries > 0, row.matched + row.ambiguous == 0 else { return nil }
      return words(naming: row.file, nothingOf: row.entries)
    }
    // The same contents under two names are refused by the first.
    var told: Set<String> = []
    return (ofNamed + ofOthers + empty).filter { told.insert($0).inserted }
  }

  /// Forgets the exports of the run before, unless one of those that take their place is refused: then all count.
  private func forgetOthers(_ named: [ImportOutcome], in index: MusicIndex) throws {
    var kept: Set<[UInt8]> = []
    for outcome in named {
      switch outcome {
      case .imported(let row): kept.insert(row.digest)
      case .known(let row) where row.refusal == nil: kept.insert(row.digest)
      case .known, .refused: return
      }
    }
    let (inbox, digests, sources) = (workspace.state.inbox, kept, workspace.settings.sources)
    try index.write { transaction in
      // What was refused in the inbox was told once.
      var isLess = false
      for row in try transaction.imports() where row.refusal == nil || !row.path.isInside(inbox) {
        let isOfSource = sources.contains { row.path.isInside($0) }
        guard !digests.contains(row.digest), !isOfSource else { continue }
        try transaction.removeImport(row.id)
        if row.refusal == nil { isLess = true }
      }
      // What they told is gone as well: the next labels are what these exports changed.
      if isLess { try transaction.setNote(.importUnlabelled, Clock.now()) }
    }
  }

  /// The most tracks that are named of the list.
  private static let shownTracks = 5

  /// Does everything once.
  ///
  /// - Throws: `PipelineFailure`, `IndexFailure`, `PlaylistFailure`, `TasteFailure` or `CancellationError`.
  public func run(logger: Logger, progress: @escaping ProgressHandler) async throws -> Outcome {
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    var configuration = workspace.configuration
    configuration.isGentle = false
    configuration.logsRefusals = false
    let index = try IndexRepair.open(workspace.state, logger: logger)
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(
      configuration: configuration, index: index, pool: pool, logger: logger, progress: progress)
    do {
      let before = Set(try index.read { try $0.imports() }.map(\.digest))
      let rules = configuration.rules
      let all = ExportFile.expand(self.exports) { rules.isActive(playlist: $0) }
      let useless = try await useless(all, pipeline)
      let exports = all.filter { useless[$0] == nil }
      let named = try await pipeline.import(exports)
      // A run that names no exports goes on with those of the one before, and so does one whose exports are of no use.
      if !exports.isEmpty, useless.isEmpty { try forgetOthers(named, in: index) }
      // Other exports are another owner's, or another state of this one's taste.
      if before != Set(try index.read { try $0.imports() }.map(\.digest)) { try pipeline.forgetModel() }
      let once = try await pipeline.once(importing: exports)
      guard once.scan.files > 0 else {
        throw PipelineFailure(
          "\(workspace.settings.music[0].display): holds no audio file that can be read; give the folder of the music")
      }
      await pool.shutdown()
      let status = try Status(of: index, state: workspace.state, ignoresOwnLock: true)
      return Outcome(
        once: once, status: status,
        refusals: useless.sorted { $0.key < $1.key }.map(\.value) + Self.refusals(named, once.imports, status),
        others: others, first: try Pipeline.firstListed(Self.shownTracks, index: index))
    } catch {
      await pool.shutdown()
      throw error
    }
  }
}
