public import Learning
import Tracks

/// Everything a training needs, as bytes: what one process hands to another that trains for it.
///
/// Only learners that work on summaries can be ordered so; blocks are too large to be handed over.
public struct TrainingRequest: Sendable {
  /// The name of the worker's job that carries the order out.
  public static let jobName = "train"

  /// The judged songs.
  public var dataset: TasteDataset
  /// How to train.
  public var settings: TrainingSettings
  /// The time to put on the model, in seconds since 1970.
  public var trainedAt: Double
  /// The version of the features in the dataset.
  public var featureVersion: Int
  /// The settings of another recipe to judge on the same folds; its learner must work on summaries.
  public var rival: TrainingSettings?
  /// Judgements beside the model's own that need not be made again (`TasteTrainer.breakdown`).
  public var known: [ModelBreakdown.Judgement] = []

  /// An order of these parts. The learner must work on summaries.
  public init(dataset: TasteDataset, settings: TrainingSettings, trainedAt: Double, featureVersion: Int) {
    precondition(!settings.learner.needsBlocks, "blocks are not handed over")
    self.dataset = dataset
    self.settings = settings
    self.trainedAt = trainedAt
    self.featureVersion = featureVersion
  }

  /// The order as bytes.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(trainedAt)
    writer.write(Int64(featureVersion))
    settings.encode(into: &writer)
    writer.write(UInt8(rival == nil ? 0 : 1))
    rival?.encode(into: &writer)
    ModelBreakdown(members: [], judgements: known).encode(into: &writer)
    writer.write(Int64(dataset.count))
    for track in dataset.tracks {
      writer.write(track.identity)
      writer.write(Int64(track.span))
      writer.write(UInt8(track.liked ? 1 : 0))
      for text in Self.texts(track.tags) { writer.write(text ?? "") }
      writer.write(track.folder)
      writer.write(track.copyGroup ?? "")
      writer.write(track.summary)
    }
    return writer.bytes
  }

  /// The order that `encode()` wrote.
  ///
  /// - Throws: `CodingFailure` where the bytes are no order.
  public init(bytes: [UInt8]) throws(CodingFailure) {
    var reader = ByteReader(bytes)
    trainedAt = try reader.readDouble()
    featureVersion = Int(try reader.read(Int64.self))
    settings = try TrainingSettings(from: &reader)
    rival = try reader.read(UInt8.self) == 0 ? nil : try TrainingSettings(from: &reader)
    known = try ModelBreakdown(from: &reader).judgements
    guard !settings.learner.needsBlocks, rival?.learner.needsBlocks != true else {
      throw CodingFailure("the order names a learner that works on blocks")
    }
    let count = try reader.read(Int64.self)
    var tracks: [TasteTrack] = []
    for _ in 0..<max(0, count) { tracks.append(try Self.track(&reader)) }
    dataset = TasteDataset(tracks: tracks)
  }

  /// Carries the order out: the bytes of a `TrainingResult`.
  ///
  /// - Throws: what `TasteTrainer.train` throws.
  public func carryOut(progress: TasteProgress) throws -> [UInt8] {
    let parts = rival == nil ? 2.0 : 3
    let model = try TasteTrainer.train(
      dataset, settings, trainedAt: trainedAt, featureVersion: featureVersion,
      progress: { progress((0 + $0) / parts, $1) })
    let breakdown = try TasteTrainer.breakdown(
      of: model, on: dataset, known: known, progress: { progress((1 + $0) / parts, $1) })
    let judged = try rival.flatMap { rival in
      try TasteTrainer.rejudged(
        rival, dataset, as: settings, by: model.figures.split, progress: { progress((2 + $0) / parts, $1) })
    }
    return TrainingResult(model: model.encode(), rival: judged, breakdown: breakdown).encode()
  }

  private static func texts(_ tags: TrackTags) -> [String?] {
    [tags.title, tags.artist, tags.album, tags.albumArtist, tags.genre, tags.date]
  }

  private static func track(_ reader: inout ByteReader) throws(CodingFailure) -> TasteTrack {
    let identity = try reader.readList(of: UInt8.self)
    let span = Int(try reader.read(Int64.self))
    let liked = try reader.read(UInt8.self) != 0
    var texts: [String?] = []
    for _ in 0..<6 {
      let text = try reader.readText()
      texts.append(text.isEmpty ? nil : text)
    }
    let folder = try reader.readList(of: UInt8.self)
    let group = try reader.readText()
    return TasteTrack(
      identity: identity, span: span, liked: liked,
      tags: TrackTags(
        title: texts[0], artist: texts[1], album: texts[2], albumArtist: texts[3], genre: texts[4], date: texts[5]),
      folder: folder, copyGroup: group.isEmpty ? nil : group, summary: try reader.readList())
  }
}

/// What comes of a `TrainingRequest`.
public struct TrainingResult: Sendable, Equatable {
  /// The bytes of the trained model.
  public var model: [UInt8]
  /// The rival's probabilities of the songs, each by a fit that had not seen it, in the order of the dataset; `nil` where
  /// there was none, or where it could not be judged.
  public var rival: [Double]?
  /// What the model is made of.
  public var breakdown: ModelBreakdown

  /// A result of these parts.
  public init(model: [UInt8], rival: [Double]? = nil, breakdown: ModelBreakdown) {
    self.model = model
    self.rival = rival
    self.breakdown = breakdown
  }

  /// The result as bytes.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(model)
    writer.write(UInt8(rival == nil ? 0 : 1))
    writer.write(rival ?? [])
    breakdown.encode(into: &writer)
    return writer.bytes
  }

  /// The result that `encode()` wrote.
  ///
  /// - Throws: `CodingFailure` where the bytes are none.
  public init(bytes: [UInt8]) throws(CodingFailure) {
    var reader = ByteReader(bytes)
    model = try reader.readList()
    let isJudged = try reader.read(UInt8.self) != 0
    let judged: [Double] = try reader.readList()
    rival = isJudged ? judged : nil
    breakdown = try ModelBreakdown(from: &reader)
  }
}
