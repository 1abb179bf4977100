import Foundation
import TestSupport
import Testing

/// What a daemon does in the seconds in which it cannot know yet whether a young file is still being written.
@Suite(.blocking, .timeLimit(.minutes(2))) struct FirstSecondsTests {
  @Test func aRequestIsServedWithinFiveSeconds() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 1)
    try library.folder.write("music: [\(library.folder["music"])]\n", to: "config/indexd/indexd.yaml")
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let daemon = try indexd.start([], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    while daemon.isRunning, !daemon.errors.contains("indexd works on") { usleep(10_000) }
    for _ in 0..<2 {
      let begin = ContinuousClock.now
      let run = try indexctl.run(["rescan", "--wait"], environment: library.environment)
      #expect(run.code == 0, "\(run.errors)")
      let spent = begin.duration(to: .now)
      #expect(spent < .seconds(5), "\(spent)")
    }
  }
}
