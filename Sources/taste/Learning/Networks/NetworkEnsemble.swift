/// Several networks that answer together: the mean of their probabilities.
public struct NetworkEnsemble: Classifier {
  /// What its bytes are stored under.
  public static let codingName = "network-ensemble"

  /// The networks.
  public private(set) var members: [NetworkModel]

  /// The number of columns of the rows it was fitted on.
  public var columns: Int { members[0].columns }

  init(_ members: [NetworkModel]) {
    precondition(!members.isEmpty, "an ensemble has members")
    self.members = members
  }

  /// The mean of the members' outputs for each row.
  public func probabilities(of rows: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.rows)
    for member in members {
      for (row, probability) in member.probabilities(of: rows).enumerated() { sums[row] += probability }
    }
    return sums.map { $0 / Double(members.count) }
  }

  /// Appends the members.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(members.count))
    for member in members { member.encode(into: &writer) }
  }

  /// Reads what `encode(into:)` wrote.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    members = []
    for _ in 0..<(try reader.read(UInt32.self)) { members.append(try NetworkModel(from: &reader)) }
    guard let first = members.first, members.allSatisfy({ $0.columns == first.columns }) else {
      throw CodingFailure("a stored ensemble's members do not fit each other")
    }
  }
}
