import Learning
import Testing

@testable import TasteModel

@Suite struct PromiseTests {
  /// Songs with falling scores, of which those at these places are liked.
  private func ranking(_ count: Int, liked: (Int) -> Bool) -> Ranking {
    Ranking(scores: (0..<count).map { 1 - Double($0) / Double(count) }, positive: (0..<count).map(liked))
  }

  @Test func lengthsAreFixed() {
    #expect(Promise.lengths(upTo: 1) == [1])
    #expect(Promise.lengths(upTo: 3) == [1, 2, 3])
    #expect(Promise.lengths(upTo: 22) == [1, 2, 3, 4, 5, 10, 15, 20, 22])
    let hundred = [40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100]
    #expect(Promise.lengths(upTo: 100, from: 40) == hundred)
    let deep = Promise.lengths(upTo: 1_150, from: 40)
    #expect(deep.prefix(13).elementsEqual(hundred))
    #expect(
      deep.dropFirst(13).elementsEqual(
        [110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 220, 240, 260, 280, 300, 320, 340, 360, 380, 400, 450, 500]
          + [550, 600, 650, 700, 750, 800, 850, 900, 950, 1000, 1100, 1150]))
  }

  @Test func aListIsTestedOnSongsThatScoreLikeIt() {
    // Judged songs score 1, .99, ..., .01; the best 50 are liked.
    let ranking = Ranking(
      scores: (0..<100).map { 1 - Double($0) / 100 }, positive: (0..<100).map { $0 < 50 })
    func matches(_ list: [Double]) -> Matches { Matches(ranking, list: list[...]) }
    // The best tracks were listed before: what is left scores .5 at most, like songs that are not liked.
    let late = (0..<40).map { 0.504 - Double($0) / 100 }
    #expect(matches(late).places == Array(50..<90))
    #expect(!Promise(ranking, promised: 0.6, list: late).isMet)
    #expect(Promise(ranking, promised: 0.6, list: (0..<40).map { 0.905 - Double($0) / 1_000 }).isMet)
    // Tracks that all score higher than the songs are matched with the best of them.
    #expect(matches([Double](repeating: 2, count: 45)).places == Array(0..<45))
    // Fewer than 40 tracks have several matches each.
    #expect(matches([0.804, 0.404]).places == Array(10..<30) + Array(50..<70))
    #expect(matches([0.804, 0.404]).hits == 20)
    // A track below all songs has the worst, and no song is taken twice.
    #expect(matches([0.001]).places == Array(60..<100))
    #expect(matches([0.804, 0.804]).places == Array(0..<40))
    #expect(Matches(Ranking(scores: [0.5, 0.4], positive: [true, false]), list: [0.45]).places == [0, 1])
  }

  @Test func neighbouringPromisesDiffer() {
    // The first 40 are nearly all liked, then ever fewer: .8 ends sooner than .7.
    let ranking = ranking(400) { $0 < 45 || $0 < 200 && $0 % 2 == 0 }
    let (seventy, eighty) = (Promise(ranking, promised: 0.7), Promise(ranking, promised: 0.8))
    #expect(seventy.isMet && eighty.isMet)
    #expect(eighty.length < seventy.length && eighty.threshold > seventy.threshold)
  }

  @Test func theRecordBoundsThePromise() {
    let ranking = Ranking(scores: [Double](repeating: 0.7, count: 40), positive: (0..<40).map { $0 < 30 })
    func promise(_ liked: Int, of judged: Int, stated: Double = 0.7) -> Promise {
      let record = RecommendationRecord(
        probabilities: [Double](repeating: stated, count: judged), liked: liked)
      return Promise(ranking, promised: 0.6, record: record)
    }
    let alone = Promise(ranking, promised: 0.6)
    // Too few to say anything, even where none is liked.
    #expect(promise(0, of: 19) == alone)
    // scipy.stats.binom.sf(16, 20, .6) = .0160, binom.sf(15, 20, .6) = .0510.
    #expect(promise(17, of: 20).isMet)
    #expect(!promise(16, of: 20).isMet)
    // The lower of both bounds is stated: scipy.stats.beta.ppf(.05, 17, 4) = .656, above .613 of the songs.
    #expect(promise(17, of: 20).precisionLow == alone.precisionLow)
    #expect(abs(promise(10, of: 20).precisionLow - 0.3019539112864935) < 1e-9)
    #expect(promise(10, of: 20).precision == alone.precision)
    // Tracks that were stated to be better prove less of those that are left.
    #expect(!promise(17, of: 20, stated: 0.8).isMet)
    #expect(promise(20, of: 20, stated: 0.8).isMet)
    #expect(promise(0, of: 20).precisionLow == 0)
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
    // A list of 55 takes in everything.
    #expect(promise.length == 50)
  }

  @Test func theSimulatedPromiseHolds() {
    let all = PromiseSimulation.kinds.enumerated().filter { $1.songs <= 2400 }.map { number, kind in
      PromiseSimulation.run(kind, owners: 12, seed: UInt64(number + 1))
    }.reduce(PromiseSimulation.Outcome(), +)
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
