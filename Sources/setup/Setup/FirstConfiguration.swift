public import Foobar2000
import Foundation
import Glibc
import Pipeline
public import Platform
import Playlists
import ServiceState
public import Settings
public import Tracks

/// The first configuration of an owner: what `indexctl setup` makes.
public struct FirstConfiguration: Sendable {
  /// The music folders.
  public var music: [FilePath]
  /// The playlist; in the state folder for `nil`.
  public var playlist: FilePath?
  /// What foobar2000 knows: a profile folder or a folder of exports, which a new configuration names as a source, or one
  /// file, which is copied into the inbox.
  public var exports: FilePath?
  /// What drives of foobar2000's machine are here.
  public var paths: [PathMapping]
  /// Whether it is for the system's service; else for one of the user's own.
  public var isSystem: Bool
  /// The file; the usual place for `nil`.
  public var file: FilePath?

  /// A configuration of these parts.
  public init(
    music: [FilePath], playlist: FilePath? = nil, exports: FilePath? = nil, isSystem: Bool, file: FilePath? = nil,
    paths: [PathMapping] = []
  ) {
    self.paths = paths
    self.music = music.map(Workspace.absolute)
    self.playlist = playlist.map(Workspace.absolute)
    self.exports = exports.map(Workspace.absolute)
    self.isSystem = isSystem
    self.file = file.map(Workspace.absolute)
  }

  /// What was made, a sentence each.
  public struct Report: Sendable {
    /// Whether the configuration that was there is kept.
    public var isKept = false
    /// What was made.
    public var made: [String] = []
    /// What else should be known, a sentence each.
    public var notes: [String] = []
    /// What could not be taken of the exports, a sentence each.
    public var refusals: [String] = []
    /// The workspace of the new configuration.
    public var workspace: Workspace
  }

  /// Where the configuration goes.
  ///
  /// - Throws: `PipelineFailure` where the user has no home folder to put it in.
  public func place() throws(PipelineFailure) -> FilePath {
    if let file { return file }
    if isSystem { return FilePath("/etc/indexd/indexd.yaml") }
    guard let home = Workspace.configurationHome() else {
      throw PipelineFailure("HOME is not set: name the configuration with --config")
    }
    return home.appending("indexd/indexd.yaml")
  }

  /// Whether a service reads the configuration: it reads the one in its own place only, which nobody without HOME has.
  var isService: Bool {
    file == nil || file == (try? FirstConfiguration(music: music, isSystem: isSystem).place())
  }

  /// The configuration that is there already; `nil` where there is none, or only the one that is shipped.
  ///
  /// - Throws: `PipelineFailure` where there is no place for one, or where what is there cannot be read.
  public func existing() throws -> Workspace? {
    let place = try place()
    guard Rights.exists(place), !Self.saysNothing(place) else { return nil }
    do {
      return try Workspace.load(place.display)
    } catch {
      throw PipelineFailure("\(error). Change it with an editor, or replace it with --force")
    }
  }

