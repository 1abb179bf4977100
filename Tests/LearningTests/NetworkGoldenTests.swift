import Foundation
import Testing

@testable import Learning

/// A network, its rows and its classes, as the script that made the reference values has them.
struct NetworkCase: Sendable, CustomTestStringConvertible {
  var name: String
  var layout: NetworkLayout
  var rows: Int
  var spread: Float
  var loss: NetworkTraining.Loss
  var hasSteps = true

  var testDescription: String { name }

  static func plain(_ columns: Int, positions: Int = 1, _ layers: [NetworkLayer]) -> NetworkLayout {
    NetworkLayout(
      columns: columns, branches: [.init(columns: 0..<columns, positions: positions, layers: layers)],
      trunk: [.dense(1), .sigmoid])
  }

  /// The study's network with fewer units over fewer bands and steps.
  static var narrowStudy: NetworkLayout {
    StudyNetwork.layout(
      columns: 196,
      [
        .init(columns: 0..<120, bands: 40, kind: .fourConvolutions),
        .init(columns: 120..<156, bands: 12, kind: .threeConvolutions),
        .init(columns: 156..<186, bands: 10, kind: .twoConvolutions),
        .init(columns: 186..<189, bands: 1, kind: .dense), .init(columns: 189..<192, bands: 1, kind: .dense),
        .init(columns: 192..<195, bands: 1, kind: .dense), .init(columns: 195..<196, bands: 1, kind: .dense),
      ], divisor: 64)
  }

  static let all = [
    NetworkCase(
      name: "dense", layout: plain(5, [.dense(7, decay: 0.01), .relu, .dense(3)]), rows: 11, spread: 0.8,
      loss: .crossEntropy),
    NetworkCase(
      name: "convolution",
      layout: plain(
        39, positions: 13,
        [.convolution(filters: 4, width: 3), .relu, .pool, .convolution(filters: 5, width: 2), .pool, .flatten]),
      rows: 9, spread: 0.5, loss: .crossEntropy),
    NetworkCase(
      name: "normalise", layout: plain(6, [.normalise, .dense(8), .normalise, .relu]), rows: 10, spread: 0.9,
      loss: .logCosh),
    NetworkCase(
      name: "dropout", layout: plain(6, [.dense(16), .relu, .dropout(0.4), .dense(5), .dropout(0.25)]), rows: 12,
      spread: 0.7, loss: .logCosh),
    NetworkCase(name: "study", layout: narrowStudy, rows: 9, spread: 0.4, loss: .logCosh, hasSteps: false),
  ]

  /// The rows the reference values were made with.
  var matrix: Matrix {
    var random = CountedRandom(seed: 3)
    let values = (0..<(rows * layout.columns)).map { _ in Float(2 * random.uniform() - 1) }
    return Matrix(rows: rows, columns: layout.columns, values: values)
  }

  var positive: [Bool] { (0..<rows).map { $0 % 3 == 0 } }

  /// A trainer whose weights are those of the reference values.
  func trainer(threads: Int = 1) throws -> NetworkTrainer {
    var options = NetworkTraining()
    options.loss = loss
    options.optimiser = .adadelta(rate: 1, decay: 0.95)
    options.negativeWeight = 0.125
    options.batch = rows
    options.threads = threads
    let trainer = try NetworkTrainer(layout, options, scaling: nil, seed: 5)
    var random = CountedRandom(seed: 7)
    for index in 0..<trainer.weights.count {
      trainer.weights.base[index] = spread * (2 * Float(random.uniform()) - 1)
    }
    return trainer
  }

  func golden(_ suffix: String = "") throws -> [Float] {
    let url = try #require(
      Bundle.module.url(forResource: name + suffix, withExtension: "f32", subdirectory: "Golden/Network"))
    let data = try Data(contentsOf: url)
    return data.withUnsafeBytes { bytes in
      (0..<(data.count / 4)).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }
}

/// The largest difference of two lists over the largest value of the second.
func relativeDifference(_ values: some Sequence<Float>, _ reference: some Sequence<Float>) -> Float {
  var (difference, largest): (Float, Float) = (0, 1e-30)
  for (value, expected) in zip(values, reference) {
    // A value that is not a number must not pass for equal.
    difference = value.isFinite ? max(difference, abs(value - expected)) : .infinity
    largest = max(largest, abs(expected))
  }
  return difference / largest
}

@Suite struct NetworkGoldenTests {
  @Test(arguments: NetworkCase.all)
  func outputLossAndDerivativesAgreeWithPyTorch(_ network: NetworkCase) throws {
    let golden = try network.golden()
    let trainer = try network.trainer(threads: 2)
    let loss = trainer.differentiate(network.matrix, Array(0..<network.rows)[...], network.positive, nil)
    let outputs = UnsafeBufferPointer(start: trainer.network.output.values, count: network.rows)
    #expect(relativeDifference(outputs, golden[..<network.rows]) < 1e-5)
    #expect(abs(Float(loss) - golden[network.rows]) < 1e-5 * abs(golden[network.rows]))
    // Each layer against its own largest derivative, so that a small one cannot hide behind a large one.
    let derivatives = golden[(network.rows + 1)...].prefix(trainer.weights.count)
    #expect(derivatives.count == trainer.weights.count)
    for layer in trainer.placed.layers where layer.matrix.rows > 0 {
      let range = layer.weights..<(layer.weights + layer.matrix.rows * layer.matrix.columns)
      let expected = Array(derivatives)[range]
      let difference = relativeDifference(trainer.gradient.values[range], expected)
      #expect(difference < 1e-4, "layer \(layer.number): \(layer.layer)")
    }
    #expect(relativeDifference(trainer.gradient.values, derivatives) < 1e-4)
  }

  @Test(arguments: NetworkCase.all.filter(\.hasSteps))
  func threeStepsOfAdadeltaAgreeWithPyTorch(_ network: NetworkCase) throws {
    let golden = try network.golden()
    let trainer = try network.trainer()
    for _ in 0..<3 {
      _ = trainer.step(network.matrix, Array(0..<network.rows)[...], network.positive, nil)
    }
    #expect(relativeDifference(trainer.weights.values, golden.suffix(trainer.weights.count)) < 1e-4)
  }

  @Test(arguments: NetworkCase.all.filter(\.hasSteps))
  func answersAfterTrainingAgreeWithPyTorch(_ network: NetworkCase) throws {
    let golden = try network.golden("-inference")
    let trainer = try network.trainer()
    for _ in 0..<3 {
      _ = trainer.step(network.matrix, Array(0..<network.rows)[...], network.positive, nil)
    }
    let outputs = trainer.outputs(network.matrix, Array(0..<network.rows))
    #expect(outputs.count == golden.count)
    #expect(relativeDifference(outputs, golden) < 1e-4)
  }
}
