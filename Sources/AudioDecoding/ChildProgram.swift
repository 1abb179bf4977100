import CLinux
import Glibc
import Tracks

/// A program that writes to us through a pipe, ends with us, and is ended when this value is.
struct ChildProgram: ~Copyable {
  /// How reading from it ended.
  enum Outcome {
    /// This many bytes came.
    case bytes(Int)
    /// It wrote all it had.
    case ended
    /// Nothing came in time.
    case stalled
  }

  /// How long it may be silent, in milliseconds.
  private static let patience: Int32 = 60_000
  /// How many seconds of processor time it may use: more than any song needs, less than forever.
  private static let processorSeconds: Int32 = 900

  private let process: pid_t
  private let output: Int32

  /// Starts a program; `nil` where the system refuses.
  init?(_ program: FilePath, _ arguments: [[UInt8]]) {
    var ends: [Int32] = [-1, -1]
    guard linux_make_pipe(&ends) == 0 else { return nil }
    // A larger pipe means fewer switches between the two; the default serves as well where it is refused.
    _ = linux_widen_pipe(ends[0], 1 << 18)
    let process = Self.start(program, arguments, output: ends[1])
    close(ends[1])
    guard process > 0 else {
      close(ends[0])
      return nil
    }
    self.process = process
    output = ends[0]
  }

  deinit {
    close(output)
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  private static func start(_ program: FilePath, _ arguments: [[UInt8]], output: Int32) -> pid_t {
    var words: [UnsafeMutablePointer<CChar>?] = ([program.bytes] + arguments).map { word in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: word.count + 1)
      for (index, byte) in word.enumerated() { copy[index] = CChar(bitPattern: byte) }
      copy[word.count] = 0
      return copy
    }
    words.append(nil)
    defer { for word in words { word?.deallocate() } }
    return program.withCString { linux_start_bound($0, words, output, processorSeconds) }
  }

  /// Waits for the next bytes and reads at most `count` of them.
  func read(into target: UnsafeMutableRawPointer, count: Int) -> Outcome {
    while true {
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Self.patience)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return .stalled }
      let got = Glibc.read(output, target, count)
      if got < 0, errno == EINTR || errno == EAGAIN { continue }
      return got > 0 ? .bytes(got) : .ended
    }
  }
}
