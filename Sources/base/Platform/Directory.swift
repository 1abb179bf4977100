import Glibc
public import Tracks

/// Lists folders by the bytes of their names.
public enum Directory {
  /// Gives each entry of a folder but the folder itself and the one above, in no order.
  ///
  /// - Parameters:
  ///   - folder: the folder; links are followed.
  ///   - body: takes an entry's name, its kind (`d_type`, which some file systems leave unknown) and the descriptor of the
  ///     folder; `false` ends the listing.
  /// - Returns: 0, or the error number where the folder cannot be opened or not be read to its end.
  @discardableResult
  public static func forEachEntry(
    of folder: FilePath, _ body: (_ name: FilePath, _ kind: UInt8, _ descriptor: Int32) -> Bool
  ) -> Int32 {
    guard let directory = folder.withCString({ opendir($0) }) else { return errno }
    defer { closedir(directory) }
    let descriptor = dirfd(directory)
    while true {
      errno = 0
      guard let entry = readdir(directory) else { return errno }
      // The name may be longer than the array the header declares it as, so it is read through the entry itself.
      let start = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
      let length = strlen(start.assumingMemoryBound(to: CChar.self))
      let name = Array(UnsafeRawBufferPointer(start: start, count: length))
      if name == [0x2E] || name == [0x2E, 0x2E] { continue }
      if !body(FilePath(bytes: name), entry.pointee.d_type, descriptor) { return 0 }
    }
  }

  /// The names in a folder, in the order of their bytes; `nil` with `errno` where it cannot be read.
  public static func names(in folder: FilePath) -> [FilePath]? {
    var names: [FilePath] = []
    let code = forEachEntry(of: folder) { name, _, _ in
      names.append(name)
      return true
    }
    guard code == 0 else {
      errno = code
      return nil
    }
    return names.sorted()
  }
}