  /// Checks everything, then writes the configuration and makes the folders. A configuration that is there and says the
  /// same, or where no music folder is named, is kept; exports are taken in either case: as a source of a new configuration,
  /// else as copies. Copies are made of a source, too, where the service may not read it yet.
  ///
  /// - Parameter overwriting: Whether to replace a configuration that is there.
  /// - Throws: `PipelineFailure` or `SettingsFailure`; nothing was made where a check failed.
  public func make(overwriting: Bool) throws -> Report {
    let place = try place()
    for folder in music {
      if let fault = MusicFolders.fault(folder) { throw PipelineFailure(fault) }
    }
    // In a user's home root's hand could be led anywhere.
    if !isSystem { try StateOwner.become(ownerOf: place.parent) }
    var settings = Settings()
    settings.music = music
    settings.playlist.file = playlist
    settings.state = foreignState
    settings.paths = paths.map { Settings.PathRule(windows: $0.from, here: $0.to) }
    let source = source(of: exports, for: Workspace(file: place, settings: settings))
    // A new answer to another question takes nothing away; a configuration that cannot be read names no source.
    let kept = exports == nil && overwriting ? (try? existing())?.settings.sources : nil
    settings.sources = kept ?? (source.map { [$0] } ?? [])
    var report: Report
    let old = try overwriting ? nil : existing()
    let differences = old.map { music.isEmpty ? [] : Self.differences($0.settings, settings) } ?? []
    if let old, differences.isEmpty {
      report = Report(isKept: true, workspace: old)
    } else {
      guard !music.isEmpty else { throw PipelineFailure("no music folder is named") }
      if let fault = Self.fault(ofPlaylist: playlist, isSystem: isSystem) { throw PipelineFailure(fault) }
      guard old == nil else {
        throw PipelineFailure(
          "\(place.display): is there already and says something else: \(differences.joined(separator: "; ")). Change it "
            + "with an editor, or replace it with --force")
      }
      report = try write(settings, to: place)
      report.notes += source.map { [Self.words(of: $0)] } ?? []
    }
    try makeDropIn(&report)
    // Read by whoever started this, before the owner of the state folder goes on.
    let reader = try serviceUser ?? StateOwner.of(report.workspace.state.path)
    let isRead = source.map { Self.covers(report.workspace.settings.sources, $0) && self.isRead($0) } ?? false
    let isNeeded = !isRead && exports.map { !ExportPlace.isEmpty($0) } ?? false
    let staging = try !isNeeded ? nil : exports.map { try Staging(ExportPlace.files($0), for: reader) }
    try makeState(&report)
    copyExports(staging, &report)
    return report
  }

  /// What a configuration says otherwise than the answers, a clause each.
  private static func differences(_ old: Settings, _ new: Settings) -> [String] {
    func words(_ key: String, _ old: [FilePath], _ new: [FilePath]) -> String? {
      func names(_ paths: [FilePath]) -> String {
        paths.isEmpty ? "in the state folder" : paths.map(\.display).joined(separator: ", ")
      }
      return old == new ? nil : "`\(key)` is \(names(old)), not \(names(new))"
    }
    func one(_ path: FilePath?) -> [FilePath] { path.map { [$0] } ?? [] }
    return [
      words("music", old.music, new.music),
      words("playlist.file", one(old.playlist.file), one(new.playlist.file)),
      old.state == new.state
        ? nil : "`state` is \(old.state?.display ?? "not set"), not \(new.state?.display ?? "left to the default")",
    ].compactMap(\.self)
  }

  private func write(_ settings: Settings, to place: FilePath) throws -> Report {
    var text = "# Made by `indexctl setup`. Every key is described in indexd.yaml(5).\n"
    text += try settings.yaml(for: place)
    try Self.folder(place.parent)
    let old = FilePath(bytes: place.bytes + Array(".old".utf8))
    let before = SmallFile.read(place).flatMap { $0.isEmpty ? nil : $0 }
    if let before { try SmallFile.write(before, to: old) }
    try SmallFile.write(Array(text.utf8), to: place)
    if isSystem {
      // The service's own user reads it.
      _ = place.withCString { chmod($0, 0o644) }
    }
    var report = Report(workspace: try Workspace.load(place.display))
    report.made.append("the configuration \(place.display)")
    if before != nil { report.made.append("a copy of the one that was there, \(old.display)") }
    return report
  }

  /// Whether a configuration is as it is shipped: nobody would miss it.
  private static func saysNothing(_ place: FilePath) -> Bool {
    // One that cannot be read says something that somebody meant.
    (try? Settings.load(place)) == shipped
  }

  /// What the configuration says that is shipped.
  private static var shipped: Settings {
    var shipped = Settings()
    shipped.music = [FilePath("/srv/music")]
    return shipped
  }

