/// Why a job could not be done: one sentence for the owner that names the file and what to do.
public struct PipelineFailure: Error, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A failure described by a sentence.
  public init(_ description: String) {
    self.description = description
  }
}
