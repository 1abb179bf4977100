import Glibc
import Learning
import Testing

@testable import TasteModel

@Suite struct StackWeightsTests {
  private struct Songs {
    var liked: [Bool] = []
    var telling: [Double] = []
    var noise: [Double] = []
  }

  /// Songs with the log-odds of a member that knows something and of one that knows nothing.
  private func songs(_ count: Int, seed: UInt64) -> Songs {
    var random = SplitMix64(seed: seed)
    var songs = Songs()
    for _ in 0..<count {
      let logOdds = random.normal() * 1.5
      songs.liked.append(random.unit() < 1 / (1 + exp(-logOdds)))
      songs.telling.append(logOdds)
      songs.noise.append(random.normal() * 1.5)
    }
    return songs
  }

  @Test func equalMembersKeepEqualWeights() {
    let songs = songs(500, seed: 1)
    let weights = StackWeights.fit([songs.telling, songs.telling, songs.telling], liked: songs.liked)
    #expect(weights.allSatisfy { abs($0 - weights[0]) < 1e-4 })
  }

  @Test func aMemberThatSaysNothingGetsNothing() {
    let songs = songs(4_000, seed: 2)
    let weights = StackWeights.fit([songs.telling, songs.noise], liked: songs.liked)
    #expect(weights[0] > 0.9)
    #expect(weights[1] < 0.06)
  }

  @Test func noWeightIsNegative() {
    let songs = songs(2_000, seed: 3)
    let weights = StackWeights.fit([songs.telling, songs.telling.map { -$0 }], liked: songs.liked)
    #expect(weights[1] == 0)
    #expect(weights[0] > 0)
  }

  @Test func fewSongsStayNearEqualWeights() {
    let songs = songs(4, seed: 4)
    let weights = StackWeights.fit([songs.telling, songs.noise], liked: songs.liked)
    #expect(weights.allSatisfy { abs($0 - 0.5) < 0.25 })
  }

  @Test func noWeightsOnAGridAreBetter() {
    let songs = songs(300, seed: 5)
    let members = [songs.telling, songs.noise]
    // The offset is free, so that the sum is compared at its own best offset.
    func sum(_ weights: [Double]) -> Double {
      var best = Double.infinity
      for step in -40...40 {
        let offset = Double(step) / 40
        var sum = 0.0
        for (song, isLiked) in songs.liked.enumerated() {
          let logOdds = weights[0] * members[0][song] + weights[1] * members[1][song] + offset
          sum += log1p(exp(isLiked ? -logOdds : logOdds))
        }
        best = min(best, sum)
      }
      return best + StackWeights.penalty / 2 * weights.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) }
    }
    let fitted = StackWeights.fit(members, liked: songs.liked)
    for first in stride(from: 0.0, through: 1.6, by: 0.05) {
      for second in stride(from: 0.0, through: 1.6, by: 0.05) {
        #expect(sum(fitted) <= sum([first, second]) + 0.01)
      }
    }
  }
}
