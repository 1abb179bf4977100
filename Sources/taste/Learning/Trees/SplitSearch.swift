/// The search for the best split of a node in one column.
///
/// The rows of a node are the part `start..<end` of one list of all rows that the tree keeps permuting; their labels
/// and counters are permuted with them, so that only the keys are read out of order.
final class SplitSearch<Columns: TrainingColumns> {
  let data: Columns
  let weights: RowWeights
  let criterion: SplitCriterion
  let minimumRowsInLeaf: Int

  /// The rows of the tree, node by node.
  let rows: UnsafeMutablePointer<UInt32>
  private let labels: UnsafeMutablePointer<Columns.Key>
  private let counters: UnsafeMutablePointer<UInt64>
  private let sums: UnsafeMutablePointer<SIMD2<Double>>
  private let sorter: KeySorter<Columns.Packed>
  private let gathered: UnsafeMutablePointer<Columns.Key>
  private let spareRows: UnsafeMutablePointer<UInt32>
  private let spareLabels: UnsafeMutablePointer<Columns.Key>
  private let spareCounters: UnsafeMutablePointer<UInt64>

  init(_ data: Columns, weights: RowWeights, parameters: TreeParameters) {
    self.data = data
    self.weights = weights
    criterion = parameters.criterion
    minimumRowsInLeaf = parameters.minimumRowsInLeaf
    let count = weights.used.count
    let room = max(1, count)
    rows = .allocate(capacity: room)
    labels = .allocate(capacity: room)
    counters = .allocate(capacity: room)
    gathered = .allocate(capacity: room)
    spareRows = .allocate(capacity: room)
    spareLabels = .allocate(capacity: room)
    spareCounters = .allocate(capacity: room)
    sums = .allocate(capacity: max(1, weights.sums.count))
    sorter = KeySorter(capacity: room)
    for (place, sum) in weights.sums.enumerated() { sums[place] = sum }
    for (place, row) in weights.used.enumerated() {
      let label = weights.labels[Int(row)]
      rows[place] = row
      labels[place] = Columns.Key(truncatingIfNeeded: label)
      counters[place] = weights.counters?[Int(label)] ?? 0
    }
  }

  deinit {
    rows.deallocate()
    labels.deallocate()
    counters.deallocate()
    gathered.deallocate()
    spareRows.deallocate()
    spareLabels.deallocate()
    spareCounters.deallocate()
    sums.deallocate()
  }

  /// The weights of all rows.
  var total: SIMD2<Double> {
    (0..<weights.used.count).reduce(into: .zero) { $0 += sums[Int(labels[$1])] }
  }

  /// Looks for the best split of a node in a column.
  ///
  /// - Parameters:
  ///   - column: the column to look at.
  ///   - start: the first place of the node's rows.
  ///   - end: the place after its last row.
  ///   - total: the weights of its rows.
  ///   - split: the best split so far, replaced by a better one.
  /// - Returns: false if the column is constant in the node.
  func searchBest(_ column: Int, _ start: Int, _ end: Int, total: SIMD2<Double>, _ split: inout NodeSplit) -> Bool {
    let count = end - start
    let labels = labels + start
    let (low, high) = data.gather(column, rows + start, count, into: gathered)
    if low == high { return false }
    let separable = data.isSeparable(column)
    if !separable, data.value(high, column) <= data.value(low, column) + splitResolution { return false }
    let packed = sorter.keys
    let half = Columns.Packed(Columns.Key.bitWidth)
    for place in 0..<count {
      packed[place] =
        Columns.Packed(truncatingIfNeeded: gathered[place]) &<< half
        | Columns.Packed(truncatingIfNeeded: labels[place])
    }
    let sorted = sorter.sort(count, low: Columns.Packed(low), high: Columns.Packed(high))
    switch (criterion, separable) {
    case (.gini, true): scanGini(sorted, count, column, total, &split) { $0 != $1 }
    case (.gini, false):
      let data = data
      scanGini(sorted, count, column, total, &split) { before, after in
        before != after && data.value(after, column) > data.value(before, column) + splitResolution
      }
    case (.entropy, _): scan(sorted, count, column, total, &split)
    }
    return true
  }

  @inline(__always)
  private func scanGini(
    _ sorted: UnsafeMutablePointer<Columns.Packed>, _ count: Int, _ column: Int, _ total: SIMD2<Double>,
    _ split: inout NodeSplit, isApart: (Columns.Key, Columns.Key) -> Bool
  ) {
    let half = Columns.Packed(Columns.Key.bitWidth)
    let fewest = minimumRowsInLeaf
    var left = SIMD2<Double>.zero
    let weight = total.x + total.y
    // A split that is worse by more than rounding cannot win; one that is not is compared in full.
    var bar = split.distance * (1 - 1e-10)
    var next = sorted[0]
    for place in 1..<count {
      let entry = next
      next = sorted[place]
      left += sums[Int(truncatingIfNeeded: Columns.Key(truncatingIfNeeded: entry))]
      let before = Columns.Key(truncatingIfNeeded: entry &>> half)
      let after = Columns.Key(truncatingIfNeeded: next &>> half)
      guard isApart(before, after), place >= fewest, count - place >= fewest else { continue }
      let leftWeight = left.x + left.y
      let distance = left.y * total.x - total.y * left.x
      let product = leftWeight * (weight - leftWeight)
      if distance * distance >= bar * product {
        offer(column, before, after, left, total, place, distance * distance / product, &split)
        bar = split.distance * (1 - 1e-10)
      }
    }
  }

