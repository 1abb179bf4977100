import CLinux
import Glibc
import Platform

/// An open file descriptor that this value owns; it is closed when the value ends.
struct Descriptor: ~Copyable {
  let number: Int32

  /// Takes over an open descriptor.
  init(_ number: Int32) {
    precondition(number >= 0, "a descriptor is not negative")
    self.number = number
  }

  deinit { close(number) }

  /// Makes reads and writes return at once where they would wait.
  func setNonBlocking() {
    _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
  }

  /// A duplicate that is close-on-exec and numbered 10 or higher, out of the way of the numbers a child is given.
  consuming func movedUp() throws(SystemFailure) -> Descriptor {
    let moved = fcntl(number, F_DUPFD_CLOEXEC, 10)
    guard moved >= 0 else { throw SystemFailure("fcntl") }
    return Descriptor(moved)
  }
}

/// The two ends of a line between this process and a child: the near one does not wait, the far one is for the child.
struct Line: ~Copyable {
  let near: Descriptor
  let far: Descriptor

  private init(_ pair: [Int32]) throws(SystemFailure) {
    near = Descriptor(pair[0])
    far = try Descriptor(pair[1]).movedUp()
    near.setNonBlocking()
  }

  /// A line for both directions.
  static func socket() throws(SystemFailure) -> Line {
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw SystemFailure("socketpair") }
    return try Line(pair)
  }

  /// A line from the child to this process.
  static func pipe() throws(SystemFailure) -> Line {
    var pair: [Int32] = [-1, -1]
    guard linux_make_pipe(&pair) == 0 else { throw SystemFailure("pipe2") }
    return try Line(pair)
  }
}

/// What the system said when a call failed.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String
  let number: Int32

  /// The failure of a call by its error number, `errno` unless given.
  init(_ call: String, number: Int32 = errno) {
    self.number = number
    description = "\(call): \(SystemError.text(number))"
  }
}
