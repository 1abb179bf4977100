import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct InterruptionTests {
  /// Five kills at seeded random moments of the analysis, then one run to the end, give what an undisturbed run gives.
  @Test func killedAtRandomMomentsTheEndIsTheSame() throws {
    let library = try OwnersLibrary(liked: 24, rejected: 24, unheard: 12, seconds: 20)
    _ = try library.tryOnce()
    let undisturbed = try library.dump()
    try FileManager.default.removeItem(atPath: library.folder["state"])

    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var kills = 0
    for _ in 0..<5 {
      let running = try indexctl.start(
        ["try", library.folder["music"], library.folder["Statistics.xml"], library.folder["Active.m3u8"]],
        environment: library.environment)
      let moment = UInt32.random(in: 20_000...500_000, using: &random)
      usleep(moment)
      if running.isRunning { kills += 1 }
      running.send(SIGKILL)
      _ = running.wait()
    }
    let run = try library.tryOnce()
    #expect(run.code == 0, "seed \(seed): \(run.errors)")
    let (told, expected) = try (Self.rows(library.dump()), Self.rows(undisturbed))
    #expect(told.map(\.facts) == expected.map(\.facts), "seed \(seed)")
    for (score, other) in zip(told.map(\.score), expected.map(\.score)) {
      #expect(abs((score ?? -1) - (other ?? -1)) < 1e-6, "seed \(seed)")
    }
    #expect(kills > 0, "seed \(seed): no kill hit the program at work")
  }

  /// The lines of a dump with the score apart: its last digits depend on which tracks were scored together.
  private static func rows(_ dump: [String]) throws -> [(facts: NSDictionary, score: Double?)] {
    try dump.map { line in
      var facts = try json(line) as? [String: Any] ?? [:]
      let score = facts.removeValue(forKey: "score") as? Double ?? facts.removeValue(forKey: "probability") as? Double
      return (facts as NSDictionary, score)
    }
  }
}
