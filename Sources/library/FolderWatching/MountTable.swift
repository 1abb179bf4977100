import Glibc
import Platform
public import Tracks

/// What is mounted where, as `/proc/self/mountinfo` tells it.
public struct MountTable: Sendable, Equatable {
  /// One mounted file system.
  public struct Mount: Sendable, Hashable {
    /// The kernel's number of the mount.
    public let number: Int
    /// The number of the device, as `stat` tells it of the files there.
    let device: UInt64
    /// Where it is mounted.
    public let point: FilePath
    /// The file system's type: `ext4`, `nfs4`, ...
    public let type: String

    /// Whether others can change files there without an event on this machine.
    public var isShared: Bool { MountTable.sharedTypes.contains(type) }
  }

  /// Every mount, in the order in which they were made.
  public let mounts: [Mount]

  /// The mounts listed in the bytes of a mountinfo file; lines that are none are left out.
  public init(bytes: [UInt8]) {
    mounts = bytes.split(separator: UInt8(ascii: "\n")).compactMap(Self.mount)
  }

  /// The mounts that this process sees now.
  public static func current() -> MountTable {
    MountTable(bytes: SmallFile.read(FilePath("/proc/self/mountinfo")) ?? [])
  }

  /// The file systems whose changes by other machines (or by a virtual machine's host) make no events here.
  private static let sharedTypes: Set<String> = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "vboxsf", "afs", "ceph", "lustre", "gfs2", "ocfs2",
    "beegfs",
    "davfs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.curlftpfs",
    "fuse.vmhgfs-fuse",
  ]

  /// The mount that a path lies on: of those with the longest point the latest, which hides the others.
  public func mount(of path: FilePath) -> Mount? {
    var found: Mount?
    for mount in mounts where path.isInside(mount.point) {
      if mount.point.bytes.count >= found?.point.bytes.count ?? 0 { found = mount }
    }
    return found
  }

  /// The mounts whose changes are not all noticed in a folder and below it.
  public func sharedMounts(touching folder: FilePath) -> [Mount] {
    let own = mount(of: folder).map { [$0] } ?? []
    let below = mounts.filter { $0.point.isInside(folder) && $0.point != folder }
    return (own + below).filter(\.isShared)
  }

  /// The mounts of these devices whose changes are not all noticed.
  func sharedMounts(of devices: Set<UInt64>) -> [Mount] {
    mounts.filter { $0.isShared && devices.contains($0.device) }
  }

  /// The mounts that this table has and another one has not.
  func mounts(notIn other: MountTable) -> [Mount] {
    let known = Set(other.mounts.map { "\($0.number) \($0.point.bytes)" })
    return mounts.filter { !known.contains("\($0.number) \($0.point.bytes)") }
  }

  /// Reads `36 35 98:0 /root /point options - type source options`.
  private static func mount(_ line: ArraySlice<UInt8>) -> Mount? {
    let fields = line.split(separator: UInt8(ascii: " "))
    let device = fields.count > 2 ? fields[2].split(separator: UInt8(ascii: ":")) : []
    let numbers = device.compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
    guard fields.count >= 7, numbers.count == 2, let number = Int(String(decoding: fields[0], as: UTF8.self)),
      let dash = fields.firstIndex(where: { $0.elementsEqual([UInt8(ascii: "-")]) }), dash + 1 < fields.count
    else { return nil }
    return Mount(
      number: number, device: Self.device(major: numbers[0], minor: numbers[1]),
      point: FilePath(bytes: unescaped(fields[4])),
      type: String(decoding: fields[dash + 1], as: UTF8.self))
  }

  /// What the C library makes of a device's two numbers.
  static func device(major: UInt64, minor: UInt64) -> UInt64 {
    (major & 0xFFFF_F000) << 32 | (major & 0xFFF) << 8 | (minor & 0xFFFF_FF00) << 12 | minor & 0xFF
  }

  /// Blanks, tabs, line ends and backslashes are written as three octal digits after a backslash.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        result.append(value)
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
