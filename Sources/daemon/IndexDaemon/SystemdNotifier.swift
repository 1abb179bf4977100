import Glibc
import Platform
import Tracks

/// Tells systemd how the service is (`sd_notify(3)`): one datagram to the socket that `$NOTIFY_SOCKET` names.
///
/// Where there is no such socket nothing is sent, so the same code runs under systemd and without.
public struct SystemdNotifier: Sendable {
  let address: [UInt8]?
  /// How many seconds systemd waits for `watchdog()` before it takes the service for hung; `nil` where it does not. Tell it at least
  /// twice as often.
  public let watchdogSeconds: Double?

  /// A notifier for the socket and the watchdog that this process's environment names.
  public init() {
    self.init { name in getenv(name).map { String(cString: $0) } }
  }

  /// A notifier for the socket and the watchdog that environment variables name.
  public init(environment: (String) -> String?) {
    address = environment("NOTIFY_SOCKET").flatMap(Self.address)
    let isForThis = environment("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
    let microseconds = environment("WATCHDOG_USEC").flatMap { UInt64($0) } ?? 0
    watchdogSeconds = isForThis && microseconds > 0 ? Double(microseconds) / 1e6 : nil
  }

  /// The service has started, or has ended its reloading.
  public func ready(status: String) {
    send("READY=1\nSTATUS=\(Self.line(status))")
  }

  /// What the service does now, in one line for `systemctl status`.
  public func status(_ status: String) {
    send("STATUS=\(Self.line(status))")
  }

  /// The service reads its configuration anew; `ready` tells the end of it.
  public func reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=\(KernelNumber.integer(Clock.steady() * 1e6))")
  }

  /// The service is about to end.
  public func stopping(status: String) {
    send("STOPPING=1\nSTATUS=\(Self.line(status))")
  }

  /// The service is alive.
  public func watchdog() {
    send("WATCHDOG=1")
  }

  /// Starting, reloading or stopping takes longer than the unit allows: so many seconds more from now.
  public func extendTimeout(seconds: Double) {
    send("EXTEND_TIMEOUT_USEC=\(KernelNumber.integer(max(seconds, 0) * 1e6))")
  }

  private func send(_ message: String) {
    guard let address else { return }
    let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    let bytes = Array(message.utf8)
    address.withUnsafeBytes { address in
      // The address is a sockaddr_un of exactly this length. Nobody to tell that systemd did not hear.
      let name = address.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      _ = sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), name, socklen_t(address.count))
    }
  }

  /// The bytes of a `sockaddr_un` for an absolute path or, after an at sign, an abstract name; `nil` for anything else.
  private static func address(_ socket: String) -> [UInt8]? {
    var name = Array(socket.utf8)
    let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    guard let first = name.first, name.count > 1 else { return nil }
    switch first {
    case UInt8(ascii: "/"): name.append(0)
    case UInt8(ascii: "@"): name[0] = 0
    default: return nil
    }
    guard name.count <= longest else { return nil }
    return withUnsafeBytes(of: sa_family_t(AF_UNIX)) { Array($0) } + name
  }

  private static func line(_ text: String) -> String {
    text.split { $0.isNewline }.joined(separator: " ").plain
  }
}
