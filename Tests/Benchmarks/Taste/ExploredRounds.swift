import Foundation
import Learning
import TasteModel
import Tracks

/// How many judged songs it takes to reach an AUC where the owner hears what would teach the model most, and where they
/// hear what comes.
///
/// Three tenths of the songs are never heard: on these the models are tested. The owner has judged 20 songs of each
/// opinion, at random or only of some styles, and then hears ten more at a time, chosen by each strategy.
struct ExploredRounds {
  /// How the songs to hear are chosen.
  enum Strategy: String, CaseIterable {
    /// By chance.
    case random = "at random"
    /// The best scores, as the list has them.
    case likely = "the list"
    /// The scores that are nearest to one half.
    case uncertain = "uncertain"
    /// The farthest from all that were judged or chosen (k-centre).
    case farthest = "far from all judged"
    /// As `playlist.explore` does.
    case explored = "playlist.explore"
  }

  var owners = 12
  var threads = 2
  private static let portion = 10
  private static let rounds = 6

  func print(_ library: MusicLibrary, _ kind: OwnerKind) throws {
    for fromSomeStyles in [false, true] {
      var figures: [Strategy: [[Double]]] = [:]
      var starts: [Double] = []
      for owner in 1...owners {
        guard let start = start(library, kind, owner, fromSomeStyles) else { continue }
        starts.append(Double(start.judged.count))
        for strategy in Strategy.allCases {
          figures[strategy, default: []].append(try run(strategy, start, library, owner))
        }
      }
      table(
        figures, starts, fromSomeStyles ? "judged at first: songs of a third of the styles" : "judged at first: any")
    }
  }

  private struct Start {
    var opinions: [Bool]
    var judged: [Int]
    var pool: [Int]
    var test: [Int]
  }

  private func start(_ library: MusicLibrary, _ kind: OwnerKind, _ owner: Int, _ fromSomeStyles: Bool) -> Start? {
    var random = Numbers(state: UInt64(owner) &* 613 &+ 11)
    let opinions = kind.opinions(of: library, owner: owner)
    let known = random.shuffled(opinions.indices.filter { opinions[$0] != nil })
    let test = Array(known.prefix(known.count * 3 / 10))
    var pool = Array(known.dropFirst(test.count))
    if fromSomeStyles {
      let styles = random.shuffled(Set(library.songs.map(\.style)).sorted())
      // Styles in an order of chance: those of the first songs are what the owner knows.
      let rank = Dictionary(styles.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      pool.sort { (rank[library.songs[$0].style] ?? 0, $0) < (rank[library.songs[$1].style] ?? 0, $1) }
    }
    var counts = (liked: 0, rejected: 0)
    var judged: [Int] = []
    for song in pool {
      if counts.liked >= 20, counts.rejected >= 20 { break }
      judged.append(song)
      if opinions[song] == true { counts.liked += 1 } else { counts.rejected += 1 }
    }
    let rest = Array(pool.dropFirst(judged.count))
    guard counts.liked >= 20, counts.rejected >= 20, rest.count >= Self.rounds * Self.portion else { return nil }
    return Start(opinions: opinions.map { $0 == true }, judged: judged, pool: rest, test: test)
  }

  /// The AUC on the songs of the test after each round, the start first.
  private func run(_ strategy: Strategy, _ start: Start, _ library: MusicLibrary, _ owner: Int) throws -> [Double] {
    var random = Numbers(state: UInt64(owner) &* 97 &+ 3)
    var (judged, pool) = (start.judged, random.shuffled(start.pool))
    let all = Matrix(
      rows: library.songs.count, columns: library.songs[0].summary.count, values: library.songs.flatMap(\.summary))
    let places = SongSpace(all).places(of: all)
    var figures: [Double] = []
    for round in 0...Self.rounds {
      let isJudged = Set(judged)
      let model = try TasteTrainer.train(
        library.dataset(library.songs.indices.map { isJudged.contains($0) ? start.opinions[$0] : nil }),
        TrainingSettings(
          learner: .forest, source: .audio, seed: UInt64(owner), folds: 2, threads: threads), trainedAt: 0)
      func scores(_ songs: [Int]) -> [Double] { model.probabilities(of: all.rows(songs)) }
      let ranking = Ranking(scores: scores(start.test), positive: start.test.map { start.opinions[$0] })
      figures.append(ranking.auc ?? 0.5)
      guard round < Self.rounds else { break }
      let chosen = choose(strategy, pool, scores(pool), judged, places)
      judged += chosen
      let gone = Set(chosen)
      pool.removeAll { gone.contains($0) }
    }
    return figures
  }

  private func choose(
    _ strategy: Strategy, _ pool: [Int], _ scores: [Double], _ judged: [Int], _ places: Matrix
  ) -> [Int] {
    let ranked = pool.indices
    switch strategy {
    case .random: return Array(pool.prefix(Self.portion))
    case .likely: return ranked.sorted { scores[$0] > scores[$1] }.prefix(Self.portion).map { pool[$0] }
    case .uncertain:
      return ranked.sorted { abs(scores[$0] - 0.5) < abs(scores[$1] - 0.5) }.prefix(Self.portion).map { pool[$0] }
    case .farthest:
      var chosen: [Int] = []
      for _ in 0..<Self.portion {
        let next = pool.filter { !chosen.contains($0) }.max { one, other in
          distance(one, judged + chosen, places) < distance(other, judged + chosen, places)
        }
        if let next { chosen.append(next) }
      }
      return chosen
    case .explored:
      return Exploration.choose(
        Self.portion, probabilities: scores, places: places.rows(pool), known: places.rows(judged)
      ).map { pool[$0] }
    }
  }

  private func distance(_ song: Int, _ others: [Int], _ places: Matrix) -> Double {
    others.map { SongSpace.distance(places.row(song), places.row($0)) }.min() ?? .infinity
  }

  private func table(_ figures: [Strategy: [[Double]]], _ starts: [Double], _ title: String) {
    Swift.print(
      "\n\(starts.count) owners, \(title), \(Spread(starts).words) songs at the start; AUC on songs never heard")
    let more = (0...Self.rounds).map { "+\($0 * Self.portion)" }
    Swift.print(
      "| chosen | \(more.joined(separator: " | ")) | minus at random, over all rounds | songs until random's last |")
    Swift.print("|---|" + String(repeating: "---|", count: Self.rounds + 3))
    let random = figures[.random] ?? []
    let means = (0...Self.rounds).map { round in Spread(random.map { $0[round] }).mean }
    for strategy in Strategy.allCases {
      let own = figures[strategy] ?? []
      let cells = (0...Self.rounds).map { round in Spread.short(Spread(own.map { $0[round] }).mean) }
      let gains = zip(own, random).map { mine, theirs in
        zip(mine, theirs).dropFirst().reduce(0) { $0 + $1.0 - $1.1 } / Double(Self.rounds)
      }
      let reached = (0...Self.rounds).first { round in Spread(own.map { $0[round] }).mean >= means[Self.rounds] }
      Swift.print(
        "| \(strategy.rawValue) | \(cells.joined(separator: " | ")) | \(Spread(gains).difference)",
        "| \(reached.map { String($0 * Self.portion) } ?? "more than \(Self.rounds * Self.portion)") |")
    }
  }
}
