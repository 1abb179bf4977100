import Learning
import Tracks

extension TasteModel {
  private static let signature: UInt32 = 0x5453_4154
  private static let format: UInt16 = 2
  /// The format whose songs do not name their album.
  private static let formatWithoutAlbums: UInt16 = 1

  /// The model as bytes, for the index.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(TasteModel.signature)
    writer.write(TasteModel.format)
    settings.encode(into: &writer)
    writer.write(trainedAt)
    writer.write(UInt32(featureVersion))
    figures.encode(into: &writer)
    writer.write(UInt32(outOfFold.count))
    for score in outOfFold { score.encode(into: &writer) }
    writer.write(UInt32(summaryLength))
    typical.encode(into: &writer)
    judged.calibration.encode(into: &writer)
    writer.write(judged.cut)
    ScorerCoding.encode(judged.scorer, into: &writer)
    return writer.bytes
  }

  /// The model that `encode()` wrote.
  ///
  /// - Throws: `TasteFailure` with `.unreadableModel` where the bytes are no model, or one of a later version.
  public init(bytes: [UInt8]) throws {
    do {
      try self.init(reading: bytes)
    } catch {
      throw TasteFailure(.unreadableModel(error.description))
    }
  }

  private init(reading bytes: [UInt8]) throws(CodingFailure) {
    var reader = ByteReader(bytes)
    guard try reader.read(UInt32.self) == TasteModel.signature else { throw CodingFailure("it is no model") }
    let format = try reader.read(UInt16.self)
    guard format == TasteModel.format || format == TasteModel.formatWithoutAlbums else {
      throw CodingFailure("it has another format")
    }
    let settings = try TrainingSettings(from: &reader)
    let trainedAt = try reader.readDouble()
    let version = Int(try reader.read(UInt32.self))
    let figures = try ModelMetrics(from: &reader)
    var scores: [OutOfFoldScore] = []
    for number in 0..<(try reader.read(UInt32.self)) {
      scores.append(
        try OutOfFoldScore(from: &reader, group: format == TasteModel.formatWithoutAlbums ? Int(number) : nil))
    }
    let length = Int(try reader.read(UInt32.self))
    let typical = try TypicalSongs(from: &reader)
    let calibration = try Calibration(from: &reader)
    let cut = try reader.readDouble()
    let scorer = try ScorerCoding.decode(&reader)
    guard reader.remaining == 0 else { throw CodingFailure("something follows its end") }
    self.init(
      settings: settings, trainedAt: trainedAt, featureVersion: version, figures: figures, outOfFold: scores,
      summaryLength: length, typical: typical, judged: JudgedScorer(scorer, calibration, cut: cut))
  }
}

extension TrainingSettings {
  func encode(into writer: inout ByteWriter) {
    writer.write(learner.rawValue)
    writer.write(source.rawValue)
    writer.write(blocks.rawValue)
    writer.write(seed)
    writer.write(promised)
    writer.write(UInt32(folds))
    writer.write(UInt8(listLengths == nil ? 0 : 1))
    writer.write((listLengths ?? []).map { UInt32($0) })
    writer.write(UInt32(threads))
    writer.write(UInt32(epochs))
    writer.write(UInt32(patience))
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    guard let learner = LearnerName(rawValue: try reader.readText()),
      let source = EvidenceSource(rawValue: try reader.readText()),
      let blocks = FeatureVariant(rawValue: try reader.readText())
    else { throw CodingFailure("an unknown learner, source or variant") }
    let seed = try reader.read(UInt64.self)
    let promised = try reader.readDouble()
    let folds = Int(try reader.read(UInt32.self))
    let hasLengths = try reader.read(UInt8.self) == 1
    let lengths = try reader.readList(of: UInt32.self).map { Int($0) }
    let threads = Int(try reader.read(UInt32.self))
    let epochs = Int(try reader.read(UInt32.self))
    let patience = Int(try reader.read(UInt32.self))
    guard promised > 0, promised < 1, folds >= 2, threads >= 1, epochs >= 1, patience >= 1 else {
      throw CodingFailure("settings out of range")
    }
    self.init(
      learner: learner, source: source, blocks: blocks, seed: seed, promised: promised, folds: folds,
      listLengths: hasLengths ? lengths : nil, threads: threads, epochs: epochs, patience: patience)
  }
}

extension ModelMetrics {
  func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(songs))
    writer.write(UInt32(good))
    writer.write(split.rawValue)
    writer.write(UInt32(groups))
    writer.write(UInt8(targetMet ? 1 : 0))
    writer.write(UInt32(listLength))
    let numbers = [
      auc, aucLow, aucHigh, brier, promised, threshold, precision, precisionLow, recall, entryThreshold, baseRate,
    ]
    for number in numbers { writer.write(number) }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    songs = Int(try reader.read(UInt32.self))
    good = Int(try reader.read(UInt32.self))
    guard let split = SplitKind(rawValue: try reader.readText()) else { throw CodingFailure("an unknown split") }
    self.split = split
    groups = Int(try reader.read(UInt32.self))
    targetMet = try reader.read(UInt8.self) == 1
    listLength = Int(try reader.read(UInt32.self))
    auc = try reader.readDouble()
    aucLow = try reader.readDouble()
    aucHigh = try reader.readDouble()
    brier = try reader.readDouble()
    promised = try reader.readDouble()
    threshold = try reader.readDouble()
    precision = try reader.readDouble()
    precisionLow = try reader.readDouble()
    recall = try reader.readDouble()
    entryThreshold = try reader.readDouble()
    baseRate = try reader.readDouble()
  }
}

extension OutOfFoldScore {
  func encode(into writer: inout ByteWriter) {
    writer.write(identity)
    writer.write(Int32(span))
    writer.write(probability)
    writer.write(UInt8(liked ? 1 : 0))
    writer.write(UInt32(group))
  }

  /// - Parameter group: the number of the song's group where none is stored; `nil` where one is.
  init(from reader: inout ByteReader, group: Int?) throws(CodingFailure) {
    identity = try reader.readList(of: UInt8.self)
    span = Int(try reader.read(Int32.self))
    probability = try reader.readDouble()
    liked = try reader.read(UInt8.self) == 1
    self.group = if let group { group } else { Int(try reader.read(UInt32.self)) }
  }
}
