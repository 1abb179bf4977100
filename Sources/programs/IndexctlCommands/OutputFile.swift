import Glibc
import Pipeline
import Platform
import Setup
import Tracks

/// Writes what a command was told to write.
enum OutputFile {
  /// Writes a regular file whole or not at all; into a device or a pipe it writes straight. A file that is there already
  /// is replaced only if it is empty or begins as one of this kind does.
  ///
  /// - Parameter beginning: what every file of this kind begins with.
  /// - Throws: `PipelineFailure` where it cannot be written, or is another program's file.
  static func write(_ bytes: [UInt8], to path: FilePath, beginning: String) throws(PipelineFailure) {
    try check(path, beginning: beginning)
    let stream = try OutputStream(to: path)
    try stream.write(bytes)
    try stream.finish()
  }

  /// Where a file that was named on the command line lies. A link is followed where it is this user's own or root's.
  ///
  /// - Throws: `PipelineFailure` for a link of somebody else, who could have any file replaced by it.
  static func place(_ named: String) throws(PipelineFailure) -> FilePath {
    let path = Workspace.absolute(FilePath(named))
    var status = stat()
    if path.withCString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFLNK,
      status.st_uid != geteuid(), status.st_uid != 0
    {
      throw PipelineFailure("\(path.display): is a link of another user; name another file")
    }
    return MusicFolders.resolved(path)
  }

  /// Refuses a file that `write` would refuse, before work is done for it.
  ///
  /// - Throws: `PipelineFailure`.
  static func check(_ path: FilePath, beginning: String) throws(PipelineFailure) {
    var status = stat()
    let kind = path.withCString { stat($0, &status) } == 0 ? status.st_mode & S_IFMT : nil
    if kind == S_IFDIR { throw PipelineFailure("\(path.display): is a folder; name a file in it") }
    // Whoever writes straight into a device or a pipe makes no file beside it.
    if kind == nil || kind == S_IFREG { try checkFolder(path.parent) }
    guard kind == S_IFREG, status.st_size > 0 else { return }
    guard try begins(path, Array(beginning.utf8)) else {
      throw PipelineFailure(
        "\(path.display): is there already and was not written by this command; name another file")
    }
  }

  private static func checkFolder(_ folder: FilePath) throws(PipelineFailure) {
    guard folder.withCString({ faccessat(AT_FDCWD, $0, W_OK | X_OK, AT_EACCESS) }) != 0 else { return }
    if errno == ENOENT { throw PipelineFailure("\(folder.display): the folder is not there; make it first") }
    throw failure(folder)
  }

  private static func begins(_ path: FilePath, _ beginning: [UInt8]) throws(PipelineFailure) -> Bool {
    guard let (descriptor, _) = RegularFile.open(path) else { throw failure(path) }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: beginning.count)
    let count = read(descriptor, &start, start.count)
    return count == beginning.count && start == beginning
  }

  private static func failure(_ path: FilePath) -> PipelineFailure {
    PipelineFailure("\(path.display): cannot be written (\(SystemError.text()))")
  }
}
