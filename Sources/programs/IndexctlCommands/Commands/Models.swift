import AnalysisWorker
import ArgumentParser
import Logging
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Setup
import TasteModel
import Tracks

/// `indexctl models`.
struct Models: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists every trained model with its figures; --use goes back to one.",
    discussion: """
      A model that you choose stays until you choose another or a better one is trained: its AUC on the songs that both \
      were judged on must be higher by more than 0.01. `--use auto` lets the gate decide again. The 10 newest models are \
      kept whole, and the one in use; of older ones only the figures.

      Examples:
        indexctl models
        indexctl models --use auto
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false
  @Option(help: ArgumentHelp("The number of the model to use from now on, or auto.", valueName: "id")) var use: String?

  func validate() throws {
    if let use, use != "auto", (Int64(use) ?? 0) < 1 { throw ValidationError("--use needs a model's number, or auto.") }
  }

  func run() async throws {
    let workspace = try common.workspace()
    if let use { try await choose(Int64(use), workspace) }
    // What was asked for is told by the list as well, so --use alone says it in a sentence.
    guard use == nil || json else { return }
    let index = try MusicIndex(workspace.state.index, readOnly: true)
    let rows = try ModelList.rows(index)
    if json {
      Terminal.sayLines(JSONValue.list(rows.map(Self.json)).pretty)
    } else if rows.isEmpty {
      let isTraining = try Status(of: index, state: workspace.state).daemon.isTraining
      Terminal.tell(
        "There is no model yet; "
          + (isTraining ? "the first one is trained now." : "`indexctl status` says what is missing."))
    } else {
      let standing = try Status(of: index, state: workspace.state).playlist.standing
      Self.lines(rows, standing).forEach { Terminal.say($0) }
    }
  }

  /// Has the daemon do it where one runs; else does it at once.
  private func choose(_ id: Int64?, _ workspace: Workspace) async throws {
    // Without an index there is nothing to choose from, and none shall be made.
    _ = try MusicIndex(workspace.state.index, readOnly: true)
    if StateLock.holder(of: workspace.state) != nil {
      let answer = try await Delivery.answer(to: .use(id), in: workspace)
      guard answer.status == .done else {
        answer.message.split(separator: "\n").forEach { Terminal.tell("indexctl: \($0)") }
        throw ExitCode(1)
      }
      if !json { Terminal.sayLines(answer.message) }
      return
    }
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    let configuration = workspace.configuration
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(
      configuration: configuration, index: try MusicIndex(workspace.state.index), pool: pool,
      logger: Logger(label: "indexctl") { _ in TerminalLog() })
    do {
      let answer = try await pipeline.use(model: id)
      await pool.shutdown()
      if !json { Terminal.sayLines(answer) }
    } catch {
      await pool.shutdown()
      throw error
    }
  }

  private static func json(_ row: ModelRow) -> JSONValue {
    let figures = row.figures
    return .object([
      ("id", .integer(Int(row.id))), ("learner", .text(row.learner)),
      ("trainedAt", JSONValue(Status.time(row.trainedAt))), ("songs", .integer(figures.songs)),
      ("good", .integer(figures.good)), ("split", .text(figures.split.rawValue)), ("auc", .number(figures.auc)),
      ("aucLow", .number(figures.aucLow)), ("aucHigh", .number(figures.aucHigh)), ("brier", .number(figures.brier)),
      ("precision", .number(figures.precision)), ("precisionLow", .number(figures.precisionLow)),
      ("recall", .number(figures.recall)), ("threshold", .number(figures.threshold)),
      ("baseRate", .number(figures.baseRate)), ("promised", .number(figures.promised)),
      ("targetMet", .bool(figures.targetMet)), ("accepted", .bool(row.isAccepted)), ("verdict", .text(row.verdict)),
      ("active", .bool(row.isActive)), ("chosen", .bool(row.isChosen)), ("usable", .bool(row.isUsable)),
      ("source", JSONValue(row.breakdown?.judgements.first?.source.rawValue)),
      ("members", row.breakdown.map(BreakdownText.members) ?? .null),
      ("judgements", row.breakdown.map(BreakdownText.judgements) ?? .null),
    ])
  }

  private static func lines(_ rows: [ModelRow], _ standing: ListStanding?) -> [String] {
    let cells = rows.map { row in
      let figures = row.figures
      return [
        row.isActive ? "*" : "", String(row.id), row.learner,
        WallTime.text(row.trainedAt), String(figures.songs), Layout.decimals(figures.auc, 2),
        "\(Layout.decimals(figures.aucLow, 2))-\(Layout.decimals(figures.aucHigh, 2))",
      ]
    }
    var lines = Layout.table(
      ["", "ID", "learner", "trained", "songs", "AUC", "95%"], cells, right: [1, 4, 5])
    lines += [""]
    for row in rows {
      var words = "\(row.verdict); judged with whole \(row.figures.split.rawValue)s held out"
      if let breakdown = row.breakdown { words += BreakdownText.words(breakdown).map { "; " + $0 }.joined() }
      if row.isChosen { words += "; in use by your choice" } else if row.isActive { words += "; in use" }
      if !row.isUsable { words += "; cannot be used any more" }
      lines += Layout.wrap("\(row.id): \(words)", 79, indent: 3)
    }
    lines += [""]
    lines += Layout.wrap(
      "* is in use. AUC: the chance that a liked song scores above a disliked one, on songs the model had not seen "
        + "(0.50: a coin), with its 95% interval.", 79)
    if let standing {
      let told = [standing.words, standing.limits].compactMap(\.self).joined(separator: " ")
      lines += [""] + Layout.wrap("Its list: " + told, 79)
    }
    return lines
  }
}
