import Foundation
import Glibc
import Pipeline
import Platform
import Settings
import Tracks

/// The systemd unit of a configuration, as it is installed.
struct ServiceUnit {
  /// The unit's file.
  let file: FilePath
  /// Whether it is a user's own.
  let isUser: Bool

  /// The command that starts it now and at every boot.
  var start: String {
    isUser ? "systemctl --user enable --now indexd" : "sudo systemctl enable --now indexd"
  }

  /// The command that adds to it.
  var edit: String {
    isUser ? "systemctl --user edit indexd" : "sudo systemctl edit indexd"
  }

  /// The unit that would run a configuration: the system's for one below /etc, else the user's.
  static func installed(for workspace: Workspace) -> ServiceUnit? {
    let isUser = !workspace.file.isInside(FilePath("/etc"))
    let folders = isUser ? userFolders : systemFolders
    let files = folders.map { $0.appending("indexd.service") }
    return files.first { Rights.exists($0) }.map { ServiceUnit(file: $0, isUser: isUser) }
  }

  /// Where the units of the system lie.
  static let systemFolders = [
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system", "/lib/systemd/system",
  ].map { FilePath($0) }

  /// Where the units of this user lie.
  static var userFolders: [FilePath] {
    let own = Workspace.configurationHome().map { [$0.appending("systemd/user")] } ?? []
    return own + ["/etc/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"].map { FilePath($0) }
  }

  /// Whether the service may write in a folder beside its state folder: a drop-in has to say so.
  func allows(_ folder: FilePath) -> Bool {
    let folders = isUser ? Self.userFolders : Self.systemFolders
    for place in folders {
      let dropIns = place.appending("indexd.service.d")
      // Most of the places are not there.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: dropIns.display)) ?? []
      for name in names where name.hasSuffix(".conf") {
        let text = SmallFile.read(dropIns.appending(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        if Self.writable(text).contains(where: { folder.isInside($0) }) { return true }
      }
    }
    return Self.writable(SmallFile.read(file).map { String(decoding: $0, as: UTF8.self) } ?? "")
      .contains { folder.isInside($0) }
  }

  /// The folders that a unit's text makes writable.
  static func writable(_ text: String) -> [FilePath] {
    text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("ReadWritePaths=") }.flatMap { line in
      line.dropFirst("ReadWritePaths=".count).split(separator: " ").map { word in
        let path = String(word.drop { $0 == "-" || $0 == "+" }).replacingOccurrences(of: "\"", with: "")
        return FilePath(path.replacingOccurrences(of: "%h", with: Workspace.environment("HOME") ?? "%h"))
      }
    }
  }
}
