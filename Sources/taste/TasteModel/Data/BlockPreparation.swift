import Learning
import Tracks

/// What is done to the blocks of samples before a learner sees them.
enum BlockPreparation: Sendable, Equatable {
  /// The study's normalisation, sample by sample: mel, chroma, contrast and flux divided by their own largest absolute
  /// value, rolloff by its Euclidean norm, tempo by 160, the energy fraction as it is. What is all zero stays zero.
  case study(FeatureVariant)
  /// Every value as it is.
  case plain(FeatureVariant)
  /// Every value brought to mean 0 and deviation 1 over the training samples.
  case scaled(FeatureVariant, ColumnScaling)

  /// The study's tempo divisor, in beats a minute.
  static let tempoDivisor: Float = 160

  var variant: FeatureVariant {
    switch self {
    case .study(let variant), .plain(let variant), .scaled(let variant, _): variant
    }
  }

  /// The prepared samples of a song as rows.
  func rows(_ blocks: SampleBlocks) -> Matrix {
    let rows = BlockPreparation.finite(blocks, variant)
    switch self {
    case .plain: return rows
    case .scaled: return inScale(rows)
    case .study(let variant): return BlockPreparation.studied(rows, BlockLayout(variant))
    }
  }

  /// Rows that are prepared but for the scale, in the scale.
  func inScale(_ rows: Matrix) -> Matrix {
    if case .scaled(_, let scaling) = self { scaling.scaled(rows, limit: 20) } else { rows }
  }

  /// The physical values of the blocks, finite: what is no number becomes 0.
  static func finite(_ blocks: SampleBlocks, _ variant: FeatureVariant) -> Matrix {
    let columns = BlockLayout(variant).count
    precondition(blocks.values.count == blocks.samples * columns, "blocks of the variant's length")
    let largest = Float.greatestFiniteMagnitude
    var values = BlockCoding.decode(blocks.values, variant: variant)
    for place in values.indices where !values[place].isFinite {
      values[place] = values[place].isNaN ? 0 : values[place] > 0 ? largest : -largest
    }
    return Matrix(rows: blocks.samples, columns: columns, values: values)
  }

  private static func studied(_ rows: Matrix, _ layout: BlockLayout) -> Matrix {
    var rows = rows
    for row in 0..<rows.rows {
      for feature in BlockLayout.Feature.allCases {
        let range = layout.range(feature)
        let places = (row * rows.columns + range.lowerBound)..<(row * rows.columns + range.upperBound)
        let divisor: Float
        switch feature {
        case .mel, .chroma, .contrast, .flux: divisor = rows.values[places].reduce(0) { max($0, abs($1)) }
        case .rolloff: divisor = rows.values[places].reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .energyFraction: divisor = 1
        case .tempo: divisor = tempoDivisor
        }
        guard divisor > 0 else { continue }
        for place in places { rows.values[place] /= divisor }
      }
    }
    return rows
  }

  func encode(into writer: inout ByteWriter) {
    switch self {
    case .study(let variant):
      writer.write(UInt8(0))
      writer.write(variant.rawValue)
    case .plain(let variant):
      writer.write(UInt8(1))
      writer.write(variant.rawValue)
    case .scaled(let variant, let scaling):
      writer.write(UInt8(2))
      writer.write(variant.rawValue)
      scaling.encode(into: &writer)
    }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    let kind = try reader.read(UInt8.self)
    guard let variant = FeatureVariant(rawValue: try reader.readText()) else {
      throw CodingFailure("an unknown feature variant")
    }
    switch kind {
    case 0: self = .study(variant)
    case 1: self = .plain(variant)
    case 2: self = .scaled(variant, try ColumnScaling(from: &reader))
    default: throw CodingFailure("an unknown preparation of blocks")
    }
  }
}
