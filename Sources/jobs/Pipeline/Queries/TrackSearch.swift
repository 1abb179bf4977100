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
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
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
      throw AmbiguousTrack(argument: argument, candidates: found.sorted(), number: named.number)
    }
    return path
  }

  /// What is to be typed for each of some files of the index: the shortest end of its path, by whole names, that no other
  /// file's path has and that no command takes for an option or a list's cut; where there is none, the whole path.
  ///
  /// - Throws: `IndexFailure`.
  public static func names(of files: [FilePath], in index: MusicIndex) throws -> [FilePath] {
    func parts(_ path: FilePath) -> [ArraySlice<UInt8>] { path.bytes.split(separator: UInt8(ascii: "/")) }
    let wanted = files.map(parts)
    var shared = [Int](repeating: 0, count: files.count)
    try index.read { transaction in
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
        let other = parts(file.path)
        for (number, own) in wanted.enumerated() where file.path != files[number] {
          let common = zip(own.reversed(), other.reversed()).prefix { $0 == $1 }.count
          shared[number] = max(shared[number], common)
        }
      }
    }
    return zip(zip(files, wanted), shared).map { pair, shared in
      let (path, parts) = pair
      let starts = (0..<max(0, parts.count - shared)).reversed()
      let start = starts.first { start in
        !["-", "~", ".", "…"].contains { parts[start].starts(with: Array($0.utf8)) }
      }
      return start.map { FilePath(bytes: Array(parts[$0...].joined(separator: [UInt8(ascii: "/")]))) } ?? path
    }
  }

  /// The files whose names are most like that of an argument, at most five: those that hold it whatever the case and the
  /// marks between words, the shortest first, then those that differ by a quarter of its bytes at most, the nearest first.
  /// Bytes beyond ASCII count as they are.
  ///
  /// - Throws: `IndexFailure`.
  public static func near(_ argument: FilePath, in index: MusicIndex) throws -> [FilePath] {
    let wanted = stem(TrackPlace(named: argument).path.name)
    guard wanted.count > 2 else { return [] }
    let most = max(1, wanted.count / 4)
    // What holds it comes before everything that is only like it.
    let holding = 1 << 20
    var found: [(rank: Int, path: FilePath)] = []
    try index.read { transaction in
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
        let name = stem(file.path.name)
        if name.contains(wanted) {
          found.append((name.count - holding, file.path))
        } else if let distance = distance(wanted, name, most: most) {
          found.append((distance, file.path))
        }
      }
    }
    return found.sorted { ($0.rank, $0.path) < ($1.rank, $1.path) }.prefix(5).map(\.path)
  }

  /// A name without its extension, in small letters, with a blank for every mark.
  private static func stem(_ name: FilePath) -> [UInt8] {
    let small = Array(name.display.lowercased().utf8)
    let plain = small.map { byte in
      let isKept = byte > 127 || (97...122).contains(byte) || (48...57).contains(byte)
      return isKept ? byte : UInt8(ascii: " ")
    }
    guard let dot = small.lastIndex(of: UInt8(ascii: ".")), small.count - dot <= 5 else { return plain }
    return Array(plain[..<dot])
  }

  /// The number of bytes to insert, drop or replace that makes one of the other; `nil` for more than `most`.
  private static func distance(_ left: [UInt8], _ right: [UInt8], most: Int) -> Int? {
    guard abs(left.count - right.count) <= most else { return nil }
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let replaced = diagonal + (byte == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
      if row.min().map({ $0 > most }) ?? true { return nil }
    }
    return row[right.count] <= most ? row[right.count] : nil
  }
}

/// A track that is not in the index, and the files whose names are like it.
public struct UnknownTrack: Error, Equatable, Sendable {
  /// What was named.
  public var argument: FilePath
  /// What is to be typed for those files, the likest first (`TrackSearch.names`).
  public var names: [FilePath]

  /// A track of these parts.
  public init(argument: FilePath, names: [FilePath]) {
    (self.argument, self.names) = (argument, names)
  }
}

/// Several tracks that one argument may mean.
public struct AmbiguousTrack: Error, Equatable, Sendable {
  /// What was named.
  public var argument: FilePath
  /// The files it may mean, by path.
  public var candidates: [FilePath]
  /// The number of a track in a cue sheet that was named with it; 0 for none.
  public var number = 0
  /// What is to be typed for the first of them, in their order (`TrackSearch.names`).
  public var names: [FilePath] = []
}
