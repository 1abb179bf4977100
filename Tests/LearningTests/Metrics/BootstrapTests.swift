import TestSupport
import Testing

@testable import Learning

struct BootstrapTests {
  private func noisyScores(_ count: Int, seed: UInt64) -> (scores: [Double], positive: [Bool]) {
    var random = SeededGenerator(seed: seed)
    let positive = (0..<count).map { _ in random.next() % 3 == 0 }
    let scores = positive.map { ($0 ? 0.3 : 0) + Double(random.next() >> 40) / 0x1p24 }
    return (scores, positive)
  }

  @Test func intervalHoldsTheFigureAndShrinksWithTheSongs() throws {
    let few = noisyScores(100, seed: 1)
    let many = noisyScores(2_500, seed: 2)
    let wide = try #require(Bootstrap().auc(scores: few.scores, positive: few.positive))
    let narrow = try #require(Bootstrap().auc(scores: many.scores, positive: many.positive))
    let auc = try #require(Ranking(scores: many.scores, positive: many.positive).auc)
    #expect(narrow.low < auc && auc < narrow.high)
    // 25 times the songs, a fifth of the width.
    let ratio = (wide.high - wide.low) / (narrow.high - narrow.low)
    #expect(ratio > 3.5 && ratio < 7)
  }

  @Test func widthAgreesWithTheFormula() throws {
    // Hanley and McNeil's standard error of the area under the curve.
    let rows = noisyScores(1_000, seed: 3)
    let ranking = Ranking(scores: rows.scores, positive: rows.positive)
    let auc = try #require(ranking.auc)
    let good = Double(ranking.positives)
    let bad = Double(ranking.negatives)
    let q1 = auc / (2 - auc)
    let q2 = 2 * auc * auc / (1 + auc)
    let variance =
      (auc * (1 - auc) + (good - 1) * (q1 - auc * auc) + (bad - 1) * (q2 - auc * auc)) / (good * bad)
    let interval = try #require(Bootstrap(resamples: 2_000).auc(scores: rows.scores, positive: rows.positive))
    let expected = 2 * 1.96 * variance.squareRoot()
    #expect(abs((interval.high - interval.low) / expected - 1) < 0.15)
  }

  @Test func rowsOfASongStandTogether() throws {
    // Ten equal rows a song say no more than one.
    let songs = noisyScores(200, seed: 4)
    let scores = (0..<2_000).map { songs.scores[$0 / 10] }
    let positive = (0..<2_000).map { songs.positive[$0 / 10] }
    let whole = Bootstrap().auc(scores: songs.scores, positive: songs.positive)
    let grouped = Bootstrap().auc(scores: scores, positive: positive, songs: (0..<2_000).map { $0 / 10 })
    #expect(grouped == whole)
    let loose = try #require(Bootstrap().auc(scores: scores, positive: positive))
    #expect(loose.high - loose.low < (try #require(whole).high - #require(whole).low) / 2)
  }

  @Test func differencesArePaired() throws {
    let rows = noisyScores(300, seed: 5)
    let same = Bootstrap().aucDifference(rows.scores, rows.scores, positive: rows.positive)
    #expect(same == Interval(low: 0, high: 0))
    var random = SeededGenerator(seed: 6)
    let worse = rows.scores.map { $0 + Double(random.next() >> 40) / 0x1p24 }
    let difference = try #require(Bootstrap().aucDifference(rows.scores, worse, positive: rows.positive))
    #expect(difference.low > 0)
  }

  @Test func tiesCountHalfInEveryDraw() {
    let positive = (0..<40).map { $0 % 3 == 0 }
    let level = Bootstrap().auc(scores: [Double](repeating: 1, count: 40), positive: positive)
    #expect(level == Interval(low: 0.5, high: 0.5))
  }

  @Test func seedDecides() {
    let rows = noisyScores(80, seed: 7)
    let first = Bootstrap(seed: 1).auc(scores: rows.scores, positive: rows.positive)
    #expect(first == Bootstrap(seed: 1).auc(scores: rows.scores, positive: rows.positive))
    #expect(first != Bootstrap(seed: 2).auc(scores: rows.scores, positive: rows.positive))
  }

  @Test func rareClassesAndSingleSongs() throws {
    let positive = [true] + [Bool](repeating: false, count: 30)
    let scores = (0..<31).map { Double($0) }
    #expect(Bootstrap().auc(scores: scores, positive: positive) != nil)
    #expect(Bootstrap().auc(scores: [1, 2], positive: [true, true]) == nil)
    // One song with rows of both classes is always the whole sample.
    let one = Bootstrap().auc(scores: [1, 2], positive: [false, true], songs: [0, 0])
    #expect(one == Interval(low: 1, high: 1))
  }

  @Test func quantilesLieBetweenNeighbours() {
    #expect(Bootstrap.quantile(0, of: [1, 2, 4]) == 1)
    #expect(Bootstrap.quantile(0.25, of: [1, 2, 4]) == 1.5)
    #expect(Bootstrap.quantile(1, of: [1, 2, 4]) == 4)
    #expect(Bootstrap.quantile(0.7, of: [3]) == 3)
  }

  @Test func fewSongsWidenTheTails() {
    // scipy.stats.norm.sf(math.sqrt(m / (m - 1)) * scipy.stats.t.ppf(.975, m - 1))
    for (songs, tail) in [
      (5.0, 0.000954100552), (16.7, 0.014270228043), (30.0, 0.018753900278), (200.0, 0.024026184771),
    ] as [(Double, Double)] {
      #expect(abs(Bootstrap().tail(songs: songs) - tail) < 1e-9)
    }
    #expect(Bootstrap().tail(songs: 1) == 0)
  }

  @Test func songsOfUnequalSizesCountAsFewer() throws {
    // 20 songs of one row and one of 60 hold as much as 80² / (20 + 60²) = 1.77 songs: nearly all draws are inside.
    let rows = noisyScores(80, seed: 8)
    let songs = (0..<80).map { min($0, 20) }
    let few = try #require(Bootstrap().auc(scores: rows.scores, positive: rows.positive, songs: songs))
    let even = try #require(
      Bootstrap().auc(scores: rows.scores, positive: rows.positive, songs: (0..<80).map { $0 / 4 }))
    #expect(Bootstrap.effectiveCount(songs, rows: 80) == 6_400 / 3_620.0)
    #expect(Bootstrap.effectiveCount([0, 2, 2, 0], rows: 4) == 2 && Bootstrap.effectiveCount(nil, rows: 7) == 7)
    #expect(Bootstrap().tail(songs: 6_400 / 3_620.0) < 1e-9)
    #expect(few.high - few.low > 1.5 * (even.high - even.low))
  }
}