  private func scan(
    _ sorted: UnsafeMutablePointer<Columns.Packed>, _ count: Int, _ column: Int, _ total: SIMD2<Double>,
    _ split: inout NodeSplit
  ) {
    let half = Columns.Packed(Columns.Key.bitWidth)
    var left = SIMD2<Double>.zero
    for place in 1..<count {
      left += sums[Int(truncatingIfNeeded: Columns.Key(truncatingIfNeeded: sorted[place - 1]))]
      let before = Columns.Key(truncatingIfNeeded: sorted[place - 1] &>> half)
      let after = Columns.Key(truncatingIfNeeded: sorted[place] &>> half)
      guard
        before != after, place >= minimumRowsInLeaf, count - place >= minimumRowsInLeaf,
        data.value(after, column) > data.value(before, column) + splitResolution
      else { continue }
      offer(column, before, after, left, total, place, 0, &split)
    }
  }

  /// Takes a split if it is better than the best so far.
  @inline(never)
  private func offer(
    _ column: Int, _ before: Columns.Key, _ after: Columns.Key, _ left: SIMD2<Double>, _ total: SIMD2<Double>,
    _ leftRows: Int, _ distance: Double, _ split: inout NodeSplit
  ) {
    let merit = criterion.merit(left: left, right: total - left)
    guard merit > split.merit else { return }
    split = NodeSplit(
      column: column,
      threshold: Double(data.value(before, column)) / 2 + Double(data.value(after, column)) / 2,
      left: left, leftRows: leftRows, merit: merit, distance: distance)
  }

  /// Draws a threshold in a column and judges the split by it; parameters and result as for `searchBest`.
  func searchRandom(
    _ column: Int, _ start: Int, _ end: Int, total: SIMD2<Double>, _ random: inout TreeRandom,
    _ split: inout NodeSplit
  ) -> Bool {
    let count = end - start
    let gathered = gathered
    let (low, high) = data.gather(column, rows + start, count, into: gathered)
    if low == high { return false }
    let lowest = data.value(low, column)
    let highest = data.value(high, column)
    if highest <= lowest + splitResolution { return false }
    var threshold = random.number(lowest, highest)
    if threshold == Double(highest) { threshold = Double(lowest) }
    let last = data.lastKey(atMost: threshold, column, low, high)

    var left = SIMD2<Double>.zero
    var leftRows = 0
    if weights.counters != nil {
      let counters = counters + start
      var counted: UInt64 = 0
      // All bits where the key is not above the last one, none elsewhere: a branch would be guessed wrongly half of
      // the time.
      let limit = Int64(truncatingIfNeeded: last)
      for place in 0..<count {
        let above = UInt64(bitPattern: (limit &- Int64(truncatingIfNeeded: gathered[place])) >> 63)
        counted &+= counters[place] & ~above
      }
      leftRows = RowWeights.rows(counted)
      left = RowWeights.weights(counted, units: weights.units)
    } else {
      let labels = labels + start
      for place in 0..<count where gathered[place] <= last {
        left += sums[Int(labels[place])]
        leftRows += 1
      }
    }
    guard leftRows >= minimumRowsInLeaf, count - leftRows >= minimumRowsInLeaf else { return true }
    let merit = criterion.merit(left: left, right: total - left)
    if merit > split.merit {
      split = NodeSplit(column: column, threshold: threshold, left: left, leftRows: leftRows, merit: merit)
    }
    return true
  }

  /// Brings the rows of a node that go left before those that go right, both otherwise in their order.
  func partition(_ start: Int, _ end: Int, by split: NodeSplit) {
    _ = data.gather(split.column, rows + start, end - start, into: gathered)
    let last = data.lastKey(atMost: split.threshold, split.column)
    var left = start
    var right = 0
    for place in start..<end {
      let row = rows[place]
      let goesLeft = gathered[place - start] <= last
      // Both are written and one counts, so that nothing hangs on an unpredictable branch.
      spareRows[right] = row
      spareLabels[right] = labels[place]
      spareCounters[right] = counters[place]
      rows[left] = row
      labels[left] = labels[place]
      counters[left] = counters[place]
      left += goesLeft ? 1 : 0
      right += goesLeft ? 0 : 1
    }
    (rows + left).update(from: spareRows, count: right)
    (labels + left).update(from: spareLabels, count: right)
    (counters + left).update(from: spareCounters, count: right)
  }
}
