import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct ModelBreakdownTests {
  /// Songs whose sound says nothing, of artists that are liked or not.
  private func dataset(tags: Bool = true) -> TasteDataset {
    var random = SplitMix64(seed: 5)
    return TasteDataset(
      tracks: (0..<160).map { song in
        let artist = song % 20
        let liked = (artist % 2 == 0) != (random.unit() < 0.1)
        return TasteTrack(
          identity: [UInt8(song)], liked: liked,
          tags: tags ? TrackTags(artist: "Artist \(artist)", album: "Album \(song)") : TrackTags(),
          summary: (0..<6).map { _ in Float(random.normal()) })
      })
  }

  private func trained(_ dataset: TasteDataset, _ learner: LearnerName) throws -> (TasteModel, ModelBreakdown) {
    let model = try TasteTrainer.train(dataset, TrainingSettings(learner: learner, folds: 3), trainedAt: 0)
    return (model, try TasteTrainer.breakdown(of: model, on: dataset))
  }

  @Test func artistsSpeakOnlyWhereTheyWereJudged() throws {
    let (model, found) = try trained(dataset(), .logistic)
    let split = model.figures.split
    #expect(found.judgements.map(\.source) == [.audioAndTags, .audio, .audioAndTags])
    #expect(found.judgements.map(\.split) == [split, split, .artist])
    #expect(found.judgements[0].auc == model.figures.auc)
    #expect(found.judgements[0].auc > 0.75)
    #expect(found.judgements[1].aucHigh < found.judgements[0].auc)
    #expect(found.judgements[2].aucHigh < found.judgements[0].auc)
    #expect(found.judgements.allSatisfy { $0.aucLow <= $0.auc && $0.auc <= $0.aucHigh })
    #expect(found.members.isEmpty && found.shares.isEmpty)
  }

  @Test func withoutTagsThereIsOneSource() throws {
    let found = try trained(dataset(tags: false), .logistic).1
    #expect(found.judgements.map(\.source) == [.audioAndTags])
  }

  @Test func theWeightsOfACombinationAreTold() throws {
    let dataset = dataset()
    let (model, found) = try trained(dataset, .combined)
    #expect(found.members.map(\.learner) == LearnerCatalog.combined)
    #expect(found.members == model.members && found.members.contains { $0.weight > 0 })
    #expect(try TasteModel(bytes: model.encode()).members == model.members)
    #expect(abs(found.shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    let idle = ModelBreakdown(members: found.members.map { .init(learner: $0.learner, weight: 0) }, judgements: [])
    #expect(idle.shares.allSatisfy { abs($0.share - 1.0 / 3) < 1e-12 })
  }

  @Test func anOrderBringsItBack() throws {
    let dataset = dataset()
    let settings = TrainingSettings(learner: .logistic, folds: 3)
    var order = TrainingRequest(dataset: dataset, settings: settings, trainedAt: 0, featureVersion: 1)
    var steps: [Double] = []
    let result = try TrainingResult(bytes: order.carryOut { done, _ in steps.append(done) })
    #expect(result.breakdown == (try trained(dataset, .logistic).1))
    #expect(steps == steps.sorted() && steps.allSatisfy { $0 <= 1 })
    #expect(result.breakdown.judgements.allSatisfy { $0.songs == 160 })
    // What is known already is not judged again.
    order.known = [.init(source: .audioAndTags, split: .artist, auc: 0.1, aucLow: 0, aucHigh: 1, songs: 150)]
    let known = try TrainingResult(bytes: try TrainingRequest(bytes: order.encode()).carryOut { _, _ in })
    #expect(known.model == result.model)
    #expect(known.breakdown.judgements == result.breakdown.judgements.dropLast() + order.known)
  }

  @Test func anExplanationTellsWhichArtistAndAlbumSpeak() throws {
    let dataset = dataset()
    let tracks = dataset.tracks.map { track in
      var track = track
      track.summary = [Float](repeating: 0, count: SummaryLayout.count)
      track.summary[0] = Float(track.identity[0] % 7)
      return track
    }
    let model = try TasteTrainer.train(
      TasteDataset(tracks: tracks), TrainingSettings(learner: .logistic, folds: 3), trainedAt: 0)
    let silent = [Float](repeating: 0, count: SummaryLayout.count)
    func parts(_ tags: TrackTags) throws -> [Explanation.Part] {
      let song = SongEvidence(summary: silent, tags: tags)
      return try #require(try model.explanation(of: song)).parts.filter { $0.tag != nil }
    }
    let liked = try parts(TrackTags(artist: "ARTIST 2", album: "Another"))
    #expect(liked.map(\.tag) == [.artist] && liked[0].effect > 0)
    let opinions = try #require(liked[0].opinions)
    let own = tracks.filter { $0.tags.artist == "Artist 2" }
    #expect(opinions.judged == own.count && opinions.liked == own.count { $0.liked })
    let all = Int((model.figures.baseRate * 100).rounded())
    #expect(liked[0].words == "its artist (you like \(opinions.liked) of 8 judged songs, of all \(all)%)")
    let rejected = try parts(TrackTags(artist: "Artist 3", album: "Album 3"))
    #expect(rejected.first { $0.tag == .artist }.map { $0.effect < 0 } == true)
    #expect(rejected.first { $0.tag == .album }?.opinions?.judged == 1)
    // Of an artist that was never judged nothing is said.
    #expect(try parts(TrackTags(artist: "Nobody", genre: "None", date: "1999")).isEmpty)
  }
}
