import Foundation
import Glibc
import Pipeline
public import Platform
import ServiceState
import Settings
import Tracks

extension FirstConfiguration {
  /// The commands that are left to be typed after it, in their order; the last one is `indexctl doctor`.
  public func nextSteps(_ workspace: Workspace) -> [String] {
    if let file, !isService {
      return ["indexctl doctor --config \(Shell.quoted(file))", "indexd --config \(Shell.quoted(file))"]
    }
    return (isSystem ? systemSteps(workspace) : userSteps(workspace)) + ["indexctl doctor"]
  }

  private func systemSteps(_ workspace: Workspace) -> [String] {
    var steps: [String] = []
    if getpwnam("indexd") == nil {
      steps += [
        "sudo install -D -m 644 config/indexd.sysusers.conf /usr/lib/sysusers.d/indexd.conf", "sudo systemd-sysusers",
      ]
    }
    if ServiceUnit.installed(for: workspace) == nil {
      steps.append("sudo install -m 644 systemd/indexd.service /etc/systemd/system/")
    }
    steps += rights(workspace, isStarted: false).flatMap(\.commands)
    steps += ["sudo systemctl daemon-reload", "sudo systemctl enable --now indexd"]
    return steps + restart(workspace)
  }

  /// What has a service that runs already take the configuration: one that is enabled anew does not start anew.
  private func restart(_ workspace: Workspace) -> [String] {
    guard StateLock.holder(of: workspace.state) != nil else { return [] }
    return ServiceUnit.installed(for: workspace).map { [$0.restart] } ?? []
  }

  /// The command by which the service of this user goes on when the user has logged out. Without sudo it asks polkit, which
  /// a minimal Debian lacks.
  private static var lingering: String { "sudo loginctl enable-linger \(Rights.thisUser.name)" }

  private func userSteps(_ workspace: Workspace) -> [String] {
    var steps: [String] = []
    if ServiceUnit.installed(for: workspace) == nil {
      steps.append("mkdir -p ~/.config/systemd/user && cp systemd/user/indexd.service ~/.config/systemd/user/")
    }
    return steps + ["systemctl --user daemon-reload", "systemctl --user enable --now indexd"] + restart(workspace)
      + [Self.lingering]
  }

  /// What is to be done about rights, and why.
  public struct Lack: Sendable {
    /// Who may not do what, as a sentence without a full stop.
    public var words: String
    /// The commands that give the right, in their order.
    public var commands: [String]
  }

  /// The rights that are lacking: the service's to the music and the playlist's folder, the owner's to `indexctl` and the
  /// log.
  ///
  /// - Parameter isStarted: Whether the service runs; then it has to start anew to be in another group.
  public func rights(_ workspace: Workspace, isStarted: Bool) -> [Lack] {
    guard isSystem else {
      let isLingering = Rights.exists(FilePath("/var/lib/systemd/linger").appending(FilePath(Rights.thisUser.name)))
      return isLingering || !isStarted
        ? [] : [Lack(words: "The service ends when you log out, unless you say", commands: [Self.lingering])]
    }
    // Only root can ask for another user.
    return StateOwner.asCaller {
      var lacks = serviceLacks(workspace)
      if isStarted, !lacks.isEmpty { lacks[lacks.count - 1].commands.append("sudo systemctl restart indexd") }
      return lacks + ownersLacks()
    }
  }

  private func serviceLacks(_ workspace: Workspace) -> [Lack] {
    var lacks: [Lack] = []
    let service = Rights.user(named: "indexd")
    // What opens the way to one folder may open that to another, too.
    func lack(_ words: String, _ commands: [String]) {
      let before = Set(lacks.flatMap(\.commands))
      let left = commands.filter { !before.contains($0) }
      if commands.isEmpty || !left.isEmpty { lacks.append(Lack(words: words, commands: left)) }
    }
    for folder in workspace.settings.music + workspace.settings.sources.filter(Rights.exists) {
      guard let access = service.map({ MusicAccess($0, to: folder) }), !access.isGranted else { continue }
      lack("\(folder.display): \(access.words)", access.remedy(for: folder))
    }
    let list = workspace.playlist.parent
    if let service, !list.isInside(workspace.state.path), !Rights.isHome(list),
      Rights.may(service, write: list) == .no
    {
      let join = "sudo usermod -aG "
      let joined = lacks.flatMap(\.commands).filter { $0.hasPrefix(join) }
        .flatMap { $0.dropFirst(join.count).prefix { $0 != " " }.split(separator: ",") }
      lack(
        "\(list.display): the user that indexd runs as (indexd) may not write there",
        Self.permission(for: list, service, joined: Set(joined.map(String.init))))
    }
    return lacks
  }

  private func ownersLacks() -> [Lack] {
    guard let name = Caller.sudoUser, let owner = Rights.user(named: name) else { return [] }
    let groups = ["indexd", "systemd-journal"].filter { group in
      getgrnam(group).map { !owner.groups.contains($0.pointee.gr_gid) } ?? (group == "indexd")
    }
    guard !groups.isEmpty else { return [] }
    return [
      Lack(
        words: "\(name) may use indexctl without sudo, and see the log, from the next login after",
        commands: ["sudo usermod -aG \(groups.joined(separator: ",")) \(name)"])
    ]
  }

  /// Whether the service can be started from here: its unit is installed, and systemd runs, for this user where it is a
  /// user's.
  public func canStart(_ workspace: Workspace) -> Bool {
    let manager = FilePath(isSystem ? "/run/systemd/system" : "/run/user/\(geteuid())/systemd")
    return isService && Rights.exists(manager) && ServiceUnit.installed(for: workspace) != nil
  }

  /// Has systemd start the service, now and at every boot or login.
  ///
  /// - Throws: `PipelineFailure` where the unit is not installed or systemd refuses.
  public func start(_ workspace: Workspace) throws(PipelineFailure) {
    guard ServiceUnit.installed(for: workspace) != nil else {
      throw PipelineFailure(
        isSystem
          ? "the unit is not installed yet: copy systemd/indexd.service to /etc/systemd/system/"
          : "the unit is not installed yet: copy systemd/user/indexd.service to ~/.config/systemd/user/")
    }
    let manager = isSystem ? [] : ["--user"]
    for arguments in [["daemon-reload"], ["enable", "--quiet", "indexd"], ["restart", "indexd"]] {
      try StateOwner.asCaller { () throws(PipelineFailure) in try Self.systemctl(manager + arguments) }
    }
  }

  private static func systemctl(_ arguments: [String]) throws(PipelineFailure) {
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
