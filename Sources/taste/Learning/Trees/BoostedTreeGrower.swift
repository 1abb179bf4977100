/// Grows the trees of a boosted model, each to the gradients that the trees before left.
///
/// The sums of gradients and curvatures in each bin are whole numbers, both in one 64-bit number: exact, the same in any
/// order, and a parent's less one child's are the other child's (Ke et al. 2017, Shi et al. 2022).
final class BoostedTreeGrower {
  private let data: BinnedColumns
  private let settings: GradientBoostingLearner
  private let crew: Crew
  /// The columns that splits of the next tree are looked for in, at least one.
  var columns: [Int]
  private let pieces: Int

  /// The rows of the tree, leaf by leaf.
  private var rows: [UInt32]
  /// The packed gradients and curvatures of the rows, in their order.
  private var sums: [Int64]
  private var spareRows: [UInt32]
  private var spareSums: [Int64]
  private var freeHistograms: [Histogram] = []
  private let gradientUnit: Double
  private let curvatureUnit: Double

  /// - Parameter totalWeight: the sum of the rows' weights, which bounds every sum.
  init(_ data: BinnedColumns, _ settings: GradientBoostingLearner, totalWeight: Double, crew: Crew) {
    self.data = data
    self.settings = settings
    self.crew = crew
    columns = (0..<data.columns).map { $0 }
    pieces = min(data.columns, 8)
    // A gradient is at most the row's weight and a curvature a quarter of it.
    gradientUnit = totalWeight / 0x1p30
    curvatureUnit = totalWeight / 0x1p33
    rows = []
    sums = []
    spareRows = []
    spareSums = []
  }

  /// The sums of one leaf's rows in each bin of each column.
  private final class Histogram {
    let bins: UnsafeMutablePointer<Int64>

    init(columns: Int) {
      bins = .allocate(capacity: max(1, columns * 256))
    }

    deinit { bins.deallocate() }
  }

  private struct Leaf {
    var node: Int
    var start: Int
    var end: Int
    var depth: Int
    var total: Int64
    var split: Split?
    var histogram: Histogram
  }

  private struct Split {
    var gain: Double
    var column: Int
    var bin: Int
    var left: Int64
    var leftRows: Int
  }

  /// A node while the tree grows; children are numbers of nodes.
  private struct Node {
    var column: Int32 = TreeNode.leaf
    var value: Float = 0
    var left = 0
    var right = 0
  }

  /// Grows a tree.
  ///
  /// - Parameters:
  ///   - trained: the rows it grows on.
  ///   - gradients: the slope of the loss of each of these rows.
  ///   - curvatures: the second derivative of the loss of each of these rows.
  ///   - answers: for every row trained on, the tree's answer is added.
  /// - Returns: the nodes, in depth-first order.
  func grow(
    _ trained: [UInt32], gradients: [Double], curvatures: [Double], answers: inout [Double]
  ) -> [TreeNode] {
    rows = trained
    sums = trained.indices.map {
      Int64((gradients[$0] / gradientUnit).rounded()) << 32 + Int64((curvatures[$0] / curvatureUnit).rounded())
    }
    spareRows = rows
    spareSums = sums
    var nodes = [Node()]
    var root = Leaf(
      node: 0, start: 0, end: rows.count, depth: 0, total: sums.reduce(0, &+), split: nil, histogram: histogram())
    fill(root)
    root.split = bestSplit(root)
    var leaves = [root]
    while leaves.count < settings.maximumLeaves {
      // The leaf that gains most, the older one of equals.
      guard
        let chosen = leaves.indices.filter({ leaves[$0].split != nil })
          .max(by: { (leaves[$0].split?.gain ?? 0, -$0) < (leaves[$1].split?.gain ?? 0, -$1) }),
        let split = leaves[chosen].split
      else { break }
      let parent = leaves[chosen]
      partition(parent, split)
      let node = nodes.count
      nodes[parent.node] = Node(
        column: Int32(split.column), value: data.cuts[split.column][split.bin], left: node, right: node + 1)
      nodes += [Node(), Node()]
      let (left, right) = children(of: parent, split, node)
      leaves[chosen] = left
      leaves.append(right)
    }
    for leaf in leaves {
      let (gradient, curvature) = Self.parts(leaf.total)
      let answer =
        -settings.learningRate * gradient * gradientUnit / (curvature * curvatureUnit + settings.penalty)
      let value = answer.isFinite ? Float(answer) : 0
      nodes[leaf.node].value = value
      for place in leaf.start..<leaf.end { answers[Int(rows[place])] += Double(value) }
      freeHistograms.append(leaf.histogram)
    }
    return Self.depthFirst(nodes)
  }

  private func histogram() -> Histogram { freeHistograms.popLast() ?? Histogram(columns: data.columns) }

  private func children(of parent: Leaf, _ split: Split, _ node: Int) -> (Leaf, Leaf) {
    let middle = parent.start + split.leftRows
    var left = Leaf(
      node: node, start: parent.start, end: middle, depth: parent.depth + 1, total: split.left, split: nil,
      histogram: parent.histogram)
    var right = Leaf(
      node: node + 1, start: middle, end: parent.end, depth: parent.depth + 1, total: parent.total &- split.left,
      split: nil, histogram: parent.histogram)
    // The smaller child is counted; the parent's histogram becomes the other child's.
    if left.end - left.start < right.end - right.start {
      left.histogram = histogram()
      fill(left)
      subtract(left.histogram, from: right.histogram)
    } else {
      right.histogram = histogram()
      fill(right)
      subtract(right.histogram, from: left.histogram)
    }
    left.split = bestSplit(left)
    right.split = bestSplit(right)
    return (left, right)
  }

