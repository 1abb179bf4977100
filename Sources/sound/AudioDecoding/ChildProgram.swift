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
    /// It did not write all it had: what it says of the file, in a word and in its own words.
    case failed(DecodingFailure.Reason, String)
  }

  /// How long it may be silent, in milliseconds, beside the time in which it got no processor.
  private static let patience: Int32 = 60_000
  /// How many seconds of processor time it may use: more than any song needs, less than forever.
  private static let processorSeconds: Int32 = 900

  private let process: pid_t
  private let output: Int32
  /// The seconds without a processor that a silence has been forgiven.
  private var forgiven = 0.0
  /// How it ended, once it has.
  private var ending: Outcome?

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
    if ending != nil { return }
    // A confined process may signal nobody: the program ends by itself when it writes, or else with this process.
    guard kill(process, SIGKILL) == 0 else { return }
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
  mutating func read(into target: UnsafeMutableRawPointer, count: Int) -> Outcome {
    var left = Self.patience
    while true {
      if let ending { return ending }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, left)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else {
        // Whoever handed the file over watches the time, and knows who waits for a processor.
        if FileAccess.isHanded { continue }
        let delay = linux_processor_delay(process)
        left = Int32(min(Double(Self.patience), (delay - forgiven) * 1000))
        forgiven = delay
        if left > 0 { continue }
        return .failed(.timedOut, "it was silent for \(Self.patience / 1000) s")
      }
      let got = Glibc.read(output, target, count)
      if got < 0, errno == EINTR || errno == EAGAIN { continue }
      if got > 0 { return .bytes(got) }
      ending = reap()
    }
  }

  /// Waits for its end and tells what that means. A status of its own choice means that it wrote what it could.
  private func reap() -> Outcome {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 {
      if errno != EINTR { return .failed(.unreadable, "wait4: \(String(cString: strerror(errno)))") }
    }
    let signal = status & 0x7F
    let code = status >> 8 & 0xFF
    // What `linux_start_bound` and the dynamic linker say where a program does not run.
    if signal == 0, code == 127 { return .failed(.ffmpegMissing, "the one that is there does not run") }
    // ffmpeg catches the signals that mean to end it, and says so with this status.
    guard signal != 0 || code == 255 else { return .ended }
    let seconds = KernelNumber.seconds(usage.ru_utime) + KernelNumber.seconds(usage.ru_stime)
    if signal == SIGXCPU || seconds >= Double(Self.processorSeconds) - 1 {
      return .failed(.timedOut, "more than \(Self.processorSeconds) s of the processor")
    }
    return .failed(
      .crashed, signal == 0 ? "a signal" : "signal \(signal) (\(String(cString: strsignal(signal))))")
  }
}