  /// What is wrong with the system's configuration while it is as it was shipped, nobody has ever worked by it and nobody is
  /// going to; `nil` for any other.
  public static func fault(untouched workspace: Workspace) -> SettingsFailure? {
    guard workspace.file == FilePath("/etc/indexd/indexd.yaml"), workspace.settings == shipped,
      !Rights.exists(workspace.state.index),
      !Rights.exists(FilePath("/etc/systemd/system/multi-user.target.wants/indexd.service"))
    else { return nil }
    return SettingsFailure(
      reason: .missingKey, file: workspace.file, message: "is as it was installed: nothing is set up yet")
  }

  /// Why a playlist cannot be written at a place, as a sentence; `nil` where nothing speaks against it.
  ///
  /// - Parameter isSystem: whether the system's service is to write there, which is let into no home itself.
  public static func fault(ofPlaylist playlist: FilePath?, isSystem: Bool) -> String? {
    guard let playlist else { return nil }
    if isSystem, Rights.isHome(playlist.parent) {
      return
        "\(playlist.parent.display): is a home, in which the service is not let write; name a folder of the music or "
        + "one of its own, such as \(playlist.parent.appending("Lists").display)/"
    }
    guard Rights.exists(playlist.parent) else {
      return "\(playlist.parent.display): the playlist's folder does not exist; make it first"
    }
    var status = stat()
    guard playlist.withCString({ stat($0, &status) }) == 0 else { return nil }
    if status.st_mode & S_IFMT == S_IFDIR {
      return "\(playlist.display): is a folder; name the playlist's file in it, such as "
        + playlist.appending(StateFolder.playlistName).display
    }
    let isOwn = RegularFile.beginning(playlist, 256).map { $0.isEmpty || PlaylistText.isOwn($0) } ?? false
    return status.st_mode & S_IFMT == S_IFREG && isOwn
      ? nil : "\(playlist.display): is not a playlist of indexd's, and would not be replaced; name another file"
  }

