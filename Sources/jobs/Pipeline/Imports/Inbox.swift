import Foobar2000
import ServiceState
public import Tracks

/// The folder where exports of foobar2000 are dropped. What lies there is imported and stays there.
public struct Inbox: Sendable {
  let folder: FilePath

  init(_ state: StateFolder) {
    folder = state.inbox
  }

  init(folder: FilePath) {
    self.folder = folder
  }

  /// The files in a folder of exports, ordered by name, without hidden ones and those that are still being copied.
  public static func files(in folder: FilePath) -> [FilePath] {
    DropFolder(folder).files()
  }

  /// The profile folders of foobar2000's in a folder, ordered by name.
  public static func profiles(in folder: FilePath) -> [FilePath] {
    DropFolder(folder).folders().filter(ProfileSnapshot.isProfile)
  }

  /// The exports in the inbox, ordered by name: files, and what lies in profile folders of foobar2000's. What belongs to
  /// another file (a database's log, the names of live playlists) comes with that one.
  ///
  /// - Parameter takesPlaylist: whether to take a live playlist of a profile, by its name.
  func exports(takesPlaylist: (String) -> Bool = { _ in true }) -> [FilePath] {
    let folders = Self.profiles(in: folder)
    let files = DropFolder(folder).files()
    let names = Set(files)
    let hasLists = files.contains { $0.fileExtension == "fplite" }
    let alone = files.filter { file in
      if hasLists, file.name == FilePath("index.txt") { return false }
      return !["-wal", "-shm"].contains { mark in
        guard file.bytes.count > 4, file.bytes.suffix(4).elementsEqual(mark.utf8) else { return false }
        return names.contains(FilePath(bytes: Array(file.bytes.dropLast(4))))
      }
    }
    return ExportFile.expand((alone + folders).sorted(), takesPlaylist: takesPlaylist)
  }
}
