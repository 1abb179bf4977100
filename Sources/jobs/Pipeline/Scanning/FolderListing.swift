import Glibc
package import MusicIndex
import Platform
package import Tracks

/// What a folder on disk holds: the sub-folders and audio files directly inside it.
package struct FolderListing {
  /// An entry of a folder.
  package struct Entry {
    /// The entry's name.
    package var name: FilePath
    /// Whether it is a folder.
    package var isFolder: Bool
    /// Whether it is a link.
    package var isLink = false
    /// Its size, times and inode; of what it leads to for a link.
    package var stamp: FileStamp
  }

  /// Why a folder could not be read.
  package struct Failure: Error {
    /// The `errno` of the failing call.
    package var code: Int32
  }

  /// The entries, ordered so that walking them depth first meets whole paths in the order of their bytes: a folder is
  /// placed as if its name ended in a slash.
  package var entries: [Entry] = []
  /// The names, lower-cased in ASCII and without their extension, of the cue sheets in the folder.
  package var cueSheets: Set<[UInt8]> = []
  /// The names of the cue sheets in the folder, in order.
  package var sheetNames: [FilePath] = []
  /// The text of the folder's `.indexdignore`, where it has one.
  package var ignoreFile: [UInt8]?

  /// Reads a folder. Links are followed; what is neither a folder nor a file with an audio extension is left out.
  ///
  /// - Throws: `Failure` where the folder cannot be opened or read to its end.
  package init(_ folder: FilePath) throws(Failure) {
    let code = Directory.forEachEntry(of: folder) { name, kind, descriptor in
      meet(name, kind, in: folder, descriptor)
      return true
    }
    guard code == 0 else { throw Failure(code: code) }
    entries.sort { Self.precedes($0, $1) }
    sheetNames.sort()
  }

  private mutating func meet(_ name: FilePath, _ kind: UInt8, in folder: FilePath, _ descriptor: Int32) {
    var isFolder = kind == UInt8(DT_DIR)
    var isLink = kind == UInt8(DT_LNK)
    if kind == UInt8(DT_LNK) || kind == UInt8(DT_UNKNOWN) {
      var status = stat()
      // A link to nothing is no file.
      guard fstatat(descriptor, name, &status) == 0 else { return }
      isFolder = status.st_mode & S_IFMT == S_IFDIR
      if !isLink { isLink = Self.isLink(name, in: descriptor) }
      guard isFolder || status.st_mode & S_IFMT == S_IFREG else { return }
    } else if !isFolder, kind != UInt8(DT_REG) {
      return
    }
    add(name, isFolder: isFolder, isLink: isLink, in: folder, descriptor)
  }

  /// Whether a name is a link's, on a file system whose listings do not tell.
  private static func isLink(_ name: FilePath, in descriptor: Int32) -> Bool {
    var status = stat()
    let isThere = name.withCString { Glibc.fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
    return isThere && status.st_mode & S_IFMT == S_IFLNK
  }

  private mutating func add(
    _ name: FilePath, isFolder: Bool, isLink: Bool, in folder: FilePath, _ descriptor: Int32
  ) {
    if isFolder {
      append(name, isFolder: true, isLink: isLink, descriptor)
      return
    }
    if name == IgnoreRules.fileName {
      ignoreFile = SmallFile.read(folder.appending(name))
      return
    }
    let kind = name.fileExtension
    if kind == "cue" {
      cueSheets.insert(Self.stem(name))
      sheetNames.append(name)
    }
    if AudioExtensions.all.contains(kind), name.bytes.first != 0x2E {
      append(name, isFolder: false, isLink: isLink, descriptor)
    }
  }

  private mutating func append(_ name: FilePath, isFolder: Bool, isLink: Bool, _ descriptor: Int32) {
    var status = stat()
    // What went away in between is not there.
    guard fstatat(descriptor, name, &status) == 0 else { return }
    entries.append(Entry(name: name, isFolder: isFolder, isLink: isLink, stamp: LibraryScan.stamp(status)))
  }

  /// Whether a cue sheet of the same name lies beside a file: `Album.cue` or `Album.flac.cue` beside `Album.flac`.
  package func hasCueSheet(_ name: FilePath) -> Bool {
    guard !cueSheets.isEmpty else { return false }
    return cueSheets.contains(Self.stem(name)) || cueSheets.contains(name.bytes.map(Self.lower))
  }

  /// Whether a cue sheet is named after a file.
  static func isSheet(_ sheet: FilePath, of name: FilePath) -> Bool {
    stem(sheet) == stem(name) || stem(sheet) == name.bytes.map(lower)
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (65...90).contains(byte) ? byte | 0x20 : byte
  }

  private static func stem(_ name: FilePath) -> [UInt8] {
    guard let dot = name.bytes.lastIndex(of: 0x2E), dot > 0 else { return name.bytes.map(lower) }
    return name.bytes[..<dot].map(lower)
  }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    let a = left.name.bytes
    let b = right.name.bytes
    let common = min(a.count, b.count)
    for index in 0..<common where a[index] != b[index] { return a[index] < b[index] }
    // One name begins the other; a folder goes on with a slash, a file ends.
    let nextOfA = a.count > common ? Int(a[common]) : (left.isFolder ? 0x2F : -1)
    let nextOfB = b.count > common ? Int(b[common]) : (right.isFolder ? 0x2F : -1)
    return nextOfA < nextOfB
  }
}

/// `fstatat` for a path of bytes, links followed.
func fstatat(_ descriptor: Int32, _ name: FilePath, _ status: inout stat) -> Int32 {
  name.withCString { Glibc.fstatat(descriptor, $0, &status, 0) }
}
