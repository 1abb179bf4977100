import Glibc
import Platform
public import Tracks

/// A copy of what indexd reads of a profile folder of foobar2000 2, for a folder that the daemon can read.
public enum ProfileSnapshot {
  /// Whether a path is a profile folder, or the folder of a portable foobar2000.
  public static func isProfile(_ path: FilePath) -> Bool {
    path.isFolder && !ExportReader.files(in: path).isEmpty
  }

  /// Copies the database as it is at one moment, the live playlists and their names, with their times, into a folder
  /// that exists. The profile is only read.
  ///
  /// - Throws: `ImportFailure` where something cannot be read or written, or where foobar2000 writes all the time.
  public static func write(_ profile: FilePath, to folder: FilePath) throws(ImportFailure) {
    for file in ExportReader.files(in: profile) {
      if file.name == FilePath(ProfileDatabase.fileName) {
        let target = folder.appending(file.name)
        try PrivateCopy.copyWhole(file, to: target)
        keepTime(of: file, target)
        keepTime(of: file.log, target.log)
        continue
      }
      let lists = folder.appending(file.parent.name)
      _ = lists.withCString { mkdir($0, 0o755) }
      _ = lists.withCString { chmod($0, 0o755) }
      let names = file.parent.appending("index.txt")
      for source in [file] + (names.isRegularFile ? [names] : []) {
        let target = lists.appending(source.name)
        try PrivateCopy.copyFile(source, target)
        keepTime(of: source, target)
      }
    }
  }

  private static func keepTime(of source: FilePath, _ target: FilePath) {
    var status = stat()
    guard source.withCString({ stat($0, &status) }) == 0 else { return }
    // The daemon may be another user of the same group.
    RegularFile.finish(target, mode: 0o644, modified: status.st_mtim)
  }
}
