import Glibc

/// One exchange with a worker: everything is sent, then frames are read until the answer.
struct Conversation {
  /// How an exchange ended.
  enum Outcome {
    /// The worker answered with a frame that is no progress.
    case answer(FrameHeader.Kind, [UInt8])
    /// The worker closed the channel.
    case died
    /// The deadline passed.
    case timedOut
    /// The worker sent something that cannot be understood.
    case nonsense(String)
  }

  /// The last of what the worker printed meanwhile.
  private(set) var tail: [UInt8] = []
  private let outgoing: [[UInt8]]
  private let largestAnswer: UInt64
  private var piece = 0
  private var offset = 0
  private var header: FrameHeader?
  private var incoming: [UInt8] = []
  private var filled = 0

  /// An exchange that sends these pieces one after the other and takes an answer of at most so many bytes.
  init(outgoing: [[UInt8]], largestAnswer: UInt64) {
    self.outgoing = outgoing.filter { !$0.isEmpty }
    self.largestAnswer = largestAnswer
    incoming = [UInt8](repeating: 0, count: FrameHeader.size)
  }

  /// Holds the exchange. Sending, reading and taking what is printed go on together, so neither end can block the other.
  mutating func run(
    with child: borrowing ChildProcess, until deadline: Deadline, progress: (Double) -> Void
  ) -> Outcome {
    var listensToChatter = true
    while true {
      let remaining = deadline.remainingMilliseconds()
      let sending: Int16 = piece < outgoing.count ? Int16(POLLOUT) : 0
      var entries = [
        pollfd(fd: child.channel.number, events: Int16(POLLIN) | sending, revents: 0),
        pollfd(fd: listensToChatter ? child.chatter.number : -1, events: Int16(POLLIN), revents: 0),
      ]
      // When the time is over one more look is taken: this process may have been the one that was held up.
      let count = poll(&entries, 2, remaining ?? 0)
      if count < 0 && errno != EINTR { return .nonsense("poll: \(String(cString: strerror(errno)))") }
      if count == 0 && remaining == nil { return .timedOut }
      guard count > 0 else { continue }
      if entries[1].revents != 0 { listensToChatter = readChatter(child.chatter.number) }
      guard entries[0].revents != 0 else { continue }
      if entries[0].revents & Int16(POLLOUT) != 0 { send(to: child.channel.number) }
      if entries[0].revents & ~Int16(POLLOUT) != 0,
        let outcome = receive(from: child.channel.number, progress: progress)
      {
        if listensToChatter { _ = readChatter(child.chatter.number) }
        return outcome
      }
    }
  }

  private mutating func send(to channel: Int32) {
    while piece < outgoing.count {
      let sent = outgoing[piece].withUnsafeBytes { buffer in
        Glibc.send(channel, buffer.baseAddress! + offset, buffer.count - offset, Int32(MSG_NOSIGNAL))
      }
      if sent < 0 {
        if errno == EINTR { continue }
        // A worker that is gone is noticed by reading.
        if errno != EAGAIN { piece = outgoing.count }
        return
      }
      offset += sent
      if offset == outgoing[piece].count {
        piece += 1
        offset = 0
      }
    }
  }

  private mutating func receive(from channel: Int32, progress: (Double) -> Void) -> Outcome? {
    while true {
      if filled == incoming.count {
        do {
          if let outcome = try finishPart(progress: progress) { return outcome }
        } catch {
          return .nonsense(error.description)
        }
        continue
      }
      let count = incoming.withUnsafeMutableBytes { recv(channel, $0.baseAddress! + filled, $0.count - filled, 0) }
      if count == 0 { return .died }
      if count < 0 {
        if errno == EINTR { continue }
        return errno == EAGAIN ? nil : .died
      }
      filled += count
    }
  }

  /// A header or a frame is complete: the answer, where it was one.
  private mutating func finishPart(progress: (Double) -> Void) throws(WireFailure) -> Outcome? {
    guard let header else {
      let header = try FrameHeader(bytes: incoming)
      guard header.length <= largestAnswer else { throw WireFailure(description: "its answer is too long") }
      self.header = header
      incoming = [UInt8](repeating: 0, count: Int(header.length))
      filled = 0
      return nil
    }
    let bytes = incoming
    self.header = nil
    incoming = [UInt8](repeating: 0, count: FrameHeader.size)
    filled = 0
    guard header.kind == .progress else { return .answer(header.kind, bytes) }
    var reader = WireReader(bytes)
    let part = try reader.readDouble()
    if part.isFinite { progress(min(max(part, 0), 1)) }
    return nil
  }

  /// Takes what was printed; `false` once there can be no more.
  private mutating func readChatter(_ descriptor: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 && errno == EAGAIN }
      tail.append(contentsOf: buffer[..<count])
      if tail.count > Chatter.kept { tail.removeFirst(tail.count - Chatter.kept) }
    }
  }
}
