/// How far a long job is: for a progress bar or a status line.
public struct JobProgress: Sendable, Equatable {
  /// What is being done.
  public enum Stage: String, Sendable, CaseIterable {
    /// Walking the music folders.
    case scanning
    /// Reading exports of foobar2000.
    case importing
    /// Decoding files and measuring them.
    case analysing
    /// Comparing fingerprints of files that may be copies.
    case comparing
    /// Fitting and judging a model.
    case training
    /// Scoring the library.
    case scoring
    /// Judging learners.
    case evaluating
    /// Checking the judgement of one learner.
    case checking
    /// Studying the owner's data for the report.
    case reporting
  }

  /// What is being done.
  public var stage: Stage
  /// What is done, in the stage's own unit (files, entries, parts of a hundred).
  public var done: Int
  /// What there is to do; 0 where that is not known.
  public var total: Int
  /// The file or the part in hand, in the form for people.
  public var subject: String

  /// A state of a stage.
  public init(stage: Stage, done: Int, total: Int, subject: String = "") {
    self.stage = stage
    self.done = done
    self.total = total
    self.subject = subject
  }
}

/// Is told of progress, on whatever thread the job runs.
public typealias ProgressHandler = @Sendable (JobProgress) -> Void
