import Learning
import Testing
import Tracks

@testable import TasteModel

@Suite struct TasteTrainerTests {
  @Test func aForestFindsWhatTheOpinionsHangOn() throws {
    let dataset = SyntheticOwner().dataset
    let model = try TasteTrainer.train(dataset, TrainingSettings(learner: .forest), trainedAt: 1000)
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
}
