import Foobar2000
import Glibc
public import Platform
public import Tracks

/// What is to be known of a file of foobar2000's before it is read.
public enum ExportFile {
  /// A hash of everything that a file holds, by which it is known under any name: of a database with its log.
  ///
  /// - Throws: `PipelineFailure` where it cannot be read.
  public static func digest(of file: FilePath) throws(PipelineFailure) -> [UInt8] {
    let hash = ContentHash()
    try hash.add(contentsOf: file)
    let log = self.log(of: file)
    if !stamp(log).isEmpty { try hash.add(contentsOf: log) }
    return hash.digest
  }

  /// The write-ahead log of a SQLite database.
  static func log(of file: FilePath) -> FilePath {
    FilePath(bytes: file.bytes + Array("-wal".utf8))
  }

  /// When a file, or the log beside it, was written last, in seconds since 1970.
  static func modified(_ file: FilePath) throws(PipelineFailure) -> Double {
    let times = stamp(file)
    guard let time = times.first else {
      throw PipelineFailure("\(file.display): cannot be read (\(LibraryScan.words(errno)))")
    }
    return max(time, stamp(log(of: file)).first ?? time)
  }

  /// The size in bytes of a file and the log beside it.
  static func size(_ file: FilePath) throws(PipelineFailure) -> Int {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else {
      throw PipelineFailure("\(file.display): cannot be read (\(LibraryScan.words(errno)))")
    }
    let size = Int(clamping: status.st_size)
    guard log(of: file).withCString({ stat($0, &status) }) == 0 else { return size }
    let (sum, isTooLarge) = size.addingReportingOverflow(Int(clamping: status.st_size))
    return isTooLarge ? Int.max : sum
  }

  private static func stamp(_ file: FilePath) -> [Double] {
    var status = stat()
    guard file.withCString({ stat($0, &status) }) == 0 else { return [] }
    return [KernelNumber.seconds(status.st_mtim)]
  }

  /// The files among others that may name the tracks of hash-only statistics, the newest first: they tell of plays, and
  /// where the tracks are.
  static func companions(of file: FilePath, among others: [FilePath]) -> [FilePath] {
    companions(among: others.filter { $0 != file })
  }

  /// The files that may be anybody's companions, the newest first.
  static func companions(among others: [FilePath]) -> [FilePath] {
    var seen: Set<FilePath> = []
    let found = others.filter { seen.insert($0).inserted }.compactMap { other -> (FilePath, Double)? in
      // What cannot be read or recognised is no companion.
      guard let time = stamp(other).first, let kind = try? ExportReader.recognise(other), !kind.isPlaylist else {
        return nil
      }
      return (other, time)
    }
    return found.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
  }

  /// The files to import for each path: for a profile folder of foobar2000 what it holds, else the path itself.
  ///
  /// - Parameter takesPlaylist: whether to take a live playlist of a profile, by its name.
  public static func expand(_ paths: [FilePath], takesPlaylist: (String) -> Bool = { _ in true }) -> [FilePath] {
    paths.flatMap { path -> [FilePath] in
      let inside = ExportReader.files(in: path)
      guard inside != [path], !inside.isEmpty else { return [path] }
      return inside.filter { file in
        guard file.fileExtension == "fplite" else { return true }
        // A list whose name cannot be found out has its file's.
        return takesPlaylist((try? ExportReader.playlistName(of: file, kind: .fplite)) ?? file.name.display)
      }
    }
  }
}
