/// A node as it was grown; the nodes of a tree stand in depth-first order, left before right.
struct GrownNode: Equatable {
  /// The column whose value is compared, -1 at a leaf.
  var column: Int32
  /// Rows with a value of at most this go left, to the next node.
  var threshold: Double
  /// The number of the right child.
  var right: UInt32
  /// How mixed the classes of its rows are.
  var impurity: Double
  /// The number of its rows.
  var rows: Int
  /// The weights of its rows, of the negative class and of the positive one.
  var sums: SIMD2<Double>
}

/// Grows one tree, node after node, as scikit-learn's depth-first builder does.
struct TreeGrower<Columns: TrainingColumns> {
  private let search: SplitSearch<Columns>
  private let parameters: TreeParameters
  private let thresholds: ThresholdSearch
  private let splitColumns: Int
  private var random: TreeRandom

  /// The columns in an order that drawing permutes. Those known to be constant in the node come first.
  private var order: [Int32]
  /// The columns known to be constant, in the order they were found in on the way down to the node.
  private var constants: [Int32]
  private var nodes: [GrownNode] = []

  init(
    _ data: Columns, weights: RowWeights, parameters: TreeParameters, thresholds: ThresholdSearch, random: TreeRandom
  ) {
    search = SplitSearch(data, weights: weights, parameters: parameters)
    self.parameters = parameters
    self.thresholds = thresholds
    self.random = random
    splitColumns = parameters.splitColumns.number(of: data.columns)
    order = (0..<Int32(data.columns)).map { $0 }
    constants = order
  }

  /// What waits to become a node.
  private struct Waiting {
    let start: Int
    let end: Int
    let depth: Int
    let impurity: Double
    let sums: SIMD2<Double>
    let constants: Int
    /// The node this is the right child of, -1 for a left child and the root.
    let rightOf: Int
  }

  /// Grows the tree and gives its nodes.
  mutating func grow(_ stop: StopSignal) throws(CancellationError) -> [GrownNode] {
    let total = search.total
    var waiting = [
      Waiting(
        start: 0, end: search.weights.used.count, depth: 0, impurity: parameters.criterion.impurity(total),
        sums: total, constants: 0, rightOf: -1)
    ]
    let fewestToSplit = max(parameters.minimumRowsToSplit, 2 * parameters.minimumRowsInLeaf)
    while let node = waiting.popLast() {
      try stop.check()
      if node.rightOf >= 0 { nodes[node.rightOf].right = UInt32(nodes.count) }
      var grown = GrownNode(
        column: -1, threshold: 0, right: 0, impurity: node.impurity, rows: node.end - node.start, sums: node.sums)
      let isLeaf =
        node.depth >= parameters.maximumDepth ?? .max || grown.rows < fewestToSplit
        || node.impurity <= .ulpOfOne
      if !isLeaf {
        var known = node.constants
        let split = bestSplit(node.start, node.end, node.sums, &known)
        if split.column >= 0 {
          grown.column = Int32(split.column)
          grown.threshold = split.threshold
          search.partition(node.start, node.end, by: split)
          let middle = node.start + split.leftRows
          let right = node.sums - split.left
          waiting.append(
            Waiting(
              start: middle, end: node.end, depth: node.depth + 1, impurity: parameters.criterion.impurity(right),
              sums: right, constants: known, rightOf: nodes.count))
          waiting.append(
            Waiting(
              start: node.start, end: middle, depth: node.depth + 1,
              impurity: parameters.criterion.impurity(split.left), sums: split.left, constants: known, rightOf: -1))
        }
      }
      nodes.append(grown)
    }
    return nodes
  }

  /// Draws columns without replacement until enough were looked at, and gives the best split in them.
  ///
  /// - Parameter known: the number of columns known to be constant, raised by those found.
  private mutating func bestSplit(
    _ start: Int, _ end: Int, _ total: SIMD2<Double>, _ known: inout Int
  ) -> NodeSplit {
    var split = NodeSplit()
    let inherited = known
    var undrawn = order.count
    var visited = 0
    var drawnConstants = 0
    // In `order`
    // - [0, drawnConstants) are constants known before and drawn,
    // - [drawnConstants, inherited) are constants known before and not drawn,
    // - [inherited, known) are constants found here,
    // - [known, undrawn) are neither drawn nor known to be constant,
    // - [undrawn, count) are drawn and not constant.
    while undrawn > known, visited < splitColumns || visited <= known - inherited + drawnConstants {
      visited += 1
      var drawn = random.number(drawnConstants, undrawn - (known - inherited))
      if drawn < inherited {
        order.swapAt(drawnConstants, drawn)
        drawnConstants += 1
        continue
      }
      drawn += known - inherited
      let column = Int(order[drawn])
      let varies =
        switch thresholds {
        case .best: search.searchBest(column, start, end, total: total, &split)
        case .random: search.searchRandom(column, start, end, total: total, &random, &split)
        }
      if varies {
        undrawn -= 1
        order.swapAt(undrawn, drawn)
      } else {
        order.swapAt(drawn, known)
        known += 1
      }
    }
    // Siblings and descendants rely on the order in which the constants were found.
    for place in 0..<inherited { order[place] = constants[place] }
    for place in inherited..<known { constants[place] = order[place] }
    return split
  }
}
