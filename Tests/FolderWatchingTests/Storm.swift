import Foundation
import Glibc
import Synchronization
import TestSupport

/// Random operations on a folder tree.
final class Storm: Sendable {
  private let root: String
  private let seed: UInt64
  private let over = Mutex(false)

  init(root: String, seed: UInt64) {
    self.root = root
    self.seed = seed
  }

  /// Whether every operation was done.
  var isOver: Bool { over.withLock { $0 } }

  /// Tries that many operations, and returns their number; some find nothing to do. At the end something changes once more, so
  /// that whoever waits for an event gets one.
  func run(_ count: Int) async -> Int {
    await withCheckedContinuation { continuation in
      Thread { [self] in
        var random = SeededGenerator(seed: seed)
        for _ in 0..<count { step(&random) }
        over.withLock { $0 = true }
        close(open(root + "/the end", O_CREAT | O_WRONLY, 0o644))
        continuation.resume(returning: count)
      }.start()
    }
  }

  private func step(_ random: inout SeededGenerator) {
    let one = path(&random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1, 2, 3:
      let handle = open(one + ".flac", O_CREAT | O_WRONLY | O_APPEND, 0o644)
      guard handle >= 0 else { return }
      _ = write(handle, "music", Int.random(in: 0...5, using: &random))
      close(handle)
    case 4: unlink(one + ".flac")
    case 5, 6, 7: mkdir(one, 0o755)
    case 8: rename(one + ".flac", path(&random) + ".flac")
    case 9, 10: rename(one, path(&random))
    default:
      if Int.random(in: 0..<4, using: &random) == 0 {
        // A whole tree goes while it is being followed; what is not there needs no going.
        try? FileManager.default.removeItem(atPath: one)
      }
    }
  }

  private func path(_ random: inout SeededGenerator) -> String {
    let depth = Int.random(in: 1...4, using: &random)
    return root + (0..<depth).map { _ in "/" + ["a", "b", "c", "ä"][Int.random(in: 0..<4, using: &random)] }.joined()
  }
}
