import Learning

/// Writes scorers as bytes and reads them back.
enum ScorerCoding {
  static func encode(_ scorer: any SongScorer, into writer: inout ByteWriter) {
    scorer.encode(into: &writer)
  }

  static func decode(_ reader: inout ByteReader) throws(CodingFailure) -> any SongScorer {
    switch try reader.read(UInt8.self) {
    case SummaryScorer.kind: return try SummaryScorer(from: &reader)
    case SampleScorer.kind: return try SampleScorer(from: &reader)
    case CombinedScorer.kind: return try CombinedScorer(from: &reader)
    default: throw CodingFailure("an unknown kind of scorer")
    }
  }
}

extension SummaryScorer {
  static let kind: UInt8 = 1

  func encode(into writer: inout ByteWriter) {
    writer.write(SummaryScorer.kind)
    writer.write(UInt8(scaling == nil ? 0 : 1))
    scaling?.encode(into: &writer)
    writer.write(UInt8(history == nil ? 0 : 1))
    history?.encode(into: &writer)
    ClassifierCoding.encode(classifier, into: &writer)
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    scaling = try reader.read(UInt8.self) == 1 ? try ColumnScaling(from: &reader) : nil
    history = try reader.read(UInt8.self) == 1 ? try TagHistory(from: &reader) : nil
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
  static let kind: UInt8 = 3

  func encode(into writer: inout ByteWriter) {
    writer.write(CombinedScorer.kind)
    writer.write(UInt32(members.count))
    for member in members {
      member.calibration.encode(into: &writer)
      ScorerCoding.encode(member.scorer, into: &writer)
    }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    var members: [Member] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      let calibration = try Calibration(from: &reader)
      members.append(Member(scorer: try ScorerCoding.decode(&reader), calibration: calibration))
    }
    self.members = members
  }
}
