import AnalysisWorker
import Foobar2000
import Glibc
import Labelling
public import Pipeline
public import Platform
import Playlists
public import ServiceState
public import Settings
import TasteModel
public import Tracks

/// A configuration with the places that follow from it: what every command starts from.
public struct Workspace: Sendable {
  /// The configuration file.
  public let file: FilePath
  /// What it says.
  public let settings: Settings
  /// The state folder.
  public let state: StateFolder

  /// A workspace of a configuration that was read already.
  public init(file: FilePath, settings: Settings) {
    self.file = file
    self.settings = settings
    let stateHome = Self.environment("XDG_STATE_HOME").map { FilePath($0) }
    state = StateFolder(
      settings.state ?? Settings.defaultState(forConfiguration: file, stateHome: stateHome))
  }

  /// Reads the configuration at `path`, or the one that is there by default.
  ///
  /// - Throws: `SettingsFailure`.
  public static func load(_ path: String?) throws(SettingsFailure) -> Workspace {
    let file = path.map { absolute(FilePath($0)) } ?? defaultFile()
    if path == nil, let own = possibleFiles(nil).first, own != file, !Rights.exists(own), !Rights.exists(file) {
      throw SettingsFailure(
        reason: .unreadable, file: own, message: "there is no configuration here, and none at \(file.display)")
    }
    return Workspace(file: file, settings: try Settings.load(file))
  }

  /// The files of which `load` reads the first that is there.
  public static func possibleFiles(_ path: String?) -> [FilePath] {
    if let path { return [absolute(FilePath(path))] }
    let own = configurationHome().map { [$0.appending("indexd/indexd.yaml")] } ?? []
    return own + [FilePath("/etc/indexd/indexd.yaml")]
  }

  /// The places of a configuration that cannot be read as it is, as far as its line `state` or the usual place tell them:
  /// enough to look at the index. `nil` where there is no such file.
  public static func salvaged(_ path: String?) -> Workspace? {
    let file = path.map { absolute(FilePath($0)) } ?? defaultFile()
    guard let bytes = SmallFile.read(file) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last { $0.hasPrefix("state:") }
    // A faulty value of that key leaves the usual place.
    let settings = line.flatMap { try? Settings.parse("music: [/]\n\($0)\n", file: file) } ?? Settings()
    return Workspace(file: file, settings: settings)
  }

  /// The configuration that is used when none is named: the user's own where it is there, else the system's.
  public static func defaultFile() -> FilePath {
    if let own = configurationHome().map({ $0.appending("indexd/indexd.yaml") }),
      own.withCString({ access($0, F_OK) }) == 0
    {
      return own
    }
    return FilePath("/etc/indexd/indexd.yaml")
  }

  /// The folder of the user's configurations; `nil` for a user without a home.
  static func configurationHome() -> FilePath? {
    let home =
      environment("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment("HOME").map { $0 + "/.config" }
    return home.map { FilePath($0) }
  }

  /// A variable of the environment; an empty one counts as unset.
  public static func environment(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
  }

  /// A path made absolute from the working folder; links are left as they are.
  public static func absolute(_ path: FilePath) -> FilePath {
    if path.bytes.first == UInt8(ascii: "/") { return path }
    guard let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    let here = FilePath(bytes: Array(UnsafeRawBufferPointer(start: folder, count: strlen(folder))))
    return path == FilePath(".") ? here : here.appending(path)
  }

  /// The folders that everything lies in.
  public var places: [FilePath] {
    settings.music + [state.path, playlist.parent] + (settings.labels.corrections.map { [$0] } ?? [])
  }

  /// Refuses to begin where a disk does not answer: what looks at it would wait for ever.
  ///
  /// - Throws: `PipelineFailure` that names the folder.
  public func requireAnswers(also paths: [FilePath] = []) throws(PipelineFailure) {
    guard let silent = SilentDisks.among(places + paths).first else { return }
    throw PipelineFailure(SilentDisks.words(silent))
  }

  /// The command that starts the service of this configuration; `nil` where none is installed, and for a trial, which needs
  /// none.
  public var startCommand: String? {
    let own = FirstConfiguration(music: [], isSystem: file.isInside(FilePath("/etc")), file: nil)
    guard file == (try? own.place()) else { return nil }
    return ServiceUnit.installed(for: self)?.start
  }

  /// Where the playlist goes.
  public var playlist: FilePath { settings.playlist.file ?? state.playlist }

  /// How the pipeline is to work by these settings.
  public var configuration: PipelineConfiguration {
    var configuration = PipelineConfiguration(
      music: settings.music, state: state, playlist: playlist, worker: WorkerPool.programBesideThis())
    configuration.exclude = settings.exclude
    configuration.mappings = settings.paths.map { PathMapping(from: $0.windows, to: $0.here) }
    configuration.sources = settings.sources
    configuration.reading = ReadingOptions(
      codePage: settings.imports.codePage, timeZone: settings.imports.timeZone, scratch: state.path)
    configuration.rules = settings.labels.rules
    configuration.corrections = settings.labels.corrections
    configuration.workers = settings.analysis.workers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    configuration.samples = settings.analysis.samples
    configuration.treatsAllPlaylistsAsActive = state.isTrial
    configuration.secondsPerFile = settings.analysis.timeLimit
    configuration.megabytesPerWorker = settings.analysis.memoryLimit
    configuration.training = TrainingSettings(
      learner: settings.model.learner, source: settings.model.source, seed: settings.model.seed,
      promised: settings.playlist.precision, folds: settings.model.folds,
      threads: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    configuration.selection = settings.playlist.selection
    configuration.pathStyle = settings.playlist.paths
    configuration.keepMissingDays = settings.scan.keepMissingDays
    return configuration
  }
}
