import Testing
import Tracks

@testable import FolderWatching

/// The folders above roots.
@Suite struct AncestorWatchesTests {
  @Test func ancestorsEndAtTheTop() {
    let ancestors = AncestorWatches.ancestors(of: FilePath("/srv/music/mine"))
    #expect(ancestors == [FilePath("/srv/music"), FilePath("/srv"), FilePath("/")])
    #expect(AncestorWatches.ancestors(of: FilePath("/")) == [])
  }

  @Test func onlyTheNameOnTheWayConcernsARoot() {
    var chains = AncestorWatches()
    let added = ["/srv/music", "/srv/musical", "/srv/music"].map { chains.add(FilePath($0)) }
    #expect(added == [true, true, false])
    chains.insert(FilePath("/srv"), watch: 4)
    chains.insert(FilePath("/"), watch: 5)
    #expect(chains.roots(concernedBy: 4, name: FilePath("music")) == [FilePath("/srv/music")])
    #expect(chains.roots(concernedBy: 5, name: FilePath("srv")) == [FilePath("/srv/music"), FilePath("/srv/musical")])
    #expect(chains.roots(concernedBy: 5, name: FilePath("home")) == [])
    #expect(chains.roots(concernedBy: 9, name: FilePath("srv")) == [])
    let forgotten = chains.forget(watch: 4)
    #expect(forgotten.count == 2)
    #expect(chains.roots(concernedBy: 4, name: FilePath("music")) == [])
    chains.remove(FilePath("/srv/music"))
    #expect(chains.roots(concernedBy: 5, name: FilePath("srv")) == [FilePath("/srv/musical")])
  }
}
