import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct SummaryPreparationTests {
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
    let mel = weight(SummaryLayout.indices(of: [.logMel]))
    let chroma = weight(SummaryLayout.indices(of: [.chroma]))
    #expect(abs(mel - Float(512).squareRoot()) < 1e-3)
    #expect(abs(chroma - Float(48).squareRoot()) < 1e-3)
    #expect(abs(weight(Array(SummaryLayout.count..<(SummaryLayout.count + 4))) - 2) < 1e-4)
  }

  @Test func summariesOfTheFormerVersionAreShownAsTheyWere() {
    let columns = SummaryLayout.formerCount
    let rows = Matrix(rows: 1, columns: columns, values: (0..<columns).map(Float.init))
    let pooled = SummaryPreparation.pooled.columns(of: rows)
    #expect(columns == 736 && pooled.columns == 736 - 512 + 64)
    #expect(pooled[0, 0] == 3.5 && pooled[0, 144] == 368 + 3.5 && pooled.values.last == 735)
    let weighed = SummaryPreparation.balanced.weighed(
      Matrix(rows: 1, columns: columns + 4, values: [Float](repeating: 1, count: columns + 4)), tags: 4)
    #expect(abs(weighed[0, 0] - 1 / Float(512).squareRoot().squareRoot()) < 1e-6)
  }

  @Test func summariesOfAnotherLengthStayAsTheyAre() {
    let rows = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(SummaryPreparation.pooled.columns(of: rows) == rows)
    #expect(SummaryPreparation.balanced.weighed(rows, tags: 0) == rows)
  }
}
