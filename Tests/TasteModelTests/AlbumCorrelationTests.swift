import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct AlbumCorrelationTests {
  @Test func opinionsThatAreOneAnAlbumAreFullyCorrelated() {
    let groups = (0..<60).map { $0 / 4 }
    let albums = AlbumCorrelation(
      probabilities: [Double](repeating: 0.5, count: 60), liked: groups.map { $0 % 2 == 0 }, groups: groups)
    #expect(abs(albums.correlation - 1) < 1e-12)
    // Four songs of an album say as much as one, songs of different albums say all they have.
    #expect(abs(albums.designEffect(of: 0..<40) - 4) < 1e-12)
    #expect(albums.designEffect(of: [0, 4, 8, 12]) == 1)
    // Kish: sizes 3 and 1 of 4 songs give (9 + 1) / 4.
    #expect(abs(albums.designEffect(of: [0, 1, 2, 4]) - 2.5) < 1e-12)
  }

  @Test func independentOpinionsAreNot() {
    var random = SplitMix64(seed: 1)
    let groups = (0..<8_000).map { $0 / 10 }
    let probabilities = groups.map { _ in 0.2 + 0.6 * random.unit() }
    let albums = AlbumCorrelation(
      probabilities: probabilities, liked: probabilities.map { random.unit() < $0 }, groups: groups)
    #expect(albums.correlation < 0.02)
  }

  @Test func songsWithoutAlbumsAreNot() {
    let albums = AlbumCorrelation(
      probabilities: [0.1, 0.9, 0.5], liked: [false, true, true], groups: [0, 1, 2])
    #expect(albums.correlation == 0)
    #expect(albums.designEffect(of: [0, 1, 2]) == 1)
  }

  @Test func aPromiseOnFewAlbumsNeedsMoreSongs() {
    // Of the best 40 songs 32 are liked: enough for 60% if they are independent, not if they are eight albums.
    let scores = (0..<200).map { 1 - Double($0) / 200 }
    let liked = (0..<200).map { $0 < 40 ? $0 / 5 % 5 != 4 : $0 / 5 % 5 == 0 }
    let ranking = Ranking(scores: scores, positive: liked)
    let alone = Promise(ranking, promised: 0.6, lengths: [40])
    #expect(alone.isMet)
    let albums = AlbumCorrelation(
      probabilities: liked.map { _ in 0.5 }, liked: liked, groups: (0..<200).map { $0 / 5 })
    let together = Promise(ranking, promised: 0.6, lengths: [40], albums: albums)
    #expect(!together.isMet)
    #expect(together.precision == alone.precision)
    #expect(together.precisionLow < alone.precisionLow)
  }

  @Test func worthlessFeaturesRankLikeACoin() throws {
    // Pooled over folds as they are, such scores rank below .5: a fold is liked more where the others are liked less.
    var aucs: [Double] = []
    for seed in 1...120 {
      var random = SplitMix64(seed: UInt64(seed))
      let tracks = (0..<200).map { song in
        TasteTrack(
          identity: [UInt8(song)], liked: (song / 10 * 7 + seed) % 3 == 0,
          tags: TrackTags(album: "Album \(song / 10)"), summary: (0..<6).map { _ in Float(random.normal()) })
      }
      let dataset = TasteDataset(tracks: tracks)
      let settings = TrainingSettings(learner: .logistic, source: .audio)
      let grouping = Grouping(dataset.tracks, by: .album)
      let folds = try TasteTrainer.folds(dataset, grouping, settings)
      let found = try OutOfFold.judge(
        Fitting(dataset, grouping, Recipe(settings)), folds.divisions, seed: UInt64(seed)
      ) { _ in }
      aucs.append(try #require(found.ranking.auc))
    }
    let mean = aucs.reduce(0, +) / Double(aucs.count)
    #expect(mean > 0.49 && mean < 0.51, "\(mean)")
  }
}
