import Foundation
import Glibc
public import MusicIndex
public import Tracks

/// Checks of music folders before any work is done on them.
public enum MusicFolders {
  /// What is wrong with a music folder, as a sentence that says what to do; `nil` for a usable one.
  public static func fault(_ folder: FilePath) -> String? {
    var status = stat()
    guard folder.withCString({ stat($0, &status) }) == 0 else {
      let code = errno
      return code == ENOENT
        ? "\(folder.display): the music folder does not exist; check the name, or mount the disk"
        : "\(folder.display): the music folder cannot be looked at (\(LibraryScan.words(code)))"
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      return "\(folder.display): is a file; give the folder that holds the music"
    }
    guard folder.withCString({ access($0, R_OK | X_OK) }) == 0 else {
      return "\(folder.display): the music folder cannot be read by this user (\(LibraryScan.words(errno)))"
    }
    return nil
  }

  /// Why nothing is seen of a music folder, as a sentence: it is not there, is empty, or may not be entered.
  static func absence(of folder: FilePath) -> String {
    var status = stat()
    guard folder.withCString({ stat($0, &status) }) != 0 else {
      return "\(folder.display): the music folder is empty; is its disk mounted?"
    }
    return errno == EACCES
      ? "\(folder.display): the music folder is not to be seen by this user (\(LibraryScan.words(errno))); `indexctl "
        + "doctor` says what lets it"
      : "\(folder.display): the music folder is not there"
  }

  /// A path with its links resolved; as it is where it does not exist.
  public static func resolved(_ path: FilePath) -> FilePath {
    followed(path) ?? path
  }

  private static func followed(_ path: FilePath) -> FilePath? {
    guard let resolved = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return FilePath(bytes: Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved))))
  }

  /// A path that is not there as it would be: with the links of what is there above it resolved, `.` and `..` taken away.
  private static func normalised(_ path: FilePath) -> FilePath {
    var folder = path
    var rest: [FilePath] = []
    while folder.parent != folder, !folder.parent.bytes.isEmpty {
      let name = folder.name
      folder = folder.parent
      if name.bytes.isEmpty || name == FilePath(".") { continue }
      rest.append(name)
      if let there = followed(folder) {
        return rest.reversed().reduce(there) { $1 == FilePath("..") ? $0.parent : $0.appending($1) }
      }
    }
    return path
  }

  /// What is worth knowing of how configured folders lie to each other, a sentence each: one that lies inside another,
  /// and one that is another by a second name. Both are allowed; every file is of one music folder, the innermost.
  public static func relations(_ configured: [FilePath]) -> [String] {
    let places = configured.map { followed($0) ?? normalised($0) }
    let kept = MusicFolderSet(MusicFolderSet.distinct(places))
    var seen: Set<FilePath> = []
    return zip(configured, places).compactMap { name, place in
      guard kept.folders.contains(place), seen.insert(place).inserted else {
        let twin = kept.twin(of: place) ?? place
        return "\(name.display): is the music folder \(twin.display) by another name, and counts once"
      }
      let outer = kept.folders.filter { $0 != place && place.isInside($0) }.max { $0.bytes.count < $1.bytes.count }
      return outer.map { "\(name.display): lies inside the music folder \($0.display); its files count once" }
    }
  }

  /// Where configured music folders lead.
  ///
  /// A link to a disk that is away cannot be resolved. Its folder is then the one that it led to before.
  ///
  /// - Parameter index: The index that knows where they led before.
  /// Folders that lead to one place are one folder: that with the first name by its bytes, whatever their order.
  ///
  /// - Returns: the folders in their order, and whether every one of them could be resolved now.
  /// - Throws: `IndexFailure`.
  public static func places(
    of configured: [FilePath], in index: MusicIndex
  ) throws -> (folders: [FilePath], areAllThere: Bool) {
    let before = try known(in: index)
    let now = configured.map(followed)
    let places = zip(configured, now).map { $1 ?? before[$0] ?? normalised($0) }
    return (MusicFolderSet.distinct(places), now.allSatisfy { $0 != nil })
  }

  /// Notes where the configured music folders that can be resolved lead.
  static func remember(_ configured: [FilePath], in index: MusicIndex) throws {
    let before = try known(in: index)
    var places: [FilePath: FilePath] = [:]
    for folder in configured { places[folder] = followed(folder) ?? before[folder] }
    guard places != before else { return }
    try index.keep(places, as: .musicFolders)
  }

  private static func known(in index: MusicIndex) throws -> [FilePath: FilePath] {
    try index.note(.musicFolders) ?? [:]
  }
}

extension IndexNote where Value == [FilePath: FilePath] {
  /// Where each configured music folder led, a line each: both paths in base64.
  fileprivate static var musicFolders: Self {
    @Sendable func base64(_ path: FilePath) -> String { Data(path.bytes).base64EncodedString() }
    return Self(
      "musicFolders",
      encode: { places in
        places.sorted { $0.key < $1.key }.map { "\(base64($0.key)) \(base64($0.value))" }.joined(separator: "\n")
      },
      decode: { text in
        var places: [FilePath: FilePath] = [:]
        for line in text.split(separator: "\n") {
          let paths = line.split(separator: " ").compactMap { Data(base64Encoded: String($0)) }
          if paths.count == 2 { places[FilePath(bytes: Array(paths[0]))] = FilePath(bytes: Array(paths[1])) }
        }
        return places
      })
  }
}
