import Foundation
import Glibc
import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import TestSupport
import Testing
import Tracks

@testable import IndexDaemon

/// What the daemon does with requests, and what it answers.
@Suite(.timeLimit(.minutes(3))) struct RequestTests {
  /// Drops requests for a daemon that rests, and waits for what is answered.
  private func answers(_ requests: [Request], of daemon: ScheduledDaemon) async throws -> [RequestAnswer] {
    let files = try requests.map { try $0.drop(in: daemon.state) }
    return try await answers(to: files, of: daemon)
  }

  private func answers(to files: [FilePath], of daemon: ScheduledDaemon) async throws -> [RequestAnswer] {
    for file in files { try age(file) }
    // Training goes on beside the rest, and its end is a turn of its own.
    while !Request.waiting(in: daemon.state).isEmpty {
      daemon.work.add { $0.requests = true }
      _ = await daemon.statuses(until: "Idle")
    }
    return try files.map { RequestAnswer(bytes: try #require(SmallFile.read(Request.answer(to: $0)))) }
  }

  /// Nobody watches here, so a request that was written just now may be half of one.
  private func age(_ file: FilePath) throws {
    try FileManager.default.setAttributes([.modificationDate: Date() - 10], ofItemAtPath: file.display)
  }

  private func songs(_ count: Int) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0).wav", ScheduledDaemon.song($0)) })
  }

  private func corrections(_ daemon: ScheduledDaemon) throws -> [Correction] {
    try daemon.read { try $0.corrections().map(\.word) }
  }

  @Test func whatTheOwnerSaysIsKeptAndTakenBack() async throws {
    let daemon = try ScheduledDaemon(songs(2))
    daemon.start()
    _ = await daemon.statuses(until: "Idle")
    let song = TrackPlace(path: FilePath(daemon.folder["music/0.wav"]), number: 0)
    let label = try await answers([.label(song, .bad)], of: daemon)
    #expect(label == [RequestAnswer(.done, "\(song.path.display): the owner says bad")])
    #expect(try corrections(daemon) == [.bad])
    // The labels follow in the same turn.
    #expect(try daemon.read { try $0.labels().filter { $0.value == .bad }.count } == 1)
    let auto = try await answers([.label(song, nil)], of: daemon)
    #expect(auto == [RequestAnswer(.done, "\(song.path.display): the rules decide again")])
    #expect(try corrections(daemon).isEmpty)
    let wrong = [
      TrackPlace(path: FilePath(daemon.folder["music/none.wav"]), number: 0), TrackPlace(path: song.path, number: 3),
    ]
    for answer in try await answers(wrong.map { .label($0, .good) }, of: daemon) {
      #expect(answer.status == .failed && answer.message.hasPrefix("not done: "), "\(answer)")
    }
    #expect(try corrections(daemon).isEmpty)
    try await daemon.stop()
  }

  @Test func whatCannotBeDoneFailsAndKeepsNothingFromItsTurn() async throws {
    let daemon = try ScheduledDaemon(songs(1))
    daemon.start()
    _ = await daemon.statuses(until: "Idle")
    let garbage = FilePath(try daemon.folder.write("please\n", to: "state/requests/0.request"))
    let rest = try [Request.use(99), .retrain, .rescan([])].map { try $0.drop(in: daemon.state) }
    let found = try await answers(to: [garbage] + rest, of: daemon)
    #expect(found.map(\.status) == [.failed, .failed, .failed, .done], "\(found)")
    #expect(found[0].message == "this is no request that indexd knows")
    #expect(found[1].message.contains("99"), "\(found[1])")
    // No judged songs, no model: whoever waits for one is told.
    #expect(found[2].message.contains("20"), "\(found[2])")
    #expect(found[3].message.hasPrefix("1 file: 0 new, 0 changed, 0 moved, 0 missing, 0 back"), "\(found[3])")
    try await daemon.stop()
  }

  /// One that is done but cannot be answered stays; it is not done again and again without a pause.
  @Test func aTrainingThatCannotBeAnsweredWaits() async throws {
    let daemon = try ScheduledDaemon([:])
    daemon.start()
    _ = await daemon.statuses(until: "Idle")
    let file = try Request.retrain.drop(in: daemon.state)
    try age(file)
    let answer = Request.answer(to: file).display
    try FileManager.default.createDirectory(atPath: answer + "/x", withIntermediateDirectories: true)
    daemon.work.add { $0.requests = true }
    for _ in 0..<20 where await daemon.scheduler.trainingFailures == 0 { _ = await daemon.statuses(until: "Idle") }
    #expect(await daemon.scheduler.trainingFailures == 1)
    #expect(Request.waiting(in: daemon.state) == [file])
    try FileManager.default.removeItem(atPath: answer)
    daemon.time.advance(by: 60)
    while !Request.waiting(in: daemon.state).isEmpty {
      daemon.work.add { $0.requests = true }
      _ = await daemon.statuses(until: "Idle")
    }
    #expect(SmallFile.read(FilePath(answer)).map { RequestAnswer(bytes: $0).status } == .failed)
    try await daemon.stop()
  }

  @Test func everyOutcomeOfATrainingHasAStatus() {
    func status(_ outcome: TrainingOutcome) -> RequestAnswer.Status { Retraining.answer(outcome).status }
    #expect([TrainingOutcome.accepted, .kept(reason: "x"), .unchanged].map(status) == [.done, .done, .done])
    #expect([TrainingOutcome.impossible(reason: "x"), .failed(reason: "x")].map(status) == [.failed, .failed])
    #expect(Retraining.answer(.impossible(reason: "too few")).message == "too few")
    #expect(Retraining.answer(.kept(reason: "worse")).message.hasSuffix(": worse"))
  }

  /// The disk and a damaged index are not the request's fault: it is done when they are well again.
  @Test func aRequestOutlivesADamagedIndex() async throws {
    let folder = try TemporaryFolder()
    var settings = Settings()
    settings.music = [FilePath(folder["music"])]
    settings.state = FilePath(folder["state"])
    let workspace = Workspace(file: FilePath(folder["indexd.yaml"]), settings: settings)
    try workspace.state.make()
    let index = try MusicIndex(workspace.state.index)
    try index.emptyLog()
    let pipeline = Pipeline(
      configuration: workspace.configuration, index: index, pool: Pipeline.pool(workspace.configuration),
      logger: Logger(label: "test"))
    let handler = RequestHandler(pipeline, Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let file = try Request.label(TrackPlace(path: FilePath("/m/a.flac"), number: 0), .good).drop(in: workspace.state)
    index.releaseMemory()
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: workspace.state.index.display))
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: 4_096)
    try handle.write(contentsOf: Data(repeating: 0xAA, count: Int(size) - 4_096))
    try handle.close()
    let failure = await #expect(throws: IndexFailure.self) { _ = try await handler.serve(file) }
    #expect(failure?.reason == .damaged, "\(String(describing: failure))")
    #expect(Request.waiting(in: workspace.state) == [file])
  }
}
