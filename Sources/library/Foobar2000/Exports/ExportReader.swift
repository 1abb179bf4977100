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
    case .textTable: return try TextTable.read(file, options: options, record: record)
    case .fpl: return try PlaylistBinary.read(file, record: record)
    case .metadb:
      let database = file.isFolder ? file.appending(ProfileDatabase.fileName) : file
      return try ProfileDatabase.read(database, options: options, record: record)
    case .listens: return try ListensTable.read(file, options: options, record: record)
    case .beefweb: return try BeefwebItems.read(file, options: options, record: record)
    case .playcount2003: return try Playcount2003.read(file, record: record)
    }
  }

  /// The name of the playlist that a file holds: what `index.txt` says of a live playlist, else the file's own without
  /// its extension.
  ///
  /// - Throws: `ImportFailure` where `index.txt` is there and cannot be read.
  public static func playlistName(of file: FilePath, kind: ExportKind) throws(ImportFailure) -> String {
    try kind == .fplite ? PlaylistIndex.name(of: file) : file.nameWithoutExtension
  }

  /// What a profile folder of foobar2000 2 holds, to be imported one by one: the database, then the live playlists in
  /// the order of their paths. Of a portable foobar2000 the folder `profile` is meant. A path that is no folder stands
  /// for itself.
  public static func files(in profile: FilePath) -> [FilePath] {
    guard profile.isFolder else { return [profile] }
    var files: [FilePath] = []
    let portable = profile.appending("profile")
    if portable.isFolder, !profile.appending(ProfileDatabase.fileName).isRegularFile { return self.files(in: portable) }
    if profile.appending(ProfileDatabase.fileName).isRegularFile {
      files.append(profile.appending(ProfileDatabase.fileName))
    }
    for folder in [profile] + profile.children().filter({ $0.isFolder }) {
      files += folder.children().filter { $0.fileExtension == "fplite" && $0.isRegularFile }
    }
    return files
  }
}
