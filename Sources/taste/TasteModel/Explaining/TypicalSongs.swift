import Learning

/// What the judged songs' summaries are like: the reference by which one song is high or low.
struct TypicalSongs: Sendable, Equatable {
  /// The mean of each value over the judged songs.
  let means: [Float]
  /// The deviation of each value over the judged songs.
  let deviations: [Float]
  /// Summaries of some of the judged songs, row after row, that a song is compared with.
  let references: Matrix

  /// The number of songs to compare with.
  static let referenceCount = 24

  init(_ summaries: Matrix, seed: UInt64) {
    let scaling = ColumnScaling(summaries)
    means = scaling.means
    deviations = scaling.factors.map { $0 == 0 ? 0 : 1 / $0 }
    var random = SplitMix64(seed: SplitMix64.seed(seed, for: 0x7265_6673))
    references = summaries.rows(random.permutation(summaries.rows).prefix(TypicalSongs.referenceCount).sorted())
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(means)
    writer.write(deviations)
    writer.write(UInt32(references.rows))
    writer.write(references.values)
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    means = try reader.readList()
    deviations = try reader.readList()
    let rows = Int(try reader.read(UInt32.self))
    let values: [Float] = try reader.readList()
    guard deviations.count == means.count, values.count == rows * means.count else {
      throw CodingFailure("reference songs of another length")
    }
    references = Matrix(rows: rows, columns: means.count, values: values)
  }
}
