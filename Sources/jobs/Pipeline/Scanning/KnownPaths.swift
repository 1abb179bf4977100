import MusicIndex
import Tracks

/// What the cue sheets of a folder say of a file, before they are read.
struct CueHint: Equatable {
  /// Whether one is named after the file.
  var hasSheet = false
  /// A hash of the names, sizes and times of all sheets of the folder; 0 for none.
  var stamp: Int64 = 0
}

/// A file of the index beside which the walk puts what it meets on disk.
struct KnownPath {
  var file: FileRow
  var cues: CueHint
}

/// The index's files below a folder in the order of their paths' bytes, read a page at a time.
struct KnownPaths {
  private let index: MusicIndex
  private let root: Int64
  private let folder: FilePath
  private var page: [KnownPath] = []
  private var position = 0
  private var last: FilePath?
  private var isAtEnd = false

  private static let pageSize = 4_000

  init(index: MusicIndex, root: Int64, folder: FilePath) {
    self.index = index
    self.root = root
    self.folder = folder
  }

  /// Takes the next file if its path precedes `path` (any, for `nil`).
  mutating func next(before path: FilePath?) throws -> KnownPath? {
    guard let first = try peek() else { return nil }
    if let path, !(first.file.path < path) { return nil }
    position += 1
    return first
  }

  /// Takes the next file if it has this path.
  mutating func take(_ path: FilePath) throws -> KnownPath? {
    guard let first = try peek(), first.file.path == path else { return nil }
    position += 1
    return first
  }

  /// Whether the next file lies inside a folder.
  mutating func isNext(inside folder: FilePath) throws -> Bool {
    try peek().map { $0.file.path.isInside(folder) } ?? false
  }

  /// Passes over everything inside a folder; what precedes it must have been taken.
  mutating func skip(_ folder: FilePath) {
    while position < page.count, page[position].file.path.isInside(folder) { position += 1 }
    guard position == page.count, !isAtEnd else { return }
    // No name is longer than 255 bytes, so every path inside the folder precedes this one.
    let end = FilePath(bytes: folder.bytes + [0x2F] + [UInt8](repeating: 0xFF, count: 256))
    if last.map({ $0 < end }) ?? true { last = end }
  }

  private mutating func peek() throws -> KnownPath? {
    if position == page.count, !isAtEnd {
      let (root, folder, last) = (root, folder, last)
      page = try index.read { transaction in
        try transaction.files(under: folder, root: root, after: last, limit: Self.pageSize).map {
          KnownPath(file: $0.file, cues: CueHint(hasSheet: $0.hasCueFile, stamp: $0.sheets))
        }
      }
      position = 0
      self.last = page.last?.file.path ?? last
      isAtEnd = page.count < Self.pageSize
    }
    return position < page.count ? page[position] : nil
  }
}
