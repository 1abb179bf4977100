import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct SampleScorerTests {
  @Test func samplesBecomeSongsByMeanAndByVote() {
    let answers = [[0.2, 0.4, 0.9], [0.5, 0.6], []]
    #expect(SampleScorer.scores(answers, .mean) == [0.5, 0.55, 0])
    #expect(SampleScorer.scores(answers, .vote) == [1.0 / 3, 1, 0])
  }

  @Test func theSecondLevelSeesSortedAnswersOfOneNumber() {
    let rows = SampleScorer.secondLevelRows([[0.9, 0.1], (0..<30).map { Double(29 - $0) / 29 }])
    #expect(rows.columns == 30)
    #expect(rows[0, 0] == 0.1)
    #expect(rows[0, 29] == 0.9)
    #expect(abs(rows[0, 14] - Float(0.1 + 0.8 * 14 / 29)) < 1e-6)
    for column in 0..<30 { #expect(abs(rows[1, column] - Float(column) / 29) < 1e-6) }
  }

  @Test func theStudysNormalisationIsBySampleAndFeature() {
    let layout = BlockLayout(.study)
    var block = [Float](repeating: 0, count: layout.count)
    // Stored as half precision through the coding that keeps the power's square root.
    for place in layout.range(.mel) { block[place] = 4 }
    block[layout.range(.mel).lowerBound] = 16
    for place in layout.range(.contrast) { block[place] = -8 }
    for place in layout.range(.rolloff) { block[place] = 1000 }
    for place in layout.range(.energyFraction) { block[place] = 0.25 }
    block[layout.range(.tempo).lowerBound] = 120
    let stored = BlockCoding.encode(block, variant: .study)
    let rows = BlockPreparation.study(.study).rows(SampleBlocks(samples: 2, values: stored + stored))
    #expect(rows.rows == 2)
    for row in 0..<2 {
      #expect(rows[row, layout.range(.mel).lowerBound] == 1)
      #expect(rows[row, layout.range(.mel).lowerBound + 1] == 0.25)
      #expect(rows[row, layout.range(.contrast).lowerBound] == -1)
      #expect(abs(rows[row, layout.range(.rolloff).lowerBound] - 1 / Float(7).squareRoot()) < 1e-6)
      #expect(rows[row, layout.range(.energyFraction).lowerBound] == 0.25)
      #expect(rows[row, layout.range(.tempo).lowerBound] == 0.75)
      // Silence stays silence.
      #expect(rows[row, layout.range(.chroma).lowerBound] == 0)
    }
  }

  @Test func whatIsNoNumberBecomesOne() {
    var values = [Float16](repeating: 1, count: BlockLayout(.dense).count)
    values[0] = .nan
    values[1] = .infinity
    let rows = BlockPreparation.plain(.dense).rows(SampleBlocks(samples: 1, values: values))
    #expect(rows[0, 0] == 0)
    #expect(!rows.values.contains { !$0.isFinite })
  }
}
