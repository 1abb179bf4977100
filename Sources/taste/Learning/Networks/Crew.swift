import Glibc

/// Threads of its own that share out the pieces of one piece of work at a time.
///
/// Work is cut into a number of pieces that does not depend on the number of threads, so that sums are made in the same
/// order with one thread as with many. Blocking calls and long computations stay off Swift's shared pool.
final class Crew {
  /// What the threads and their owner share.
  ///
  /// Unchecked: every field but the lock and its conditions is only touched while the lock is held.
  private final class Board: @unchecked Sendable {
    let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let work = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var body: ((Int) -> Void)?
    var next = 0
    var pieces = 0
    var unfinished = 0
    var closing = false

    init() {
      pthread_mutex_init(lock, nil)
      pthread_cond_init(work, nil)
      pthread_cond_init(done, nil)
    }

    deinit {
      pthread_cond_destroy(done)
      pthread_cond_destroy(work)
      pthread_mutex_destroy(lock)
      done.deallocate()
      work.deallocate()
      lock.deallocate()
    }

    /// Takes pieces until none is left; the lock is held on entry and on return.
    func takePieces() {
      while next < pieces, let body {
        let piece = next
        next += 1
        pthread_mutex_unlock(lock)
        body(piece)
        pthread_mutex_lock(lock)
        unfinished -= 1
        if unfinished == 0 { pthread_cond_broadcast(done) }
      }
    }

    func serve() {
      pthread_mutex_lock(lock)
      while !closing {
        takePieces()
        if !closing, next >= pieces { pthread_cond_wait(work, lock) }
      }
      pthread_mutex_unlock(lock)
    }
  }

  private let board = Board()
  private var members: [pthread_t] = []

  /// A crew of so many threads, the caller of `run` among them.
  ///
  /// Where the system grants fewer threads, fewer do the same work.
  init(threads: Int) {
    precondition(threads >= 1, "a crew has at least one thread")
    for _ in 1..<max(threads, 1) {
      var member = pthread_t()
      let context = Unmanaged.passRetained(board)
      let failure = pthread_create(
        &member, nil,
        { context in
          guard let context else { return nil }
          Unmanaged<Board>.fromOpaque(context).takeRetainedValue().serve()
          return nil
        }, context.toOpaque())
      if failure == 0 {
        members.append(member)
      } else {
        context.release()
      }
    }
  }

  deinit {
    pthread_mutex_lock(board.lock)
    board.closing = true
    pthread_cond_broadcast(board.work)
    pthread_mutex_unlock(board.lock)
    for member in members { pthread_join(member, nil) }
  }

  /// Calls `body` once for each piece from 0 to `pieces` - 1, on any thread and in any order, and returns when all are
  /// done.
  ///
  /// Pieces must not write to the same memory. Not to be called from within a piece.
  func run(_ pieces: Int, _ body: (Int) -> Void) {
    guard !members.isEmpty, pieces > 1 else {
      for piece in 0..<pieces { body(piece) }
      return
    }
    withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(board.lock)
      board.body = body
      board.next = 0
      board.pieces = pieces
      board.unfinished = pieces
      pthread_cond_broadcast(board.work)
      board.takePieces()
      while board.unfinished > 0 { pthread_cond_wait(board.done, board.lock) }
      board.body = nil
      pthread_mutex_unlock(board.lock)
    }
  }

  /// The part of `count` elements that is piece `piece` of `pieces`, cut at multiples of `step`.
  static func part(_ piece: Int, of pieces: Int, count: Int, step: Int = 1) -> Range<Int> {
    let steps = (count + step - 1) / step
    return min(count, steps * piece / pieces * step)..<min(count, steps * (piece + 1) / pieces * step)
  }
}
