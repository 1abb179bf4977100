import TestSupport
import Testing

@testable import Learning

struct TreeCodingTests {
  private func models() throws -> [any Classifier] {
    let rows = ScikitRows(seed: 21, rows: 120, columns: 6)
    return try TreeLearnerTests.learners.map {
      try $0.fit(rows.values, rows.positive, weights: nil, seed: 2, progress: { _ in })
    }
  }

  @Test func roundTrip() throws {
    let rows = ScikitRows(seed: 22, rows: 300, columns: 6)
    for model in try models() {
      let bytes = ClassifierCoding.encode(model)
      let decoded = try ClassifierCoding.decode(bytes)
      #expect(decoded.probabilities(of: rows.values) == model.probabilities(of: rows.values))
      #expect(ClassifierCoding.encode(decoded) == bytes)
      #expect(type(of: decoded) == type(of: model))
    }
  }

  @Test func shortenedAndLengthenedBytesAreRefused() throws {
    for model in try models() {
      let bytes = ClassifierCoding.encode(model)
      for count in stride(from: 0, to: bytes.count, by: 5) {
        #expect(throws: CodingFailure.self) { try ClassifierCoding.decode(Array(bytes[..<count])) }
      }
      #expect(throws: CodingFailure.self) { try ClassifierCoding.decode(bytes + [0]) }
    }
  }

  @Test func damagedBytesAreRefusedOrHarmless() throws {
    // Whatever is read must answer any row, whichever byte was changed.
    let rows = ScikitRows(seed: 23, rows: 3, columns: 6)
    var random = SeededGenerator(seed: 5)
    for model in try models().prefix(3) {
      let bytes = ClassifierCoding.encode(model)
      for _ in 0..<1_500 {
        var damaged = bytes
        damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        guard let decoded = try? ClassifierCoding.decode(damaged) else { continue }
        guard decoded.columns == 6 else { continue }
        #expect(decoded.probabilities(of: rows.values).allSatisfy { $0.isFinite })
      }
    }
  }

  @Test func otherVersionsAndNamesAreRefused() throws {
    let bytes = ClassifierCoding.encode(try models()[0])
    var other = bytes
    other[0] = 0xEE
    #expect(throws: CodingFailure("the stored classifier has version 238, not 1")) {
      try ClassifierCoding.decode(other)
    }
    var writer = ByteWriter()
    writer.write(ClassifierCoding.version)
    writer.write("oracle")
    #expect(throws: CodingFailure("there is no classifier named oracle")) {
      try ClassifierCoding.decode(writer.bytes)
    }
  }

  @Test func nodesTakeSixBytes() throws {
    let rows = ScikitRows(seed: 24, rows: 500, columns: 6)
    let model = try RandomForestLearner(trees: 40).fit(
      rows.values, rows.positive, weights: nil, seed: 2, progress: { _ in })
    let forest = try #require(model as? Forest)
    #expect(ClassifierCoding.encode(forest).count <= 6 * forest.trees.nodes.count + 100)
  }
}
