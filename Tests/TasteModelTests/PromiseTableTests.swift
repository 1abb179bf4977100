import Foundation
import Testing

/// How often the promise and the interval of the AUC hold where opinions are alike inside albums. `PROMISE_OWNERS=40`
/// judges so many owners of each kind, and prints the tables.
@Suite struct PromiseTableTests {
  private let asked = ProcessInfo.processInfo.environment["PROMISE_OWNERS"].flatMap { Int($0) }

  private func words(_ share: Double) -> String { String(format: "%.3f", share) }

  @Test func thePromiseHoldsInsideAlbumsToo() {
    for correlation in [0.1, 0.3, 0.5] {
      for knowsAlbums in [true, false] {
        let all = PromiseSimulation.albumKinds.enumerated().filter { $1.correlation == correlation }.map {
          number, kind in
          PromiseSimulation.run(kind, owners: asked ?? 8, seed: UInt64(number + 1), knowsAlbums: knowsAlbums)
        }.reduce(PromiseSimulation.Outcome(), +)
        if asked != nil {
          print(
            "| \(correlation) | \(knowsAlbums ? "by albums" : "by songs") | \(all.owners) | \(all.promised)",
            "| \(words(all.brokenShare)) | \(words(all.brokenShareOfLists)) |")
        }
        if knowsAlbums { #expect(all.promised > 30 && all.brokenShare <= 0.02 && all.brokenShareOfLists <= 0.05) }
      }
    }
  }

  @Test func theIntervalOfTheAUCHoldsItInsideAlbumsToo() {
    var (held, all) = (0, 0)
    for var kind in PromiseSimulation.albumKinds where kind.auc == 0.75 && kind.share == 0.28 {
      guard asked != nil || kind.songs == 200 else { continue }
      // Of six albums percentiles that are not expanded hold it for .86 of the owners, expanded ones for .93.
      if asked == nil { kind.songs = 72 }
      let owners = 5 * (asked ?? 60)
      let found = PromiseSimulation.coverage(kind, owners: owners, seed: UInt64(kind.songs))
      let shares = [found.byAlbums, found.bySongs].map { Double($0) / Double(owners) }
      if asked != nil { print("| \(kind.songs) | \(kind.correlation) | \(words(shares[0])) | \(words(shares[1])) |") }
      (held, all) = (held + found.byAlbums, all + owners)
    }
    #expect(Double(held) / Double(all) >= (asked == nil ? 0.89 : 0.92))
  }

  @Test func thePromiseHoldsForOwnersOfEveryKind() {
    guard let asked else { return }
    let all = PromiseSimulation.kinds.enumerated().map { number, kind in
      PromiseSimulation.run(kind, owners: asked, seed: UInt64(number + 1))
    }
    let sum = all.reduce(PromiseSimulation.Outcome(), +)
    let worst = all.map(\.brokenShare).max() ?? 0
    print("\(sum.owners) owners, \(sum.promised) with a list, \(sum.broken) broken; \(words(worst)) of the worst kind")
    #expect(sum.brokenShare <= 0.02 && sum.brokenShareOfLists <= 0.05)
  }
}
