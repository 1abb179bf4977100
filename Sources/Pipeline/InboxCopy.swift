import Foundation
import Glibc
public import Tracks

/// Puts copies of exports into the inbox.
public enum InboxCopy {
  /// Copies a file into the inbox of a state folder, whole or not at all, and gives the copy the file's modification time:
  /// it tells when foobar2000 wrote it.
  ///
  /// - Parameter modified: Another modification time, in seconds since 1970.
  /// - Returns: the copy.
  /// - Throws: `PipelineFailure` where the file cannot be read or the inbox not be written.
  @discardableResult
  public static func copy(
    _ file: FilePath, to state: StateFolder, modified: Double? = nil
  ) throws(PipelineFailure) -> FilePath {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else {
      throw PipelineFailure("\(file.display): cannot be read (\(LibraryScan.words(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw PipelineFailure("\(file.display): is not a file; name the export itself")
    }
    guard let source = file.string, let inbox = state.inbox.string else {
      throw PipelineFailure("\(file.display): the name is not UTF-8; rename the file")
    }
    let temporary = "\(inbox)/.\(getpid()).part"
    let target = state.inbox.appending(file.name)
    do {
      try? FileManager.default.removeItem(atPath: temporary)
      try FileManager.default.copyItem(atPath: source, toPath: temporary)
    } catch {
      throw PipelineFailure(
        "\(file.display): cannot be copied into \(inbox): \(error.localizedDescription)")
    }
    var seconds = timespec(tv_sec: status.st_mtim.tv_sec, tv_nsec: status.st_mtim.tv_nsec)
    if let modified { seconds = timespec(tv_sec: Int(modified), tv_nsec: 0) }
    let times = [seconds, seconds]
    _ = utimensat(AT_FDCWD, temporary, times, 0)
    // The daemon may be another user of the same group.
    _ = chmod(temporary, 0o644)
    guard target.withCString({ rename(temporary, $0) }) == 0 else {
      throw PipelineFailure("\(target.display): cannot be written (\(LibraryScan.words(errno)))")
    }
    return target
  }
}
