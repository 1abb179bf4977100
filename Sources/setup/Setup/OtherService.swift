import Glibc
import Pipeline
import Platform
import ServiceState
import Settings
import Tracks

/// The service of another configuration that writes the playlist of this one: each replaces what the other wrote.
public struct OtherService: Sendable, Equatable {
  /// Whose it is, and its configuration.
  public let name: String
  /// The command that ends it for good.
  public let command: String

  /// Somebody who may have a service of their own.
  struct Account {
    /// The name of the user; `nil` for whoever calls.
    var user: String?
    /// The home folder.
    var home: FilePath
    /// The folder of the configurations.
    var configurations: FilePath
    /// What `$XDG_STATE_HOME` says; `nil` where it is not known or not set.
    var stateHome: FilePath?

    /// An account with the usual folders.
    init(user: String?, home: FilePath, configurations: FilePath? = nil, stateHome: FilePath? = nil) {
      (self.user, self.home, self.stateHome) = (user, home, stateHome)
      self.configurations = configurations ?? home.appending(".config")
    }
  }

  /// What is to be said of it beside a configuration, as a sentence without a full stop.
  public func words(_ workspace: Workspace) -> String {
    "\(workspace.playlist.display): is the list of \(workspace.file.display) and of \(name), each replaces what the "
      + "other wrote; this ends the other"
  }

  /// The services beside that of a configuration that are enabled, or run, and write its playlist. Of other users only
  /// those are looked at for whom systemd runs, or who linger, and whose configuration the caller may read.
  public static func writing(listOf workspace: Workspace) -> [OtherService] {
    writing(listOf: workspace, system: FilePath("/etc"), accounts: accounts())
  }

  static func writing(listOf workspace: Workspace, system: FilePath, accounts: [Account]) -> [OtherService] {
    let list = place(workspace.playlist)
    let service = system.appending("indexd/indexd.yaml")
    var found: [OtherService] = []
    if service != workspace.file, let settings = settings(service, home: FilePath("/")),
      list == place(settings.playlist.file ?? state(settings, FilePath("/var/lib/indexd")).playlist),
      isAtWork(state(settings, FilePath("/var/lib/indexd")), system.appending("systemd/system/multi-user.target.wants"))
    {
      found.append(
        OtherService(
          name: "the service of the system (\(service.display))", command: "sudo systemctl disable --now indexd"))
    }
    var seen: Set<FilePath> = [workspace.file]
    for account in accounts {
      let file = account.configurations.appending("indexd/indexd.yaml")
      guard seen.insert(file).inserted, let settings = settings(file, home: account.home) else { continue }
      let folder = Settings.defaultState(forConfiguration: file, home: account.home, stateHome: account.stateHome)
      let kept = state(settings, folder)
      guard list == place(settings.playlist.file ?? kept.playlist),
        isAtWork(kept, account.configurations.appending("systemd/user/default.target.wants"))
          || Rights.exists(system.appending("systemd/user/default.target.wants/indexd.service"))
      else { continue }
      let name = account.user.map { "of the user \($0)" } ?? "of your own"
      let command =
        account.user.map { "sudo systemctl --user -M \($0)@ disable --now indexd" }
        ?? "systemctl --user disable --now indexd"
      found.append(OtherService(name: "the service \(name) (\(file.display))", command: command))
    }
    return found
  }

  /// The caller, and whoever systemd runs services for.
  private static func accounts() -> [Account] {
    let caller = Caller.sudoUser.flatMap { getpwnam($0)?.pointee.pw_uid } ?? geteuid()
    var users: Set<uid_t> = []
    Rights.forEachEntry(of: FilePath("/run/user")) { name, _ in
      if let user = uid_t(name.name.display) { users.insert(user) }
      return true
    }
    Rights.forEachEntry(of: FilePath("/var/lib/systemd/linger")) { name, _ in
      if let entry = getpwnam(name.name.display) { users.insert(entry.pointee.pw_uid) }
      return true
    }
    let own = Caller.sudoUser == nil ? Workspace.configurationHome() : nil
    let state = Caller.sudoUser == nil ? Workspace.environment("XDG_STATE_HOME").map { FilePath($0) } : nil
    var found = Caller.home.map { [Account(user: nil, home: $0, configurations: own, stateHome: state)] } ?? []
    for user in users.subtracting([caller]).sorted() {
      guard let entry = getpwuid(user), let home = entry.pointee.pw_dir, home.pointee == UInt8(ascii: "/") else {
        continue
      }
      found.append(Account(user: String(cString: entry.pointee.pw_name), home: FilePath(String(cString: home))))
    }
    let silent = Set(SilentDisks.among(found.map(\.home)))
    return found.filter { !silent.contains($0.home) }
  }

  /// What a configuration says; `nil` for one that cannot be read or has a fault: no service starts by it.
  private static func settings(_ file: FilePath, home: FilePath) -> Settings? {
    // Its fault is its own owner's matter.
    SmallFile.read(file).flatMap { try? Settings.parse(String(decoding: $0, as: UTF8.self), file: file, home: home) }
  }

  private static func state(_ settings: Settings, _ folder: FilePath) -> StateFolder {
    StateFolder(settings.state ?? folder)
  }

  private static func isAtWork(_ state: StateFolder, _ wants: FilePath) -> Bool {
    Rights.exists(wants.appending("indexd.service")) || StateLock.holder(of: state) != nil
  }

  /// A file by its folder without links: the file itself is replaced whenever it is written.
  private static func place(_ file: FilePath) -> FilePath {
    MusicFolders.resolved(file.parent).appending(file.name)
  }
}
