public import MusicIndex
import Platform

/// The forms in which labels, scores and features leave indexd. Each is written piece by piece.
public enum ExportForm: String, CaseIterable, Sendable {
  /// A JSON object a line.
  case jsonl
  /// A table after RFC 4180, with a header, in UTF-8.
  case csv
  /// An archive of arrays, as `numpy.load` reads it.
  case npz

  /// What every file of this form begins with.
  public var beginning: String {
    switch self {
    case .jsonl: "{\"path\":"
    case .csv: TrackTable.beginning
    case .npz: ZipWriter.beginning
    }
  }

  /// Writes every track of an index.
  ///
  /// - Parameter features: whether what was measured of the sound is written, too.
  /// - Throws: `IndexFailure`, `PipelineFailure` where there is no room for intermediate results, or what `write` throws.
  public func write(
    _ index: MusicIndex, features: Bool = true, to write: @escaping ([UInt8]) throws -> Void
  ) throws {
    switch self {
    case .jsonl:
      try TrackDump.forEachLine(index, features: features) { try write(Array($0.line.utf8) + [0x0A]) }
    case .csv: try TrackTable.write(index, features: features, to: write)
    case .npz: try TrackArrays.write(index, features: features, to: write)
    }
  }
}
