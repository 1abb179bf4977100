import Foundation
import MusicIndex
import Pipeline
import ServiceState
import Settings
import Synchronization
import TestSupport
import Testing
import Tracks

@testable import IndexDaemon

/// What the daemon does when, by a clock of the test's.
@Suite(.timeLimit(.minutes(3))) struct SchedulerTests {
  private func count(_ statuses: [String], _ beginning: String) -> Int {
    statuses.count { $0.hasPrefix(beginning) }
  }

  @Test func eventsThatComeTogetherAreOneLook() async throws {
    let daemon = try ScheduledDaemon([:])
    daemon.start()
    _ = await daemon.statuses(until: "Idle")
    for number in 0..<500 {
      daemon.work.add {
        $0.everything = true
        $0.folders.insert(FilePath(daemon.folder["music/\(number)"]))
      }
    }
    var looks = count(await daemon.statuses(until: "Idle"), "Looking")
    // The first may have been taken alone.
    while !daemon.work.isEmpty { looks += count(await daemon.statuses(until: "Idle"), "Looking") }
    #expect((1...2).contains(looks))
    try await daemon.stop()
  }

  @Test func everythingIsLookedAtAgainWhenTheIntervalIsOver() async throws {
    let daemon = try ScheduledDaemon([:]) { settings, _ in settings.scan.intervalMinutes = 30 }
    daemon.start()
    _ = await daemon.statuses(until: "Idle")
    try daemon.folder.write(ScheduledDaemon.song(1), to: "music/a.wav")
    // Nobody tells of the file. Folders that nobody watches are looked at now and then; the music is not.
    for _ in 0..<29 {
      await daemon.time.sleeps { !$0.isEmpty }
      daemon.time.forget()
      daemon.time.advance(by: 60)
    }
    await daemon.time.sleeps { !$0.isEmpty }
    #expect(try daemon.read { try $0.file(at: FilePath(daemon.folder["music/a.wav"])) } == nil)
    daemon.time.forget()
    daemon.time.advance(by: 60)
    let heard = await daemon.statuses(until: "Analysing")
    #expect(count(heard, "Looking") == 1)
    try await daemon.stop()
  }

  @Test func newsInterruptABacklog() async throws {
    let songs = Dictionary(uniqueKeysWithValues: (0..<24).map { ("\($0).wav", ScheduledDaemon.song($0)) })
    let daemon = try ScheduledDaemon(songs)
    daemon.start()
    _ = await daemon.statuses(until: "Analysing")
    try daemon.folder.write(ScheduledDaemon.song(99), to: "music/new/99.wav")
    daemon.work.add { $0.everything = true }
    let heard = await daemon.statuses(until: "Idle")
    #expect(count(heard, "Looking") == 1)
    // What is new comes before the rest of the backlog: audios are numbered in the order in which they are analysed.
    let audios = try daemon.read { try $0.wholeTracks(version: FeatureVariant.dense.version) }.map {
      ($0.path, $0.audio ?? 0)
    }
    let new = try #require(audios.first { $0.0.name == FilePath("99.wav") }?.1)
    #expect(audios.contains { $0.1 > new })
    let counts = try daemon.read { try $0.libraryCounts(version: FeatureVariant.dense.version) }
    #expect(counts.files == 25 && counts.waiting == 0)
    try await daemon.stop()
  }

  @Test func whatGoesOnBesideKeepsNothingFromItsTurn() async throws {
    let daemon = try ScheduledDaemon([:])
    daemon.start()
    _ = await daemon.statuses(until: "Idle")
    let gate = AsyncStream<Void>.makeStream()
    await daemon.scheduler.beginBeside { for await _ in gate.stream {} }
    try daemon.folder.write(ScheduledDaemon.song(1), to: "music/a.wav")
    daemon.work.add { $0.everything = true }
    _ = await daemon.statuses(until: "Idle")
    #expect(await daemon.scheduler.job != nil)
    #expect(try daemon.read { try $0.labels().count } == 1)
    // A second one does not begin.
    let isBegun = Mutex(false)
    await daemon.scheduler.beginBeside { isBegun.withLock { $0 = true } }
    gate.continuation.finish()
    // Its end is a reason to bring everything up to date.
    _ = await daemon.statuses(until: "Idle")
    #expect(await daemon.scheduler.job == nil)
    #expect(!isBegun.withLock { $0 })
    try await daemon.stop()
  }

  @Test func failuresAreTriedAgainEverMoreSeldom() async throws {
    let daemon = try ScheduledDaemon([:], passing: nil) { settings, folder in
      // A folder is no file of corrections.
      settings.labels.corrections = FilePath(folder["taken"])
    }
    try daemon.folder.write("", to: "taken/file")
    daemon.start()
    var pauses: [Double] = []
    for _ in 0..<14 {
      await daemon.time.sleeps { $0.contains { $0 >= 5 } }
      let pause = try #require(daemon.time.longest)
      pauses.append(pause)
      daemon.time.forget()
      daemon.time.advance(by: pause)
    }
    #expect(pauses == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 60, 60])
    #expect(try daemon.read { try $0.note(.problem)?.first }?.contains("taken") == true)
    // What is mended is well at the next try, and no longer told.
    await daemon.time.sleeps { $0.contains { $0 >= 5 } }
    try FileManager.default.removeItem(atPath: daemon.folder["taken"])
    try daemon.folder.write("", to: "taken")
    daemon.time.forget()
    daemon.time.advance(by: 60)
    // What is quiet for a while is matched as a whole.
    await daemon.time.sleeps { $0.contains(5) }
    daemon.time.advance(by: 5)
    _ = await daemon.statuses(until: "Idle")
    #expect(try daemon.read { try $0.note(.problem) } == nil)
    try await daemon.stop()
  }

  @Test func anEndLeavesASoundIndexWhateverGoesOn() async throws {
    let songs = Dictionary(uniqueKeysWithValues: (0..<12).map { ("\($0).wav", ScheduledDaemon.song($0)) })
    let daemon = try ScheduledDaemon(songs)
    daemon.start()
    _ = await daemon.statuses(until: "Analysing")
    await daemon.scheduler.beginBeside {
      let forever = AsyncStream<Void>.makeStream()
      for await _ in forever.stream {}
    }
    try await daemon.stop()
    #expect(!CleanShutdownMarker.isBroken(daemon.state))
    #expect(try daemon.read { try $0.note(.activity) } == nil)
  }
}
