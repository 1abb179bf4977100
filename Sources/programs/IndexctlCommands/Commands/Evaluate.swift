import AnalysisWorker
import ArgumentParser
import Glibc
import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import TasteModel
import Tracks

/// `indexctl evaluate`.
struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judges the learners side by side on songs they have not seen.",
    usage: """
      indexctl evaluate [--config <file>] [--json] [--all] [--learners <a,b>]
                        [--study] [--repeats <count>] [--folds <count>]
                        [--epochs <count>]
      """,
    discussion: """
      Every figure is out of fold: it comes from songs that the model was not trained on. The learners of the 2019 \
      study need the study's features; they are measured first, where they are missing. --all gives the whole table \
      and a check of the learner that is in use: its calibration, what it finds in opinions dealt out at random, and \
      how its AUC grows with the number of judged songs.

      Examples:
        indexctl evaluate
        indexctl evaluate --all --learners forest,logistic --repeats 3
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false
  @Flag(help: "Print every way of judging, with all figures, and check the learner in use.") var all = false
  @Option(help: ArgumentHelp("The learners, separated by commas; all by default.", valueName: "a,b"))
  var learners: String?
  @Flag(help: "As --all, also judged as the study did, by samples and on its own split.") var study = false
  @Option(help: ArgumentHelp("How often the songs are divided anew.", valueName: "n")) var repeats = 1
  @Option(
    help: ArgumentHelp(
      "The number of folds; given, also of networks, which else are judged on 30% of the songs.", valueName: "n"))
  var folds: Int?
  @Option(help: ArgumentHelp("The most epochs of a network.", valueName: "n")) var epochs = 20

  func validate() throws {
    guard (1...100).contains(repeats) else { throw ValidationError("--repeats must be from 1 to 100.") }
    guard (2...20).contains(folds ?? 5) else { throw ValidationError("--folds must be from 2 to 20.") }
    guard (1...1_000).contains(epochs) else { throw ValidationError("--epochs must be from 1 to 1000.") }
    _ = try names()
  }

  private func names() throws -> [LearnerName] {
    guard let learners else { return LearnerName.allCases }
    return try learners.split(separator: ",").map { word in
      guard let name = LearnerName(rawValue: String(word)) else {
        let known = LearnerName.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("There is no learner '\(word)'; there are: \(known).")
      }
      return name
    }
  }

  func run() async throws {
    let (workspace, index) = try common.index()
    DiskWatch.add([], isPatient: true)
    let bar = ProgressBar()
    defer { bar.clear() }
    var options = Evaluation.Options()
    options.learners = try names()
    options.study = study
    options.repeats = repeats
    options.folds = folds ?? options.folds
    options.foldsForNetworks = folds != nil
    options.epochs = epochs
    options.seed = workspace.settings.model.seed
    options.threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    if options.study || options.learners.contains(where: \.needsBlocks) {
      try await addStudyBlocks(workspace, index, bar)
    }
    // Before there is a model, the one that would be trained first.
    let used = try Pipeline.settingsInUse(index)
    var checked = used ?? workspace.configuration.training
    checked.threads = options.threads
    let isShort = !(json || all || study)
    // What the short table leaves out need not be judged.
    let split = try Status(of: index, state: workspace.state).model.flatMap { SplitKind(rawValue: $0.split) } ?? .song
    if isShort { (options.sources, options.splits) = ([checked.source], split == .song ? [.song] : [.song, split]) }
    let rows = try await Pipeline.evaluate(index, options) { bar.update($0) }
    if json {
      bar.clear()
      return Terminal.sayLines(JSONValue.list(rows.map(Self.json)).pretty)
    }
    if isShort {
      bar.clear()
      let table = LearnerComparison(rows, of: checked.learner, by: split, isInUse: used != nil)
      return Terminal.sayLines(table.lines.joined(separator: "\n"))
    }
    var checks: LearnerChecks?
    if options.learners.contains(checked.learner) {
      checks = try await Pipeline.check(index, checked) { bar.update($0) }
    }
    bar.clear()
    Terminal.sayLines(EvaluationText.lines(rows, checks, isInUse: used != nil).joined(separator: "\n"))
  }

  private func addStudyBlocks(_ workspace: Workspace, _ index: MusicIndex, _ bar: ProgressBar) async throws {
    guard try Pipeline.songsWithoutBlocks(.study, in: index) > 0 else { return }
    if StateLock.holder(of: workspace.state) != nil {
      // Only one may write the index: whoever works there measures them.
      Terminal.tell("indexctl: indexd measures the study's features of the judged songs first; this takes a while")
      let answer = try await Delivery.answer(to: .study, in: workspace)
      guard answer.status == .done else {
        throw PipelineFailure(answer.message.split(separator: "\n").joined(separator: " "))
      }
      return
    }
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    let configuration = workspace.configuration
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(
      configuration: configuration, index: try MusicIndex(workspace.state.index), pool: pool,
      logger: Logger(label: "indexctl") { _ in TerminalLog() }, progress: { bar.update($0) })
    do {
      _ = try await pipeline.addStudyBlocks()
    } catch {
      await pool.shutdown()
      throw error
    }
    await pool.shutdown()
  }

  private static func json(_ row: EvaluationRow) -> JSONValue {
    .object([
      ("learner", .text(row.learner.rawValue)), ("features", .text(row.features.rawValue)),
      ("source", .text(row.source.rawValue)), ("level", .text(row.level.rawValue)),
      ("aggregate", JSONValue(row.aggregate?.rawValue)), ("split", .text(row.split.rawValue)),
      ("precision", JSONValue(row.precision)), ("recall", JSONValue(row.recall)), ("f05", JSONValue(row.f05)),
      ("combined", JSONValue(row.combined)), ("auc", JSONValue(row.auc)), ("aucLow", JSONValue(row.aucLow)),
      ("aucHigh", JSONValue(row.aucHigh)), ("brier", JSONValue(row.brier)), ("seconds", JSONValue(row.seconds)),
    ])
  }
}
