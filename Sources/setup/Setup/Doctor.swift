import AnalysisWorker
import CLinux
import FolderWatching
import Glibc
import MusicIndex
import Pipeline
import Platform
import Playlists
import ServiceState
import Settings
import Tracks

/// Looks at everything that commonly goes wrong with indexd. It changes nothing.
public struct Doctor: Sendable {
  let workspace: Workspace

  /// Everything that was found out, in the order of what depends on what.
  ///
  /// - Parameter file: The configuration; the default one for `nil`.
  public static func findings(configuration file: String?) async -> [Finding] {
    let workspace: Workspace
    do {
      workspace = try Workspace.load(file)
    } catch {
      return [
        .problem(
          "configuration", error.description,
          error.line == nil ? "make one with `indexctl setup`, or name one with --config" : "correct that line")
      ]
    }
    if file == nil, let fault = FirstConfiguration.fault(untouched: workspace) {
      return [
        .problem(
          "configuration", fault.description + "; for a service of your own user: `indexctl setup --user`",
          run: "sudo indexctl setup --system")
      ]
    }
    let doctor = Doctor(workspace: workspace)
    let kind = workspace.state.isTrial ? ", of a trial" : ""
    var found: [Finding] = [.ok("configuration", workspace.file.display + kind)]
    let silent = SilentDisks.among(workspace.places)
    guard silent.isEmpty else {
      // Every further look could wait for ever.
      found += silent.map { .problem("disk", SilentDisks.words($0), "everything else is checked once it answers") }
      return found
    }
    // Before the owner of the state folder goes on: only root can ask for another user, and the home is the caller's.
    found += doctor.music() + doctor.sources()
    let playlistFolder = doctor.playlistFolder()
    let others = OtherService.writing(listOf: workspace)
    let profiles = ProfileFinder().profiles()
    let music = profiles.isEmpty ? [] : FoundProfile.files(below: workspace.settings.music)
    let coverages = profiles.map { profile in Result { () throws(PipelineFailure) in try profile.coverage(of: music) } }
    do {
      try StateOwner.become(ownerOf: workspace.state.path)
    } catch {
      return found + [.problem("state", error.description, "run this as the user that indexd runs as")]
    }
    found += doctor.state() + [playlistFolder ?? doctor.playlist()]
    found += others.map { .warning("playlist", $0.words(workspace), run: $0.command) }
    found += (workspace.state.isTrial ? [] : [doctor.watches()]) + doctor.fileSystems()
    found.append(await doctor.worker())
    found.append(doctor.confinement())
    if doctor.isHidden {
      let words = "only members of its group may look into \(workspace.state.path.display)"
      found += ["index", "daemon"].map { .unknown($0, words) }
      found += doctor.membership()
    } else {
      found += doctor.index() + doctor.daemon()
    }
    found += doctor.service() + zip(profiles, coverages).map(doctor.profile) + doctor.room()
    return found
  }

  // MARK: Places

  /// The user that indexd runs as; the caller where nothing tells.
  var runner: Rights.User { Rights.owner(of: workspace.state.path) ?? Rights.thisUser }

  /// Whether the caller may not look into the state folder.
  var isHidden: Bool { Rights.isHidden(workspace.state.index) || Rights.isHidden(workspace.state.path) }

  private func music() -> [Finding] {
    workspace.settings.music.map { folder in
      if !Rights.exists(folder), !Rights.isHidden(folder), let fault = MusicFolders.fault(folder) {
        return .problem("music", fault, "mount its disk, or correct `music` in \(workspace.file.display)")
      }
      if runner.user != geteuid(), Rights.isHidden(folder) || Rights.may(Rights.thisUser, read: folder) == .no {
        let access = MusicAccess(runner, to: folder)
        // What the modes on the way forbid needs no look inside.
        guard !Rights.isHidden(folder), !access.isGranted else {
          return .unknown("music", "\(folder.display): you may not read it yourself")
        }
        return barred(folder, access)
      }
      if let fault = MusicFolders.fault(folder) {
        return .problem("music", fault, "correct `music` in \(workspace.file.display), or the rights of the folder")
      }
      let root = MusicFolders.resolved(folder)
      guard Rights.firstEntry(root) != nil else {
        return .warning("music", "\(folder.display): is empty", "is the disk mounted? Nothing is marked as missing")
      }
      let access = MusicAccess(runner, to: root)
      if !access.isGranted { return barred(folder, access) }
      if access.isUnknown {
        return .unknown("music", "\(folder.display): whether \(runner.name) may read everything in it")
      }
      return .ok("music", "\(folder.display): can be read")
    } + MusicFolders.relations(workspace.settings.music).map { .ok("music", $0) }
  }

