import AnalysisWorker
public import Logging
import MusicIndex
import Pipeline
import Settings
import Tracks

/// The services that run the pipeline's jobs over time.
public struct Daemon: Sendable {
  private let workspace: Workspace
  private let logger: Logger

  /// A daemon for a workspace.
  public init(_ workspace: Workspace, logger: Logger) {
    self.workspace = workspace
    self.logger = logger
  }

  /// Does every job a single time.
  ///
  /// - Returns: whether some tracks failed.
  /// - Throws: what the jobs throw; `PipelineFailure` where another process works on the state folder.
  public static func once(_ workspace: Workspace, logger: Logger) async throws -> Bool {
    try workspace.state.make()
    let lock = try StateLock(workspace.state)
    defer { _ = lock }
    for folder in workspace.settings.music {
      if let fault = MusicFolders.fault(folder) { logger.warning("\(fault)") }
    }
    let configuration = workspace.configuration
    let index = try MusicIndex(workspace.state.index)
    let pool = Pipeline.pool(configuration)
    let pipeline = Pipeline(configuration: configuration, index: index, pool: pool, logger: logger)
    do {
      let result = try await pipeline.once()
      await pool.shutdown()
      return result.analysis.failed > 0
    } catch {
      await pool.shutdown()
      throw error
    }
  }

  /// Runs until it is told to stop.
  public func run() async throws {
    _ = try await Self.once(workspace, logger: logger)
  }
}
