import Foundation
import Learning
import TasteModel
import Tracks

/// How often the promise is kept on tracks that were never heard, where these are liked as often as the judged ones and
/// where they are liked less often; and what a correction would be worth that reads the difference off the scores.
///
/// The correction: with equal ways of scoring liked and rejected songs, the share of liked ones among the unheard is the
/// one that makes their calibrated probabilities likeliest (Saerens, Latinne and Decaestecker 2002). Where it is lower
/// than among the judged, the share to be proved on the judged songs is raised so that the promised one remains.
struct KeptPromises {
  private struct Tally {
    var owners = 0
    var lists = 0
    var broken = 0
    var listed = 0
    var hits = 0

    mutating func add(_ list: [Bool]?, promised: Double) {
      owners += 1
      guard let list, !list.isEmpty else { return }
      lists += 1
      listed += list.count
      hits += list.count { $0 }
      if Double(list.count { $0 }) < promised * Double(list.count) { broken += 1 }
    }

    func words(_ name: String) -> String {
      "| \(name) | \(owners) | \(lists) | \(broken) | \(Spread.short(Double(broken) / Double(max(1, owners)))) "
        + "| \(Spread.short(Double(broken) / Double(max(1, lists)))) | \(Spread.short(Double(hits) / Double(max(1, listed)))) |"
    }
  }

  private static let header =
    "| | owners | with a list | broken | of all | of those with a list | liked of all listed |\n|---|---|---|---|---|---|---|"

  /// Owners whose scores are drawn: 800 judged songs, 28% of them liked, AUC .75, and 20,000 unheard ones, so that the
  /// share in a list is hardly a matter of luck.
  static func simulated(owners: Int, promised: Double) throws {
    print(header)
    for unheardShare in [0.28, 0.22, 0.16] {
      var plain = Tally()
      var corrected = Tally()
      for owner in 1...owners {
        var random = Numbers(state: UInt64(owner) &* 104_729)
        let distance = 0.9539
        func draw(_ count: Int, _ share: Double) -> (liked: [Bool], scores: [Double]) {
          let liked = (0..<count).map { _ in random.next() < share }
          return (liked, liked.map { 1 / (1 + exp(-(random.normal() + ($0 ? distance : 0)))) })
        }
        let judged = draw(800, 0.28)
        let unheard = draw(20_000, unheardShare)
        let calibration = try Calibration(scores: judged.scores, liked: judged.liked)
        let own = judged.scores.map(calibration.probability)
        let others = unheard.scores.map(calibration.probability)
        plain.add(list(own, judged.liked, others, unheard.liked, promised, promised), promised: promised)
        let asked = raised(promised, own, judged.liked, others)
        corrected.add(list(own, judged.liked, others, unheard.liked, promised, asked), promised: promised)
      }
      print(plain.words("\(Int(unheardShare * 100))% of the unheard liked"))
      print(corrected.words("\(Int(unheardShare * 100))%, corrected"))
    }
  }

  /// Owners of real music: a third of the tracks never heard, at random or, where favourites were heard first, half of
  /// the rejected and a fifth of the liked ones.
  static func real(_ library: MusicLibrary, _ kind: OwnerKind, owners: Int, promised: Double) throws {
    print(header)
    for favouritesFirst in [false, true] {
      var plain = Tally()
      var corrected = Tally()
      var shares: (judged: [Double], unheard: [Double]) = ([], [])
      for owner in 1...owners {
        var random = Numbers(state: UInt64(owner) &* 31 &+ 5)
        let opinions = kind.opinions(of: library, owner: owner)
        let isHeard = opinions.map { liked in
          random.next() >= (favouritesFirst ? liked == true ? 0.2 : 0.5 : 0.33)
        }
        let dataset = library.dataset(zip(opinions, isHeard).map { $1 ? $0 : nil })
        guard dataset.good >= TrainingSettings.neededLabels, dataset.bad >= TrainingSettings.neededLabels else {
          continue
        }
        let settings = TrainingSettings(seed: UInt64(owner), promised: promised, threads: 1)
        let model = try TasteTrainer.train(dataset, settings, trainedAt: 0)
        let places = opinions.indices.filter { !isHeard[$0] && opinions[$0] != nil }
        let liked = places.map { opinions[$0] ?? false }
        let summaries = places.flatMap { library.songs[$0].summary }
        let others = model.probabilities(
          of: Matrix(rows: places.count, columns: dataset.summaryLength, values: summaries))
        let own = model.outOfFold.map(\.probability)
        let opinion = model.outOfFold.map(\.liked)
        shares.judged.append(Double(opinion.count { $0 }) / Double(opinion.count))
        shares.unheard.append(Double(liked.count { $0 }) / Double(liked.count))
        plain.add(list(own, opinion, others, liked, promised, promised), promised: promised)
        let asked = raised(promised, own, opinion, others)
        corrected.add(list(own, opinion, others, liked, promised, asked), promised: promised)
      }
      let name = favouritesFirst ? "favourites heard first" : "heard at random"
      print(plain.words("\(kind.rawValue), \(name)"))
      print(corrected.words("\(kind.rawValue), \(name), corrected"))
      print("  liked of the judged \(Spread(shares.judged).words), of the unheard \(Spread(shares.unheard).words)")
    }
  }

  /// The opinions on the unheard songs that score at least the threshold of a promise that holds on the judged ones.
  private static func list(
    _ own: [Double], _ opinion: [Bool], _ others: [Double], _ liked: [Bool], _ promised: Double, _ asked: Double
  ) -> [Bool]? {
    let promise = Promise(Ranking(scores: own, positive: opinion), promised: asked)
    guard promise.isMet else { return nil }
    return zip(others, liked).filter { $0.0 >= promise.threshold }.map(\.1)
  }

  /// The share to prove on judged songs so that the promised one holds on unheard ones.
  private static func raised(
    _ promised: Double, _ own: [Double], _ opinion: [Bool], _ others: [Double]
  ) -> Double {
    guard !others.isEmpty else { return promised }
    let share = Double(opinion.count { $0 }) / Double(opinion.count)
    var unheard = share
    for _ in 0..<200 {
      let factor = (unheard / share, (1 - unheard) / (1 - share))
      let sum = others.reduce(0) { sum, probability in
        let liked = probability * factor.0
        return sum + liked / (liked + (1 - probability) * factor.1)
      }
      unheard = min(max(sum / Double(others.count), 1e-4), 1 - 1e-4)
    }
    guard unheard < share else { return promised }
    let odds = promised / (1 - promised) * (share / (1 - share)) / (unheard / (1 - unheard))
    return odds / (1 + odds)
  }
}
