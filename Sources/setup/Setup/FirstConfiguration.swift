import Foundation
import Glibc
import Pipeline
public import Platform
import Playlists
import ServiceState
import Settings
public import Tracks

/// The first configuration of an owner: what `indexctl setup` makes.
public struct FirstConfiguration: Sendable {
  /// The music folders.
  public var music: [FilePath]
  /// The playlist; in the state folder for `nil`.
  public var playlist: FilePath?
  /// A folder of exports that go into the inbox.
  public var exports: FilePath?
  /// Whether it is for the system's service; else for one of the user's own.
  public var isSystem: Bool
  /// The file; the usual place for `nil`.
  public var file: FilePath?

  /// A configuration of these parts.
  public init(
    music: [FilePath], playlist: FilePath? = nil, exports: FilePath? = nil, isSystem: Bool, file: FilePath? = nil
  ) {
    self.music = music.map(Workspace.absolute)
    self.playlist = playlist.map(Workspace.absolute)
    self.exports = exports.map(Workspace.absolute)
    self.isSystem = isSystem
    self.file = file.map(Workspace.absolute)
  }

  /// What was made, a sentence each.
  public struct Report: Sendable {
    /// What was made.
    public var made: [String] = []
    /// The workspace of the new configuration.
    public var workspace: Workspace
  }

  /// Where the configuration goes.
  public func place() throws(PipelineFailure) -> FilePath {
    if let file { return file }
    if isSystem { return FilePath("/etc/indexd/indexd.yaml") }
    guard let home = Workspace.configurationHome() else {
      throw PipelineFailure("HOME is not set: name the configuration with --config")
    }
    return home.appending("indexd/indexd.yaml")
  }

  /// Checks everything, then writes the configuration and makes the folders.
  ///
  /// - Parameter overwriting: Whether to replace a configuration that is there.
  /// - Throws: `PipelineFailure` or `SettingsFailure`; nothing was made where a check failed.
  public func make(overwriting: Bool) throws -> Report {
    let place = try place()
    for folder in music {
      if let fault = MusicFolders.fault(folder) { throw PipelineFailure(fault) }
    }
    guard !music.isEmpty else { throw PipelineFailure("no music folder is named") }
    // In a user's home root's hand could be led anywhere.
    if !isSystem { try StateOwner.become(ownerOf: place.parent) }
    try checkPlaylist()
    if Rights.exists(place), !overwriting, !Self.saysNothing(place) {
      throw PipelineFailure("\(place.display): is there already; change it with an editor, or replace it with --force")
    }
    var settings = Settings()
    settings.music = music
    settings.playlist.file = playlist
    settings.state = foreignState
    var text = "# Made by `indexctl setup`. Every key is described in config/indexd.yaml of the program's source.\n"
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
    try makeDropIn(&report)
    // Read by whoever started this, before the owner of the state folder goes on.
    let reader = try serviceUser ?? StateOwner.of(report.workspace.state.path)
    let staging = try exports.map { try Staging(Inbox.files(in: $0), for: reader) }
    try makeState(&report)
    try copyExports(staging, &report)
    return report
  }

  /// Whether a configuration is as it is shipped: nobody would miss it.
  private static func saysNothing(_ place: FilePath) -> Bool {
    var shipped = Settings()
    shipped.music = [FilePath("/srv/music")]
    // One that cannot be read says something that somebody meant.
    return (try? Settings.load(place)) == shipped
  }

