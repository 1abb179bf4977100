import Glibc
public import Tracks

/// The room that is left on a disk.
public enum DiskRoom {
  /// The bytes below which nothing can be relied on to be written.
  public static let least = 32 << 20

  /// The bytes that a user who is not root may still write where a file or folder lies; `nil` where that is not known.
  public static func free(_ path: FilePath) -> Int? {
    var room = statvfs()
    guard path.withCString({ statvfs($0, &room) }) == 0, room.f_blocks > 0 else { return nil }
    return KernelNumber.freeBytes(room)
  }

  /// What to say where the disk is all but full; `nil` where it is not.
  public static func advice(_ path: FilePath) -> String? {
    guard let free = free(path), free < least else { return nil }
    return "\(path.display): the disk is full (\(free >> 20) MiB are left); make room, indexd goes on by itself then"
  }
}
