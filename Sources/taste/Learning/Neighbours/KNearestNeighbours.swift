/// k-nearest neighbours: a row is as likely positive as its nearest training rows are (Cover and Hart 1967).
///
/// Fitting only keeps the rows; the search is exact and takes blocks of products, so that 50,000 questions to 118,000
/// rows of 1,072 values take minutes on two cores.
public struct KNearestNeighbours: Learner {
  /// How much each neighbour counts.
  public enum Vote: UInt8, Sendable, CaseIterable {
    /// Each the same.
    case equal = 0
    /// One over its distance; where some lie at distance 0, only those count.
    case inverseDistance = 1
  }

  /// How many neighbours are asked.
  public var neighbours: Int
  /// What near means.
  public var metric: NearestNeighbours.Metric
  /// How much each neighbour counts.
  public var vote: Vote
  /// Whether columns are standardised on the training rows first.
  public var standardises: Bool
  /// The number of threads that answer. It does not change the answers.
  public var threads: Int

  /// A learner that asks so many neighbours.
  public init(
    neighbours: Int = 5, metric: NearestNeighbours.Metric = .euclidean, vote: Vote = .equal,
    standardises: Bool = false, threads: Int = 1
  ) {
    precondition(neighbours >= 1, "at least one neighbour is asked")
    self.neighbours = neighbours
    self.metric = metric
    self.vote = vote
    self.standardises = standardises
    self.threads = threads
  }

  /// Keeps the rows, standardised if asked; `seed` changes nothing.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    precondition(rows.rows == positive.count && rows.rows > 0, "every row has a class")
    try Task.checkCancellation()
    let scaling = standardises ? ColumnScaling(rows) : nil
    let search = NearestNeighbours(rows: scaling?.scaled(rows) ?? rows, metric: metric)
    progress(1)
    return NeighbourModel(
      search: search, scaling: scaling, positive: positive, weights: weights, neighbours: neighbours, vote: vote,
      threads: threads)
  }
}

/// The training rows, ready to be asked.
public struct NeighbourModel: Classifier {
  /// What its bytes are stored under.
  public static let codingName = "k-nearest-neighbours"

  /// The number of threads that answer. It does not change the answers and is not stored.
  public var threads: Int

  private let search: NearestNeighbours
  private let scaling: ColumnScaling?
  private let positive: [Bool]
  private let weights: [Float]?
  private let neighbours: Int
  private let vote: KNearestNeighbours.Vote

  /// The number of columns of the rows it was fitted on.
  public var columns: Int { search.rows.columns }

  init(
    search: NearestNeighbours, scaling: ColumnScaling?, positive: [Bool], weights: [Float]?, neighbours: Int,
    vote: KNearestNeighbours.Vote, threads: Int
  ) {
    self.search = search
    self.scaling = scaling
    self.positive = positive
    self.weights = weights
    self.neighbours = neighbours
    self.vote = vote
    self.threads = threads
  }

  /// The weighted share of positives among the nearest training rows of each row.
  public func probabilities(of rows: Matrix) -> [Double] {
    votes(search.nearest(neighbours, to: scaling?.scaled(rows) ?? rows, threads: threads))
  }

  private func votes(_ found: [[NearestNeighbours.Neighbour]]) -> [Double] {
    found.map { neighbours in
      let isTouching = vote == .inverseDistance && neighbours.contains { $0.distance == 0 }
      var (sum, positives) = (0.0, 0.0)
      for neighbour in neighbours {
        var weight = Double(weights?[neighbour.row] ?? 1)
        if isTouching {
          weight = neighbour.distance == 0 ? weight : 0
        } else if vote == .inverseDistance {
          weight /= neighbour.distance
        }
        sum += weight
        if positive[neighbour.row] { positives += weight }
      }
      return positives / sum
    }
  }

  /// Appends the rows, their classes and weights.
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(columns))
    writer.write(UInt32(neighbours))
    writer.write(vote.rawValue)
    writer.write(search.metric.rawValue)
    writer.write(UInt8(scaling == nil ? 0 : 1))
    scaling?.encode(into: &writer)
    writer.write(positive.map { UInt8($0 ? 1 : 0) })
    writer.write(UInt8(weights == nil ? 0 : 1))
    if let weights { writer.write(weights) }
    writer.write(search.rows.values)
  }

  /// Reads what `encode(into:)` wrote.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    let columns = Int(try reader.read(UInt32.self))
    neighbours = Int(try reader.read(UInt32.self))
    guard let vote = KNearestNeighbours.Vote(rawValue: try reader.read(UInt8.self)),
      let metric = NearestNeighbours.Metric(rawValue: try reader.read(UInt8.self))
    else { throw CodingFailure("stored neighbours vote or measure in an unknown way") }
    self.vote = vote
    scaling = try reader.read(UInt8.self) == 1 ? try ColumnScaling(from: &reader) : nil
    positive = try reader.readList(of: UInt8.self).map { $0 == 1 }
    weights = try reader.read(UInt8.self) == 1 ? try reader.readList(of: Float.self) : nil
    let values = try reader.readList(of: Float.self)
    guard neighbours >= 1, columns > 0, values.count == positive.count * columns, !positive.isEmpty,
      weights == nil || weights?.count == positive.count, scaling == nil || scaling?.columns == columns
    else { throw CodingFailure("stored neighbours' numbers do not fit each other") }
    search = NearestNeighbours(rows: Matrix(rows: positive.count, columns: columns, values: values), metric: metric)
    threads = 1
  }
}