  private func checkPlaylist() throws {
    guard let playlist else { return }
    guard Rights.exists(playlist.parent) else {
      throw PipelineFailure("\(playlist.parent.display): the playlist's folder does not exist; make it first")
    }
    var status = stat()
    guard playlist.withCString({ stat($0, &status) }) == 0 else { return }
    let isOwn = RegularFile.beginning(playlist, 256).map { $0.isEmpty || PlaylistText.isOwn($0) } ?? false
    guard status.st_mode & S_IFMT == S_IFREG, isOwn else {
      throw PipelineFailure(
        "\(playlist.display): is not a playlist of indexd's, and would not be replaced; name another file")
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
    report.made.append("the state folder \(state.path.display) with the inbox \(state.inbox.display)")
    guard isSystem, let service = getpwnam("indexd"), geteuid() == 0 else {
      try StateOwner.become(ownerOf: state.path)
      return try state.make()
    }
    // One that is there is made complete by its owner alone: what lies in it may be a link to anywhere.
    if Rights.exists(state.path) {
      try StateOwner.become(ownerOf: state.path)
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
    try StateOwner.become(ownerOf: state.path)
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
    let list = playlist.map(\.parent).flatMap { $0.isInside(report.workspace.state.path) ? nil : $0 }
    let folders = [list, foreignState].compactMap { $0 }
    guard !folders.isEmpty else { return }
    let home = isSystem ? FilePath("/etc") : Workspace.configurationHome()
    guard let home else { return }
    let dropIn = home.appending("systemd/\(isSystem ? "system" : "user")/indexd.service.d/playlist.conf")
    try Self.folder(dropIn.parent)
    let text =
      "# Made by `indexctl setup`: the playlist, or the state, lies there.\n[Service]\n"
      + folders.map { "ReadWritePaths=\"-\($0.display)\"\n" }.joined()
    try SmallFile.write(Array(text.utf8), to: dropIn)
    _ = dropIn.withCString { chmod($0, 0o644) }
    report.made.append("the permission for the service to write there, \(dropIn.display)")
  }

  private func copyExports(_ staging: Staging?, _ report: inout Report) throws {
    guard let exports, let staging else { return }
    for file in staging.files { try InboxCopy.copy(file, to: report.workspace.state) }
    report.made.append("copies of \(staging.files.count) files of \(exports.display) in the inbox")
  }

  /// The commands that come next, with what each is for.
  public func nextSteps(_ workspace: Workspace) -> [String] {
    // The services read the configurations in their own places only; without HOME there is no such place.
    if let file, file != (try? FirstConfiguration(music: music, isSystem: isSystem).place()) {
      return ["indexctl doctor --config '\(file.display)'", "indexd --config '\(file.display)'"]
    }
    var steps: [String] = []
    if isSystem {
      if getpwnam("indexd") == nil {
        steps += [
          "sudo install -D -m 644 config/indexd.sysusers.conf /usr/lib/sysusers.d/indexd.conf", "sudo systemd-sysusers",
        ]
      }
      if ServiceUnit.installed(for: workspace) == nil {
        steps.append("sudo install -m 644 systemd/indexd.service /etc/systemd/system/")
      }
      if let folder = playlist?.parent, !folder.isInside(workspace.state.path) {
        steps.append("sudo chgrp indexd '\(folder.display)' && sudo chmod g+rwx '\(folder.display)'")
      }
      steps += ["sudo systemctl daemon-reload", "sudo systemctl enable --now indexd"]
    } else {
      if ServiceUnit.installed(for: workspace) == nil {
        steps.append("mkdir -p ~/.config/systemd/user && cp systemd/user/indexd.service ~/.config/systemd/user/")
      }
      steps += ["systemctl --user daemon-reload", "systemctl --user enable --now indexd", "loginctl enable-linger"]
    }
    return steps + ["indexctl doctor"]
  }

  /// Has systemd start the user's service, now and at every login.
  ///
  /// - Throws: `PipelineFailure` where the unit is not installed or systemd refuses.
  public static func enableUserService(_ workspace: Workspace) throws(PipelineFailure) {
    guard ServiceUnit.installed(for: workspace) != nil else {
      throw PipelineFailure(
        "the unit is not installed yet: copy systemd/user/indexd.service to ~/.config/systemd/user/")
    }
    for arguments in [["--user", "daemon-reload"], ["--user", "enable", "--now", "indexd"]] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["systemctl"] + arguments
      do {
        try process.run()
      } catch {
        throw PipelineFailure("systemctl cannot be run: \(error.localizedDescription)")
      }
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw PipelineFailure("systemctl \(arguments.joined(separator: " ")) failed; see what it says above")
      }
    }
  }
}