  /// The commands that let a user write in a folder; in a group the service is only after it started anew.
  ///
  /// - Parameter joined: groups that the user is told to join anyway. A folder of such a group keeps it: others use it.
  static func permission(for folder: FilePath, _ user: Rights.User, joined: Set<String> = []) -> [String] {
    let place = Shell.quoted(folder)
    guard user.user != Rights.thisUser.user else { return ["chmod u+rwx \(place)"] }
    var opening = Opening()
    for barrier in Rights.barriers(user, above: MusicFolders.resolved(folder)) { opening.enter(barrier) }
    let group = getgrgid(user.group).map { String(cString: $0.pointee.gr_name) } ?? "\(user.group)"
    var status = stat()
    let isKnown = folder.withCString { stat($0, &status) } == 0
    let owners = isKnown ? getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } : nil
    let isShared = isKnown && user.groups.contains(status.st_gid) || owners.map(joined.contains) ?? false
    return opening.commands(for: user.name)
      + (isShared ? [] : ["sudo chgrp \(group) \(place)"]) + ["sudo chmod g+rwx \(place)"]
  }

  /// Makes the folder that a playlist goes to, with the rights of whoever could have it lead elsewhere.
  ///
  /// - Throws: `PipelineFailure` where it cannot be made.
  public func makeFolder(_ path: FilePath) throws(PipelineFailure) {
    guard geteuid() == 0 else { return try Self.folder(path) }
    switch StateOwner.keeper(of: path) {
    case .everybody:
      throw PipelineFailure("\(path.display): everybody could have it lead elsewhere; make it yourself, then go on")
    case .user(let user):
      let made = StateOwner.asUser(user) { () -> PipelineFailure? in
        do throws(PipelineFailure) { try Self.folder(path) } catch { return error }
        return nil
      }
      if let failure = made ?? PipelineFailure("\(path.display): cannot be made by the user it belongs to") {
        throw failure
      }
    case .root:
      try Self.folder(path)
      // Nobody but root decides what the name means.
      guard let service = serviceUser else { return }
      let owner = Caller.sudoUser.flatMap { getpwnam($0)?.pointee.pw_uid } ?? service.user
      if path.withCString({ chown($0, owner, service.group) }) == 0 { _ = path.withCString { chmod($0, 0o775) } }
    }
  }

  private static func folder(_ path: FilePath) throws(PipelineFailure) {
    do {
      try FileManager.default.createDirectory(atPath: path.display, withIntermediateDirectories: true)
    } catch {
      throw PipelineFailure("\(path.display): cannot be made (\(error.localizedDescription))")
    }
  }

  /// The user that the system's service runs as, where root makes its folder.
  private var serviceUser: StateOwner.User? {
    isSystem && geteuid() == 0 ? getpwnam("indexd").map { StateOwner.User($0.pointee.pw_uid, $0.pointee.pw_gid) } : nil
  }

  private func makeState(_ report: inout Report) throws {
    let state = report.workspace.state
    if !Rights.exists(state.inbox) {
      report.made.append("the state folder \(state.path.display) with the inbox \(state.inbox.display)")
    }
    guard isSystem, let service = getpwnam("indexd"), geteuid() == 0 else {
      try StateOwner.become(ownerOf: state.path)
      return try state.make()
    }
    // One that is there is made complete by its owner alone: what lies in it may be a link to anywhere.
    if Rights.exists(state.path) {
      try StateOwner.become(ownerOf: state.path, forGood: false)
      if geteuid() != 0 { return try state.make() }
    }
    _ = try StateOwner.of(state.path)
    try state.make()
    // The outermost comes last: until then only root can enter it.
    for (folder, mode) in [(state.inbox, mode_t(0o770)), (state.requests, 0o770), (state.path, 0o2750)] {
      let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
      guard descriptor >= 0 else { continue }
      // As StateDirectoryMode= of the unit has it.
      if fchown(descriptor, service.pointee.pw_uid, service.pointee.pw_gid) == 0 { fchmod(descriptor, mode) }
      close(descriptor)
    }
    // Root is needed once more, to start the service.
    try StateOwner.become(ownerOf: state.path, forGood: false)
  }

  /// A user's state folder that is not where the unit has it: the variable that says so here is not set for the service.
  private var foreignState: FilePath? {
    guard !isSystem, file == nil, let home = Settings.homeFolder(),
      let other = Workspace.environment("XDG_STATE_HOME").map({ FilePath($0).appending("indexd") }),
      other.bytes.first == UInt8(ascii: "/"), other != home.appending(".local/state/indexd")
    else { return nil }
    return other
  }

  /// A playlist beside the state folder, and a state folder elsewhere, need the service's permission.
  private func makeDropIn(_ report: inout Report) throws {
    guard isService else { return }
    let workspace = report.workspace
    let list = workspace.playlist.parent.isInside(workspace.state.path) ? nil : workspace.playlist.parent
    let folders = [list, foreignState].compactMap { $0 }
    let unit = ServiceUnit.installed(for: workspace)
    guard !folders.isEmpty, !folders.allSatisfy({ unit?.allows($0) ?? false }) else { return }
    let home = isSystem ? FilePath("/etc") : Workspace.configurationHome()
    guard let home else { return }
    let dropIn = home.appending("systemd/\(isSystem ? "system" : "user")/indexd.service.d/playlist.conf")
    try Self.folder(dropIn.parent)
    let text =
      "# Made by `indexctl setup`: the playlist, or the state, lies there.\n[Service]\n"
      + folders.map { ServiceUnit.line(allowing: $0) + "\n" }.joined()
    try SmallFile.write(Array(text.utf8), to: dropIn)
    _ = dropIn.withCString { chmod($0, 0o644) }
    report.made.append("the permission for the service to write there, \(dropIn.display)")
  }
}
