import Tracks

/// Which files were written to lately, under the names that they have now: a file that was written to and then renamed
/// looks to whoever compares its size and its time of modification as if it had only been renamed, where the writer put
/// that time back.
///
/// All times are seconds since 1970, as the times of files are; where that clock is set, a file is forgotten too early or
/// too late.
struct RecentWrites {
  /// A file counts as written to for so many seconds.
  static let seconds = 600.0
  /// With more files than these the oldest half is forgotten.
  static let most = 8_192

  /// The two events of a move are made at once: what has not arrived after so many seconds left for a place that nobody
  /// watches.
  static let leavingSeconds = 10.0

  struct Leaving {
    var at: Double
    var from: FilePath
    var files: [FilePath: Double]
  }
  private(set) var files: [FilePath: Double] = [:]
  /// What was moved away, by the number that its arrival will bear.
  private(set) var leaving: [UInt32: Leaving] = [:]

  /// A file was closed after writing.
  mutating func write(_ file: FilePath, at now: Double) {
    files[file] = now
    guard files.count > Self.most else { return }
    let middle = files.values.sorted()[files.count / 2]
    files = files.filter { $0.value > middle && $0.value > now - Self.seconds }
  }

  /// A file or a folder was moved away; `cookie` is what inotify numbers the move by.
  mutating func leave(_ path: FilePath, isFolder: Bool, cookie: UInt32, at now: Double) {
    // Programs that write under another name first move every file: only a folder is worth looking at all.
    let left = isFolder ? files.filter { $0.key.isInside(path) } : files[path].map { [path: $0] } ?? [:]
    guard !left.isEmpty else { return }
    for file in left.keys { files[file] = nil }
    leaving = leaving.filter { $0.value.at > now - Self.leavingSeconds }
    leaving[cookie] = Leaving(at: now, from: path, files: left)
  }

  /// What was moved away has arrived.
  mutating func arrive(_ path: FilePath, cookie: UInt32) {
    guard let left = leaving.removeValue(forKey: cookie) else { return }
    for (file, time) in left.files {
      files[FilePath(bytes: path.bytes + file.bytes.dropFirst(left.from.bytes.count))] = time
    }
  }

  /// When a file was last written to, under this name or the one that it was moved from; `nil` where that is not known.
  func lastWrite(of file: FilePath, at now: Double) -> Double? {
    files[file].flatMap { $0 > now - Self.seconds ? $0 : nil }
  }
}
