import MusicIndex
import Playlists
import TasteModel
import TestSupport
import Testing
import Tracks

@testable import Pipeline

/// What is chosen by a model and what is said of it.
@Suite struct ListStandingTests {
  private func standing(_ kind: ListStanding.Kind, judged: Int = 0) -> ListStanding {
    ListStanding(
      kind: kind, mayBeCoin: kind == .guess, tracks: 25, target: 0.6, songs: 60, share: 0.733, low: 0.612,
      baseRate: 0.28, recordJudged: judged, recordLiked: judged / 2)
  }

  @Test func aPromiseLeadsWithItsLowerBoundAndSaysWhatItAssumes() {
    #expect(
      standing(.promised).words
        == "25 tracks, at least 61% of them to your liking with 95% confidence, if you like unheard tracks as often as "
        + "judged ones: of the 60 judged songs that score like them 73% are liked, of all 28%.")
    #expect(standing(.promised, judged: 19).words == standing(.promised).words)
    #expect(
      standing(.promised, judged: 30).words.hasSuffix(
        " Of the 30 tracks recommended last that you judged you like 15."))
  }

  @Test func aGuessIsCalledOne() {
    #expect(
      standing(.bestGuess).words
        == "Best guess, nothing is promised: 25 tracks; of the 60 judged songs that score like them 73% are liked, of "
        + "all 28%. That 60% are liked cannot be promised.")
    #expect(
      standing(.guess).words.hasPrefix("A guess (the model may rank no better than a coin), nothing is promised: 25"))
  }

  @Test func oneSetOfLimitsIsTold() {
    var told = standing(.promised)
    #expect(told.limits == nil)
    (told.enter, told.stay) = (0.80213, 0.725)
    #expect(told.limits == "A track needs a score of 0.802 to come onto the list, and of 0.725 to stay on it.")
    // What is told apart looks different.
    #expect(ListStanding.score(0.80213, besides: 0.802134) == "0.802130" && ListStanding.score(1) == "1.000")
    #expect(ListStanding.score(0.802134, besides: 0.80213) == "0.802134")
  }

  @Test func whatAScoreIsWorthIsCountedAmongSongsOfItsTenth() {
    let scores = [(0.91, true), (1, true), (0.95, false), (0.89, true), (0, false)].enumerated().map { number, song in
      OutOfFoldScore(identity: [UInt8(number)], span: 0, probability: song.0, liked: song.1, group: number)
    }
    let alike = TrackExplanation.Alike(0.94, among: scores)
    #expect(alike.low == 0.9 && alike.high == 1 && alike.songs == 3 && alike.liked == 2)
    #expect(TrackExplanation.Alike(0.5, among: scores).songs == 0)
  }

  @Test func itComesBackFromItsNote() throws {
    let folder = try TemporaryFolder()
    let index = try MusicIndex(FilePath(folder["index.sqlite"]))
    let told = standing(.promised, judged: 30)
    try index.keep(told, as: .listStanding)
    #expect(try index.note(.listStanding) == told)
  }

  /// A model of 200 songs whose first value tells opinions apart by a distance.
  private func model(distance: Float) throws -> TasteModel {
    let tracks = (0..<200).map { song -> TasteTrack in
      let noise = Float((song * 7_919) % 101) / 50 - 1
      let liked = song % 3 == 0
      return TasteTrack(
        identity: [UInt8(song)], liked: liked, summary: [noise + (liked ? distance : 0), Float(song % 5)])
    }
    return try TasteTrainer.train(
      TasteDataset(tracks: tracks), TrainingSettings(learner: .logistic, source: .audio, folds: 3), trainedAt: 0)
  }

  private func candidates(_ probabilities: [Double]) -> [PlaylistCandidate] {
    probabilities.enumerated().map { number, probability in
      PlaylistCandidate(
        id: Int64(number), tieBreak: [UInt8(number)], probability: probability, seconds: 200, artist: nil, album: nil,
        isListed: false)
    }
  }

  private func choice(
    _ probabilities: [Double], _ model: TasteModel, record: RecommendationRecord = RecommendationRecord()
  ) -> PlaylistChoice {
    PlaylistChoice(candidates(probabilities), model, promised: 0.6, record: record, rules: SelectionRules())
  }

  @Test func equalScoresGiveNoList() throws {
    let model = try model(distance: 4)
    let flat = choice([Double](repeating: 0.9, count: 30), model)
    #expect(flat.isFlat && flat.chosen.isEmpty && flat.verdicts.isEmpty)
    #expect(!choice([0.9], model).isFlat && !choice([0.9, 0.8], model).isFlat)
    #expect(choice([0.9, .nan, 0.9], model).isFlat)
    #expect(flat.standing(of: 0, RecommendationRecord()) == nil)
  }

  @Test func whatIsPromisedIsWhatIsMeasuredOnSongsThatScoreLikeTheList() throws {
    let model = try model(distance: 4)
    let scores = (0..<60).map { 0.99 - Double($0) / 61 }
    let met = choice(scores, model)
    #expect(met.figures.targetMet)
    let told = try #require(met.standing(of: met.chosen.count, RecommendationRecord()))
    #expect(told.kind == .promised && told.tracks == met.chosen.count)
    #expect(told.enter == met.figures.entryThreshold && told.stay == met.figures.threshold)
    #expect(told.share == met.figures.precision && told.low == met.figures.precisionLow)
    #expect(told.songs == met.figures.listLength && told.low >= 0.6)
    #expect(met.chosen.allSatisfy { $0.probability >= met.figures.threshold })
    // A record that speaks against it takes the promise away.
    let record = RecommendationRecord(probabilities: [Double](repeating: 0.8, count: 30), liked: 8)
    let refused = choice(scores, model, record: record)
    #expect(!refused.figures.targetMet)
    let guess = try #require(refused.standing(of: refused.chosen.count, record))
    #expect(guess.kind == .bestGuess && guess.recordJudged == 30 && guess.recordLiked == 8)
    #expect(refused.chosen.count == SelectionRules().atLeast && guess.limits == nil)
    // A guess is told by what is on the list, and so are the model's figures; the record bounds it all the same.
    let own = model.figures(of: refused.chosen.map(\.probability))
    #expect(guess.songs == own.listLength && guess.share == own.precision && guess.low < own.precisionLow)
    #expect(refused.figures.precision == guess.share && refused.figures.threshold == refused.chosen.last?.probability)
  }

  @Test func aModelThatMayBeACoinGivesAGuess() throws {
    let model = try model(distance: 0)
    #expect(model.figures.isNoBetterThanChance)
    let found = choice((0..<60).map { 0.5 - Double($0) / 200 }, model)
    #expect(found.standing(of: found.chosen.count, RecommendationRecord())?.kind == .guess)
  }
}
