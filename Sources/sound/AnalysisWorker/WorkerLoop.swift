import Glibc
import Tracks

/// The child's end.
public enum WorkerLoop {
  /// The whole life of a worker program: takes its limits upon itself as its arguments say, greets, and answers requests
  /// until its parent has no more or ends.
  ///
  /// - Parameter arguments: the program's arguments without its name, as a `WorkerPool` gives them.
  /// - Returns: the exit code: 0 when the parent has no more, 64 for arguments that no pool gives, 1 where a limit cannot
  ///   be set.
  public static func run(arguments: [String], handlers: WorkerHandlers) -> Int32 {
    guard let orders = WorkerOrders(arguments: arguments) else {
      complain("indexd-worker is started by indexd and indexctl, not by hand")
      return 64
    }
    do {
      try orders.obey()
      try handlers.confine()
    } catch {
      complain("indexd-worker: \(error)")
      return 1
    }
    serve(input: orders.channel, output: orders.channel, handlers: handlers)
    return 0
  }

  /// Greets on `output`, then answers the requests read from `input` until it ends. What cannot be understood ends
  /// the conversation too.
  public static func serve(input: Int32, output: Int32, handlers: WorkerHandlers) {
    let end = WorkerChannel(input: input, output: output)
    guard end.write(.hello, Messages.encode(version: FrameHeader.version)) else { return }
    var file: Int32 = -1
    var received: Int32 = -1
    while let (kind, bytes) = end.read(descriptor: &received) {
      if kind == .file {
        do throws(WireFailure) {
          handlers.take(try Messages.decodeFile(bytes, descriptor: received))
        } catch {
          return
        }
        (file, received) = (received, -1)
        continue
      }
      defer {
        if file >= 0 { close(file) }
        file = -1
      }
      do {
        let answer = try self.answer(to: kind, bytes, on: end, handlers)
        guard end.write(.result, answer) else { return }
      } catch is ConversationOver {
        return
      } catch is WireFailure {
        return
      } catch {
        let failure = error as? WorkerFailure ?? handlers.describe(error)
        guard end.write(.failure, Messages.encode(failure)) else { return }
      }
    }
  }

  private struct ConversationOver: Error {}

  private static func answer(
    to kind: FrameHeader.Kind, _ bytes: [UInt8], on end: WorkerChannel, _ handlers: WorkerHandlers
  ) throws -> [UInt8] {
    switch kind {
    case .probe:
      return Messages.encode(try handlers.probe(try Messages.decodePath(bytes)))
    case .analyse:
      return Messages.encode(try handlers.analyse(try Messages.decodeRequest(bytes)))
    case .fingerprint:
      return Messages.encode(try handlers.fingerprint(try Messages.decodeFingerprintRequest(bytes)))
    case .job:
      guard case (.payload, let payload)? = end.read() else { throw ConversationOver() }
      let name = String(decoding: bytes, as: UTF8.self)
      guard let job = handlers.jobs[name] else {
        throw WorkerFailure(reason: WorkerFailure.unknownJob, detail: "this worker has no job called \(name)")
      }
      // Progress that cannot be told means that the parent is gone, which the answer will show as well.
      return try job(payload) { _ = end.write(.progress, Messages.encode(progress: $0)) }
    case .payload, .file, .hello, .result, .failure, .progress:
      throw ConversationOver()
    }
  }

  private static func complain(_ words: String) {
    let line = Array((words + "\n").utf8)
    // Where nobody hears the complaint, the exit code still tells it.
    _ = write(2, line, line.count)
  }
}
