import Foobar2000
import Glibc
import Labelling
public import MusicIndex
import Platform
import ServiceState
public import Tracks

/// A profile folder, a folder of exports or a file that the owner named under `sources`. It is only ever read.
public struct Source: Sendable {
  /// What the owner named.
  public let path: FilePath

  /// The source of this path, which need not be there.
  public init(_ path: FilePath) {
    self.path = path
  }

  /// How a source stands.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// A change of it is noticed at once.
    case watched
    /// It is looked at every minute.
    case polled
    /// It is looked at when indexd runs: no daemon does.
    case read
    /// It is not there, or cannot be read, or its disk does not answer. What was read of it stands.
    case away
    /// It is a folder that is there and holds nothing to import. What was read of it stands.
    case empty
    /// Something of it was not taken, and is tried again. What was read of it before stands.
    case failing
  }

  /// A source as `status` tells of it.
  public struct Report: Sendable, Equatable, Codable {
    /// Where it is, for people.
    public var path: String
    /// How it stands.
    public var state: State
    /// What is wrong, as a sentence; `nil` for nothing.
    public var detail: String?
  }

  /// What there is to import in it.
  ///
  /// - Parameter takesPlaylist: whether to take a live playlist of a profile, by its name.
  func files(takesPlaylist: (String) -> Bool) -> [FilePath] {
    guard isFolder else { return Self.mode(path) == S_IFREG ? [path] : [] }
    guard ProfileSnapshot.isProfile(path) else { return Inbox(folder: path).exports(takesPlaylist: takesPlaylist) }
    // A profile holds much that is no export, and perhaps some that its owner saved there.
    let saved = Inbox.files(in: path).filter { Self.savedTypes.contains($0.fileExtension) }
    return ExportFile.expand([path] + saved, takesPlaylist: takesPlaylist)
  }

  private static let savedTypes: Set<String> = ["m3u", "m3u8", "fpl", "xml"]

  private var isFolder: Bool { Self.mode(path) == S_IFDIR }

  private static func mode(_ path: FilePath) -> mode_t {
    var status = stat()
    return path.withCString { stat($0, &status) } == 0 ? status.st_mode & S_IFMT : 0
  }

  /// The folders in which a change may be one of the source, with links resolved.
  public func folders() -> Set<FilePath> {
    let files = files { _ in true }
    var found = Set(files.flatMap { [$0.parent, MusicFolders.resolved($0).parent] })
    guard isFolder else { return found }
    found.insert(path)
    // A profile without a playlist gets its first one in a folder that is there.
    for folder in Set(files.map(\.parent)).union([path]) {
      found.formUnion(DropFolder(folder).folders().filter { $0.name.display.hasPrefix("playlists-v") })
    }
    return Set(found.map(MusicFolders.resolved))
  }

  /// Whether it is a folder in which this process may look.
  var isOpenFolder: Bool { isFolder && path.withCString { access($0, R_OK | X_OK) } == 0 }

  /// Whether a file belongs to it.
  func holds(_ file: FilePath) -> Bool { file.isInside(path) }

  /// What keeps it from being read, as words that follow its path; `nil` where something in it may be imported.
  public func obstacle() -> String? { obstacle(files { _ in true }) }

  func obstacle(_ files: [FilePath]) -> String? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else {
      return errno == ENOENT ? "is not there" : "cannot be looked at (\(LibraryScan.words(errno)))"
    }
    if isFolder, !isOpenFolder { return "cannot be read by this user (\(LibraryScan.words(errno)))" }
    if !files.isEmpty { return nil }
    guard isFolder else { return "is neither a folder nor a file" }
    return DropFolder(path).folders().isEmpty
      ? "is there and empty" : "is there, but nothing that can be imported lies directly in it"
  }
}

extension IndexNote where Value == [Source.Report] {
  /// How the sources stood when they were last looked at.
  public static var sources: Self { Self(record: "sources") }
}

/// One look at a source.
struct SourceLook: Sendable {
  let source: Source
  /// What there is to import.
  let files: [FilePath]
  /// Why there is nothing, as words that follow its path.
  let obstacle: String?
  /// Whether it is there all the same.
  var isEmpty = false

  /// A look at each of the sources; one whose disk does not answer is only told of.
  static func looks(_ configuration: PipelineConfiguration, _ memory: InboxMemory) -> [SourceLook] {
    guard !configuration.sources.isEmpty else { return [] }
    let silent = memory.silent(among: configuration.sources)
    return configuration.sources.map { path in
      let source = Source(path)
      if silent.contains(path) { return SourceLook(source: source, files: [], obstacle: "its disk does not answer") }
      let files = source.files(takesPlaylist: configuration.reads(livePlaylist:))
      let obstacle = source.obstacle(files)
      return SourceLook(
        source: source, files: files, obstacle: obstacle, isEmpty: obstacle != nil && source.isOpenFolder)
    }
  }

  /// How the source stands after the look.
  ///
  /// - Parameter known: the files that were ever imported.
  func report(_ memory: InboxMemory, known: [FilePath], _ state: (Source) -> Source.State) -> Source.Report {
    var report = Source.Report(path: source.path.display, state: isEmpty ? .empty : .away)
    if let obstacle {
      let outlook =
        !isEmpty
        ? "what was read of it before stands"
        : known.contains(where: source.holds)
          ? "is its disk mounted? What was read of it before stands"
          : "exports that are saved there are imported by themselves"
      report.detail = "\(source.path.display): \(obstacle); \(outlook)"
      return report
    }
    let refusals = files.compactMap(memory.refusal)
    let isNothing = refusals.count == files.count && refusals.allSatisfy(\.isForeign)
    let told = isNothing ? refusals.first : refusals.first { !$0.isForeign }
    report.state = told == nil ? state(source) : .failing
    report.detail = told.map { "\($0.words); what was read of it before stands, and it is tried again" }
    return report
  }
}

extension ImportRow {
  /// Whether it was refused because it is none of what indexd reads, in a folder that may hold such files too.
  func isForeignInSource(_ sources: [FilePath]) -> Bool {
    refusalReason == ImportFailure.Reason.unrecognised.rawValue && sources.contains { $0 != path && path.isInside($0) }
  }
}
