import Glibc
public import Tracks

/// Checks of music folders before any work is done on them.
public enum MusicFolders {
  /// What is wrong with a music folder, as a sentence that says what to do; `nil` for a usable one.
  public static func fault(_ folder: FilePath) -> String? {
    var status = stat()
    guard folder.withCString({ stat($0, &status) }) == 0 else {
      let code = errno
      return code == ENOENT
        ? "\(folder.display): the music folder does not exist; check the name, or mount the disk"
        : "\(folder.display): the music folder cannot be looked at (\(LibraryScan.words(code)))"
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      return "\(folder.display): is a file; give the folder that holds the music"
    }
    guard folder.withCString({ access($0, R_OK | X_OK) }) == 0 else {
      return "\(folder.display): the music folder cannot be read by this user (\(LibraryScan.words(errno)))"
    }
    return nil
  }

  /// A path with its links resolved; as it is where it does not exist.
  public static func resolved(_ path: FilePath) -> FilePath {
    guard let resolved = path.withCString({ realpath($0, nil) }) else { return path }
    defer { free(resolved) }
    return FilePath(bytes: Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved))))
  }
}
