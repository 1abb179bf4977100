/// A trained network.
///
/// Its weights are kept, and stored, in half precision: what is judged is what is stored.
public struct NetworkModel: Classifier {
  /// What its bytes are stored under.
  public static let codingName = "network"

  /// The network's shape.
  public let layout: NetworkLayout
  /// What each epoch of its training came to.
  public let history: [EpochRecord]
  /// The number of threads that `probabilities(of:)` uses. It does not change the result and is not stored.
  public var threads = 1

  private let placed: PlacedNetwork
  private let scaling: ColumnScaling?
  private let numbers: Numbers

  /// The weights and statistics as they lie in memory.
  ///
  /// Unchecked: nothing writes to them once the model is made.
  private struct Numbers: @unchecked Sendable {
    let weights: FloatStorage
    let statistics: FloatStorage
  }

  /// The number of columns of the rows it was fitted on.
  public var columns: Int { layout.columns }

  init(_ trainer: NetworkTrainer, scaling: ColumnScaling?, history: [EpochRecord], threads: Int)
    throws(TrainingFailure)
  {
    let weights = FloatStorage(trainer.weights.count)
    let largest = Float(Float16.greatestFiniteMagnitude)
    for index in 0..<weights.count {
      let weight = trainer.weights.base[index]
      guard weight.isFinite else { throw TrainingFailure(epochs: history.count) }
      weights.base[index] = Float(Float16(max(-largest, min(largest, weight))))
    }
    for index in 0..<trainer.statistics.count where !trainer.statistics.base[index].isFinite {
      throw TrainingFailure(epochs: history.count)
    }
    numbers = Numbers(weights: weights, statistics: FloatStorage(trainer.statistics.values))
    layout = trainer.layout
    placed = trainer.placed
    self.scaling = scaling
    self.history = history
    self.threads = threads
  }

  /// The network's output for each row.
  public func probabilities(of rows: Matrix) -> [Double] {
    precondition(rows.columns == columns, "a network reads rows with as many columns as it was trained on")
    guard rows.rows > 0 else { return [] }
    let batch = min(rows.rows, 128)
    let network = Network(
      layout, placed, batch: batch, weights: numbers.weights, gradient: nil, statistics: numbers.statistics,
      seed: 0, crew: Crew(threads: threads))
    var probabilities: [Double] = []
    probabilities.reserveCapacity(rows.rows)
    for start in stride(from: 0, to: rows.rows, by: batch) {
      let count = min(batch, rows.rows - start)
      network.pass.rows = count
      rows.values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return }
        network.input.base.update(from: base + start * columns, count: count * columns)
      }
      if let scaling {
        for row in 0..<count { scaling.scale(network.input.base + row * columns) }
      }
      network.forward()
      for row in 0..<count { probabilities.append(Double(network.output.values[row])) }
    }
    return probabilities
  }

  /// Appends the layers, the weights in half precision and the training's record.
  public func encode(into writer: inout ByteWriter) {
    layout.encode(into: &writer)
    writer.write(UInt8(scaling == nil ? 0 : 1))
    scaling?.encode(into: &writer)
    writer.write(UnsafeBufferPointer(start: numbers.weights.base, count: numbers.weights.count).map { Float16($0) })
    writer.write(numbers.statistics.values)
    writer.write(UInt32(history.count))
    for record in history { record.encode(into: &writer) }
  }

  /// Reads what `encode(into:)` wrote.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
  public init(from reader: inout ByteReader) throws(CodingFailure) {
    layout = try NetworkLayout(from: &reader)
    placed = try PlacedNetwork(layout)
    scaling = try reader.read(UInt8.self) == 1 ? try ColumnScaling(from: &reader) : nil
    let halves = try reader.readList(of: Float16.self)
    let weights = FloatStorage(halves.count)
    for index in halves.indices { weights.base[index] = Float(halves[index]) }
    let statistics = try reader.readList(of: Float.self)
    numbers = Numbers(weights: weights, statistics: FloatStorage(statistics))
    var history: [EpochRecord] = []
    for _ in 0..<(try reader.read(UInt32.self)) { history.append(try EpochRecord(from: &reader)) }
    self.history = history
    guard weights.count == placed.weightCount, statistics.count == placed.statisticCount, placed.output.width == 1,
      scaling == nil || scaling?.columns == layout.columns
    else { throw CodingFailure("a stored network's numbers do not fit its layers") }
  }
}
