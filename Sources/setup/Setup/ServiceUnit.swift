import Foundation
import Glibc
import Pipeline
import Platform
import ServiceState
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

  /// The command that starts it anew.
  var restart: String {
    isUser ? "systemctl --user restart indexd" : "sudo systemctl restart indexd"
  }

  /// The command that shows its log.
  var journal: String {
    isUser ? "journalctl --user -u indexd -e" : "sudo journalctl -u indexd -e"
  }

  /// The command that adds to it.
  var edit: String {
    isUser ? "systemctl --user edit indexd" : "sudo systemctl edit indexd"
  }

  /// The unit that would run a configuration: the system's for one below /etc, else the user's; `nil` for a trial, which
  /// has none.
  static func installed(for workspace: Workspace) -> ServiceUnit? {
    if workspace.state.isTrial { return nil }
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

  /// Whether the service has another folder in the place of one: `PrivateTmp=` hides the temporary ones of the system.
  func hides(_ folder: FilePath) -> Bool {
    let place = MusicFolders.resolved(folder)
    guard place.isInside(FilePath("/tmp")) || place.isInside(FilePath("/var/tmp")) else { return false }
    return SmallFile.read(file).map { String(decoding: $0, as: UTF8.self) }?.contains("\nPrivateTmp=yes") ?? false
  }

  /// The folders that a unit's text makes writable, as systemd.exec(5) reads them: words with quotes and escapes, each
  /// after an optional `-` or `+`, `%h` and `%%` written out; an empty value forgets those before it.
  static func writable(_ text: String) -> [FilePath] {
    var folders: [FilePath] = []
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(setting) {
      let value = words(line.dropFirst(setting.count))
      if value.isEmpty { folders = [] }
      folders += value.map { word in
        let path = word.drop { $0 == "-" || $0 == "+" }
        let parts = path.split(separator: "%%", omittingEmptySubsequences: false).map {
          $0.replacing("%h", with: Workspace.environment("HOME") ?? "%h")
        }
        return FilePath(parts.joined(separator: "%"))
      }
    }
    return folders
  }

  /// The line of a unit that makes a folder writable where it is there.
  static func line(allowing folder: FilePath) -> String {
    let path = folder.display.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
    return "\(setting)\"-\(path)\""
  }

  private static let setting = "ReadWritePaths="

  /// The words of a value: separated by blanks, where no quotes hold them together.
  private static func words(_ value: Substring) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in value {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let whole = word { words.append(whole) }
    return words
  }
}
