import FolderWatching
import Foobar2000
import Foundation
import Glibc
import Pipeline
import Platform
public import Tracks

/// Looks for profile folders of foobar2000 where they lie on a Linux machine: in the prefixes of Wine, Bottles, Lutris, the
/// Snap and the AppImage, and on mounted Windows disks.
public struct ProfileFinder: Sendable {
  private let home: FilePath?
  private let prefix: FilePath?
  private let disks: [FilePath]

  /// A finder for a home folder.
  ///
  /// - Parameters:
  ///   - home: the home folder; that of whoever called `sudo`, or of this user, by default.
  ///   - prefix: another prefix of Wine; `$WINEPREFIX` by default.
  ///   - disks: the points where Windows disks are mounted; those of this machine by default.
  public init(home: FilePath? = Caller.home, prefix: FilePath? = nil, disks: [FilePath]? = nil) {
    self.home = home
    self.prefix = prefix ?? Workspace.environment("WINEPREFIX").map { Workspace.absolute(FilePath($0)) }
    self.disks = disks ?? Self.windowsDisks()
  }

  /// The profiles that were found, each once, in the order of the places.
  public func profiles() -> [FoundProfile] {
    var seen: Set<FilePath> = []
    let inPrefixes = prefixes().flatMap { prefix, place -> [FoundProfile] in
      let drives = Self.drives(of: prefix)
      return Self.profiles(onDrive: prefix.appending("drive_c")).map {
        FoundProfile(folder: $0, place: place, drives: drives)
      }
    }
    let portable = home.map { programs(of: $0) } ?? []
    let onDisks = disks.flatMap { disk in
      Self.profiles(onDrive: disk).map { FoundProfile(folder: $0, place: "a Windows disk") }
    }
    return (inPrefixes + portable + onDisks).filter { seen.insert(MusicFolders.resolved($0.folder)).inserted }
  }

  /// What is known of a profile folder that somebody names: with the drives of the prefix that it lies in.
  public static func profile(at folder: FilePath) -> FoundProfile? {
    guard ProfileSnapshot.isProfile(folder) else { return nil }
    var place = MusicFolders.resolved(folder)
    while !place.bytes.isEmpty, place.parent != place {
      if place.name == FilePath("drive_c") {
        return FoundProfile(folder: folder, place: "Wine", drives: drives(of: place.parent))
      }
      place = place.parent
    }
    return FoundProfile(folder: folder, place: "a folder")
  }

  // MARK: Places

  /// The prefixes of Wine that are there, with who made them.
  private func prefixes() -> [(FilePath, String)] {
    var found: [(FilePath, String)] = []
    if let prefix { found.append((prefix, "Wine")) }
    if let home {
      found += [(home.appending(".wine"), "Wine")]
      for (folder, place) in [
        (".local/share/bottles/bottles", "Bottles"),
        (".var/app/com.usebottles.bottles/data/bottles/bottles", "Bottles"),
        (".local/share/wineprefixes", "Wine"), ("Games", "Lutris"), (".local/share/lutris/prefixes", "Lutris"),
        (".var/app/net.lutris.Lutris/data/lutris/prefixes", "Lutris"), (".PlayOnLinux/wineprefix", "PlayOnLinux"),
      ] { found += Self.folders(in: home.appending(FilePath(folder))).map { ($0, place) } }
      let snap = home.appending("snap/foobar2000")
      for version in Self.folders(in: snap) {
        found += [version.appending(".wine"), version].map { ($0, "the Snap package") }
      }
      for name in [
        ".foobar2000", ".foobar2000_appimage", ".local/share/foobar2000", ".wine-foobar2000", ".foobar2000/.wine",
      ] { found.append((home.appending(FilePath(name)), "the AppImage")) }
    }
    return found.filter { Rights.exists($0.0.appending("drive_c")) }
  }

  /// The profile of a portable foobar2000 that the AppImage keeps outside its prefix, beside the program.
  private func programs(of home: FilePath) -> [FoundProfile] {
    let program = home.appending(FilePath(".foobar2000"))
    let folder = program.appending("profile")
    guard Rights.exists(folder.appending("metadb.sqlite")) else { return [] }
    let drives = Self.drives(of: program.appending(".wine"))
    return [FoundProfile(folder: folder, place: "the AppImage", drives: drives)]
  }

  /// The profiles on one drive of Windows.
  private static func profiles(onDrive drive: FilePath) -> [FilePath] {
    var candidates: [FilePath] = []
    for user in folders(in: drive.appending("users")) + folders(in: drive.appending("Users")) {
      for roaming in ["AppData/Roaming", "Application Data"] {
        for name in ["foobar2000-v2", "foobar2000"] {
          candidates.append(user.appending(FilePath("\(roaming)/\(name)")))
        }
      }
    }
    for programs in ["Program Files", "Program Files (x86)", ""] {
      let folder = programs.isEmpty ? drive : drive.appending(FilePath(programs))
      for name in ["foobar2000", "foobar2000_portable"] {
        candidates += [folder.appending(FilePath("\(name)/profile")), folder.appending(FilePath(name))]
      }
    }
    var seen: Set<FilePath> = []
    return candidates.filter { folder in
      // A folder of lists alone is one of the old foobar2000, which keeps no counts that can be read.
      guard ExportReader.files(in: folder).contains(where: { $0.name == FilePath("metadb.sqlite") }) else {
        return false
      }
      let inner = folder.appending("profile")
      let isOuter = Rights.exists(inner.appending("metadb.sqlite")) && !Rights.exists(folder.appending("metadb.sqlite"))
      return !isOuter && seen.insert(MusicFolders.resolved(folder)).inserted
    }
  }

  /// What the drives of a prefix are here, by its links `dosdevices/z:`; and Wine's own name of the root.
  private static func drives(of prefix: FilePath) -> [PathMapping] {
    let devices = prefix.appending("dosdevices")
    var found: [PathMapping] = []
    Rights.forEachEntry(of: devices) { name, _ in
      let bytes = name.bytes
      guard bytes.count == 2, bytes[1] == UInt8(ascii: ":"), (97...122).contains(bytes[0] | 0x20) else { return true }
      let letter = String(decoding: [bytes[0] & 0xDF], as: UTF8.self)
      let target = MusicFolders.resolved(devices.appending(name))
      // A link to what is not there stays as it is.
      if target != devices.appending(name) { found.append(PathMapping(from: "\(letter):\\", to: target)) }
      return true
    }
    return found.sorted { $0.from < $1.from }
  }

  private static func folders(in folder: FilePath) -> [FilePath] {
    var found: [FilePath] = []
    Rights.forEachEntry(of: folder) { name, kind in
      if kind == UInt8(DT_DIR) || kind == UInt8(DT_LNK) { found.append(folder.appending(name)) }
      return true
    }
    return found.sorted()
  }

  /// Where disks and shares of Windows are mounted; those that do not answer are left out.
  private static func windowsDisks() -> [FilePath] {
    let types: Set<String> = ["ntfs", "ntfs3", "fuseblk", "vfat", "exfat", "cifs", "smb3", "fuse.ntfs-3g"]
    let points = MountTable.current().mounts.filter { types.contains($0.type) }.map(\.point)
    let silent = Set(SilentDisks.among(points))
    return points.filter { !silent.contains($0) }.sorted()
  }
}
