import Glibc
import Platform
public import Tracks

/// A folder where other programs and people put files for indexd: the inbox, the requests.
public struct DropFolder: Sendable {
  /// The folder.
  public let path: FilePath

  /// A folder; it need not be there.
  public init(_ path: FilePath) {
    self.path = path
  }

  /// The files in the folder, ordered by name. Hidden and temporary files of copying programs are left alone.
  ///
  /// - Parameter suffix: how the names end.
  public func files(suffix: String = "") -> [FilePath] {
    entries(suffix: suffix) { $0 == S_IFREG }
  }

  /// The folders in the folder, ordered by name, without hidden ones.
  public func folders() -> [FilePath] {
    entries { $0 == S_IFDIR }
  }

  private func entries(suffix: String = "", _ isWanted: (mode_t) -> Bool) -> [FilePath] {
    (Directory.names(in: path) ?? []).filter { name in
      !Self.leavesAlone(name) && name.bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }.map(path.appending).filter { entry in
      var status = stat()
      return entry.withCString { stat($0, &status) } == 0 && isWanted(status.st_mode & S_IFMT)
    }
  }

  /// Whether a name is a hidden one, or one that a program gives to a file it is still writing.
  public static func leavesAlone(_ name: FilePath) -> Bool {
    name.bytes.first == UInt8(ascii: ".") || name.bytes.last == UInt8(ascii: "~")
      || ["tmp", "part", "partial", "crdownload", "filepart", "swp", "!ut"].contains(name.fileExtension)
  }
}
