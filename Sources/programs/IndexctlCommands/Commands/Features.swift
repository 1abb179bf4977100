import AnalysisWorker
public import ArgumentParser
import Glibc
import Pipeline
import Platform
import Setup
public import Tracks

/// `indexctl features`.
struct Features: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the features of five seconds of a file, as they are analysed.",
    discussion: """
      It needs no configuration and no index. Matrices are rows of bands by columns of time.

      Examples:
        indexctl features song.flac --start 60
        indexctl features song.flac --start 0 --variant study --json
      """)

  @Argument(help: ArgumentHelp("The audio file.", valueName: "file")) var file: String
  @Option(help: ArgumentHelp("Where the five seconds begin.", valueName: "seconds")) var start: Double
  @Option(help: "The feature set: study or dense.") var variant = FeatureVariant.dense
  @Flag(help: "Print one JSON value.") var json = false

  func validate() throws {
    guard start.isFinite, start >= 0 else { throw ValidationError("--start must be 0 or more.") }
  }

  func run() async throws {
    let pool = WorkerPool(program: WorkerPool.programBesideThis(), count: 1)
    let path = Workspace.absolute(FilePath(file))
    DiskWatch.add([path])
    let payload = FeaturesRequest(path: path, start: start, variant: variant).encode()
    do {
      let answer = try await pool.run(
        job: FeaturesRequest.jobName, payload: payload, file: path, limits: WorkerLimits())
      await pool.shutdown()
      let text = String(decoding: answer, as: UTF8.self)
      if json { Terminal.sayLines(text) } else { FeatureText.lines(text).forEach { Terminal.say($0) } }
    } catch let failure as WorkerFailure {
      await pool.shutdown()
      throw PipelineFailure(failure.detail.isEmpty ? failure.reason : failure.detail)
    }
  }
}

extension FeatureVariant: ExpressibleByArgument {}
