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
  ///   - earlier: the studies of an earlier report, which are taken where nothing has changed that they rest on.
  /// - Throws: `IndexFailure`, `TasteFailure`, or `CancellationError`.
  public static func report(
    of index: MusicIndex, configuration: PipelineConfiguration, version: String, isQuick: Bool,
    earlier: KeptStudies? = nil, progress: @escaping ProgressHandler
  ) async throws -> TasteReport {
    var report = try await withTaskExecutorPreference(JobThreads.shared) {
      try ReportQuery(index: index, configuration: configuration, version: version).report(of: configuration.state)
    }
    guard let active = try ActiveModel.load(index) else { return report }
    let studies = ReportStudies(index: index, configuration: configuration, progress: progress)
    guard !isQuick else {
      report.studies.remarks.append("The studies of your data were left out (--quick).")
      report.keptStudies = try earlier?.text()
      return report
    }
    let basis = try studies.basis(active)
    var kept = earlier.flatMap { $0.basis == basis ? $0 : nil } ?? KeptStudies(basis: basis)
    let known = kept.trained
    (report.studies, kept.trained) = try await withTaskExecutorPreference(JobThreads.shared) {
      try studies.run(active.model, known)
    }
    if kept.percussion == nil {
      let pool = Pipeline.pool(configuration)
      do {
        let (found, remark) = try await studies.percussion(active.model, pool)
        kept.percussion = found
        if let remark { report.studies.remarks.append(remark) }
        await pool.shutdown()
      } catch {
        await pool.shutdown()
        throw error
      }
    }
    report.studies.percussion = kept.percussion
    report.keptStudies = try kept.text()
    return report
  }
}
