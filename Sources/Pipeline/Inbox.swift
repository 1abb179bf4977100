import Foobar2000
import Glibc
public import Tracks

/// The folder where exports of foobar2000 are dropped. What lies there is imported and stays there.
public struct Inbox: Sendable {
  let folder: FilePath

  init(_ state: StateFolder) {
    folder = state.inbox
  }

  /// The files in a folder of exports, ordered by name, without hidden ones and those that are still being copied.
  public static func files(in folder: FilePath) -> [FilePath] {
    Inbox(folder: folder).files()
  }

  /// The profile folders of foobar2000's in a folder, ordered by name.
  public static func profiles(in folder: FilePath) -> [FilePath] {
    Inbox(folder: folder).entries { $0 == S_IFDIR }.filter(ProfileSnapshot.isProfile)
  }

  init(folder: FilePath) {
    self.folder = folder
  }

  /// The exports in the inbox, ordered by name: files, and what lies in profile folders of foobar2000's. What belongs to
  /// another file (a database's log, the names of live playlists) comes with that one.
  func exports() -> [FilePath] {
    let folders = entries { $0 == S_IFDIR }.filter(ProfileSnapshot.isProfile)
    let files = files()
    let names = Set(files)
    let hasLists = files.contains { $0.fileExtension == "fplite" }
    let alone = files.filter { file in
      if hasLists, file.name == FilePath("index.txt") { return false }
      return !["-wal", "-shm"].contains { mark in
        guard file.bytes.count > 4, file.bytes.suffix(4).elementsEqual(mark.utf8) else { return false }
        return names.contains(FilePath(bytes: Array(file.bytes.dropLast(4))))
      }
    }
    return ExportFile.expand((alone + folders).sorted())
  }

  /// The files in the inbox, ordered by name. Hidden and temporary files of copying programs are left alone.
  ///
  /// - Parameter suffix: how the names end.
  func files(suffix: String = "") -> [FilePath] {
    entries(suffix: suffix) { $0 == S_IFREG }
  }

  private func entries(suffix: String = "", _ isWanted: (mode_t) -> Bool) -> [FilePath] {
    guard let directory = folder.withCString({ opendir($0) }) else { return [] }
    defer { closedir(directory) }
    var found: [FilePath] = []
    while let entry = readdir(directory) {
      let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
      let length = strlen(start.assumingMemoryBound(to: CChar.self))
      let name = FilePath(bytes: Array(UnsafeRawBufferPointer(start: start, count: length)))
      guard !Self.leavesAlone(name), name.bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else { continue }
      let path = folder.appending(name)
      var status = stat()
      guard path.withCString({ stat($0, &status) }) == 0, isWanted(status.st_mode & S_IFMT) else { continue }
      found.append(path)
    }
    return found.sorted()
  }

  /// Whether a name is a hidden one, or one that a program gives to a file it is still writing.
  static func leavesAlone(_ name: FilePath) -> Bool {
    name.bytes.first == UInt8(ascii: ".") || name.bytes.last == UInt8(ascii: "~")
      || ["tmp", "part", "partial", "crdownload", "filepart", "swp", "!ut"].contains(name.fileExtension)
  }
}
