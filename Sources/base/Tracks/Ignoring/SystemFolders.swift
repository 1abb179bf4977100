/// Names of folders that systems make beside the owner's files: bins, snapshots, thumbnails, what a repair found.
///
/// Such a folder is left out of the music unless a pattern of the owner's takes it back by name (`IgnoreRules`). Upper and
/// lower case do not matter. A name that begins with a dot is hidden, and left out alike.
public enum SystemFolders {
  /// Names in lower case, by who makes them.
  private static let names: Set<[UInt8]> = Set(
    [
      // Bins: Samba and Synology, QNAP, Windows, Netgear and Asustor, Apple.
      "#recycle", "@recycle", "$recycle.bin", "recycler", "recycled", "#trash", "$trash", "network trash folder",
      // Snapshots: Synology, QNAP, NetApp, Btrfs and ZFS tools.
      "#snapshot", "@recently-snapshot", "@snapshot", "@snapshots", "@sharesnap", "~snapshot",
      // What Synology and QNAP keep beside files.
      "@eadir", "@tmp", "@sharebin", "@transcode", "@appdata", "@__thumb",
      // Repairs and restore points.
      "lost+found", "found.000", "system volume information", "temporary items",
    ].map { Array($0.utf8) })

  /// Beginnings of names in lower case: Samba's snapshots are named after their moment.
  private static let beginnings = ["@gmt-"].map { Array($0.utf8) }

  /// Whether a folder of this name is left out.
  public static func contains(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first else { return false }
    if first == UInt8(ascii: ".") { return true }
    let folded = name.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
    return names.contains(folded) || beginnings.contains { folded.starts(with: $0) }
  }

  /// Whether any folder on the way to a relative path, the last one included, is left out.
  public static func contains(anyOf path: FilePath) -> Bool {
    path.bytes.split(separator: UInt8(ascii: "/")).contains { contains($0) }
  }
}
