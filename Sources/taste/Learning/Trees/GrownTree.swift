/// What a classifier keeps of a grown tree.
struct GrownTree: Sendable {
  let nodes: [TreeNode]
  /// For each column the share of the impurity that its splits took away (Breiman et al. 1984); all zeros without a
  /// split.
  let importances: [Double]

  init(_ grown: [GrownNode], columns: Int) {
    nodes = grown.map { node in
      node.column == TreeNode.leaf
        ? TreeNode(column: TreeNode.leaf, value: Float(node.sums.y / node.sums.sum()), right: 0)
        : TreeNode(column: node.column, value: roundedDown(node.threshold), right: node.right)
    }
    var importances = [Double](repeating: 0, count: columns)
    for (number, node) in grown.enumerated() where node.column != TreeNode.leaf {
      let children = [grown[number + 1], grown[Int(node.right)]]
      importances[Int(node.column)] +=
        node.sums.sum() * node.impurity
        - children.reduce(0) { $0 + $1.sums.sum() * $1.impurity }
    }
    let all = importances.reduce(0, +)
    self.importances = all > 0 ? importances.map { $0 / all } : importances
  }
}

/// How a number of trees is grown from rows.
struct TreePlan: Sendable {
  var parameters: TreeParameters
  var thresholds: ThresholdSearch
  /// Whether each tree sees as many rows as there are, drawn with replacement.
  var bootstrap: Bool
  var trees: Int
  var threads: Int

  /// Grows the trees; the parameters are those of `Learner.fit`.
  func grow(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws(CancellationError) -> [GrownTree] {
    precondition(rows.rows == positive.count, "every row has a class")
    precondition(weights == nil || weights?.count == positive.count, "every row has a weight")
    precondition(positive.contains(true) && positive.contains(false), "both classes are present")
    let crew = Crew(threads: max(1, threads))
    return try rows.values.withUnsafeBufferPointer { values throws(CancellationError) in
      guard let values = values.baseAddress else { preconditionFailure("a tree needs a column") }
      // Random thresholds need no order, so ranking the columns would not pay.
      if thresholds == .best, rows.rows <= RankColumns.mostRows {
        let data = RankColumns(values, rows: rows.rows, columns: rows.columns, crew: crew)
        return try grow(data, positive, weights, seed, crew, progress)
      }
      let data = BitColumns(values, rows: rows.rows, columns: rows.columns, crew: crew)
      return try grow(data, positive, weights, seed, crew, progress)
    }
  }

  private func grow<Columns: TrainingColumns>(
    _ data: Columns, _ positive: [Bool], _ weights: [Float]?, _ seed: UInt64, _ crew: Crew,
    _ progress: (Double) -> Void
  ) throws(CancellationError) -> [GrownTree] {
    let stop = StopSignal()
    let shared = RowWeights(positive: positive, weights: weights)
    let done = Counter()
    let fitting = ThreadIdentity.current
    var grown = [GrownTree?](repeating: nil, count: trees)
    grown.withUnsafeMutableBufferPointer { grown in
      nonisolated(unsafe) let grown = grown
      crew.run(trees) { tree in
        var random = SplitMix64(seed: SplitMix64.seed(seed, stream: 2 * tree + 1))
        let own =
          bootstrap
          ? RowWeights(positive: positive, weights: weights, repeats: Self.repeats(positive, &random)) : shared
        var grower = TreeGrower(
          data, weights: own, parameters: parameters, thresholds: thresholds,
          random: TreeRandom(seed: seed, tree: 2 * tree))
        // A stopped tree stays `nil`, and the signal ends the fit below.
        guard !stop.isRaised, let nodes = try? grower.grow(stop) else { return }
        grown[tree] = GrownTree(nodes, columns: data.columns)
        let share = Double(done.increment()) / Double(trees)
        if ThreadIdentity.current == fitting { progress(share) }
      }
    }
    try stop.check()
    return grown.compactMap { $0 }
  }

  /// How often each row comes among as many rows drawn with replacement; drawn anew until both classes are there.
  private static func repeats(_ positive: [Bool], _ random: inout SplitMix64) -> [Int32] {
    while true {
      var repeats = [Int32](repeating: 0, count: positive.count)
      for _ in positive.indices { repeats[random.below(positive.count)] += 1 }
      let drawn = positive.indices.filter { repeats[$0] > 0 }
      if drawn.contains(where: { positive[$0] }), drawn.contains(where: { !positive[$0] }) { return repeats }
    }
  }
}
