import Learning
import Testing

@testable import TasteModel

/// Which unheard songs would teach a model most.
@Suite struct ExplorationTests {
  private func line(_ places: [Float]) -> Matrix { Matrix(rows: places.count, columns: 1, values: places) }

  @Test func theMiddleOfWhatIsFarFromAllJudgedComesFirst() {
    let places: [Float] = [0, 0.1, 10, 11, 12, 30]
    let even = [Double](repeating: 0.5, count: places.count)
    let chosen = Exploration.choose(3, probabilities: even, places: line(places), known: line([0.05]))
    #expect(chosen == [3, 5, 2])
    // What is as good as decided teaches little.
    let decided = [0.5, 0.5, 0.001, 0.001, 0.001, 0.5]
    #expect(Exploration.choose(1, probabilities: decided, places: line(places), known: line([0.05])) == [5])
  }

  @Test func itIsWhatTryingEverySongGives() {
    var random = SplitMix64(seed: 9)
    for _ in 0..<20 {
      let songs = Matrix(rows: 12, columns: 3, values: (0..<36).map { _ in Float(random.normal()) })
      let known = Matrix(rows: 4, columns: 3, values: (0..<12).map { _ in Float(random.normal()) })
      let probabilities = (0..<12).map { _ in random.unit() }
      var chosen: [Int] = []
      func sum(_ extra: Int) -> Double {
        (0..<12).reduce(0) { sum, song in
          let others = (0..<4).map { known.row($0) } + (chosen + [extra]).map { songs.row($0) }
          let nearest = others.map { Double(Float(SongSpace.distance(songs.row(song), $0))) }.min() ?? 0
          return sum + max(probabilities[song] * (1 - probabilities[song]), 1e-6) * nearest
        }
      }
      for _ in 0..<4 {
        let best = (0..<12).filter { !chosen.contains($0) }.min { sum($0) < sum($1) }
        chosen.append(best ?? 0)
      }
      #expect(Exploration.choose(4, probabilities: probabilities, places: songs, known: known) == chosen)
    }
  }

  @Test func fewSongsOddNumbersAndNothingJudgedAreNoProblem() {
    let none = Matrix(rows: 0, columns: 0)
    #expect(Exploration.choose(3, probabilities: [], places: none, known: none).isEmpty)
    #expect(Exploration.choose(0, probabilities: [0.5], places: line([1]), known: none).isEmpty)
    #expect(
      Exploration.choose(9, probabilities: [0.5, .nan, 0], places: line([1, 2, 2]), known: none).sorted() == [0, 1, 2])
    #expect(Exploration.choose(1, probabilities: [0.5, 0.5], places: line([1, 1]), known: line([1])) == [0])
  }
}
