import Foundation
import Learning
import TasteModel
import Tracks

/// How often the promise is kept where owners judge each list before the next is made, with the record of these
/// judgements bounding the promise or not.
///
/// The third list is judged with each number of recommended tracks that may count; until then `RecommendationRecord`'s own
/// counts.
struct JudgedRounds {
  var promised = TrainingSettings().promised
  var threads = 2
  /// How many of the tracks recommended last count; 0 for none.
  private static let windows = [0, 40, RecommendationRecord.counted, 10_000]
  private static let rounds = 3
  private static let (longest, guessed) = (100, 25)

  /// What became of the promises of one round.
  private struct Tally {
    var owners = 0
    var lists = 0
    var broken = 0
    var shares: [Double] = []

    mutating func add(_ share: Double?, promised: Double) {
      owners += 1
      guard let share else { return }
      lists += 1
      shares.append(share)
      if share < promised { broken += 1 }
    }

    func row(_ name: String) {
      print(
        "| \(name) | \(owners) | \(lists) | \(broken) | \(Spread.short(Double(broken) / Double(max(1, owners))))",
        "| \(Spread.short(Double(broken) / Double(max(1, lists)))) | \(Spread(shares).words) |")
    }
  }

  /// A track that was listed and judged.
  private struct Listed {
    var liked: Bool
    var stated: Double
    /// What tells its probability by a later model: its score where scores are drawn, else its number.
    var score: Double
  }

  private static func record(_ listed: [Listed], _ window: Int) -> RecommendationRecord? {
    let newest = listed.suffix(window)
    return window == 0
      ? nil : RecommendationRecord(probabilities: newest.map(\.stated), liked: newest.count { $0.liked })
  }

  private static func header() {
    print("| | owners | with a promised list | broken | of all | of those with one | liked of such a list |")
    print("|---|---|---|---|---|---|---|")
  }

  // MARK: Scores that are drawn

  /// Owners of 800 judged songs, 28% of them liked, AUC .75, and 2,000 unheard tracks; a list counts as broken where its
  /// tracks are liked less often than promised by what is known of how they were drawn. Each has also tried 200 tracks
  /// like the unheard ones, judged those that were liked and left the others without a judgement; the first list is also
  /// tested with these counted as rejected, as `labels.neglected` has it.
  func drawn(owners: Int) throws {
    Self.header()
    let distance = 0.9539
    for share in [0.28, 0.22, 0.16] {
      var first = [Tally](repeating: Tally(), count: 2)
      var last = [Int: Tally]()
      var counted = Tally()
      for owner in 1...owners {
        var random = Numbers(state: UInt64(owner) &* 104_729)
        func draw(_ count: Int, _ share: Double) -> (liked: [Bool], scores: [Double]) {
          let liked = (0..<count).map { _ in random.next() < share }
          return (liked, liked.map { random.normal() + ($0 ? distance : 0) })
        }
        var judged = draw(800, 0.28)
        let unheard = draw(2_000, share)
        let tried = draw(200, share)
        for place in tried.liked.indices where tried.liked[place] {
          judged.liked.append(true)
          judged.scores.append(tried.scores[place])
        }
        // What a score says of a track that is liked with the unheard ones' share.
        func expected(_ place: Int) -> Double {
          let odds = log(share / (1 - share)) + distance * unheard.scores[place] - distance * distance / 2
          return 1 / (1 + exp(-odds))
        }
        var rest = unheard.scores.indices.sorted { unheard.scores[$0] > unheard.scores[$1] }
        var listed: [Listed] = []
        for round in 1...Self.rounds {
          func logistic(_ score: Double) -> Double { 1 / (1 + exp(-score)) }
          let calibration = try Calibration(scores: judged.scores.map(logistic), liked: judged.liked)
          func probability(_ score: Double) -> Double { calibration.probability(of: logistic(score)) }
          let ranking = Ranking(scores: judged.scores.map(probability), positive: judged.liked)
          // The tracks listed before, as the scores of today state them.
          for place in listed.indices { listed[place].stated = probability(listed[place].score) }
          func list(_ window: Int) -> (places: [Int], isMet: Bool) {
            let longest = rest.prefix(Self.longest)
            let promise = Promise(
              ranking, promised: promised, list: longest.map { probability(unheard.scores[$0]) },
              record: Self.record(listed, window))
            guard promise.isMet else { return (Array(rest.prefix(Self.guessed)), false) }
            return (longest.filter { probability(unheard.scores[$0]) >= promise.threshold }, true)
          }
          func share(_ list: (places: [Int], isMet: Bool)) -> Double? {
            guard list.isMet, !list.places.isEmpty else { return nil }
            return list.places.reduce(0) { $0 + expected($1) } / Double(list.places.count)
          }
          if round == Self.rounds {
            for window in Self.windows { last[window, default: Tally()].add(share(list(window)), promised: promised) }
            continue
          }
          let chosen = list(RecommendationRecord.counted)
          first[round - 1].add(share(chosen), promised: promised)
          if round == 1 {
            let left = tried.liked.indices.filter { !tried.liked[$0] }
            let all = (
              liked: judged.liked + left.map { _ in false }, scores: judged.scores + left.map { tried.scores[$0] }
            )
            let fitted = try Calibration(scores: all.scores.map(logistic), liked: all.liked)
            let places = rest.prefix(Self.longest)
            let probabilities = places.map { fitted.probability(of: logistic(unheard.scores[$0])) }
            let promise = Promise(
              Ranking(scores: all.scores.map { fitted.probability(of: logistic($0)) }, positive: all.liked),
              promised: promised, list: probabilities)
            let met = zip(places, probabilities).filter { $1 >= promise.threshold }.map(\.0)
            counted.add(share((met, promise.isMet)), promised: promised)
          }
          listed += chosen.places.map { Listed(liked: unheard.liked[$0], stated: 0, score: unheard.scores[$0]) }
          judged.liked += chosen.places.map { unheard.liked[$0] }
          judged.scores += chosen.places.map { unheard.scores[$0] }
          let gone = Set(chosen.places)
          rest.removeAll { gone.contains($0) }
        }
      }
      print("| *\(Int(share * 100))% of the unheard liked* | | | | | | |")
      counted.row("list 1, tracks tried and left counted as rejected")
      rows(first, last)
    }
  }

