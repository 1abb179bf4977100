public import Foobar2000
import Labelling
import Platform
public import ServiceState
public import TasteModel
public import Tracks

/// How the pipeline is to work: every decision of the owner, as the jobs need it.
public struct PipelineConfiguration: Sendable {
  /// The music folders.
  public var music: [FilePath]
  /// Globs of what is left out.
  public var exclude: [String] = []
  /// The state folder.
  public var state: StateFolder
  /// The folders that the owner mapped.
  public var mappings: [PathMapping] = []
  /// Files and folders of foobar2000's that are read where they lie.
  public var sources: [FilePath] = []
  /// How exports are read.
  public var reading = ReadingOptions()
  /// Whether the log tells which exports were refused; not where whoever asked for their import tells it.
  public var logsRefusals = true
  /// How tracks are labelled.
  public var rules = LabelRules()
  /// Whether every imported playlist counts as active, as `indexctl try` has it.
  public var treatsAllPlaylistsAsActive = false
  /// The file of the owner's corrections.
  public var corrections: FilePath?
  /// The worker program.
  public var worker: FilePath
  /// The number of worker processes.
  public var workers = 1
  /// Whether workers yield to everything else on the machine.
  public var isGentle = true
  /// The samples to take of a song.
  public var samples = Sampling.count
  /// The longest time for a file in seconds.
  public var secondsPerFile = 300
  /// The most memory of a worker in MiB.
  public var megabytesPerWorker = 1_024
  /// How the model is trained.
  public var training = TrainingSettings()
  /// Where the playlist goes.
  public var playlist: FilePath
  /// What the playlist holds.
  public var selection = SelectionRules()
  /// How the playlist spells paths.
  public var pathStyle = PathStyle.auto
  /// How long the history of a missing file is kept, in days.
  public var keepMissingDays = 365
  /// The time in seconds since 1970.
  public var now: @Sendable () -> Double = { Clock.now() }

  /// A configuration of these places, everything else by default.
  public init(music: [FilePath], state: StateFolder, playlist: FilePath, worker: FilePath) {
    self.music = music
    self.state = state
    self.playlist = playlist
    self.worker = worker
  }

  /// Whether a live playlist of a profile folder is read. Where every list counts as active, those do alone that are active
  /// by their names: a profile holds all lists of its owner.
  func reads(livePlaylist name: String) -> Bool {
    !treatsAllPlaylistsAsActive || rules.isActive(playlist: name)
  }
}
