import Foobar2000
import Foundation
import Glibc
import Labelling
import MusicIndex
import Platform
import Playlists
import TasteModel
import Tracks

/// Everything outside the index's own tables that labels, scores and the playlist depend on. Rules are kept whole: one
/// that is added to them cannot be forgotten here.
struct RefreshBasis: Codable, Equatable, Sendable {
  /// What decides which list comes of the scores.
  struct List: Codable, Equatable {
    var selection: SelectionRules
    var spelling: PathStyle
    var precision: Double
    /// The bytes of the paths of the playlist and of the music folders.
    var file: [UInt8]
    var music: [[UInt8]]

    /// What these settings say.
    init(_ configuration: PipelineConfiguration) {
      selection = configuration.selection
      spelling = configuration.pathStyle
      precision = configuration.training.promised
      file = configuration.playlist.bytes
      music = configuration.music.map(\.bytes)
    }
  }

  private var program: FileStamp?
  private var pathRules: [PathMapping]
  private var labelRules: LabelRules
  private var treatsAllPlaylistsAsActive: Bool
  private var corrections: String?
  private var day: Int
  private var trainingRules: String
  private var model: Int64?
  private var list: List
  private var playlistFile: FileStamp?

  /// The basis as it is now.
  ///
  /// - Throws: `IndexFailure`, or `PipelineFailure` for a file of corrections that cannot be read.
  init(_ configuration: PipelineConfiguration, model: Int64?, trainingRules: String) throws {
    program = Self.stamp(FilePath("/proc/self/exe"))
    pathRules = configuration.mappings
    labelRules = configuration.rules
    treatsAllPlaylistsAsActive = configuration.treatsAllPlaylistsAsActive
    if let file = configuration.corrections {
      let hash = ContentHash()
      try hash.add(contentsOf: file)
      corrections = hash.text
    }
    day = KernelNumber.integer((configuration.now() / 86_400).rounded(.down))
    self.trainingRules = trainingRules
    self.model = model
    list = List(configuration)
    playlistFile = Self.stamp(configuration.playlist)
  }

  /// When and how large a file was written; `nil` where it is not there.
  static func stamp(_ file: FilePath) -> FileStamp? {
    var status = stat()
    return file.withCString { stat($0, &status) } == 0 ? LibraryScan.stamp(status) : nil
  }

  /// What differs from an earlier basis; everything for a program that is another one.
  func changes(since earlier: RefreshBasis) -> Set<Fact> {
    guard program == earlier.program else { return Set(Fact.allCases) }
    var changed: Set<Fact> = []
    if pathRules != earlier.pathRules { changed.insert(.pathRules) }
    if labelRules != earlier.labelRules || treatsAllPlaylistsAsActive != earlier.treatsAllPlaylistsAsActive {
      changed.insert(.labelRules)
    }
    if corrections != earlier.corrections { changed.insert(.corrections) }
    if day != earlier.day { changed.insert(.day) }
    if trainingRules != earlier.trainingRules { changed.insert(.trainingRules) }
    if model != earlier.model { changed.insert(.model) }
    if list != earlier.list { changed.insert(.listRules) }
    if playlistFile != earlier.playlistFile { changed.insert(.playlistFile) }
    return changed
  }

  /// The same with the playlist file as it is now.
  func withPlaylistFile(of configuration: PipelineConfiguration) -> RefreshBasis {
    var basis = self
    basis.playlistFile = Self.stamp(configuration.playlist)
    return basis
  }
}

/// The last refresh: what it rested on, and which jobs it left undone.
struct LastRefresh: Codable, Equatable, Sendable {
  var basis: RefreshBasis
  var undone: Set<Job>
}

extension IndexNote where Value == LastRefresh {
  static var lastRefresh: Self { Self(record: "lastRefresh") }
}
