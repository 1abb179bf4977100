import AnalysisWorker
import ArgumentParser
import Foundation
import IndexDaemon
import IndexctlCommands
import Learning
import Logging
import MusicIndex
import Pipeline
import Platform
import Reports
import ServiceState
import Settings
import Setup
import TasteModel
import TestSupport
import Testing
import Tracks

/// The examples of the pages of the floors taste, jobs, setup and daemon.
@Suite struct TasteExamples {
  let folder: FilePath
  private let temporary: TemporaryFolder

  init() throws {
    temporary = try TemporaryFolder()
    folder = FilePath(temporary.path)
  }

  @Test func learning() throws {
    // Example: Learning
    let rows = Matrix(rows: 4, columns: 1, values: [0, 1, 10, 11])
    let forest = try ExtraTreesLearner(trees: 50)
      .fit(rows, [false, false, true, true], weights: nil, seed: 1) { _ in }
    let probabilities = forest.probabilities(of: Matrix(rows: 2, columns: 1, values: [0.5, 10.5]))
    // End
    #expect(probabilities[0] < 0.5 && probabilities[1] > 0.5)
  }

  @Test func tasteModel() throws {
    var numbers = SeededGenerator(seed: 1)
    let judged = (0..<80).map { number in
      let liked = number % 2 == 0
      let summary = (0..<4).map { _ in Float.random(in: 0..<1, using: &numbers) + (liked ? 1 : 0) }
      return TasteTrack(
        identity: [UInt8](repeating: UInt8(number), count: 17), liked: liked,
        tags: TrackTags(artist: "Artist \(number)"), summary: summary)
    }
    // Example: TasteModel
    let settings = TrainingSettings(learner: .forest, source: .audio)
    let model = try TasteTrainer.train(
      TasteDataset(tracks: judged), settings, trainedAt: Date().timeIntervalSince1970)
    let probability = try model.probabilities(of: [SongEvidence(summary: judged[0].summary)])
    let auc = model.figures.auc
    // End
    #expect(probability[0] > 0.5 && auc > 0.8)
  }

  @Test func reports() {
    // Example: Reports
    var report = TasteReport(madeAt: Date().timeIntervalSince1970, version: "1.0")
    report.files = 12
    let page = report.html
    // End
    #expect(page.contains("<svg") || page.contains("<html"))
  }

  @Test func pipeline() async throws {
    try FileManager.default.createDirectory(
      atPath: folder.appending("music").display, withIntermediateDirectories: true)
    // Example: Pipeline
    let state = StateFolder(folder.appending("state"))
    try state.make()
    let configuration = PipelineConfiguration(
      music: [folder.appending("music")], state: state, playlist: state.playlist,
      worker: folder.appending("indexd-worker"))
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(
      configuration: configuration, index: try MusicIndex(state.index), pool: pool, logger: Logger(label: "jobs"))
    let result = try await pipeline.once()
    await pool.shutdown()
    // End
    #expect(result.scan.files == 0)
  }

  @Test func setup() async throws {
    try temporary.write("music: [/nowhere]\nstate: \(temporary["state"])\n", to: "indexd.yaml")
    // Example: Setup
    let workspace = try Workspace.load(folder.appending("indexd.yaml").display)
    let findings = await Doctor.findings(configuration: workspace.file.display)
    let problems = findings.filter { $0.level == .problem }
    // End
    #expect(!problems.isEmpty)
  }

  /// Not run: it works until a signal ends it.
  private func indexDaemon(_ workspace: Workspace) async throws {
    // Example: IndexDaemon
    let threshold = LogThreshold(workspace.settings.log.level)
    let daemon = Daemon(workspace, logger: Logger(label: "indexd"), threshold: threshold)
    try await daemon.run()
    // End
  }

  /// Not run: it ends the process with the command's exit code.
  private func indexctlCommands() async {
    // Example: IndexctlCommands
    await Indexctl.main(["status", "--json"])
    // End
  }
}
