import Copies
import TestSupport
import Testing
import Tracks

@Suite struct PlaceTests {
  private func places(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<(count * SoundEmbedding.count)).map { _ in Float.random(in: -1...1, using: &random) }
  }

  @Test func aForestFindsWhatLiesNear() {
    let seed: UInt64 = 5
    var values = places(3_000, seed: seed)
    var random = SeededGenerator(seed: seed + 1)
    // The second half are the first half, moved a little.
    let half = 1_500 * SoundEmbedding.count
    for index in 0..<half { values[half + index] = values[index] + Float.random(in: -0.1...0.1, using: &random) }
    let forest = PlaceForest(values)
    let found = (0..<1_500).count { forest.neighbours(of: $0, most: 4, within: 1).first == $0 + 1_500 }
    #expect(found >= 1_490, "seed \(seed): \(found) of 1,500")
    #expect(forest.order.sorted() == Array(0..<3_000))
    #expect(PlaceForest(values).order == forest.order, "the same every time")
  }

  @Test func aScanFindsTheNearest() {
    let values = places(200, seed: 6)
    for number in 0..<20 {
      let distances = (0..<200).map { other in
        (0..<SoundEmbedding.count).reduce(Float(0)) { sum, index in
          let step = values[number * SoundEmbedding.count + index] - values[other * SoundEmbedding.count + index]
          return sum + step * step
        }
      }
      let wanted = (0..<200).filter { $0 != number }.sorted { distances[$0] < distances[$1] }.prefix(5)
      #expect(PlaceScan.neighbours(of: number, in: values, most: 5, within: 100) == Array(wanted))
    }
    #expect(PlaceScan.neighbours(of: 0, in: values, most: 5, within: 0.01).isEmpty)
    #expect(PlaceForest([]).order.isEmpty)
  }

  @Test func whatIsShownOneAfterTheOtherIsFoundAsByAScan() {
    let values = places(300, seed: 7)
    let parts = (0..<300).map { Array(values[($0 * SoundEmbedding.count)..<(($0 + 1) * SoundEmbedding.count)]) }
    var nearest = NearestPlaces(to: Array(parts[..<5]), most: 7, within: 4.6)
    for number in 5..<300 { parts[number].withUnsafeBytes { nearest.show($0.baseAddress!, of: Int64(number)) } }
    for number in 0..<5 {
      let found = PlaceScan.neighbours(of: number, in: values, most: 300, within: 4.6).filter { $0 >= 5 }
      #expect(nearest.members[number] == found.prefix(7).map(Int64.init))
    }
    #expect(nearest.members.contains { $0.count == 7 } && nearest.members.contains { $0.count < 7 })
  }

  @Test func loudnessDoesNotMoveATrack() {
    let quiet = (0..<SummaryLayout.count).map { Float($0 % 17) / 17 }
    var loud = quiet
    for index in SummaryLayout.statisticsRange(.logMel, .mean) { loud[index] += 0.6 }
    let pairs = zip(SoundEmbedding.of(quiet), SoundEmbedding.of(loud))
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(SoundEmbedding.of(quiet).count == SoundEmbedding.count)
  }
}
