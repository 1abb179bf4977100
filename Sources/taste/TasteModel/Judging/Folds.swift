import Learning

/// A division of songs into folds: each fold is judged by a model that learnt from the others.
public struct Folds: Sendable, Equatable {
  /// The fold of each song, from 0.
  public let fold: [Int]
  /// The number of folds.
  public let count: Int

  /// Divides songs into folds that keep groups whole and have, as nearly as that allows, the same number of good and of
  /// bad songs each.
  ///
  /// The largest groups are placed first, those of one size in an order that the seed decides; each goes where it makes
  /// the sum over folds and classes of the squared shares smallest.
  ///
  /// - Parameter needed: the good and bad songs that each training side must hold.
  /// - Throws: `TasteFailure` with `.cannotSplit` where there are fewer groups than folds, or a training side would
  ///   lack good or bad songs.
  public init(liked: [Bool], grouping: Grouping, count: Int, seed: UInt64, needed: Int = 1) throws {
    precondition(count >= 2, "two folds or more")
    precondition(liked.count == grouping.group.count, "an opinion for every song")
    var groups = [(good: Int, bad: Int)](repeating: (0, 0), count: grouping.count)
    for (song, group) in grouping.group.enumerated() {
      if liked[song] { groups[group].good += 1 } else { groups[group].bad += 1 }
    }
    var random = SplitMix64(seed: seed)
    let order = random.permutation(grouping.count).enumerated().sorted { left, right in
      let sizes = (
        groups[left.element].good + groups[left.element].bad, groups[right.element].good + groups[right.element].bad
      )
      return sizes.0 != sizes.1 ? sizes.0 > sizes.1 : left.offset < right.offset
    }.map(\.element)

    let good = Double(max(1, liked.count { $0 }))
    let bad = Double(max(1, liked.count { !$0 }))
    var filled = [(good: Int, bad: Int)](repeating: (0, 0), count: count)
    var place = [Int](repeating: 0, count: grouping.count)
    for group in order {
      let added = groups[group]
      func cost(_ fold: Int) -> Double {
        let held = filled[fold]
        return Double(added.good * (2 * held.good + added.good)) / (good * good)
          + Double(added.bad * (2 * held.bad + added.bad)) / (bad * bad)
      }
      var best = 0
      for fold in 1..<count where cost(fold) < cost(best) { best = fold }
      place[group] = best
      filled[best].good += added.good
      filled[best].bad += added.bad
    }
    let liking = liked.count { $0 }
    let possible = filled.allSatisfy { fold in
      fold.good + fold.bad > 0 && liking - fold.good >= needed && liked.count - liking - fold.bad >= needed
    }
    guard possible else { throw TasteFailure(.cannotSplit(grouping.kind)) }
    fold = grouping.group.map { place[$0] }
    self.count = count
  }

  /// The songs of a fold, ascending: those that its model is judged on.
  public func judged(_ number: Int) -> [Int] {
    fold.indices.filter { fold[$0] == number }
  }

  /// The songs outside a fold, ascending: those that its model learns from.
  public func training(_ number: Int) -> [Int] {
    fold.indices.filter { fold[$0] != number }
  }

  /// Each fold once as the judged songs, the others as those to learn from.
  var divisions: [Division] {
    (0..<count).map { Division(training: training($0), judged: judged($0)) }
  }
}

/// Songs to learn from, and songs to be judged on by what was learnt; no group is on both sides.
struct Division: Sendable, Equatable {
  let training: [Int]
  let judged: [Int]
}
