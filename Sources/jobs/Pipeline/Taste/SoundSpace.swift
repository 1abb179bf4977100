import Learning
import MusicIndex
import TasteModel
import Tracks

/// The space of sounds of a library.
enum SoundSpace {
  /// The most songs that the space is measured on: more do not change its scales.
  static let measured = 2_000

  /// The space measured on songs of an index, evenly from all of them in the order of their identities; `nil` where
  /// nothing is analysed.
  static func of(_ transaction: IndexTransaction) throws -> SongSpace? {
    var sample: [Float] = []
    var count = 0
    var length: Int?
    let version = FeatureVariant.dense.version
    let chosen = ReportQuery.spread(try transaction.audiosWithSummary(version: version), measured)
    try transaction.forEachSummary(version: version, of: chosen) { _, _, summary in
      if length == nil { length = summary.count }
      guard summary.count == length else { return }
      sample += summary
      count += 1
    }
    return length.map { SongSpace(Matrix(rows: count, columns: $0, values: sample)) }
  }

  /// The place of one song.
  static func place(_ summary: [Float], in space: SongSpace) -> [Float] {
    Array(space.places(of: Matrix(rows: 1, columns: summary.count, values: summary)).row(0))
  }
}