  private func barred(_ folder: FilePath, _ access: MusicAccess) -> Finding {
    let commands = access.remedy(for: folder) + (ServiceUnit.installed(for: workspace).map { [$0.restart] } ?? [])
    return .problem("music", "\(folder.display): \(access.words)", run: commands.joined(separator: " && "))
  }

  private func state() -> [Finding] {
    let state = workspace.state
    if Rights.isHidden(state.path) { return [.unknown("state", "\(state.path.display): you may not look there")] }
    guard let owner = Rights.owner(of: state.path) else {
      return [.warning("state", "\(state.path.display): is not there yet; indexd makes it", run: startCommand)]
    }
    var status = stat()
    var found: [Finding] = []
    switch Rights.may(owner, write: state.path) {
    case .yes: break
    case .unknown: return [.unknown("state", "\(state.path.display): whether \(owner.name) may write there")]
    case .no:
      return [
        .problem(
          "state", "\(state.path.display): cannot be written by its owner \(owner.name)",
          run: "sudo chmod u+rwx \(Shell.quoted(state.path))")
      ]
    }
    if isHidden { return [.unknown("state", "\(state.path.display): you may not look inside")] }
    for folder in [state.inbox, state.requests] {
      switch Rights.may(owner, write: folder) {
      case .yes: break
      case .unknown: found.append(.unknown("state", "\(folder.display): whether \(owner.name) may write there"))
      case .no:
        found.append(
          .problem(
            "state", "\(folder.display): cannot be written by \(owner.name)",
            run: Rights.exists(folder)
              ? "sudo chown \(owner.name): \(Shell.quoted(folder)) && sudo chmod 0770 \(Shell.quoted(folder))"
              : startCommand))
      }
    }
    for folder in [state.inbox, state.requests] {
      guard folder.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IRWXG != S_IRWXG else { continue }
      found.append(
        .warning(
          "state", "\(folder.display): members of its group cannot drop files there",
          run: "sudo chmod g+rwx \(Shell.quoted(folder))"))
    }
    if state.index.withCString({ stat($0, &status) }) == 0, status.st_uid != owner.user {
      found.append(
        .problem(
          "state", "\(state.index.display): belongs to another user than its folder",
          run: "sudo chown \(owner.name): \(Shell.quoted(state.index))*"))
    }
    return found.isEmpty ? [.ok("state", "\(state.path.display): of the user \(owner.name)")] : found
  }

  /// What is wrong with the folder of the playlist; `nil` for nothing.
  private func playlistFolder() -> Finding? {
    let folder = workspace.playlist.parent
    let owner = runner
    if owner.user != geteuid(), Rights.isHidden(folder) {
      return .unknown("playlist", "\(folder.display): you may not look there")
    }
    // The state folder is told of by itself.
    if folder == workspace.state.path, !Rights.exists(folder) { return nil }
    guard Rights.exists(folder) else {
      let words = "\(folder.display): the playlist's folder does not exist"
      // What is made in the place of a disk is hidden by it later.
      if let disk = workspace.settings.music.first(where: { folder.isInside($0) && Self.isBare($0) }) {
        return .problem("playlist", words, "mount the disk of \(disk.display)")
      }
      return .problem("playlist", words, run: makeCommand(folder, owner))
    }
    switch Rights.may(owner, write: folder) {
    case .yes: return nil
    case .unknown: return .unknown("playlist", "\(folder.display): whether \(owner.name) may write there")
    case .no:
      let words = "\(folder.display): the user that indexd runs as (\(owner.name)) may not write there"
      if Rights.isHome(folder) {
        return .problem(
          "playlist", words + ", and is not to: it is a home",
          "set `playlist.file` in \(workspace.file.display) to a file in a folder of its own")
      }
      return .problem(
        "playlist", words,
        run: FirstConfiguration.permission(for: folder, owner).joined(separator: " && "))
    }
  }

  private func playlist() -> Finding {
    let file = workspace.playlist
    let folder = file.parent
    let aside = "mv \(Shell.quoted(file)) \(Shell.quoted(file)).old"
    let start = RegularFile.beginning(file, 256)
    if start == nil, errno == RegularFile.notRegular {
      return .problem(
        "playlist", "\(file.display): is no regular file, and indexd does not replace it", run: aside)
    }
    if let start, !start.isEmpty, !PlaylistText.isOwn(start) {
      return .problem(
        "playlist", "\(file.display): is another program's file, which indexd does not replace", run: aside)
    }
    if folder != workspace.state.path, let unit = ServiceUnit.installed(for: workspace), !unit.allows(folder) {
      return .problem(
        "playlist", "\(folder.display): the service may not write there",
        run: unit.isUser ? "indexctl setup --user --enable" : "sudo indexctl setup --system --enable")
    }
    return .ok("playlist", "\(file.display): can be written")
  }

