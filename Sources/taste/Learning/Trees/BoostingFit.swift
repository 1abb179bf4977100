internal import Glibc

/// A boosted model while its trees are added.
struct BoostingFit {
  private let settings: GradientBoostingLearner
  private let rows: Matrix
  private let targets: [Double]
  private let weights: [Double]
  private let trained: [UInt32]
  private let heldBack: [Int]
  private let heldBackRows: Matrix
  /// The answer before any tree: the logarithm of the odds of the positive class.
  let constant: Double
  /// The sum of the weights of the rows trained on.
  let totalWeight: Double

  private var answers: [Double]
  private var heldBackAnswers: [Double]
  private var trees: [[TreeNode]] = []
  private var best = (loss: Double.infinity, trees: 0)

  init(
    _ settings: GradientBoostingLearner, _ rows: Matrix, _ positive: [Bool], _ weights: [Float]?,
    _ random: inout SplitMix64
  ) {
    self.settings = settings
    self.rows = rows
    targets = positive.map { $0 ? 1 : 0 }
    self.weights = weights.map { $0.map { Double($0) } } ?? [Double](repeating: 1, count: positive.count)
    let split = Self.split(positive, share: settings.stoppingShare, &random)
    trained = split.trained.map { UInt32($0) }
    heldBack = split.heldBack
    heldBackRows = rows.rows(heldBack)
    var sums = (good: 0.0, all: 0.0)
    for row in split.trained {
      sums.all += self.weights[row]
      sums.good += self.weights[row] * targets[row]
    }
    totalWeight = sums.all
    constant = logit(sums.good / sums.all)
    answers = [Double](repeating: constant, count: positive.count)
    heldBackAnswers = [Double](repeating: constant, count: heldBack.count)
  }

  /// Holds back a share of each class, but never all of it.
  private static func split(
    _ positive: [Bool], share: Double, _ random: inout SplitMix64
  ) -> (trained: [Int], heldBack: [Int]) {
    var heldBack: Set<Int> = []
    for kind in [true, false] {
      let rows = positive.indices.filter { positive[$0] == kind }.shuffled(using: &random)
      heldBack.formUnion(rows.prefix(min(rows.count - 1, Int(share * Double(rows.count)))))
    }
    return (positive.indices.filter { !heldBack.contains($0) }, heldBack.sorted())
  }

  /// A share of a list, drawn without replacement, in the order of the list; at least one element.
  func drawn<Element: Comparable>(_ share: Double, of list: [Element], _ random: inout SplitMix64) -> [Element] {
    guard share < 1 else { return list }
    var list = list
    let count = max(1, Int(share * Double(list.count)))
    for place in 0..<count { list.swapAt(place, place + random.below(list.count - place)) }
    return list[..<count].sorted()
  }

  /// Adds the next tree.
  mutating func add(_ grower: BoostedTreeGrower, _ random: inout SplitMix64) {
    let chosen = drawn(settings.rowShare, of: trained, &random)
    var gradients: [Double] = []
    var curvatures: [Double] = []
    gradients.reserveCapacity(chosen.count)
    curvatures.reserveCapacity(chosen.count)
    for row in chosen {
      let probability = logistic(answers[Int(row)])
      let weight = weights[Int(row)]
      gradients.append(weight * (probability - targets[Int(row)]))
      curvatures.append(weight * probability * (1 - probability))
    }
    var added = [Double](repeating: 0, count: answers.count)
    let tree = grower.grow(chosen, gradients: gradients, curvatures: curvatures, answers: &added)
    trees.append(tree)
    if chosen.count == trained.count {
      for row in trained { answers[Int(row)] += added[Int(row)] }
    } else {
      // Rows that were not drawn get the tree's answer too.
      var alone = FlatTrees()
      alone.append(tree)
      for (row, answer) in alone.sums(of: rows).enumerated() { answers[row] += answer }
    }
    judge(tree)
  }

  private mutating func judge(_ tree: [TreeNode]) {
    guard !heldBack.isEmpty else { return }
    var alone = FlatTrees()
    alone.append(tree)
    var loss = 0.0
    for (place, answer) in alone.sums(of: heldBackRows).enumerated() {
      heldBackAnswers[place] += answer
      let sum = heldBackAnswers[place]
      let row = heldBack[place]
      loss += weights[row] * (max(sum, 0) - targets[row] * sum + softening(sum))
    }
    if loss < best.loss { best = (loss, trees.count) }
  }

  /// Whether more trees have stopped helping.
  var isDone: Bool { !heldBack.isEmpty && trees.count >= best.trees + settings.patience }

  /// The trees up to the one after which the loss of the rows held back was lowest.
  var kept: FlatTrees {
    var flat = FlatTrees()
    for tree in heldBack.isEmpty ? trees[...] : trees.prefix(best.trees) { flat.append(tree) }
    return flat
  }
}
