import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct SummaryPreparationTests {
  private func columns(of family: SummaryLayout.Family) -> [Int] {
    (0..<SummaryLayout.count).filter { SummaryLayout.family(of: $0) == family }
  }

  @Test func eightNeighbouringBandsBecomeTheirMean() {
    let rows = Matrix(rows: 1, columns: SummaryLayout.count, values: (0..<SummaryLayout.count).map(Float.init))
    let pooled = SummaryPreparation.pooled.columns(of: rows)
    // 512 columns of log-mel become 64.
    #expect(pooled.columns == SummaryLayout.count - 512 + 64)
    let mel = SummaryLayout.range(.logMel, overSamples: .mean).lowerBound
    #expect(pooled[0, 0] == Float(mel) + 3.5)
    #expect(pooled[0, 1] == Float(mel) + 11.5)
    #expect(pooled.values.last == Float(SummaryLayout.count - 1))
  }

  @Test func everyGroupWeighsTheRootOfItsSize() {
    let ones = Matrix(
      rows: 1, columns: SummaryLayout.count + 4, values: [Float](repeating: 1, count: SummaryLayout.count + 4))
    let weighed = SummaryPreparation.balanced.weighed(ones, tags: 4)
    func weight(_ columns: [Int]) -> Float { columns.reduce(0) { $0 + weighed[0, $1] * weighed[0, $1] } }
    let mel = weight(columns(of: .logMel))
    let chroma = weight(columns(of: .chroma))
    #expect(abs(mel - Float(512).squareRoot()) < 1e-3)
    #expect(abs(chroma - Float(48).squareRoot()) < 1e-3)
    #expect(abs(weight(Array(SummaryLayout.count..<(SummaryLayout.count + 4))) - 2) < 1e-4)
  }

  /// Songs that their chroma tells apart, beside log-mel of noise: 512 columns of it must not hide 48.
  @Test(arguments: [LearnerName.knn, .kernel]) func noFamilyHidesTheOthers(_ learner: LearnerName) throws {
    var random = SplitMix64(seed: 6)
    let chroma = columns(of: .chroma)
    let tracks = (0..<240).map { number in
      var summary = (0..<SummaryLayout.count).map { _ in Float(random.normal()) }
      for column in chroma { summary[column] += number % 2 == 0 ? 0.2 : -0.2 }
      return TasteTrack(identity: [UInt8(number)], liked: number % 2 == 0, tags: TrackTags(), summary: summary)
    }
    let dataset = TasteDataset(tracks: tracks)
    func auc(_ preparation: SummaryPreparation) throws -> Double {
      let rows = dataset.summaries(of: Array(0..<240))
      let scaling = ColumnScaling(rows.rows(Array(0..<160)))
      let values = preparation.weighed(scaling.scaled(rows, limit: 20), tags: 0)
      let recipe = Recipe(TrainingSettings(learner: learner))
      let fitted = try LearnerCatalog.summaryLearner(recipe, recordings: Array(0..<160)).fit(
        values.rows(Array(0..<160)), dataset.liked(Array(0..<160)), weights: nil, seed: 1
      ) { _ in }
      let judged = Array(160..<240)
      return Ranking(scores: fitted.probabilities(of: values.rows(judged)), positive: dataset.liked(judged)).auc ?? 0
    }
    let (chosen, plain) = (try auc(LearnerCatalog.preparation(learner)), try auc(.scaled))
    #expect(chosen > plain + 0.01, "\(learner): \(chosen), \(plain)")
  }

  @Test func summariesOfAnotherLengthStayAsTheyAre() {
    let rows = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(SummaryPreparation.pooled.columns(of: rows) == rows)
    #expect(SummaryPreparation.balanced.weighed(rows, tags: 0) == rows)
  }
}
