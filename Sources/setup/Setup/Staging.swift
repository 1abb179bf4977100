import Foobar2000
import Foundation
import Glibc
import Pipeline
public import Platform
public import Tracks

/// Copies of files that root was told to read, for the user that root becomes: made before that, in a folder of their own
/// that nobody else can enter, removed when it goes. What lies where another user could lay a link to a file of root's is
/// read with that user's rights.
public final class Staging: Sendable {
  /// The files to read: the copies, or the files themselves where nobody is to become another user.
  public let files: [FilePath]
  private let originals: [FilePath]
  private let folder: FilePath?

  /// Copies files, with the logs of databases, and what is read of profile folders. What cannot be copied is left to whoever
  /// reads it, who says why.
  ///
  /// - Parameters:
  ///   - originals: The files.
  ///   - state: The folder whose owner is to read them.
  /// - Throws: `PipelineFailure` where there is no room for copies, and as `StateOwner.of` does.
  public convenience init(_ originals: [FilePath], forOwnerOf state: FilePath) throws(PipelineFailure) {
    try self.init(originals, for: try StateOwner.of(state))
  }

  /// Copies files for a user; for `nil` the files are read as they are.
  ///
  /// - Throws: `PipelineFailure` where there is no room for copies.
  init(_ originals: [FilePath], for owner: StateOwner.User?) throws(PipelineFailure) {
    self.originals = originals
    guard let owner else {
      files = originals
      folder = nil
      return
    }
    var template = Array("/tmp/indexd-staging-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw PipelineFailure("/tmp: no folder can be made there (\(SystemError.text()))")
    }
    let folder = FilePath(bytes: template.dropLast().map(UInt8.init(bitPattern:)))
    self.folder = folder
    // Whoever reads a file gets as far as the folder of its copy.
    _ = folder.withCString { chmod($0, 0o711) }
    var copies: [FilePath] = []
    for (number, original) in originals.enumerated() {
      let place = folder.appending("\(number)")
      _ = place.withCString { mkdir($0, 0o700) }
      let copy = place.appending(original.name)
      copies.append(Self.copy(original, to: copy, in: place) ? copy : original)
    }
    files = copies
    Self.give(folder, owner)
  }

  deinit {
    // What was given to another user is that user's to remove; /tmp is emptied at every boot.
    if let folder { try? FileManager.default.removeItem(atPath: folder.display) }
  }

  /// Words of a failure, in which the files have their own names.
  public func words(_ text: String) -> String {
    var text = text
    for (copy, original) in zip(files, originals) where copy != original {
      text = text.replacingOccurrences(of: copy.display, with: original.display)
    }
    return text
  }

  /// Copies a file with the rights of whoever could have it replaced.
  private static func copy(_ original: FilePath, to copy: FilePath, in place: FilePath) -> Bool {
    switch StateOwner.keeper(of: original) {
    case .root: return self.copy(original, to: copy)
    case .everybody: return false
    case .user(let reader):
      _ = place.withCString { lchown($0, reader.user, reader.group) }
      let isDone = StateOwner.asUser(reader) { self.copy(original, to: copy) } ?? false
      take(place, from: reader)
      return isDone
    }
  }

  /// Takes a folder and what is in it back from another user, from the top: what lies in a folder that is root's again
  /// stays what it is. Other names of files, links and the like, which are no copies, are removed.
  private static func take(_ folder: FilePath, from user: StateOwner.User) {
    _ = folder.withCString { lchown($0, 0, 0) }
    _ = folder.withCString { chmod($0, 0o700) }
    for name in names(in: folder) {
      let path = folder.appending(FilePath(name))
      var status = stat()
      guard path.withCString({ lstat($0, &status) }) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        take(path, from: user)
      } else if status.st_mode & S_IFMT != S_IFREG || status.st_nlink != 1 || status.st_uid != user.user {
        _ = path.withCString { unlink($0) }
      }
    }
  }

  private static func names(in folder: FilePath) -> [String] {
    // What cannot be listed is given to nobody and stays unreadable, which whoever is to read it tells.
    (try? FileManager.default.contentsOfDirectory(atPath: folder.display)) ?? []
  }

  private static func copy(_ original: FilePath, to copy: FilePath) -> Bool {
    do {
      if ProfileSnapshot.isProfile(original) {
        guard copy.withCString({ mkdir($0, 0o755) }) == 0 else { return false }
        try ProfileSnapshot.write(original, to: copy)
        return true
      }
      try ExportCopy.write(original, to: copy)
      var status = stat()
      guard original.withCString({ stat($0, &status) }) == 0 else { return false }
      RegularFile.finish(copy, mode: 0o600, modified: status.st_mtim)
      return true
    } catch {
      _ = copy.withCString { unlink($0) }
      return false
    }
  }

  /// Gives a folder with everything in it away, itself last: until then only root can enter it.
  private static func give(_ folder: FilePath, _ owner: StateOwner.User) {
    for name in names(in: folder) {
      let path = folder.appending(FilePath(name))
      var status = stat()
      if path.withCString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR {
        give(path, owner)
      } else {
        _ = path.withCString { lchown($0, owner.user, owner.group) }
      }
    }
    _ = folder.withCString { lchown($0, owner.user, owner.group) }
  }
}
