import Foundation
import Learning
import TasteModel

/// What a list holds at the size of the 2019 study: 1,601 liked and 4,025 rejected songs, and 5,500 unheard tracks that are
/// liked as often, with scores drawn so that their AUC is a given one.
struct StudyLists {
  var owners = 200
  private static let (good, bad, unheard) = (1_601, 4_025, 5_500)
  private static let lengths = [25, 50, 100]

  func print() throws {
    Swift.print(
      "| AUC | liked of the best 25 | of the best 50 | of the best 100 | 60% promised | at least, on average | tracks |"
    )
    Swift.print("|---|---|---|---|---|---|---|")
    let share = Double(Self.good) / Double(Self.good + Self.bad)
    for (auc, distance) in [(0.62, 0.43202), (0.70, 0.74161), (0.75, 0.95387)] {
      var shares = [[Double]](repeating: [], count: Self.lengths.count)
      var bounds: [Double] = []
      var counts: [Double] = []
      for owner in 1...owners {
        var random = Numbers(state: UInt64(owner) &* 15_485_863)
        func draw(_ liked: [Bool]) -> [Double] { liked.map { random.normal() + ($0 ? distance : 0) } }
        let opinions = [Bool](repeating: true, count: Self.good) + [Bool](repeating: false, count: Self.bad)
        let scores = draw(opinions)
        let unheard = (0..<Self.unheard).map { _ in random.next() < share }
        let own = draw(unheard)
        let order = own.indices.sorted { own[$0] > own[$1] }
        for (place, length) in Self.lengths.enumerated() {
          shares[place].append(Double(order.prefix(length).count { unheard[$0] }) / Double(length))
        }
        let longest = order.prefix(Promise.usualLength).map { own[$0] }
        let promise = Promise(Ranking(scores: scores, positive: opinions), promised: 0.6, list: longest)
        guard promise.isMet else { continue }
        bounds.append(promise.precisionLow)
        counts.append(Double(longest.count { $0 >= promise.threshold }))
      }
      let cells = shares.map { "\(Spread.short(Spread($0).mean)) (\(range($0)))" }
      Swift.print(
        "| \(Spread.short(auc)) | \(cells.joined(separator: " | ")) | \(bounds.count) of \(owners)",
        "| \(Spread.short(Spread(bounds).mean)) | \(Int(Spread(counts).mean.isFinite ? Spread(counts).mean.rounded() : 0)) |"
      )
    }
    Swift.print("\nIn brackets the range of nine in ten of \(owners) owners.")
  }

  private func range(_ values: [Double]) -> String {
    let sorted = values.sorted()
    return [0.05, 0.95].map { Spread.short(Bootstrap.quantile($0, of: sorted)) }.joined(separator: " to ")
  }
}
