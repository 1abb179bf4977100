/// One node of a tree: a question about a column, or a leaf.
struct TreeNode: BitwiseCopyable, Equatable, Sendable {
  /// The column that is compared, `leaf` at a leaf.
  var column: Int32
  /// Rows with at most this value go left, to the next node; at a leaf, the tree's answer.
  var value: Float
  /// The number of the right child among all nodes.
  var right: UInt32

  static let leaf: Int32 = -1
}

/// Trees in one list of nodes, each tree in depth-first order, left before right.
struct FlatTrees: Sendable, Equatable {
  private(set) var nodes: [TreeNode] = []
  /// The number of each tree's first node.
  private(set) var roots: [UInt32] = []

  /// Trees of nothing yet.
  init() {}

  /// The number of trees.
  var count: Int { roots.count }

  /// Adds a tree whose right children are numbered from its own first node.
  mutating func append(_ tree: [TreeNode]) {
    let root = UInt32(nodes.count)
    roots.append(root)
    nodes.reserveCapacity(nodes.count + tree.count)
    for var node in tree {
      if node.column != TreeNode.leaf { node.right += root }
      nodes.append(node)
    }
  }

  /// For each row the sum of the answers of all trees.
  func sums(of rows: Matrix) -> [Double] {
    let block = 128
    let blocks = (rows.rows + block - 1) / block
    // A thread costs as much as some thousand answers.
    let crew = Crew(threads: rows.rows * count < 20_000 ? 1 : Processors.count)
    return [Double](unsafeUninitializedCapacity: rows.rows) { sums, initialized in
      sums.initialize(repeating: 0)
      nonisolated(unsafe) let sums = sums
      nodes.withUnsafeBufferPointer { nodes in
        rows.values.withUnsafeBufferPointer { values in
          guard let nodes = nodes.baseAddress, let values = values.baseAddress else { return }
          crew.run(blocks) { piece in
            // All rows of a block go through a tree while it lies in the cache.
            let range = (piece * block)..<min(rows.rows, (piece + 1) * block)
            for root in roots {
              for row in range {
                sums[row] += Double(Self.answer(nodes, from: root, values + row * rows.columns))
              }
            }
          }
        }
      }
      initialized = rows.rows
    }
  }

  @inline(__always)
  private static func answer(
    _ nodes: UnsafePointer<TreeNode>, from root: UInt32, _ row: UnsafePointer<Float>
  ) -> Float {
    var place = root
    var node = nodes[Int(place)]
    while node.column != TreeNode.leaf {
      place = row[Int(node.column)] <= node.value ? place + 1 : node.right
      node = nodes[Int(place)]
    }
    return node.value
  }

  /// Appends the trees; where each right child stands follows from the order.
  func encode(columns: Int, into writer: inout ByteWriter) {
    writer.write(UInt32(roots.count))
    if columns < Int(UInt16.max) {
      writer.write(nodes.map { UInt16(truncatingIfNeeded: $0.column) })
    } else {
      writer.write(nodes.map { UInt32(bitPattern: $0.column) })
    }
    writer.write(nodes.map(\.value))
  }

  /// Reads trees over so many columns.
  init(columns: Int, from reader: inout ByteReader) throws(CodingFailure) {
    let trees = Int(try reader.read(UInt32.self))
    let compared: [Int32]
    if columns < Int(UInt16.max) {
      compared = try reader.readList(of: UInt16.self).map { $0 == .max ? TreeNode.leaf : Int32($0) }
    } else {
      compared = try reader.readList(of: UInt32.self).map { Int32(bitPattern: $0) }
    }
    let values = try reader.readList(of: Float.self)
    guard compared.count == values.count, values.allSatisfy(\.isFinite) else {
      throw CodingFailure("a stored tree is damaged")
    }
    nodes.reserveCapacity(values.count)
    // The nodes whose right child has not come yet.
    var open: [Int] = []
    var startsTree = true
    for (column, value) in zip(compared, values) {
      guard column == TreeNode.leaf || (column >= 0 && column < columns) else {
        throw CodingFailure("a stored tree asks for a column that is not there")
      }
      if startsTree { roots.append(UInt32(nodes.count)) }
      startsTree = false
      if column == TreeNode.leaf {
        if let parent = open.popLast() { nodes[parent].right = UInt32(nodes.count + 1) } else { startsTree = true }
      } else {
        open.append(nodes.count)
      }
      nodes.append(TreeNode(column: column, value: value, right: 0))
    }
    guard open.isEmpty, roots.count == trees else { throw CodingFailure("a stored tree ends early") }
  }
}
