import Learning
import Testing

@testable import TasteModel

@Suite struct PromiseTests {
  /// Songs with falling scores, of which those at these places are liked.
  private func ranking(_ count: Int, liked: (Int) -> Bool) -> Ranking {
    Ranking(scores: (0..<count).map { 1 - Double($0) / Double(count) }, positive: (0..<count).map(liked))
  }

  @Test func lengthsAreFixed() {
    #expect(Promise.lengths(for: 12) == [12])
    #expect(Promise.lengths(for: 39) == [39])
    #expect(Promise.lengths(for: 40) == [40])
    #expect(Promise.lengths(for: 320) == [40, 60, 100, 150, 200, 300])
    #expect(
      Promise.lengths(for: 5626) == [40, 60, 100, 150, 200, 300, 400, 600, 1000, 1500, 2000, 3000, 4000])
  }

  @Test func thirtyOfFortyAreNeededForSixtyPercent() {
    // scipy.stats.binom.sf(29, 40, .6) = .0352, binom.sf(28, 40, .6) = .0709.
    let met = Promise(ranking(40) { $0 < 30 }, promised: 0.6)
    #expect(met.isMet)
    #expect(met.precision == 0.75)
    #expect(met.recall == 1)
    // scipy.stats.beta.ppf(.05, 30, 11)
    #expect(abs(met.precisionLow - 0.6129397599) < 1e-9)
    #expect(!Promise(ranking(40) { $0 < 29 }, promised: 0.6).isMet)
  }

  @Test func theLongestListInARowIsTaken() {
    // 40 liked, then every other: 60 holds 50, 100 holds 70 (binom.sf(69, 100, .6) = .0248), 150 holds 95 (.23).
    let promise = Promise(ranking(400) { $0 < 40 || $0 < 160 && $0 % 2 == 0 }, promised: 0.6)
    #expect(promise.isMet)
    #expect(promise.length == 100)
    #expect(promise.precision == 0.7)
    #expect(promise.recall == 0.7)
    #expect(promise.threshold == 1 - 99.0 / 400)
  }

  @Test func theFirstFailureEndsTheSearch() {
    // The best 40 are no better than chance, the best 100 are nearly all liked: nothing is promised.
    let promise = Promise(ranking(400) { $0 >= 20 && $0 < 100 }, promised: 0.6)
    #expect(!promise.isMet)
    #expect(promise.length == 40)
    #expect(promise.precision == 0.5)
  }

  @Test func tiesAreTakenWhole() {
    // Two scores only: the list of 40 cannot be told from the 50 songs with the higher one.
    let scores = (0..<100).map { $0 < 50 ? 0.8 : 0.2 }
    let promise = Promise(Ranking(scores: scores, positive: (0..<100).map { $0 < 45 }), promised: 0.6)
    #expect(promise.threshold == 0.8)
    #expect(promise.precision == 0.9)
    // A list of 60 takes in everything.
    #expect(promise.length == 40)
  }

  @Test func theSimulatedPromiseHolds() {
    var all = PromiseSimulation.Outcome()
    for (number, kind) in PromiseSimulation.kinds.enumerated() where kind.songs <= 2400 {
      let outcome = PromiseSimulation.run(kind, owners: 12, seed: UInt64(number + 1))
      all.owners += outcome.owners
      all.promised += outcome.promised
      all.broken += outcome.broken
    }
    #expect(all.owners >= 1000)
    #expect(all.promised > 100)
    #expect(all.brokenShare <= 0.02)
    #expect(all.brokenShareOfLists <= 0.05)
  }

  @Test func anOwnerWhoseTasteIsKnownGetsTheListItShould() {
    // AUC .95 of 2,400 songs with 45% liked: every owner can be promised .6.
    let outcome = PromiseSimulation.run(
      PromiseSimulation.Owner(songs: 2400, share: 0.45, auc: 0.95, promised: 0.6), owners: 20, seed: 5)
    #expect(outcome.promised == 20)
    // At an AUC of .5 the share of any list is .45, so a list is always a broken promise.
    let hopeless = PromiseSimulation.run(
      PromiseSimulation.Owner(songs: 2400, share: 0.45, auc: 0.5, promised: 0.6), owners: 400, seed: 6)
    #expect(hopeless.broken == hopeless.promised)
    #expect(hopeless.brokenShare <= 0.05)
  }

  @Test func theNormalDistributionIsRight() {
    // scipy.stats.norm.ppf and sf
    #expect(abs(PromiseSimulation.inverseNormal(0.975) - 1.959963985) < 1e-8)
    #expect(abs(PromiseSimulation.upperNormal(1) - 0.158655254) < 1e-9)
  }
}
