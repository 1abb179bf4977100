import Tracks

/// The files of the library by every spelling of their paths.
struct FileIndex: Sendable {
  let paths: [FilePath]
  private let exact: HashTable
  private let folded: HashTable
  private let skeletons: HashTable
  private let names: HashTable

  /// An index of paths; positions in `paths` stand for the files.
  init(_ paths: [FilePath]) {
    self.paths = paths
    exact = HashTable(paths.count) { paths[$0].bytes }
    folded = HashTable(paths.count) { Folding.path(paths[$0]) }
    skeletons = HashTable(paths.count) { Folding.skeleton(Folding.path(paths[$0])) }
    names = HashTable(paths.count) { Folding.path(paths[$0].name) }
  }

  /// How closely a path was found.
  enum Closeness: Int, Sendable {
    case exact, folded, standIns
  }

  /// The files that a path of this machine means: one where it is exact, otherwise all that are equally close.
  func find(_ path: FilePath) -> (files: [Int], closeness: Closeness)? {
    if paths.isEmpty { return nil }
    if let index = exact.candidates(path.bytes).first(where: { paths[Int($0)] == path }) {
      return ([Int(index)], .exact)
    }
    let key = Folding.path(path)
    let byCase = folded.candidates(key).map(Int.init).filter { Folding.path(paths[$0]) == key }
    if !byCase.isEmpty { return (closest(byCase, to: path), .folded) }
    let skeleton = Folding.skeleton(key)
    let byShape = skeletons.candidates(skeleton).map(Int.init).filter {
      Folding.skeleton(Folding.path(paths[$0])) == skeleton
    }
    return byShape.isEmpty ? nil : (byShape, .standIns)
  }

  /// Of several spellings those that differ by normalisation only, if there are any.
  private func closest(_ files: [Int], to path: FilePath) -> [Int] {
    guard files.count > 1 else { return files }
    let text = path.display
    // Strings are equal when they differ by normalisation only.
    let equal = files.filter { paths[$0].display == text }
    return equal.isEmpty ? files : equal
  }

  /// The files of a folded name, at most `limit` of them or none at all.
  func named(_ name: FoldedText, limit: Int = .max) -> [Int] {
    let candidates = names.candidates(name)
    if candidates.count > limit { return [] }
    return candidates.map(Int.init).filter { Folding.path(paths[$0].name) == name }
  }

  /// The number of names, counted from the end, that a folded path shares with a file.
  func sharedTail(_ names: [FoldedText], _ file: Int) -> Int {
    let own = paths[file].bytes.split(separator: UInt8(ascii: "/"))
    var count = 0
    while count < names.count, count < own.count,
      names[names.count - 1 - count] == Folding.component(String(decoding: own[own.count - 1 - count], as: UTF8.self))
    {
      count += 1
    }
    return count
  }

  /// The folder that holds all files, `/` where there is no other and none where there are no files.
  func commonFolder() -> FilePath? { Self.commonFolder(of: paths) }

  /// The folder that holds all of some files, like `commonFolder()`.
  static func commonFolder(of paths: [FilePath]) -> FilePath? {
    guard var folder = paths.first?.parent else { return nil }
    for path in paths {
      while !path.isInside(folder) {
        if folder.bytes.count < 2 { return FilePath("/") }
        folder = folder.parent
      }
    }
    return folder
  }
}
