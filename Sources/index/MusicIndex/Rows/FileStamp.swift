/// What `stat` tells of a file's contents: equal stamps mean that the file was not written in between.
public struct FileStamp: Hashable, Sendable, Codable {
  /// The size in bytes.
  public var size: Int64
  /// The modification time in nanoseconds since 1970.
  public var modified: Int64
  /// The status change time in nanoseconds since 1970: it also moves where a tool keeps the modification time.
  public var changed: Int64
  /// The inode number.
  public var inode: UInt64
  /// The device that holds the inode.
  public var device: UInt64

  /// A stamp of these values.
  public init(size: Int64, modified: Int64, changed: Int64, inode: UInt64, device: UInt64) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.device = device
  }

  /// Whether a file that stayed at its path was not written in between. Inode and device may differ: some file systems
  /// number them anew at every mount.
  public func isUnwritten(since other: FileStamp) -> Bool {
    size == other.size && modified == other.modified && changed == other.changed
  }

  /// Whether the two stamps are of one file with unchanged contents under, perhaps, another name: a rename moves the
  /// change time only.
  public func isSameContents(as other: FileStamp) -> Bool {
    size == other.size && modified == other.modified && inode == other.inode && device == other.device
  }
}