  /// The command that starts indexd, by which it makes what is missing.
  var startCommand: String {
    if workspace.state.isTrial { return trialCommand() }
    return ServiceUnit.installed(for: workspace)?.start ?? "indexd --config \(Shell.quoted(workspace.file))"
  }

  /// The command that goes on with a trial, and takes an export into it.
  func trialCommand(_ export: FilePath? = nil) -> String {
    (["indexctl try"] + (workspace.settings.music.prefix(1) + [export].compactMap(\.self)).map(Shell.quoted))
      .joined(separator: " ")
  }

  /// The command that makes the playlist's folder. A service that runs sees it only after a restart.
  private func makeCommand(_ folder: FilePath, _ owner: Rights.User) -> String {
    let make =
      owner.user == geteuid()
      ? "mkdir -p \(Shell.quoted(folder))" : "sudo install -d -o \(owner.name) -m 0775 \(Shell.quoted(folder))"
    return ([make] + (ServiceUnit.installed(for: workspace).map { [$0.restart] } ?? [])).joined(separator: " && ")
  }

  /// Whether a folder is not there, or is empty as the place of a disk that is not mounted is.
  private static func isBare(_ folder: FilePath) -> Bool {
    !Rights.exists(folder) || Rights.isAllowed(R_OK, folder) && Rights.firstEntry(folder) == nil
  }

  // MARK: The machine

  private func watches() -> Finding {
    func limit(_ name: String) -> Int? {
      SmallFile.read(FilePath("/proc/sys/fs/inotify/\(name)")).flatMap {
        Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber))
      }
    }
    guard let watches = limit("max_user_watches"), let instances = limit("max_user_instances") else {
      return .warning("inotify", "the limits of the system cannot be read", "look at `sysctl fs.inotify`")
    }
    let music = Set(workspace.settings.music.map(MusicFolders.resolved))
    let outer = music.filter { folder in !music.contains { $0 != folder && folder.isInside($0) } }
    let folders = outer.reduce(0) { $0 + Rights.folders(below: $1) }
    let words = "\(folders) folders of music, \(watches) watches a user, \(instances) instances"
    guard folders + 16 < watches else {
      var wanted = 65_536
      while wanted < 2 * folders { wanted *= 2 }
      return .warning(
        "inotify", words,
        run: "echo fs.inotify.max_user_watches=\(wanted) | sudo tee /etc/sysctl.d/60-indexd.conf "
          + "&& sudo sysctl --system")
    }
    return .ok("inotify", words)
  }

  private func fileSystems() -> [Finding] {
    let table = MountTable.current()
    var found: [Finding] = []
    for folder in workspace.settings.music {
      for mount in table.sharedMounts(touching: MusicFolders.resolved(folder)) {
        found.append(
          .warning(
            "network", "\(mount.point.display): is a network file system (\(mount.type))",
            "nothing: what other machines change there is found every \(workspace.settings.scan.intervalMinutes) min "
              + "(`scan.intervalMinutes`)"))
      }
    }
    if let mount = table.mount(of: workspace.state.path), mount.isShared {
      found.append(
        .problem(
          "network",
          "\(workspace.state.path.display): the state folder lies on a network file system (\(mount.type)), "
            + "where SQLite's log does not work", "set `state` to a folder on a disk of this machine"))
    }
    return found.isEmpty ? [.ok("network", "every folder lies on a disk of this machine")] : found
  }

  private func worker() async -> Finding {
    let program = WorkerPool.programBesideThis()
    let pool = WorkerPool(program: program, count: 1)
    // No file has this name, so a worker that works says that it is missing.
    let answer = await pool.probe(workspace.state.path.appending("no such file"))
    await pool.shutdown()
    if case .failure(let failure) = answer,
      [WorkerFailure.workerMissing, WorkerFailure.crashed, WorkerFailure.timedOut].contains(failure.reason)
    {
      return .problem(
        "worker", "\(program.display): does not work (\(failure))",
        "install indexd, indexctl and indexd-worker of one build into one folder; `ldd` shows missing libraries")
    }
    return .ok("worker", program.display)
  }

  private func confinement() -> Finding {
    let version = linux_landlock_version()
    guard version > 0 else {
      return .ok("confinement", "workers are confined by seccomp; this kernel has no Landlock, the second barrier")
    }
    return .ok("confinement", "workers are held by seccomp and Landlock \(version)")
  }

  private func room() -> [Finding] {
    [("index", workspace.state.path), ("playlist", workspace.playlist.parent)].compactMap { what, folder in
      guard let free = DiskRoom.free(folder) else { return nil }
      let words = "\(free >> 20) MiB free for the \(what)"
      if free < DiskRoom.least {
        return .problem("disk", words, "make room on the disk of \(folder.display)")
      }
      return free < 8 * DiskRoom.least
        ? .warning("disk", words, "a song takes about 61 KiB; make room in time") : .ok("disk", words)
    }
  }
}
