import AnalysisWorker
public import MusicIndex
import Platform
public import Reports
import TasteModel
import Tracks

extension Pipeline {
  /// Collects everything that the report tells.
  ///
  /// - Parameters:
  ///   - index: the index; opened read only is enough.
  ///   - version: the program's version.
  ///   - isQuick: whether to leave out the studies, which train models anew and take minutes.
  /// - Throws: `IndexFailure`, `TasteFailure`, or `CancellationError`.
  public static func report(
    of index: MusicIndex, configuration: PipelineConfiguration, version: String, isQuick: Bool,
    progress: @escaping ProgressHandler
  ) async throws -> TasteReport {
    var report = try await withTaskExecutorPreference(JobThreads.shared) {
      try ReportQuery(index: index, configuration: configuration, version: version).report(of: configuration.state)
    }
    guard let active = try ActiveModel.load(index) else { return report }
    let studies = ReportStudies(index: index, configuration: configuration, progress: progress)
    guard !isQuick else {
      report.studies.remarks.append("The studies of your data were left out (--quick).")
      return report
    }
    report.studies = try await withTaskExecutorPreference(JobThreads.shared) { try studies.run(active.model) }
    let pool = Pipeline.pool(configuration)
    do {
      let (found, remark) = try await studies.percussion(active.model, pool)
      report.studies.percussion = found
      if let remark { report.studies.remarks.append(remark) }
      await pool.shutdown()
    } catch {
      await pool.shutdown()
      throw error
    }
    return report
  }
}
