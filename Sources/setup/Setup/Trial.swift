import AnalysisWorker
import Foundation
import Glibc
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

  /// What a trial came to.
  public struct Outcome: Sendable {
    /// What each job did.
    public var once: OnceResult
    /// How things stand.
    public var status: Status
    /// What was refused, a sentence each: exports that cannot be read, or that name no file of the folder.
    public var refusals: [String]
  }

  /// Prepares a trial: checks the folder and the exports, makes the state folder and writes its configuration.
  ///
  /// - Throws: `PipelineFailure` for a folder or an export that cannot be used, `SettingsFailure` for one whose name no
  ///   configuration can hold.
  public init(music: FilePath, exports: [FilePath]) throws {
    let named = Workspace.absolute(music)
    if let fault = MusicFolders.fault(named) { throw PipelineFailure(fault) }
    let folder = MusicFolders.resolved(named)
    self.exports = exports.map(Workspace.absolute)
    for export in self.exports where export.withCString({ access($0, R_OK) }) != 0 {
      throw PipelineFailure("\(export.display): the export cannot be read (\(String(cString: strerror(errno))))")
    }
    let state = StateFolder(try Self.stateHome().appending(Self.name(folder)))
    try state.make()
    var settings = Settings()
    settings.music = [folder]
    settings.state = state.path
    settings.playlist.file = state.playlist
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
      "# Made by `indexctl try`. Every key is described in config/indexd.yaml of the program's source.\n"
      + (try settings.yaml(for: file))
    try SmallFile.write(Array(text.utf8), to: file)
    return settings
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
      return
        "\(row.file.display): none of its \(row.entries) entries names a file of the music folder; check that it is "
        + "the export of this music, or tell with `paths` in the configuration where it lies"
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
      for row in try transaction.imports() where row.refusal == nil || !row.path.isInside(inbox) {
        let isOfSource = sources.contains { row.path.isInside($0) }
        if !digests.contains(row.digest), !isOfSource { try transaction.removeImport(row.id) }
      }
    }
  }

  /// Does everything once.
  ///
  /// - Throws: `PipelineFailure`, `IndexFailure`, `PlaylistFailure`, `TasteFailure` or `CancellationError`.
  public func run(logger: Logger, progress: @escaping ProgressHandler) async throws -> Outcome {
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    var configuration = workspace.configuration
    configuration.treatsAllPlaylistsAsActive = true
    configuration.isGentle = false
    configuration.logsRefusals = false
    let index = try IndexRepair.open(workspace.state, logger: logger)
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(
      configuration: configuration, index: index, pool: pool, logger: logger, progress: progress)
    do {
      let before = Set(try index.read { try $0.imports() }.map(\.digest))
      let named = try await pipeline.import(exports)
      // A run that names no exports goes on with those of the one before.
      if !exports.isEmpty { try forgetOthers(named, in: index) }
      // Other exports are another owner's, or another state of this one's taste.
      if before != Set(try index.read { try $0.imports() }.map(\.digest)) { try pipeline.forgetModel() }
      let once = try await pipeline.once(importing: exports)
      guard once.scan.files > 0 else {
        throw PipelineFailure(
          "\(workspace.settings.music[0].display): holds no audio file that can be read; give the folder of the music")
      }
      await pool.shutdown()
      let status = try Status(of: index, state: workspace.state, ignoresOwnLock: true)
      return Outcome(once: once, status: status, refusals: Self.refusals(named, once.imports, status))
    } catch {
      await pool.shutdown()
      throw error
    }
  }
}
