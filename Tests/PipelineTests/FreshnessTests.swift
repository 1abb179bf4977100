import Foundation
import Labelling
import Logging
import MusicIndex
import Pipeline
import Playlists
import ServiceState
import TasteModel
import TestSupport
import Testing
import Tracks

@Suite struct FreshnessTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    for name in ["Red/1 Apple.flac", "Red/2 Cherry.flac", "Blue/1 Plum.flac"] {
      try folder.write(name, to: "music/\(name)")
    }
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func pipeline(
    goodPlays: Int = 6, atMost: Int = 100, training: TrainingSettings = TrainingSettings(), samples: Int = 30,
    days: Double = 20_000
  ) -> Pipeline {
    let state = StateFolder(FilePath(folder.path))
    var configuration = PipelineConfiguration(
      music: [FilePath(folder["music"])], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    configuration.rules.goodPlays = goodPlays
    configuration.selection.atMost = atMost
    configuration.training = training
    configuration.now = { days * 86_400 }
    configuration.samples = samples
    return Pipeline(
      configuration: configuration, index: index, pool: Pipeline.pool(configuration), logger: Logger(label: "test"))
  }

  /// A list of four tracks, one of which may not be there yet.
  private func importList(_ pipeline: Pipeline) async throws {
    let names = ["Red/1 Apple", "Red/2 Cherry", "Blue/1 Plum", "Blue/2 Sloe"]
    let list = names.map { "D:\\Music\\\($0.replacing("/", with: "\\")).flac\n" }.joined()
    try folder.write("#EXTM3U\n" + list, to: "Active.m3u8")
    let outcomes = try await pipeline.import([FilePath(folder["Active.m3u8"])])
    guard case .imported = outcomes.first else { throw CancellationError() }
  }

  private func counts() throws -> [Int] {
    let row = try #require(try index.read { try $0.imports().first })
    return [row.matched, row.ambiguous, row.missing]
  }

  @Test func nothingIsDoneTwice() async throws {
    let pipeline = pipeline()
    _ = try await pipeline.scan()
    #expect(try !pipeline.isFresh())
    #expect(try await pipeline.refresh() != nil)
    #expect(try pipeline.isFresh())
    #expect(try await pipeline.refresh() == nil)
    // Other settings and a new file are each reason enough, for what depends on them.
    #expect(try self.pipeline(goodPlays: 7).dueJobs() == [.match, .label, .train, .score, .list])
    #expect(try self.pipeline(training: TrainingSettings(seed: 2)).dueJobs() == [.train, .score, .list])
    #expect(try self.pipeline(training: TrainingSettings(seed: 2)).dueJobs(training: .beside) == [])
    #expect(try self.pipeline(training: TrainingSettings(promised: 0.8)).dueJobs() == [.list])
    #expect(try self.pipeline(atMost: 7).dueJobs() == [.list])
    #expect(try self.pipeline(days: 20_001).dueJobs() == [.label, .train, .score, .list])
    #expect(try self.pipeline(days: 20_000.9).isFresh())
    try index.keep(9, as: .activeModel)
    #expect(try pipeline.dueJobs() == [.score, .list])
    try index.keep(nil, as: .activeModel)
    #expect(try pipeline.isFresh())
    try folder.write("new", to: "music/Red/3 Currant.flac")
    _ = try await pipeline.scan()
    #expect(try !pipeline.isFresh())
    #expect(try await pipeline.refresh() != nil)
    #expect(try await pipeline.refresh() == nil)
    // So is a playlist file that somebody changed.
    try folder.write("x", to: "Probably liked.m3u8")
    #expect(try pipeline.dueJobs() == [.list])
  }

  @Test func aNewFileIsMatchedWithWhatHasNoneAndTheRestFollows() async throws {
    let pipeline = pipeline()
    _ = try await pipeline.scan()
    try await importList(pipeline)
    // Records that were never looked for allow no haste.
    _ = try await pipeline.label(incrementally: true)
    #expect(try !pipeline.isMatchingDue())
    #expect(try counts() == [3, 0, 1])

    try folder.write("new", to: "music/Blue/2 Sloe.flac")
    _ = try await pipeline.scan()
    _ = try await pipeline.label(incrementally: true)
    #expect(try pipeline.isMatchingDue())
    #expect(try counts() == [4, 0, 0])
    let hasty = try index.read { try $0.matches(of: 1) }
    #expect(hasty.count == 4)
    _ = try await pipeline.label()
    #expect(try !pipeline.isMatchingDue())
    #expect(try counts() == [4, 0, 0])
    #expect(try index.read { try $0.matches(of: 1) } == hasty)
    // A file that is renamed after the export keeps its history.
    try FileManager.default.moveItem(atPath: folder["music/Red/1 Apple.flac"], toPath: folder["music/Blue/Pear.flac"])
    #expect(try await pipeline.scan().moved == 1)
    _ = try await pipeline.label()
    #expect(try counts() == [4, 0, 0])
    #expect(try index.read { try $0.matches(of: 1) } == hasty)
  }

  @Test func manyNewFilesAllowNoHaste() async throws {
    let pipeline = pipeline()
    _ = try await pipeline.scan()
    try await importList(pipeline)
    _ = try await pipeline.label()
    for number in 0...200 { try folder.write("\(number)", to: "music/Green/\(number) Pea.flac") }
    _ = try await pipeline.scan()
    _ = try await pipeline.label(incrementally: true)
    #expect(try !pipeline.isMatchingDue())
  }

  @Test func onlySettingsThatAModelDependsOnAskForATraining() async throws {
    // Before the first training there is nothing to be anew.
    #expect(try !pipeline().haveTrainingSettingsChanged())
    guard case .impossible = try await pipeline().train() else { return #expect(Bool(false), "no song is judged") }
    #expect(try !pipeline().haveTrainingSettingsChanged())
    for settings in [
      TrainingSettings(learner: .forest), TrainingSettings(seed: 2), TrainingSettings(folds: 6),
    ] {
      #expect(try pipeline(training: settings).haveTrainingSettingsChanged())
    }
    #expect(try pipeline(samples: 20).haveTrainingSettingsChanged())
    // The precision is tested on the scores of the model that there is; threads change no result.
    #expect(try !pipeline(training: TrainingSettings(promised: 0.8, threads: 3)).haveTrainingSettingsChanged())
    _ = try await pipeline(training: TrainingSettings(seed: 2)).train()
    #expect(try pipeline().haveTrainingSettingsChanged())
  }
}

extension Pipeline {
  /// Whether labels, scores and the playlist follow from the library, the imports, the settings and the model.
  fileprivate func isFresh() throws -> Bool { try dueJobs(training: .beside, incrementally: true).isEmpty }
}
