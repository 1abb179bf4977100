import Foundation
import Glibc
import TestSupport
import Testing

@Suite(.blocking) struct InterruptionTests {
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
    #expect(try library.dump() == undisturbed, "seed \(seed)")
    #expect(kills > 0, "seed \(seed): no kill hit the program at work")
  }
}
