/// Many decision trees, whose probability is the mean of theirs.
public struct Forest: Classifier, Equatable {
  /// The name a stored one is found by.
  public static let codingName = "forest"

  /// The number of columns of the rows it was fitted on.
  public let columns: Int
  let trees: FlatTrees
  /// For each column the mean over the trees of the share of the impurity that its splits took away.
  public let importances: [Float]

  init(_ grown: [GrownTree], columns: Int) {
    self.columns = columns
    var trees = FlatTrees()
    var importances = [Double](repeating: 0, count: columns)
    for tree in grown {
      trees.append(tree.nodes)
      for column in 0..<columns { importances[column] += tree.importances[column] }
    }
    self.trees = trees
    self.importances = importances.map { Float($0 / Double(grown.count)) }
  }

  /// The mean share of the positive class in the leaves that each row falls into.
  public func probabilities(of rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "the rows have the columns of the fit")
    let count = Double(trees.count)
    return trees.sums(of: rows).map { $0 / count }
  }

  /// Appends the columns, their importances and the nodes.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(importances)
    trees.encode(columns: columns, into: &writer)
  }

  /// Reads what `encode(into:)` wrote; damaged bytes throw a `CodingFailure`.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    (columns, importances, trees) = try FlatTrees.readModel(&reader)
    guard trees.count > 0 else { throw CodingFailure("a stored forest has no tree") }
  }
}
