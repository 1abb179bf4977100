import Learning

/// Writes scorers as bytes and reads them back.
enum ScorerCoding {
  static func encode(_ scorer: any SongScorer, into writer: inout ByteWriter) {
    scorer.encode(into: &writer)
  }

  static func decode(_ reader: inout ByteReader) throws(CodingFailure) -> any SongScorer {
    switch try reader.read(UInt8.self) {
    case SummaryScorer.plainKind: return try SummaryScorer(from: &reader, hasPreparation: false)
    case SummaryScorer.kind: return try SummaryScorer(from: &reader, hasPreparation: true)
    case SampleScorer.kind: return try SampleScorer(from: &reader)
    case CombinedScorer.equalKind: return try CombinedScorer(from: &reader, hasWeights: false)
    case CombinedScorer.kind: return try CombinedScorer(from: &reader, hasWeights: true)
    default: throw CodingFailure("an unknown kind of scorer")
    }
  }
}

extension SummaryScorer {
  /// The kind of scorers stored without a preparation; none of them looks at tags.
  static let plainKind: UInt8 = 1
  static let kind: UInt8 = 5

  func encode(into writer: inout ByteWriter) {
    writer.write(SummaryScorer.kind)
    writer.write(preparation.rawValue)
    writer.write(UInt8(scaling == nil ? 0 : 1))
    scaling?.encode(into: &writer)
    writer.write(UInt8(history == nil ? 0 : 1))
    history?.encode(into: &writer)
    ClassifierCoding.encode(classifier, into: &writer)
  }

  init(from reader: inout ByteReader, hasPreparation: Bool) throws(CodingFailure) {
    let stored = hasPreparation ? SummaryPreparation(rawValue: try reader.read(UInt8.self)) : nil
    guard stored != nil || !hasPreparation else { throw CodingFailure("an unknown preparation") }
    scaling = try reader.read(UInt8.self) == 1 ? try ColumnScaling(from: &reader) : nil
    preparation = stored ?? (scaling == nil ? .plain : .scaled)
    guard preparation.isScaled == (scaling != nil) else { throw CodingFailure("a preparation without its scaling") }
    let hasHistory = try reader.read(UInt8.self) == 1
    guard hasPreparation || !hasHistory else { throw CodingFailure("tags of another format") }
    history = hasHistory ? try TagHistory(from: &reader) : nil
    classifier = try ClassifierCoding.decode(from: &reader)
  }
}

extension SampleScorer {
  static let kind: UInt8 = 2

  func encode(into writer: inout ByteWriter) {
    writer.write(SampleScorer.kind)
    preparation.encode(into: &writer)
    ClassifierCoding.encode(classifier, into: &writer)
    switch aggregate {
    case .mean: writer.write(UInt8(0))
    case .vote: writer.write(UInt8(1))
    case .secondLevel(let second):
      writer.write(UInt8(2))
      ClassifierCoding.encode(second, into: &writer)
    }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    preparation = try BlockPreparation(from: &reader)
    classifier = try ClassifierCoding.decode(from: &reader)
    switch try reader.read(UInt8.self) {
    case 0: aggregate = .mean
    case 1: aggregate = .vote
    case 2: aggregate = .secondLevel(try ClassifierCoding.decode(from: &reader))
    default: throw CodingFailure("an unknown way of putting samples together")
    }
  }
}

extension CombinedScorer {
  /// The kind of combinations stored without weights: all are equal.
  static let equalKind: UInt8 = 3
  static let kind: UInt8 = 4

  func encode(into writer: inout ByteWriter) {
    writer.write(CombinedScorer.kind)
    writer.write(UInt32(members.count))
    for member in members {
      writer.write(member.weight)
      member.calibration.encode(into: &writer)
      ScorerCoding.encode(member.scorer, into: &writer)
    }
  }

  init(from reader: inout ByteReader, hasWeights: Bool) throws(CodingFailure) {
    var members: [Member] = []
    let count = try reader.read(UInt32.self)
    for _ in 0..<count {
      let weight = hasWeights ? try reader.readDouble() : 1 / Double(count)
      guard weight >= 0, weight.isFinite else { throw CodingFailure("a member with a weight that is none") }
      let calibration = try Calibration(from: &reader)
      members.append(Member(scorer: try ScorerCoding.decode(&reader), calibration: calibration, weight: weight))
    }
    self.members = members
  }
}
