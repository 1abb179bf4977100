@testable import Learning

/// The same tree grown over ranked columns and over columns of bits.
func grownBothWays(
  _ values: Matrix, _ weights: RowWeights, _ parameters: TreeParameters, _ thresholds: ThresholdSearch = .best,
  state: UInt32
) throws -> [[GrownNode]] {
  let crew = Crew(threads: 1)
  func grow<Columns: TrainingColumns>(_ data: Columns) throws -> [GrownNode] {
    var grower = TreeGrower(
      data, weights: weights, parameters: parameters, thresholds: thresholds, random: TreeRandom(state: state))
    return try grower.grow(StopSignal())
  }
  return try values.values.withUnsafeBufferPointer { source in
    guard let source = source.baseAddress else { return [] }
    return [
      try grow(RankColumns(source, rows: values.rows, columns: values.columns, crew: crew)),
      try grow(BitColumns(source, rows: values.rows, columns: values.columns, crew: crew)),
    ]
  }
}
