import Learning
import TestSupport
import Testing
import Tracks

@testable import TasteModel

@Suite struct FindingsTests {
  /// Songs with whole summaries, whose opinions hang on the loudness alone.
  private func dataset(songs: Int = 160) -> TasteDataset {
    let loudness = SummaryLayout.range(.loudness, overSamples: .mean).lowerBound
    let tracks = SyntheticOwner(songs: songs, columns: SummaryLayout.count, distance: 0, albumSize: 1, seed: 8).tracks()
    return TasteDataset(
      tracks: tracks.map { track in
        var track = track
        if track.liked { track.summary[loudness] += 3 }
        return track
      })
  }

  @Test func everyValueOfASummaryBelongsToOneTrait() {
    let columns = SoundTrait.allCases.flatMap(\.columns)
    #expect(columns.count == SummaryLayout.count)
    #expect(Set(columns).count == SummaryLayout.count)
    #expect(SoundTrait.allCases.allSatisfy { !$0.columns.isEmpty && !$0.name.isEmpty })
    #expect(SoundTrait.allCases.filter { $0.poles == nil } == [.timbre, .harmony])
    #expect(SoundTrait.tempo.columns.count == 2)
    #expect(SoundTrait.brightness.columns.count == 8)
  }

  @Test func whatTheOpinionsHangOnMattersMost() throws {
    let found = try Findings.importance(dataset(), TrainingSettings(learner: .logistic, folds: 3), repeats: 2)
    #expect(found.count == SoundTrait.allCases.count)
    #expect(found[0].trait == .loudness)
    #expect(found[0].aucLoss > 0.05)
    #expect(found[0].aucLoss > 3 * found[1].aucLoss)
    #expect(found.allSatisfy { $0.spread.contains($0.aucLoss) })
  }

  @Test func anExplanationNamesWhatTheOpinionsHangOn() throws {
    let dataset = dataset()
    let model = try TasteTrainer.train(dataset, TrainingSettings(learner: .logistic, folds: 3), trainedAt: 0)
    let loudness = SummaryLayout.range(.loudness, overSamples: .mean).lowerBound
    var song = SongEvidence(summary: [Float](repeating: 0, count: SummaryLayout.count))
    song.summary[loudness] = 5
    let loud = try #require(try model.explanation(of: song))
    #expect(loud.parts[0].trait == .loudness)
    #expect(loud.speaksFor.first?.words == "much louder than usual")
    song.summary[loudness] = -3
    let quiet = try #require(try model.explanation(of: song))
    #expect(quiet.speaksAgainst.first?.words == "much quieter than usual")
    #expect(quiet.probability < loud.probability)
    let probabilities = try model.probabilities(of: [song])
    #expect(probabilities == [quiet.probability])
  }

  @Test func traitsThatAreOneAreRedundant() {
    // The tempo's strength repeats its tempo; everything else is noise.
    let tempo = SoundTrait.tempo.columns
    let beat = SoundTrait.beat.columns
    let tracks = dataset(songs: 100).tracks.map { track in
      var track = track
      for (first, second) in zip(tempo, beat) { track.summary[second] = -2 * track.summary[first] }
      return track
    }
    let table = Findings.redundancy(TasteDataset(tracks: tracks))
    let order = SoundTrait.allCases
    let tempoRow = order.firstIndex(of: .tempo) ?? 0
    let beatRow = order.firstIndex(of: .beat) ?? 0
    let noiseRow = order.firstIndex(of: .noise) ?? 0
    // Of the four pairs two are one value twice, the others unrelated.
    #expect(abs(table[tempoRow][beatRow] - 0.55) < 0.1)
    #expect(abs(table[tempoRow][beatRow] - table[beatRow][tempoRow]) < 1e-9)
    #expect(table[tempoRow][noiseRow] < 0.2)
  }

