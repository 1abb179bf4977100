public import Tracks

/// Reads the files that foobar2000 and its components write.
public enum ExportReader {
  /// Finds out from its content what a file is.
  ///
  /// - Throws: `ImportFailure` where it cannot be read, holds nothing, or is nothing that foobar2000 writes.
  public static func recognise(_ file: FilePath) throws(ImportFailure) -> ExportKind {
    try Recognition.kind(of: file)
  }

  /// Streams the records of a file in its order.
  ///
  /// A malformed part costs itself and is told in the summary. A file that is refused as a whole may have delivered
  /// records before, unless it is statistics XML: run this inside a transaction and take everything back where it
  /// throws. What `record` throws is passed on.
  ///
  /// - Throws: `ImportFailure`, and whatever `record` throws.
  public static func read(
    _ file: FilePath, options: ReadingOptions = ReadingOptions(), record: (ListeningRecord) throws -> Void
  ) throws -> ExportSummary {
    let kind = try recognise(file)
    switch kind {
    case .statisticsXML: return try StatisticsXML.read(file, options: options, record: record)
    case .playlist, .fplite: return try PlaylistText(file, options: options).read(kind, record: record)
    default: throw ImportFailure(.unrecognised, file, "cannot be read yet")
    }
  }
}
