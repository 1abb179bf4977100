import Foundation
import Glibc
public import Pipeline
import Settings
import Tracks

extension FirstConfiguration {
  /// The commands that are left to be typed after it, in their order; the last one is `indexctl doctor`.
  public func nextSteps(_ workspace: Workspace) -> [String] {
    // The services read the configurations in their own places only; without HOME there is no such place.
    if let file, file != (try? FirstConfiguration(music: music, isSystem: isSystem).place()) {
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
    steps += rights(workspace)
    steps += ["sudo systemctl daemon-reload", "sudo systemctl enable --now indexd"]
    return steps
  }

  private func userSteps(_ workspace: Workspace) -> [String] {
    var steps: [String] = []
    if ServiceUnit.installed(for: workspace) == nil {
      steps.append("mkdir -p ~/.config/systemd/user && cp systemd/user/indexd.service ~/.config/systemd/user/")
    }
    return steps + ["systemctl --user daemon-reload", "systemctl --user enable --now indexd", "loginctl enable-linger"]
  }

  /// The commands that give rights: to the service for the music and the playlist's folder, to the owner for `indexctl` and
  /// the log. None where everything is right.
  public func rights(_ workspace: Workspace) -> [String] {
    guard isSystem else { return [] }
    var steps: [String] = []
    let service = Rights.user(named: "indexd")
    for folder in workspace.settings.music {
      guard let service else { continue }
      let access = MusicAccess(service, to: folder)
      if !access.isGranted { steps.append(access.remedy(for: folder)) }
    }
    let list = workspace.playlist.parent
    if !list.isInside(workspace.state.path), service.map({ Rights.may($0, write: list) == .no }) ?? true {
      steps.append(Self.permission(for: list, "indexd"))
    }
    if let name = Caller.sudoUser, let owner = Rights.user(named: name) {
      let groups = ["indexd", "systemd-journal"].filter { group in
        getgrnam(group).map { !owner.groups.contains($0.pointee.gr_gid) } ?? (group == "indexd")
      }
      if !groups.isEmpty { steps.append("sudo usermod -aG \(groups.joined(separator: ",")) \(name)") }
    }
    return steps
  }

  /// Whether the service can be started from here: its unit is installed, and systemd runs.
  public func canStart(_ workspace: Workspace) -> Bool {
    file == nil && Rights.exists(FilePath("/run/systemd/system")) && ServiceUnit.installed(for: workspace) != nil
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
    for arguments in [manager + ["daemon-reload"], manager + ["enable", "--now", "indexd"]] {
      try StateOwner.asCaller { () throws(PipelineFailure) in try Self.systemctl(arguments) }
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