  @Test func aPropertyOfUsualStrengthIsToldByItsKind() {
    let part = Explanation.Part(trait: .treble, effect: 0.3, height: 0.1)
    func artist(_ effect: Double, _ liked: Int, of judged: Int) -> Explanation.Part {
      Explanation.Part(
        tag: .artist, effect: effect, opinions: .init(judged: judged, liked: liked, baseRate: 0.4))
    }
    #expect(artist(0.3, 3, of: 4).words == "its artist (you like 3 of 4 judged songs, of all 40%)")
    #expect(artist(-0.3, 0, of: 1).words == "its artist (you dislike the only song judged)")
    #expect(artist(-0.3, 1, of: 1).isContradicted && artist(0.3, 1, of: 4).isContradicted)
    #expect(artist(-0.3, 2, of: 5).isContradicted && artist(0.3, 2, of: 5).isContradicted)
    #expect(!artist(0.3, 1, of: 1).isContradicted && !artist(-0.3, 1, of: 4).isContradicted)
    #expect(part.words == "treble as in songs you like")
    #expect(
      Explanation.Part(trait: .harmony, effect: -0.3, height: 0).words == "harmonies as in songs you have thrown out")
    let parts = [0.5, -0.4, 0.3, 0.2, 0.01, -0.001].map {
      Explanation.Part(trait: .loudness, effect: $0, height: $0 > 0 ? 1 : -1)
    }
    let told = Explanation(probability: 0.5, parts: parts).strongest(2)
    #expect(told.speaksFor == ["louder than usual", "louder than usual"])
    #expect(told.speaksAgainst == ["quieter than usual"])
  }

  @Test func furtherValuesCountForWhatTheyTell() throws {
    let tracks = SyntheticOwner(songs: 200, columns: 8, distance: 0.4, albumSize: 1, seed: 5).tracks()
    let dataset = TasteDataset(tracks: tracks)
    var random = SplitMix64(seed: 2)
    let noise = dataset.tracks.map { _ in [Float(random.normal())] }
    let telling = dataset.tracks.map { [Float(random.normal() + ($0.liked ? 2 : 0))] }
    let settings = TrainingSettings(learner: .logistic, folds: 3)
    let gained = try Findings.contribution(of: telling, to: dataset, settings)
    #expect(gained.songs == 200)
    #expect(gained.with > gained.without + 0.1)
    #expect((gained.difference?.low ?? 0) > 0)
    #expect(gained.alone > 0.85)
    let nothing = try Findings.contribution(of: noise, to: dataset, settings)
    #expect(abs(nothing.with - nothing.without) < 0.05)
    #expect(abs(nothing.alone - 0.5) < 0.15)
  }

  @Test func learnersAreWatchedStepByStep() throws {
    let dataset = SyntheticOwner(songs: 120, columns: 8, distance: 1.5, albumSize: 1, seed: 6).dataset
    let found = try Findings.learningProgress(dataset, TrainingSettings(learner: .forest, folds: 3))
    #expect(found.epochs.map(\.number) == Array(1...found.epochs.count))
    #expect(found.epochs.allSatisfy { $0.validation != nil })
    #expect(found.rounds.count == 8)
    #expect(zip(found.rounds, found.rounds.dropFirst()).allSatisfy { $0.trees < $1.trees })
    let last = try #require(found.rounds.last)
    #expect(last.training > last.held && last.held > 0.6)
    #expect(try Findings.learningProgress(dataset, TrainingSettings(learner: .forest, folds: 3)) == found)
    let network = try TasteTrainer.train(dataset, TrainingSettings(learner: .smallNetwork, folds: 2), trainedAt: 0)
    #expect(!network.networkEpochs.isEmpty)
    #expect(try TasteModel(bytes: network.encode()).networkEpochs == network.networkEpochs)
  }

  @Test func distancesAreThoseOfAllPairs() {
    // Four songs on a line: two liked at 0 and 1, two rejected at 10 and 12; the last two are versions of one another.
    let tracks = [0, 1, 10, 12].enumerated().map { number, place in
      TasteTrack(
        identity: [UInt8(number)], liked: number < 2, copyGroup: number >= 2 ? "a" : nil, summary: [Float(place)])
    }
    let found = Findings.separation(TasteDataset(tracks: tracks))
    // The scale is one deviation of 0, 1, 10, 12.
    let deviation = (((5.75 * 5.75) + (4.75 * 4.75) + (4.25 * 4.25) + (6.25 * 6.25)) / 4).squareRoot()
    #expect(abs(found.withinGood - 1 / deviation) < 1e-5)
    #expect(abs(found.withinBad - 2 / deviation) < 1e-5)
    #expect(abs(found.between - (10 + 12 + 9 + 11) / 4 / deviation) < 1e-5)
    // The rejected two are versions of one another, so their nearest others are liked ones.
    #expect(found.nearestAgrees == 0.5)
    #expect(found.nearestByChance == 0.5)
    #expect(found.versionRanks.isEmpty)
  }

  @Test func versionsThatAreJudgedDifferentlyAreRanked() {
    let tracks = [0, 1, 10, 30].enumerated().map { number, place in
      TasteTrack(
        identity: [UInt8(number)], liked: number % 2 == 0, copyGroup: number < 2 ? "a" : nil, summary: [Float(place)])
    }
    #expect(Findings.separation(TasteDataset(tracks: tracks)).versionRanks == [0])
  }

  @Test func aMapKeepsWhatDiffersMost() {
    // Points along a line in three dimensions, with little beside it.
    let rows = Matrix(
      rows: 5, columns: 3, values: [-2, -2, 0.1, -1, -1, -0.1, 0, 0, 0.1, 1, 1, -0.1, 2, 2, 0])
    let map = SongSpace.map(rows)
    for (number, point) in map.enumerated() {
      #expect(abs(point.x - Double(number - 2) * 2.0.squareRoot()) < 0.01)
      #expect(abs(point.y) < 0.2)
    }
  }

  @Test func nearIsWhatSoundsAlike() {
    let dataset = dataset(songs: 40)
    let rows = dataset.summaries(of: Array(0..<40))
    let places = SongSpace(rows).places(of: rows)
    #expect(SongSpace.distance(places.row(3), places.row(3)) == 0)
    // The values are normal: two of them lie 2 / sqrt(pi) deviations apart, whatever their weights.
    var sum = 0.0
    for left in 0..<40 { for right in 0..<left { sum += SongSpace.distance(places.row(left), places.row(right)) } }
    #expect(abs(sum / 780 - 2 / Double.pi.squareRoot()) < 0.05)
  }

  @Test func distanceIsTheWeightedMeanOfTheDeviationsBetween() {
    let dataset = dataset(songs: 40)
    let rows = dataset.summaries(of: Array(0..<40))
    let space = SongSpace(rows)
    // A twin in plain loops and double precision.
    let weights = (0..<SummaryLayout.count).map { 1 / Double(SoundTrait.of($0).columns.count).squareRoot() }
    let scaled = ColumnScaling(rows).scaled(rows, limit: 20)
    var expected = 0.0
    for column in 0..<SummaryLayout.count {
      expected += weights[column] * abs(Double(scaled[5, column]) - Double(scaled[9, column]))
    }
    expected /= weights.reduce(0, +)
    let places = space.places(of: rows)
    #expect(abs(SongSpace.distance(places.row(5), places.row(9)) - expected) < 1e-5)
    // One value far away moves a song no farther than its own weight.
    var clicked = rows
    clicked[5, 0] += 1e6
    let moved = SongSpace.distance(places.row(5), space.places(of: clicked).row(5))
    #expect(moved <= 40 * weights[0] / weights.reduce(0, +))
  }
}