  private func fill(_ leaf: Leaf) {
    let histogram = leaf.histogram.bins
    rows.withUnsafeBufferPointer { rows in
      sums.withUnsafeBufferPointer { sums in
        crew.run(pieces) { piece in
          for place in Crew.part(piece, of: pieces, count: columns.count) {
            let counts = histogram + 256 * place
            let bins = data.bins(columns[place])
            counts.update(repeating: 0, count: 256)
            for row in leaf.start..<leaf.end { counts[Int(bins[Int(rows[row])])] &+= sums[row] }
          }
        }
      }
    }
  }

  private func subtract(_ child: Histogram, from parent: Histogram) {
    for place in 0..<(256 * columns.count) { parent.bins[place] &-= child.bins[place] }
  }

  private func bestSplit(_ leaf: Leaf) -> Split? {
    guard leaf.end - leaf.start >= 2 * settings.minimumRowsInLeaf,
      leaf.depth < settings.maximumDepth ?? .max
    else { return nil }
    var found = [Split?](repeating: nil, count: pieces)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      crew.run(pieces) { piece in
        var best: Split?
        for place in Crew.part(piece, of: pieces, count: columns.count) { search(place, leaf, &best) }
        found[piece] = best
      }
    }
    // Of equal gains the first column's wins.
    return found.compactMap { $0 }.reduce(nil) { best, next in
      if let best, best.gain >= next.gain { return best }
      return next
    }
  }

  /// Looks through the cuts of a column. Sums and gains are counted in units here, which leaves their order as it is.
  private func search(_ place: Int, _ leaf: Leaf, _ best: inout Split?) {
    let counts = leaf.histogram.bins + 256 * place
    let column = columns[place]
    let penalty = settings.penalty / curvatureUnit
    let least = settings.minimumCurvature / curvatureUnit
    let total = Self.parts(leaf.total)
    let before = total.gradient * total.gradient / (total.curvature + penalty)
    var bar = (best?.gain ?? leastGain) + before
    // In small leaves most bins are empty; in large ones asking would cost more than it saves.
    let skipsEmpty = leaf.end - leaf.start <= 128
    var left: Int64 = 0
    var rowCounts: [Int]?
    for bin in 0..<data.cuts[column].count {
      let count = counts[bin]
      if skipsEmpty, count == 0 { continue }
      left &+= count
      let (g, h) = Self.parts(left)
      let (otherG, otherH) = (total.gradient - g, total.curvature - h)
      let (a, b) = (h + penalty, otherH + penalty)
      // The gain without a division: g^2 / a + otherG^2 / b > bar.
      guard g * g * b + otherG * otherG * a > bar * a * b, h >= least, otherH >= least else { continue }
      let gain = g * g / a + otherG * otherG / b - before
      guard gain > best?.gain ?? leastGain else { continue }
      // The rows are counted only where a split is about to win, which is seldom.
      let known = rowCounts ?? rowsUpTo(leaf, column)
      rowCounts = known
      let fewest = settings.minimumRowsInLeaf
      guard known[bin] >= fewest, leaf.end - leaf.start - known[bin] >= fewest else { continue }
      best = Split(gain: gain, column: column, bin: bin, left: left, leftRows: known[bin])
      bar = gain + before
    }
  }

  /// The gradient and the curvature packed in a sum, in units.
  @inline(__always)
  private static func parts(_ sum: Int64) -> (gradient: Double, curvature: Double) {
    (Double(sum >> 32), Double(sum & 0xFFFF_FFFF))
  }

  /// A gain below this is rounding, in units.
  private var leastGain: Double { 1e-9 * curvatureUnit / (gradientUnit * gradientUnit) }

  /// For each bin the number of the leaf's rows in it or below it.
  private func rowsUpTo(_ leaf: Leaf, _ column: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    let bins = data.bins(column)
    for place in leaf.start..<leaf.end { counts[Int(bins[Int(rows[place])])] += 1 }
    for bin in 1..<256 { counts[bin] += counts[bin - 1] }
    return counts
  }

  private func partition(_ leaf: Leaf, _ split: Split) {
    let bins = data.bins(split.column)
    var (left, right) = (leaf.start, 0)
    for place in leaf.start..<leaf.end {
      let (row, sum) = (rows[place], sums[place])
      if Int(bins[Int(row)]) <= split.bin {
        (rows[left], sums[left]) = (row, sum)
        left += 1
      } else {
        (spareRows[right], spareSums[right]) = (row, sum)
        right += 1
      }
    }
    for place in 0..<right { (rows[left + place], sums[left + place]) = (spareRows[place], spareSums[place]) }
  }

  private static func depthFirst(_ nodes: [Node]) -> [TreeNode] {
    var ordered: [TreeNode] = []
    var waiting: [(node: Int, rightOf: Int)] = [(0, -1)]
    while let (number, parent) = waiting.popLast() {
      if parent >= 0 { ordered[parent].right = UInt32(ordered.count) }
      let node = nodes[number]
      if node.column != TreeNode.leaf {
        waiting.append((node.right, ordered.count))
        waiting.append((node.left, -1))
      }
      ordered.append(TreeNode(column: node.column, value: node.value, right: 0))
    }
    return ordered
  }
}
