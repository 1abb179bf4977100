import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct TasteTrainerTests {
  private let quick = TrainingSettings(learner: .logistic)

  @Test func aForestFindsWhatTheOpinionsHangOn() throws {
    let model = try TasteTrainer.train(SyntheticOwner().dataset, TrainingSettings(learner: .forest), trainedAt: 1000)
    // Two normal distributions 1.5 deviations apart have an AUC of .856.
    #expect(abs(model.figures.auc - 0.83) < 0.06)
    #expect(model.figures.aucLow < model.figures.auc && model.figures.auc < model.figures.aucHigh)
    #expect(model.figures.split == .album)
    #expect(model.figures.groups == 100)
    #expect(model.figures.targetMet)
    let fresh = SyntheticOwner(songs: 2000, seed: 99).dataset
    let probabilities = model.probabilities(of: fresh.summaries(of: Array(0..<fresh.count)))
    let auc = try #require(Ranking(scores: probabilities, positive: fresh.liked).auc)
    #expect(abs(auc - model.figures.auc) < 0.05)
  }

  @Test func thePromiseHoldsOnUnheardSongs() throws {
    // Songs never seen by any fit, of owners whose taste is known: the share above the threshold against the promise.
    var promised = 0
    var kept = 0
    let fresh = SyntheticOwner(songs: 3000, albumSize: 1, seed: 999).dataset
    let summaries = fresh.summaries(of: Array(0..<fresh.count))
    for seed in 1...20 as ClosedRange<UInt64> {
      let owner = SyntheticOwner(songs: 300, albumSize: 1, seed: seed)
      let model = try TasteTrainer.train(owner.dataset, TrainingSettings(learner: .logistic, seed: seed), trainedAt: 0)
      guard model.figures.targetMet else { continue }
      promised += 1
      let chosen = zip(model.probabilities(of: summaries), fresh.liked).filter { $0.0 >= model.figures.threshold }
      let precision = Double(chosen.count { $0.1 }) / Double(max(1, chosen.count))
      #expect(!chosen.isEmpty)
      if precision >= 0.6 { kept += 1 }
    }
    #expect(promised >= 10)
    #expect(kept >= promised - 1)
  }

  @Test func dealtOutOpinionsGiveNothing() throws {
    let check = try Checks.permutation(SyntheticOwner(songs: 240, albumSize: 2).dataset, quick, repeats: 12)
    #expect(check.aucs.count == 12)
    #expect(abs(check.mean - 0.5) < 3.5 * check.standardError + 0.01)
  }

  @Test(arguments: [LearnerName.logistic, .forest, .combined])
  func aSongsOwnOpinionDoesNotReachItsProbability(learner: LearnerName) throws {
    var owner = SyntheticOwner(songs: 120, albumSize: 1)
    owner.share = 0.5
    let dataset = owner.dataset
    let settings = TrainingSettings(learner: learner, source: .audioAndTags)
    let grouping = Grouping(dataset.tracks, by: .song)
    let folds = try Folds(liked: dataset.liked, grouping: grouping, count: 4, seed: 1)
    let division = folds.divisions[0]
    var turned = dataset.liked
    for song in division.judged { turned[song].toggle() }
    let other = dataset.relabelled(turned)
    let before = try OutOfFold.judge(Fitting(dataset, grouping, Recipe(settings)), [division], seed: 1) { _ in }
    let after = try OutOfFold.judge(Fitting(other, grouping, Recipe(settings)), [division], seed: 1) { _ in }
    // Judged songs tell one thing only: how many songs are liked in all, which moves the log-odds of all alike.
    let moved = zip(before.probabilities, after.probabilities).map { Calibration.logOdds($1) - Calibration.logOdds($0) }
    #expect(moved.allSatisfy { abs($0 - moved[0]) < 1e-9 })
    #expect(before.called == after.called)
    #expect(before.liked == after.liked.map { !$0 })
  }

  @Test func theOrderOfTheTracksDoesNotMatter() throws {
    let tracks = SyntheticOwner(songs: 120).tracks()
    let settings = TrainingSettings(learner: .forest, threads: 2)
    let model = try TasteTrainer.train(TasteDataset(tracks: tracks), settings, trainedAt: 5)
    let again = try TasteTrainer.train(TasteDataset(tracks: tracks.reversed()), settings, trainedAt: 5)
    #expect(model.encode() == again.encode())
    var single = settings
    single.threads = 1
    let slow = try TasteTrainer.train(TasteDataset(tracks: tracks), single, trainedAt: 5)
    #expect(slow.outOfFold == model.outOfFold)
  }

  @Test func tooFewLabelsAreToldInNumbers() throws {
    let tracks = SyntheticOwner(songs: 100).tracks()
    let few = TasteDataset(
      tracks: Array(tracks.filter(\.liked).prefix(7)) + Array(tracks.filter { !$0.liked }.prefix(12)))
    let failure = try #require(throws: TasteFailure.self) { try TasteTrainer.train(few, quick, trainedAt: 0) }
    #expect(failure.reason == .tooFewLabels(good: 7, bad: 12, needed: 20))
    #expect(
      failure.description
        == "no model yet: it needs 20 liked and 20 rejected songs; missing are 13 more liked songs (there are 7) and "
        + "8 more rejected songs (there are 12)")
  }

  @Test func fewAlbumsMeanASplitBySong() throws {
    // 29 albums of four, the rest without one.
    var tracks = SyntheticOwner(songs: 300).tracks()
    for number in tracks.indices where number / 4 >= 29 { tracks[number].tags.album = nil }
    let model = try TasteTrainer.train(TasteDataset(tracks: tracks), quick, trainedAt: 0)
    #expect(model.figures.split == .song)
    #expect(model.figures.groups == 0)
    tracks[120].tags.album = "The thirtieth"
    let thirty = try TasteTrainer.train(TasteDataset(tracks: tracks), quick, trainedAt: 0)
    #expect(thirty.figures.split == .album)
  }

  @Test func figuresTellOfTheShortestListWhereNoneKeepsThePromise() throws {
    var owner = SyntheticOwner(songs: 200)
    owner.distance = 0
    let model = try TasteTrainer.train(owner.dataset, quick, trainedAt: 0)
    let figures = model.figures
    #expect(!figures.targetMet)
    #expect(figures.listLength == 40)
    #expect(figures.entryThreshold == figures.threshold)
    let best = model.outOfFold.map(\.probability).sorted(by: >)
    #expect(model.figures(of: Array(best.prefix(40))).precision == figures.precision)
    #expect(model.figures(of: Array(best.prefix(40))).precisionLow == figures.precisionLow)
    #expect(model.figures(of: best).precision == figures.baseRate)
    #expect(model.figures(of: best).listLength == 200 && !model.figures(of: best).targetMet)
  }

  @Test func aTrackEntersAboveWhatItNeedsToStay() throws {
    let model = try TasteTrainer.train(SyntheticOwner().dataset, quick, trainedAt: 0)
    let figures = model.figures
    #expect(figures.targetMet)
    #expect(figures.entryThreshold > figures.threshold)
    let entering = model.outOfFold.count { $0.probability >= figures.entryThreshold }
    #expect(entering == figures.listLength * 9 / 10)
  }

  @Test(arguments: [
    (LearnerName.logistic, EvidenceSource.audio), (.forest, .audioAndTags), (.extraTrees, .audio), (.knn, .audio),
    (.kernel, .audio), (.combined, .audio), (.smallNetwork, .audio),
  ])
  func aModelComesBackFromItsBytes(learner: LearnerName, source: EvidenceSource) throws {
    let dataset = SyntheticOwner(songs: 100).dataset
    let settings = TrainingSettings(learner: learner, source: source, listLengths: [40, 50])
    let model = try TasteTrainer.train(dataset, settings, trainedAt: 1.5e9, featureVersion: 7)
    let copy = try TasteModel(bytes: model.encode())
    #expect(copy.settings == model.settings)
    #expect(copy.trainedAt == 1.5e9)
    #expect(copy.featureVersion == 7)
    #expect(copy.figures == model.figures)
    #expect(copy.outOfFold == model.outOfFold)
    let songs = dataset.tracks.map { SongEvidence(summary: $0.summary, tags: $0.tags) }
    let probabilities = try model.probabilities(of: songs)
    let copied = try copy.probabilities(of: songs)
    #expect(copied == probabilities)
    #expect(probabilities.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(copy.encode() == model.encode())
  }

  @Test func damagedBytesAreRefused() throws {
    let bytes = try TasteTrainer.train(SyntheticOwner(songs: 100).dataset, quick, trainedAt: 0).encode()
    for length in [0, 3, 40, bytes.count / 2, bytes.count - 1] {
      #expect(throws: TasteFailure.self) { try TasteModel(bytes: Array(bytes.prefix(length))) }
    }
    #expect(throws: TasteFailure.self) { try TasteModel(bytes: bytes + [0]) }
    #expect(throws: TasteFailure.self) { try TasteModel(bytes: [1, 2, 3, 4] + bytes.dropFirst(4)) }
  }

  @Test func anOrderCarriesEverything() throws {
    let dataset = SyntheticOwner(songs: 80).dataset
    let order = TrainingRequest(dataset: dataset, settings: quick, trainedAt: 12, featureVersion: 1)
    let trained = try TrainingResult(bytes: TrainingRequest(bytes: order.encode()).carryOut { _, _ in }).model
    let direct = try TasteTrainer.train(dataset, quick, trainedAt: 12, featureVersion: 1)
    #expect(trained == direct.encode())
  }

  @Test func aBlockLearnerAsksForBlocks() {
    let dataset = SyntheticOwner(songs: 100).dataset
    #expect(throws: TasteFailure(.missingBlocks(.dense))) {
      try TasteTrainer.train(dataset, TrainingSettings(learner: .studyTree), trainedAt: 0)
    }
  }

  @Test func moreLabelsHelp() throws {
    let curve = try Checks.learningCurve(
      SyntheticOwner(songs: 600, columns: 40).dataset, quick, sizes: [80, 300], draws: 3)
    #expect(curve.map(\.songs) == [80, 300])
    #expect(curve[0].auc < curve[1].auc)
    #expect(curve.allSatisfy { $0.spread.contains($0.auc) })
  }

  @Test func anotherPrecisionNeedsNoTraining() throws {
    let dataset = SyntheticOwner().dataset
    var other = quick
    other.promised = 0.75
    let model = try TasteTrainer.train(dataset, quick, trainedAt: 0)
    let trained = try TasteTrainer.train(dataset, other, trainedAt: 0)
    #expect(model.promising(0.75).encode() == trained.encode())
    #expect(model.promising(0.75).figures != model.figures)
    #expect(model.promising(0.6).encode() == model.encode())
  }

  @Test func anOrderJudgesARivalOnTheSameFolds() throws {
    let dataset = SyntheticOwner(songs: 160).dataset
    var order = TrainingRequest(dataset: dataset, settings: quick, trainedAt: 0, featureVersion: 1)
    order.rival = TrainingSettings(learner: .knn, seed: 9)
    let result = try TrainingResult(bytes: TrainingRequest(bytes: order.encode()).carryOut { _, _ in })
    let rival = try #require(result.rival)
    let (grouping, folds) = try TasteTrainer.division(of: dataset, quick)
    let recipe = Recipe(TrainingSettings(learner: .knn, seed: 9))
    let direct = try OutOfFold.judge(Fitting(dataset, grouping, recipe), folds.divisions, seed: 9) { _ in }
    #expect(rival == direct.probabilities)
    // The same recipe on the same folds is the model itself.
    order.rival = quick
    let twin = try TrainingResult(bytes: TrainingRequest(bytes: order.encode()).carryOut { _, _ in })
    #expect(try TasteModel(bytes: twin.model).outOfFold.map(\.probability) == twin.rival)
  }

  @Test func albumsThatCannotBeDividedOnceMoreMeanASplitBySong() throws {
    // Nearly all liked songs lie on three albums: folds of albums leave too few of them to calibrate by.
    var tracks = SyntheticOwner(songs: 400).tracks()
    var liked = 0
    for number in tracks.indices where tracks[number].liked {
      tracks[number].tags.album = "Liked \(liked / 36 % 3)"
      liked += 1
    }
    let model = try TasteTrainer.train(TasteDataset(tracks: tracks), quick, trainedAt: 0)
    #expect(model.figures.songs == 400)
  }

  @Test func theLearningCurveKeepsOneSplit() throws {
    // 40 albums of ten; in a draw of 60 hardly any holds a tenth, in the whole none does, but three albums hold more.
    let dataset = SyntheticOwner(songs: 400, columns: 20, albumSize: 10).dataset
    let curve = try Checks.learningCurve(dataset, quick, sizes: [100, 400], draws: 2)
    let model = try TasteTrainer.train(dataset, quick, trainedAt: 0)
    #expect(curve.map(\.songs) == [100, 400])
    #expect(curve[1].auc == model.figures.auc)
    let bySong = try Checks.learningCurve(dataset, quick, sizes: [400], draws: 1, split: .song)
    #expect(bySong[0].auc != curve[1].auc)
  }
}