  // MARK: Real music

  /// Owners of real music: a third of the tracks never heard, at random or, where favourites were heard first, half of
  /// the rejected and a fifth of the liked ones.
  func real(_ library: MusicLibrary, _ kind: OwnerKind, owners: Int, favouritesFirst: Bool) throws {
    Self.header()
    var first = [Tally](repeating: Tally(), count: 2)
    var last = [Int: Tally]()
    var shares: (judged: [Double], unheard: [Double]) = ([], [])
    for owner in 1...owners {
      var random = Numbers(state: UInt64(owner) &* 31 &+ 5)
      let opinions = kind.opinions(of: library, owner: owner)
      var isHeard = opinions.map { liked in random.next() >= (favouritesFirst ? liked == true ? 0.2 : 0.5 : 0.33) }
      var listed: [Listed] = []
      for round in 1...Self.rounds {
        let dataset = library.dataset(zip(opinions, isHeard).map { $1 ? $0 : nil })
        let needed = TrainingSettings.neededLabels
        guard dataset.good >= needed, dataset.bad >= needed else { break }
        let model = try TasteTrainer.train(
          dataset, TrainingSettings(seed: UInt64(owner), promised: promised, threads: threads), trainedAt: 0)
        let places = opinions.indices.filter { !isHeard[$0] && opinions[$0] != nil }
        if round == 1 {
          shares.judged.append(Double(dataset.good) / Double(dataset.count))
          shares.unheard.append(Double(places.count { opinions[$0] == true }) / Double(max(1, places.count)))
        }
        let scores = try model.probabilities(
          of: places.map {
            SongEvidence(
              summary: library.songs[$0].summary, tags: library.songs[$0].tags,
              folder: FilePath(library.songs[$0].style))
          })
        let unseen = Dictionary(
          model.outOfFold.map { ($0.identity, $0.probability) }, uniquingKeysWith: { first, _ in first })
        for place in listed.indices {
          listed[place].stated = unseen[library.songs[Int(listed[place].score)].identity] ?? listed[place].stated
        }
        let ranked = zip(places, scores).sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        func list(_ window: Int) -> (tracks: [(Int, Double)], isMet: Bool) {
          let figures = model.promising(
            promised, list: ranked.prefix(Self.longest).map(\.1), record: Self.record(listed, window)
          ).figures
          guard figures.targetMet else { return (Array(ranked.prefix(Self.guessed)), false) }
          return (ranked.prefix(Self.longest).filter { $0.1 >= figures.threshold }, true)
        }
        func share(_ list: (tracks: [(Int, Double)], isMet: Bool)) -> Double? {
          guard list.isMet, !list.tracks.isEmpty else { return nil }
          return Double(list.tracks.count { opinions[$0.0] == true }) / Double(list.tracks.count)
        }
        if round == Self.rounds {
          for window in Self.windows { last[window, default: Tally()].add(share(list(window)), promised: promised) }
          continue
        }
        let chosen = list(RecommendationRecord.counted)
        first[round - 1].add(share(chosen), promised: promised)
        for (place, stated) in chosen.tracks {
          listed.append(Listed(liked: opinions[place] == true, stated: stated, score: Double(place)))
          isHeard[place] = true
        }
      }
    }
    rows(first, last)
    print("\nLiked of the judged \(Spread(shares.judged).words), of the unheard \(Spread(shares.unheard).words)")
  }

  private func rows(_ first: [Tally], _ last: [Int: Tally]) {
    for (number, tally) in first.enumerated() { tally.row("list \(number + 1)") }
    for window in Self.windows {
      let name =
        window == 0 ? "no record" : window >= 10_000 ? "the whole record" : "the last \(window) recommended"
      last[window]?.row("list 3, \(name)" + (window == RecommendationRecord.counted ? " (the default)" : ""))
    }
  }
}
