public import MusicIndex
public import Tracks

/// Finds the track that somebody means by a part of its path.
public enum TrackSearch {
  /// The track that an argument names: by its path; else the only one whose path ends so, at a `/` before anywhere else;
  /// else the only one of that file name without its extension. A leading `…`, as in a list that was cut to the terminal,
  /// is left away; `|subsong:N` may follow.
  ///
  /// - Parameters:
  ///   - argument: what was named.
  ///   - path: the same as an absolute path with its links resolved.
  /// - Returns: `path` itself where nothing in the index is meant, so that whoever looks for it says so.
  /// - Throws: `AmbiguousTrack` where several are meant; `IndexFailure`.
  public static func place(_ argument: FilePath, at path: TrackPlace, in index: MusicIndex) throws -> TrackPlace {
    if try index.read({ try $0.file(at: path.path) }) != nil { return path }
    let named = TrackPlace(named: argument)
    var end = named.path.bytes[...]
    let ellipsis = Array("…".utf8)
    let isCut = end.starts(with: ellipsis)
    if isCut { end = end.dropFirst(ellipsis.count) }
    while end.starts(with: Array("./".utf8)) { end = end.dropFirst(2) }
    // What begins at the root is no end of a path.
    guard !end.isEmpty, end.first != UInt8(ascii: "/") || isCut else { return path }
    var (atName, anywhere, byStem): ([FilePath], [FilePath], [FilePath]) = ([], [], [])
    try index.read { transaction in
      try transaction.forEachKnownFile(version: FeatureVariant.dense.version) { file in
        // A name that is not UTF-8 is typed as it is shown.
        for bytes in file.path.string == nil ? [file.path.bytes, Array(file.path.display.utf8)] : [file.path.bytes] {
          if bytes.count > end.count, bytes.suffix(end.count).elementsEqual(end) {
            let isWhole = bytes[bytes.count - end.count - 1] == UInt8(ascii: "/") || end.first == UInt8(ascii: "/")
            if isWhole { atName.append(file.path) } else { anywhere.append(file.path) }
            return
          }
        }
        let name = file.path.name.bytes
        if let dot = name.lastIndex(of: UInt8(ascii: ".")), name[..<dot].elementsEqual(end) { byStem.append(file.path) }
      }
    }
    for found in [atName, byStem, anywhere] where !found.isEmpty {
      guard found.count > 1 else { return TrackPlace(path: found[0], number: named.number) }
      throw AmbiguousTrack(argument: argument, candidates: found.sorted())
    }
    return path
  }
}

/// Several tracks that one argument may mean.
public struct AmbiguousTrack: Error, Equatable, Sendable {
  /// What was named.
  public var argument: FilePath
  /// The files it may mean, by path.
  public var candidates: [FilePath]
}
