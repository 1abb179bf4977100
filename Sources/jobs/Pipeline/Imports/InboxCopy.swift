import Foobar2000
import Foundation
import Glibc
public import Platform
public import ServiceState
public import Tracks

/// Puts copies of exports into the inbox.
public enum InboxCopy {
  /// Copies a file into the inbox of a state folder, whole or not at all, and gives the copy the file's modification time:
  /// it tells when foobar2000 wrote it. Of a profile folder of foobar2000, which is only read, a snapshot is taken.
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
    guard !DropFolder.leavesAlone(file.name) else {
      throw PipelineFailure(
        "\(file.display): the inbox leaves hidden and temporary files alone (.NAME, NAME~, .tmp, .part and the like); "
          + "give it another name")
    }
    if ProfileSnapshot.isProfile(file) { return try copyProfile(file, to: state) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw PipelineFailure(
        "\(file.display): is neither a file nor a profile folder of foobar2000; name the export itself")
    }
    guard file.string != nil else {
      throw PipelineFailure("\(file.display): the name is not UTF-8; rename the file")
    }
    let temporary = state.inbox.appending(".\(getpid()).part")
    let target = state.inbox.appending(file.name)
    do throws(ImportFailure) {
      // What is no export at all is refused while its owner looks on.
      _ = try ExportReader.recognise(file)
    } catch {
      throw PipelineFailure(error.description)
    }
    if let obstacle = try obstacle(to: file, in: state, modified: modified) { throw PipelineFailure(obstacle) }
    do throws(ImportFailure) {
      try ExportCopy.write(file, to: temporary)
    } catch {
      for path in [temporary, ExportFile.log(of: temporary)] { _ = path.withCString { unlink($0) } }
      throw PipelineFailure("\(file.display): cannot be copied into \(state.inbox.display): \(error.detail)")
    }
    let written = try ExportFile.modified(file)
    let time = modified ?? written
    let seconds = KernelNumber.time(time)
    // The daemon may be another user of the same group.
    RegularFile.finish(temporary, mode: 0o644, modified: seconds)
    // The log of a database that lay there before belongs to that one alone.
    _ = ExportFile.log(of: target).withCString { unlink($0) }
    guard temporary.withCString({ from in target.withCString { rename(from, $0) } }) == 0 else {
      throw PipelineFailure("\(target.display): cannot be written (\(LibraryScan.words(errno)))")
    }
    return target
  }

  /// Why a file must not take the place of one of its name in the inbox, as a sentence; `nil` where nothing speaks against
  /// it. An older export is no replacement of a newer one, whose contents would be lost with it.
  ///
  /// - Parameter modified: Another modification time, in seconds since 1970.
  /// - Throws: `PipelineFailure` where one of the two cannot be read.
  public static func obstacle(
    to file: FilePath, in state: StateFolder, modified: Double? = nil
  ) throws(PipelineFailure) -> String? {
    let target = state.inbox.appending(file.name)
    var status = stat()
    guard target.withCString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let there = try ExportFile.modified(target)
    let time = if let modified { modified } else { try ExportFile.modified(file) }
    guard time < there - 1 else { return nil }
    let (old, new) = (try ExportFile.digest(of: target), try ExportFile.digest(of: file))
    guard old != new else { return nil }
    return "\(file.display): the inbox holds a newer \(file.name.display), of \(WallTime.day(there)), "
      + "and this one is of \(WallTime.day(time)); give it another name to import it beside that one, or say by --exported-at that it is newer"
  }

  private static func copyProfile(
    _ profile: FilePath, to state: StateFolder
  ) throws(PipelineFailure) -> FilePath {
    let files = FileManager.default
    let target = state.inbox.appending(profile.name)
    let temporary = state.inbox.appending(".\(getpid()).part")
    let old = state.inbox.appending(".\(getpid()).old")
    guard target.string != nil else {
      throw PipelineFailure("\(profile.display): the name is not UTF-8; rename the folder")
    }
    // What an interrupted run of the same number left there is of no use to anybody.
    for path in [temporary, old] { try? files.removeItem(atPath: path.display) }
    defer { for path in [temporary, old] { try? files.removeItem(atPath: path.display) } }
    guard temporary.withCString({ mkdir($0, 0o755) }) == 0 else {
      throw PipelineFailure("\(temporary.display): cannot be made (\(LibraryScan.words(errno)))")
    }
    // The daemon may be another user of the same group, whatever the umask says.
    let folder = temporary.withCString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    if folder >= 0 {
      fchmod(folder, 0o755)
      close(folder)
    }
    do {
      try ProfileSnapshot.write(profile, to: temporary)
    } catch {
      throw PipelineFailure(error.description)
    }
    _ = target.withCString { from in old.withCString { rename(from, $0) } }
    guard temporary.withCString({ from in target.withCString { rename(from, $0) } }) == 0 else {
      throw PipelineFailure("\(target.display): cannot be written (\(LibraryScan.words(errno)))")
    }
    return target
  }
}
