import Foundation
import Glibc
import IndexDaemon
import Testing

/// A socket that listens as systemd does.
final class NotifySocket: Sendable {
  private let socket: Int32
  let name: String

  /// Listens at a path or, after an at sign, at an abstract name.
  init(_ name: String) throws {
    self.name = name
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
    }
    try #require(result == 0)
  }

  deinit { close(socket) }

  /// The next message; `nil` where there is none.
  func heard() -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(socket, &buffer, buffer.count, 0)
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// The notifier of a daemon that systemd listens to here.
  var notifier: SystemdNotifier { SystemdNotifier { $0 == "NOTIFY_SOCKET" ? name : nil } }

  /// Everything that is heard from now on, up to the end of the service. A sender waits where nobody reads.
  func messages() -> AsyncStream<String> {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    Thread.detachNewThread { [self] in
      var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      while true {
        while poll(&request, 1, -1) < 0, errno == EINTR {}
        guard let message = heard() else { continue }
        continuation.yield(message)
        if message.hasPrefix("STOPPING=1") { return continuation.finish() }
      }
    }
    return stream
  }
}
