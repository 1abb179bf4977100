import Foundation
import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Tracks

extension Doctor {
  /// What systemd needs to run indexd, and to show its log.
  func service() -> [Finding] {
    // Without systemd there is neither.
    guard Rights.exists(FilePath("/run/systemd/system")), let unit = ServiceUnit.installed(for: workspace) else {
      return []
    }
    return unit.isUser ? session() : journal()
  }

  /// A user's service needs a manager of the user's, which pam_systemd starts.
  private func session() -> [Finding] {
    let places = Self.libraries.map { FilePath($0).appending("security/pam_systemd.so") }
    if !places.contains(where: Rights.exists) {
      return [
        .problem(
          "session", "the package libpam-systemd is missing: without it no user's service runs; log in anew afterwards",
          run: "sudo apt install libpam-systemd")
      ]
    }
    let runtime = FilePath("/run/user/\(geteuid())")
    if !Rights.exists(runtime.appending("systemd/private")) {
      return [
        .warning(
          "session", "systemd runs nothing for you now (\(runtime.display)/systemd is missing)",
          run: "sudo loginctl enable-linger \(Rights.thisUser.name)")
      ]
    }
    if !Rights.exists(FilePath("/var/lib/systemd/linger").appending(FilePath(Rights.thisUser.name))) {
      return [
        .warning(
          "session", "the service ends when you log out", run: "sudo loginctl enable-linger \(Rights.thisUser.name)")
      ]
    }
    return [.ok("session", "systemd runs your services, also when you are logged out")]
  }

  /// Where the libraries of Debian's architectures lie.
  private static var libraries: [String] {
    ["/usr/lib", "/lib"].flatMap { folder in
      // A folder that is not there has nothing in it.
      [folder]
        + ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.contains("-linux-gnu") }.map { "\(folder)/\($0)" }
    }
  }

  /// The log of the system's service is shown to the members of two groups only.
  private func journal() -> [Finding] {
    let groups = ["systemd-journal", "adm"]
    let user = Rights.thisUser
    let mayRead =
      geteuid() == 0
      || groups.contains { name in
        getgrnam(name).map { user.groups.contains($0.pointee.gr_gid) } ?? false
      }
    if mayRead || Rights.owner(of: workspace.state.path)?.user == user.user {
      return [.ok("journal", "journalctl -u indexd shows the log")]
    }
    return [
      .warning(
        "journal",
        "journalctl shows \(user.name) nothing of the service; members of the group \(groups[0]) see its log from "
          + "their next login on",
        run: "sudo usermod -aG \(groups[0]) \(user.name)")
    ]
  }

  /// The group that the caller is no member of, so that much is hidden.
  func membership() -> [Finding] {
    var status = stat()
    guard workspace.state.path.withCString({ stat($0, &status) }) == 0, let group = getgrgid(status.st_gid) else {
      return []
    }
    let (name, user) = (String(cString: group.pointee.gr_name), Rights.thisUser.name)
    return [
      .warning(
        "group", "\(user) is no member of the group \(name), or not yet: it holds from the next login on",
        run: "sudo usermod -aG \(name) \(user)")
    ]
  }

  /// A profile of foobar2000 on this machine, and how much of it is the music.
  func profile(_ profile: FoundProfile, _ result: Result<FoundProfile.Coverage, PipelineFailure>) -> Finding {
    let coverage: FoundProfile.Coverage
    switch result {
    case .success(let found): coverage = found
    case .failure(let failure):
      return .warning("foobar2000", failure.description, "close foobar2000, and ask again")
    }
    let words =
      "\(profile.folder.display) (\(profile.place)): \(coverage.matched) of "
      + "\(counted(coverage.entries, "entry", "entries")) are files of the music"
    if isSource(profile.folder) { return .ok("foobar2000", words + "; a source") }
    // One that is of other music is nobody's fault.
    guard coverage.matched * 2 >= coverage.entries, coverage.entries > 0 else { return .ok("foobar2000", words) }
    if isHidden { return .unknown("foobar2000", words + "; whether it is imported") }
    // Where the index cannot be read its own finding says so.
    let known = (try? MusicIndex(workspace.state.index, readOnly: true).read { try $0.imports() }) ?? []
    let isImported = known.contains { $0.path.name == FilePath("metadb.sqlite") }
    return isImported
      ? .ok("foobar2000", words)
      : .warning(
        "foobar2000", words + "; not imported yet",
        run: workspace.state.isTrial
          ? trialCommand(profile.folder) : "indexctl import \(Shell.quoted(profile.folder))")
  }
}
