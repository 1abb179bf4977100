/// Folders of foobar2000's machine by number: every folder once, whatever its spelling.
struct FolderTree {
  private struct Step: Hashable {
    var parent: Int32
    var name: FoldedText
  }

  private var roots: [ForeignPath.Root: Int32] = [:]
  private var steps: [Step: Int32] = [:]
  private(set) var count = 0

  /// The numbers of a root and of the folders on the way down from it.
  mutating func folders(_ root: ForeignPath.Root, _ names: some Sequence<FoldedText>) -> [Int32] {
    var folder = roots[root] ?? new()
    roots[root] = folder
    var folders = [folder]
    for name in names {
      let step = Step(parent: folder, name: name)
      if let known = steps[step] {
        folder = known
      } else {
        folder = new()
        steps[step] = folder
      }
      folders.append(folder)
    }
    return folders
  }

  private mutating func new() -> Int32 {
    defer { count += 1 }
    return Int32(count)
  }
}
