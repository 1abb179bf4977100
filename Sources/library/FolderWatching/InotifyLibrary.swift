import CInotifyTools
import Glibc
import Platform
import Tracks

/// libinotifytools, whose state is global and without locks: one thread owns a value of this type at a time.
struct InotifyLibrary: ~Copyable {
  /// One event, copied out of the library's buffer.
  struct Event {
    let watch: Int32
    let mask: UInt32
    /// What the two events of a move have in common; 0 for any other.
    let cookie: UInt32
    /// The name of the child that it is about; empty for the folder itself.
    let name: FilePath

    /// Whether the event is of a kind.
    func has(_ kind: Int32) -> Bool { mask & UInt32(bitPattern: kind) != 0 }
  }

  /// The number of spellings that were made so far.
  private var generation = 0
  /// The watches that the system removed by itself: the library never gives their memory back.
  private(set) var abandoned = 0

  /// Starts the library.
  init() throws(WatchError) {
    try Self.start()
  }

  /// Ends the library and starts it anew, without any watch.
  mutating func restart() throws(WatchError) {
    inotifytools_cleanup()
    abandoned = 0
    generation = 0
    try Self.start()
  }

  private static func start() throws(WatchError) {
    guard inotifytools_initialize() != 0 else { throw WatchError(number: inotifytools_error()) }
    // The library waits with select(), which knows 1,024 descriptors, and leaves its own open to every program started.
    let own = Self.descriptors()
    guard own.allSatisfy({ $0 < 1024 }) else {
      inotifytools_cleanup()
      throw WatchError(number: EMFILE)
    }
    for number in own { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
  }

  deinit { inotifytools_cleanup() }

  /// Watches a folder and returns the number of the watch: that of an earlier one where the inode is watched already, which
  /// then has these events beside its own.
  mutating func watch(_ folder: FilePath, for events: Int32) throws(WatchError) -> Int32 {
    try watch(named: unusedName(for: folder), for: events | Int32(IN_ONLYDIR) | Int32(IN_MASK_ADD))
  }

  /// Watches a file under a name that the library has not been given yet.
  func watch(named name: FilePath, for events: Int32) throws(WatchError) -> Int32 {
    let isWatched = name.withCString { inotifytools_watch_file($0, events) } != 0
    guard isWatched else { throw WatchError(number: inotifytools_error()) }
    let watch = name.withCString { inotifytools_wd_from_filename($0) }
    guard watch > 0 else { throw WatchError(number: ENOENT) }
    return watch
  }

  /// Removes a watch. The library says so on standard error where the system has removed it already.
  mutating func remove(_ watch: Int32) {
    if inotifytools_remove_watch_by_wd(watch) == 0 { abandon() }
  }

  /// Notes that the system has removed a watch by itself.
  mutating func abandon() {
    abandoned += 1
  }

  /// Waits for the next event; `nil` where a signal ended the wait.
  func next() throws(WatchError) -> Event? {
    guard let event = inotifytools_next_event(-1) else {
      let number = inotifytools_error()
      if number == EINTR { return nil }
      throw WatchError(number: number)
    }
    // The name follows the event's fixed part and is padded with zeros.
    let start = UnsafeRawPointer(event).advanced(by: MemoryLayout<inotify_event>.size)
    let name = UnsafeRawBufferPointer(start: start, count: Int(event.pointee.len)).prefix { $0 != 0 }
    return Event(
      watch: event.pointee.wd, mask: event.pointee.mask, cookie: event.pointee.cookie,
      name: FilePath(bytes: Array(name)))
  }

  /// A spelling of a folder's path that the library has not been given yet: it takes names for keys and never forgets those of
  /// watches that the system removed. Every spelling ends in a slash and means the same folder.
  private mutating func unusedName(for path: FilePath) -> FilePath {
    var name = path.bytes.last == UInt8(ascii: "/") ? path : FilePath(bytes: path.bytes + [UInt8(ascii: "/")])
    while name.withCString({ inotifytools_wd_from_filename($0) }) != -1 {
      generation += 1
      // The number in binary: a slash for each 0, a dot and a slash for each 1.
      let suffix = String(generation, radix: 2).flatMap { $0 == "1" ? "./" : "/" }
      name = FilePath(bytes: path.bytes + [UInt8(ascii: "/")] + Array(String(suffix).utf8))
    }
    return name
  }

  /// The descriptors of inotify that this process has open.
  private static func descriptors() -> [Int32] {
    (Directory.names(in: FilePath("/proc/self/fd")) ?? []).compactMap { Int32($0.display) }.filter { number in
      var target = [CChar](repeating: 0, count: 64)
      readlink("/proc/self/fd/\(number)", &target, target.count - 1)
      return target.starts(with: "anon_inode:inotify".utf8.map { CChar($0) })
    }
  }
}

/// What the system said when a folder could not be watched.
struct WatchError: Error {
  let number: Int32

  /// The system's words.
  var words: String { SystemError.text(number) }
}
