import Foundation
import Learning
import Playlists
import Testing
import Tracks

@testable import TasteModel

/// How much the playlist changes from one training to the next, over made-up owners.
///
/// More owners, another learner: `OWNERS=40 LEARNER=combined swift test --filter PlaylistChurnTests`.
@Suite struct PlaylistChurnTests {
  /// An owner with judged and unheard songs, whose opinions hang on a few of the summaries' values.
  private struct Owner {
    let seed: UInt64
    var judged: [TasteTrack] = []
    var unheard: [TasteTrack] = []
    var listed: Set<Int64> = []

    init(seed: UInt64, songs: Int, share: Double, strength: Double) {
      self.seed = seed
      var random = SplitMix64(seed: seed)
      for song in 0..<(2 * songs) {
        let liked = random.unit() < share
        let summary = (0..<30).map { Float(random.normal() + (liked && $0 < 6 ? strength : 0)) }
        let track = TasteTrack(identity: [UInt8(song >> 8), UInt8(song & 255)], liked: liked, summary: summary)
        if song < songs { judged.append(track) } else { unheard.append(track) }
      }
    }

    /// Trains on what is judged now, and brings the playlist up to date.
    mutating func refresh(_ learner: LearnerName) throws -> (list: Set<Int64>, isMet: Bool) {
      let model = try TasteTrainer.train(
        TasteDataset(tracks: judged), TrainingSettings(learner: learner, promised: 0.5, threads: 2), trainedAt: 0)
      let rows = Matrix(rows: unheard.count, columns: 30, values: unheard.flatMap(\.summary))
      let figures = model.figures
      let chosen = PlaylistSelection.select(
        zip(unheard, model.probabilities(of: rows)).map { track, probability in
          let number = Int64(track.identity[0]) << 8 + Int64(track.identity[1])
          return PlaylistCandidate(
            id: number, tieBreak: track.identity, probability: probability, seconds: 200, artist: nil, album: nil,
            isListed: listed.contains(number))
        }, stay: figures.targetMet ? figures.threshold : nil, enter: figures.targetMet ? figures.entryThreshold : nil,
        rules: SelectionRules())
      listed = Set(chosen.map(\.id))
      return (listed, figures.targetMet)
    }

    /// The owner hears one in a hundred of the judged songs' number, of those not on the playlist, and judges them.
    mutating func judgeMore() {
      for _ in 0..<max(1, judged.count / 100) {
        guard
          let next = unheard.firstIndex(where: { !listed.contains(Int64($0.identity[0]) << 8 + Int64($0.identity[1])) })
        else { return }
        judged.append(unheard.remove(at: next))
      }
    }
  }

  @Test func retrainingChangesLittle() throws {
    let environment = ProcessInfo.processInfo.environment
    let owners = environment["OWNERS"].flatMap { Int($0) } ?? 8
    let learner = environment["LEARNER"].flatMap { LearnerName(rawValue: $0) } ?? .logistic
    var shares: (promised: [Double], best: [Double]) = ([], [])
    var flips = 0
    for number in 0..<owners {
      // From owners of whom little can be told to those of whom much can.
      var owner = Owner(
        seed: UInt64(number + 1), songs: [300, 600][number % 2], share: 0.3,
        strength: [0.25, 0.4, 0.55, 0.7][number / 2 % 4])
      var before = try owner.refresh(learner)
      let again = try owner.refresh(learner)
      #expect(again.list == before.list, "owner \(number): the same data, another playlist")
      for _ in 0..<3 {
        owner.judgeMore()
        let after = try owner.refresh(learner)
        if after.isMet != before.isMet {
          // Whether something can be promised decides the length of the list: no news of single tracks.
          flips += 1
        } else if !before.list.isEmpty {
          let left = Double(before.list.subtracting(after.list).count) / Double(before.list.count)
          if after.isMet { shares.promised.append(left) } else { shares.best.append(left) }
        }
        before = after
      }
    }
    func mean(_ shares: [Double]) -> Double { shares.reduce(0, +) / Double(max(1, shares.count)) }
    for (name, shares) in [("with a promise", shares.promised), ("without", shares.best)] {
      print(
        "churn: \(learner.rawValue), \(owners) owners, lists \(name): in \(shares.count) retrainings with 1% new labels",
        "\(mean(shares)) of the list left on average, \(shares.max() ?? 0) at most")
    }
    print("churn: the promise came or went in \(flips) more")
    #expect(mean(shares.promised + shares.best) < 0.06)
    #expect(mean(shares.best) < 0.06)
  }
}
