import CLinux
import Glibc
import Platform

/// One exchange with a worker: everything is sent, then frames are read until the answer.
struct RequestExchange {
  /// How an exchange ended.
  enum Outcome {
    /// The worker answered with a frame that is no progress.
    case answer(FrameHeader.Kind, [UInt8])
    /// The worker closed the channel.
    case died
    /// The deadline passed; `isOfDisk` where it was a disk that took the time.
    case timedOut(isOfDisk: Bool)
    /// The worker sent something that cannot be understood.
    case nonsense(String)
  }

  /// The last of what the worker printed meanwhile.
  private(set) var tail: [UInt8] = []
  private let outgoing: [[UInt8]]
  private let largestAnswer: UInt64
  private let takesProgress: Bool
  /// What goes with the first byte that is sent; -1 for nothing.
  private var descriptor: Int32
  private var piece = 0
  private var offset = 0
  private var header: FrameHeader?
  private var incoming: [UInt8] = []

  /// The bytes that are read at once, and how often at one look: a worker that never stops talking must not keep the
  /// deadline from being looked at.
  private static let portion = 64 << 10
  private static let portions = 64

  /// An exchange that sends these pieces one after the other and takes an answer of at most so many bytes, and frames of
  /// progress before it if it is a job's.
  /// A descriptor goes with the first byte.
  init(outgoing: [[UInt8]], descriptor: Int32 = -1, largestAnswer: UInt64, takesProgress: Bool = false) {
    self.descriptor = descriptor
    self.outgoing = outgoing.filter { !$0.isEmpty }
    self.largestAnswer = largestAnswer
    self.takesProgress = takesProgress
  }

  /// Holds the exchange. Sending, reading and taking what is printed go on together, so neither end can block the other.
  ///
  /// Progress begins the deadline anew. `waiting` is called every second meanwhile, or more often.
  mutating func run(
    with child: borrowing ChildProcess, until deadline: Deadline, waiting: () -> Void = {},
    progress: (Double) -> Void = { _ in }
  ) -> Outcome {
    var deadline = deadline
    var listensToChatter = true
    while true {
      waiting()
      let remaining = deadline.remainingMilliseconds()
      let sending: Int16 = piece < outgoing.count ? Int16(POLLOUT) : 0
      var entries = [
        pollfd(fd: child.channel.number, events: Int16(POLLIN) | sending, revents: 0),
        pollfd(fd: listensToChatter ? child.chatter.number : -1, events: Int16(POLLIN), revents: 0),
      ]
      // When the time is over one more look is taken: this process may have been the one that was held up.
      let count = poll(&entries, 2, remaining ?? 0)
      if count < 0 && errno != EINTR { return .nonsense("poll: \(SystemError.text())") }
      if count > 0, entries[1].revents != 0 { listensToChatter = readChatter(child.chatter.number) }
      if count > 0, entries[0].revents & Int16(POLLOUT) != 0 { send(to: child.channel.number) }
      var hasAdvanced = false
      if count > 0, entries[0].revents & ~Int16(POLLOUT) != 0,
        let outcome = receive(
          from: child.channel.number,
          progress: {
            hasAdvanced = true
            progress($0)
          })
      {
        if listensToChatter { _ = readChatter(child.chatter.number) }
        return outcome
      }
      if hasAdvanced {
        deadline.restart()
      } else if remaining == nil {
        return .timedOut(isOfDisk: deadline.isOfDisk)
      }
    }
  }

  private mutating func send(to channel: Int32) {
    while piece < outgoing.count {
      let sent = outgoing[piece].withUnsafeBytes { buffer in
        descriptor >= 0
          ? linux_send_descriptor(channel, buffer.baseAddress! + offset, buffer.count - offset, descriptor)
          : Glibc.send(channel, buffer.baseAddress! + offset, buffer.count - offset, Int32(MSG_NOSIGNAL))
      }
      if sent < 0 {
        if errno == EINTR { continue }
        // A worker that is gone is noticed by reading.
        if errno != EAGAIN { piece = outgoing.count }
        return
      }
      descriptor = -1
      offset += sent
      if offset == outgoing[piece].count {
        piece += 1
        offset = 0
      }
    }
  }

  /// Takes what has come; `nil` where there is more to come.
  private mutating func receive(from channel: Int32, progress: (Double) -> Void) -> Outcome? {
    for _ in 0..<Self.portions {
      let missing = (header.map { Int($0.length) } ?? FrameHeader.size) - incoming.count
      guard missing > 0 else {
        do {
          if let outcome = try finishPart(progress: progress) { return outcome }
        } catch {
          return .nonsense(error.description)
        }
        continue
      }
      // The answer's length is the worker's word: room is made for what has come.
      var bytes = [UInt8](repeating: 0, count: min(missing, Self.portion))
      let count = recv(channel, &bytes, bytes.count, 0)
      if count == 0 { return .died }
      if count < 0 {
        if errno == EINTR { continue }
        return errno == EAGAIN ? nil : .died
      }
      incoming.append(contentsOf: bytes[..<count])
    }
    return nil
  }

  /// A header or a frame is complete: the answer, where it was one.
  private mutating func finishPart(progress: (Double) -> Void) throws(WireFailure) -> Outcome? {
    let bytes = incoming
    incoming = []
    guard let header else {
      let header = try FrameHeader(bytes: bytes)
      guard header.length <= largestAnswer else { throw WireFailure(description: "its answer is too long") }
      self.header = header
      return nil
    }
    self.header = nil
    guard header.kind == .progress, takesProgress else { return .answer(header.kind, bytes) }
    var reader = WireReader(bytes)
    let part = try reader.readDouble()
    if part.isFinite { progress(min(max(part, 0), 1)) }
    return nil
  }

  /// Takes what was printed; `false` once there can be no more.
  private mutating func readChatter(_ descriptor: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<Self.portions {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 && errno == EAGAIN }
      tail.append(contentsOf: buffer[..<count])
      if tail.count > WorkerOutput.kept { tail.removeFirst(tail.count - WorkerOutput.kept) }
    }
    return true
  }
}
