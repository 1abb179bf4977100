import TestSupport
import Testing
import Tracks

@testable import FolderWatching

/// Which watch stands for which folder.
@Suite struct WatchTreeTests {
  private func identity(_ inode: UInt64) -> WatchTree.Identity {
    WatchTree.Identity(device: 1, inode: inode)
  }

  @Test func aFolderIsWatchedAsItsInodeOnly() {
    var tree = WatchTree()
    let unused = tree.insert(FilePath("/m"), watch: 1, identity: identity(10))
    #expect(unused == nil)
    #expect(tree.isWatched(FilePath("/m"), as: identity(10)))
    #expect(!tree.isWatched(FilePath("/m"), as: identity(11)))
    #expect(tree.folders(of: 1) == [FilePath("/m")])
    #expect(tree.folders(of: 2) == [])
  }

  @Test func aPathThatMeansAnotherInodeGivesUpItsWatch() {
    var tree = WatchTree()
    _ = tree.insert(FilePath("/m"), watch: 1, identity: identity(10))
    let unused = tree.insert(FilePath("/m"), watch: 2, identity: identity(11))
    #expect(unused == 1)
    #expect(tree.folders(of: 1) == [] && tree.folders(of: 2) == [FilePath("/m")])
    #expect(tree.watches == [2])
  }

  /// A folder that moved, and whose new path was watched before the event of the move was read.
  @Test func aWatchOfTwoPathsIsRemovedWithTheLast() {
    var tree = WatchTree()
    _ = tree.insert(FilePath("/m/old"), watch: 1, identity: identity(10))
    let unused = tree.insert(FilePath("/m/new"), watch: 1, identity: identity(10))
    #expect(unused == nil)
    #expect(tree.folders(of: 1) == [FilePath("/m/new"), FilePath("/m/old")])
    let removedFirst = tree.removeAll(inside: FilePath("/m/old"))
    #expect(removedFirst == [])
    #expect(tree.folders(of: 1) == [FilePath("/m/new")])
    let removedLast = tree.removeAll(inside: FilePath("/m/new"))
    #expect(removedLast == [1])
  }

  @Test func aSubtreeGoesAsAWholeAndNothingElse() {
    var tree = WatchTree()
    for (watch, path) in ["/m", "/m/a", "/m/a/b", "/m/a/b/c", "/m/ab"].enumerated() {
      _ = tree.insert(FilePath(path), watch: Int32(watch), identity: identity(UInt64(watch)))
    }
    let removed = tree.removeAll(inside: FilePath("/m/a")).sorted()
    #expect(removed == [1, 2, 3])
    #expect(tree.watches == [0, 4])
  }

  /// The system's removal of a watch in the middle of a tree leaves the folders below it findable.
  @Test func whatLiesBelowAForgottenFolderIsStillRemoved() {
    var tree = WatchTree()
    _ = tree.insert(FilePath("/m/a"), watch: 1, identity: identity(1))
    _ = tree.insert(FilePath("/m/a/b"), watch: 2, identity: identity(2))
    let forgotten = tree.forget(watch: 1)
    #expect(forgotten == [FilePath("/m/a")])
    let forgottenAgain = tree.forget(watch: 1)
    #expect(forgottenAgain == [])
    let removed = tree.removeAll(inside: FilePath("/m/a"))
    #expect(removed == [2])
    #expect(tree.count == 0)
  }

  /// Against the plainest way of keeping the same books.
  @Test func agreesWithAListOfPairs() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var tree = WatchTree()
    var pairs: [FilePath: Int32] = [:]
    for _ in 0..<2000 {
      let depth = Int.random(in: 1...3, using: &random)
      let path = FilePath(
        "/" + (0..<depth).map { _ in "\(Int.random(in: 0...2, using: &random))" }.joined(separator: "/"))
      switch Int.random(in: 0...3, using: &random) {
      case 0:
        let gone = pairs.filter { $0.key.isInside(path) }
        for folder in gone.keys { pairs[folder] = nil }
        let unused = Set(gone.values).subtracting(pairs.values)
        let removed = tree.removeAll(inside: path).sorted()
        #expect(removed == unused.sorted(), "seed \(seed)")
      case 1:
        let watch = Int32.random(in: 1...12, using: &random)
        let gone = pairs.filter { $0.value == watch }.keys.sorted()
        for folder in gone { pairs[folder] = nil }
        let forgotten = tree.forget(watch: watch)
        #expect(forgotten == gone, "seed \(seed)")
      default:
        let watch = Int32.random(in: 1...12, using: &random)
        let old = pairs.updateValue(watch, forKey: path)
        let unused = old.flatMap { old in old != watch && !pairs.values.contains(old) ? old : nil }
        let given = tree.insert(path, watch: watch, identity: identity(UInt64(watch)))
        #expect(given == unused, "seed \(seed)")
      }
      #expect(tree.watches == Set(pairs.values).sorted(), "seed \(seed)")
    }
  }
}
