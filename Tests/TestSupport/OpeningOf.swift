import Foundation
import Glibc

/// Waits until somebody opens a file: the sign that somebody is in the middle of it.
public struct OpeningOf: Sendable {
  private let watch: Int32

  /// Begins to wait for a file's opening.
  public init(_ path: String) {
    watch = inotify_init1(Int32(IN_CLOEXEC))
    inotify_add_watch(watch, path, UInt32(IN_OPEN))
  }

  /// Whether the file was opened, without waiting.
  public var hasHappened: Bool {
    var entry = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  /// Returns once the file was opened.
  public func happens() async {
    await withCheckedContinuation { continuation in
      Thread { [watch] in
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = read(watch, &buffer, buffer.count)
        close(watch)
        continuation.resume()
      }.start()
    }
  }
}
