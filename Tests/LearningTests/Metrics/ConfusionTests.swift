import Testing

@testable import Learning

struct ConfusionTests {
  @Test func figuresOfAWorkedCase() {
    let confusion = Confusion(
      scores: [0.9, 0.6, 0.5, 0.4, 0.1], positive: [true, false, true, true, false], threshold: 0.5)
    #expect(
      confusion == Confusion(truePositives: 2, falsePositives: 1, falseNegatives: 1, trueNegatives: 1))
    #expect(confusion.precision == 2.0 / 3)
    #expect(confusion.recall == 2.0 / 3)
    // Precision and recall are equal, so any weighted mean of them is the same.
    #expect(abs((confusion.f05 ?? 0) - 2.0 / 3) < 1e-15)
    #expect(abs((confusion.combined ?? 0) - 4.0 / 9) < 1e-15)
  }

  @Test func studysDecisionTree() throws {
    // The study reports precision .329 and recall .531 as F0.5 .356 and combined .117 (here .189: recall x F0.5).
    let confusion = Confusion(truePositives: 531, falsePositives: 1083, falseNegatives: 469, trueNegatives: 0)
    let f05 = try #require(confusion.f05)
    let precision = 531.0 / 1614
    #expect(abs(f05 - 1.25 * precision * 0.531 / (0.25 * precision + 0.531)) < 1e-12)
    #expect(abs(f05 - 0.356) < 0.001)
  }

  @Test func precisionCountsMoreThanRecall() throws {
    let precise = Confusion(truePositives: 5, falsePositives: 0, falseNegatives: 5, trueNegatives: 0)
    let thorough = Confusion(truePositives: 10, falsePositives: 10, falseNegatives: 0, trueNegatives: 0)
    #expect(try #require(precise.f05) > #require(thorough.f05))
    #expect(try #require(precise.f(beta: 2)) < #require(thorough.f(beta: 2)))
  }

  @Test func missingDenominatorsGiveNoFigure() {
    let silent = Confusion(scores: [0.1, 0.2], positive: [true, false], threshold: 0.5)
    #expect(silent.precision == nil)
    #expect(silent.recall == 0)
    #expect(silent.f05 == 0)
    #expect(silent.combined == 0)
    let onlyBad = Confusion(scores: [0.9], positive: [false], threshold: 0.5)
    #expect(onlyBad.recall == nil)
    #expect(onlyBad.f05 == nil)
    #expect(onlyBad.combined == nil)
  }
}
