import Learning
import Testing
import Tracks

@testable import TasteModel

/// Nothing of a song that is judged, and nothing of its copies, reaches what it is judged by.
@Suite struct LeakTests {
  @Test(arguments: [LearnerName.logistic, .knn, .kernel, .smallNetwork, .combined])
  func aJudgedSongsSummaryReachesNoOther(learner: LearnerName) throws {
    let dataset = SyntheticOwner(songs: 90, albumSize: 1).dataset
    let grouping = Grouping(dataset.tracks, by: .song)
    let division = try Folds(liked: dataset.liked, grouping: grouping, count: 3, seed: 1).divisions[0]
    func judged(_ dataset: TasteDataset) throws -> [Double] {
      let recipe = Recipe(TrainingSettings(learner: learner, source: .audioAndTags))
      return try OutOfFold.judge(Fitting(dataset, grouping, recipe), [division], seed: 1) { _ in }.probabilities
    }
    var tracks = dataset.tracks
    tracks[division.judged[0]].summary = [Float](repeating: 1e4, count: dataset.summaryLength)
    let before = try judged(dataset)
    let after = try judged(TasteDataset(tracks: tracks))
    #expect(before.dropFirst() == after.dropFirst())
    #expect(before[0] != after[0])
  }

  /// An owner with every fifth song there twice, the copies far apart in the order of the songs.
  private func copies() -> TasteDataset {
    var tracks = SyntheticOwner(songs: 100, albumSize: 1).tracks()
    for number in stride(from: 0, to: 100, by: 5) {
      tracks[number].copyGroup = "song \(number)"
      var copy = tracks[number]
      copy.identity = [9, UInt8(number)]
      copy.liked.toggle()
      tracks.append(copy)
    }
    return TasteDataset(tracks: tracks)
  }

  @Test func copiesAreOnOneSideOfEveryInnerStep() throws {
    let dataset = copies()
    let batch = dataset.batch(Array(0..<dataset.count))
    #expect(Set(batch.recordings).count == 100)
    let grouping = Grouping(dataset.tracks, by: .song)
    #expect(zip(batch.recordings, grouping.group).allSatisfy { grouping.group[$0] == $1 })
    // A copy's opinion does not enter the columns of the song.
    let tags = (0..<dataset.count).map { TrackTags(artist: "Artist \($0 % 7)", genre: "g\($0 % 3)") }
    for song in stride(from: 0, to: 100, by: 5) {
      let copy = try #require(batch.recordings.indices.last { batch.recordings[$0] == batch.recordings[song] })
      var liked = dataset.liked
      let before = TagHistory.crossFitted(tags, liked, recordings: batch.recordings, seed: 3)
      liked[copy].toggle()
      let after = TagHistory.crossFitted(tags, liked, recordings: batch.recordings, seed: 3)
      #expect(copy != song && before.row(song) == after.row(song))
    }
    // Nor are copies apart when the second classifier's scores are calibrated.
    let fit = SampleFit(
      scorer: SampleScorer(preparation: .plain(.dense), classifier: ConstantClassifier(), aggregate: .mean),
      unseen: dataset.tracks.map { [Double($0.identity[1]) / 255] }, liked: dataset.liked, copies: grouping)
    let apart = SampleFit(
      scorer: fit.scorer, unseen: fit.unseen, liked: fit.liked, copies: Grouping(songs: dataset.count))
    let (together, single) = try (fit.judged(.studySecondLevel, seed: 1), apart.judged(.studySecondLevel, seed: 1))
    #expect(together.calibration != single.calibration)
  }

  @Test func aNetworkIsStoppedByTrainingSongs() throws {
    let tracks = SyntheticOwner(songs: 60, albumSize: 1).tracks()
    let layout = BlockLayout(.study)
    let grouping = Grouping(tracks, by: .song)
    let liked = tracks.map(\.liked)
    let division = try #require(
      try Evaluation.divisions(TasteDataset(tracks: tracks), grouping, folds: 5, once: true, seed: 1).first)
    // Seven tenths to learn from, three to be judged on.
    #expect((15...21).contains(division.judged.count) && division.training.count == 60 - division.judged.count)
    let judged = Set(division.judged.map { tracks[$0].identity })
    func answers(poisoned: Bool) throws -> (unseen: [[Double]], others: [[Double]], epochs: Int) {
      var changed = tracks
      if poisoned { for song in division.judged { changed[song].liked.toggle() } }
      let dataset = TasteDataset(tracks: changed) { track, variant in
        guard variant == .study else { return nil }
        var random = SplitMix64(seed: UInt64(track.identity[1]))
        let scale = poisoned && judged.contains(track.identity) ? 1_000.0 : 1
        let block = (0..<layout.count).map { _ in Float(scale * random.unit()) }
        return SampleBlocks(samples: 1, values: BlockCoding.encode(block, variant: .study))
      }
      let settings = TrainingSettings(learner: .studyNetwork, blocks: .study, threads: 2, epochs: 2)
      let fit = try Fitting(dataset, grouping, Recipe(settings)).samples(division.training, seed: 4) { _ in }
      let model = try #require(fit.scorer.classifier as? NetworkModel)
      #expect(fit.unseen.count < division.training.count / 3 && !fit.unseen.isEmpty)
      return (fit.unseen, try fit.scorer.answers(dataset.batch(division.training)), model.history.count)
    }
    let (clean, poisoned) = try (answers(poisoned: false), answers(poisoned: true))
    #expect(clean.unseen == poisoned.unseen && clean.others == poisoned.others && clean.epochs == poisoned.epochs)
    #expect(liked.contains(true))
    let options = Evaluation.Options()
    #expect(options.epochs == 20 && options.patience == 5 && !options.foldsForNetworks)
  }
}

/// Says the same of every row.
private struct ConstantClassifier: Classifier {
  static let codingName = "constant"
  var columns: Int { 1 }

  func probabilities(of rows: Matrix) -> [Double] { [Double](repeating: 0.5, count: rows.rows) }
  func encode(into writer: inout ByteWriter) {}
  init() {}
  init(from reader: inout ByteReader) throws(CodingFailure) {}
}
