public import Learning
import Tracks

/// Everything a training needs, as bytes: what one process hands to another that trains for it.
///
/// Only learners that work on summaries can be ordered so; blocks are too large to be handed over.
public struct TrainingOrder: Sendable {
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
    writer.write(settings.learner.rawValue)
    writer.write(settings.source.rawValue)
    writer.write(settings.blocks.rawValue)
    writer.write(settings.seed)
    writer.write(settings.promised)
    writer.write(Int64(settings.folds))
    writer.write(settings.listLengths ?? [])
    writer.write(Int64(settings.threads))
    writer.write(Int64(settings.epochs))
    writer.write(Int64(settings.patience))
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
    guard
      let learner = LearnerName(rawValue: try reader.readText()),
      let source = EvidenceSource(rawValue: try reader.readText()),
      let blocks = FeatureVariant(rawValue: try reader.readText()), !learner.needsBlocks
    else { throw CodingFailure("the order names a learner that this program does not know") }
    let seed = try reader.read(UInt64.self)
    let promised = try reader.readDouble()
    let folds = Int(try reader.read(Int64.self))
    let lengths = try reader.readList(of: Int.self)
    let threads = Int(try reader.read(Int64.self))
    let epochs = Int(try reader.read(Int64.self))
    let patience = Int(try reader.read(Int64.self))
    guard promised > 0, promised < 1, folds >= 2, threads >= 1, epochs >= 1, patience >= 1 else {
      throw CodingFailure("the order's settings make no sense")
    }
    settings = TrainingSettings(
      learner: learner, source: source, blocks: blocks, seed: seed, promised: promised, folds: folds,
      listLengths: lengths.isEmpty ? nil : lengths, threads: threads, epochs: epochs, patience: patience)
    let count = try reader.read(Int64.self)
    var tracks: [TasteTrack] = []
    for _ in 0..<max(0, count) { tracks.append(try Self.track(&reader)) }
    dataset = TasteDataset(tracks: tracks)
  }

  /// Carries the order out: the bytes of the trained model.
  ///
  /// - Throws: what `TasteTrainer.train` throws.
  public func carryOut(progress: TasteProgress) throws -> [UInt8] {
    try TasteTrainer.train(
      dataset, settings, trainedAt: trainedAt, featureVersion: featureVersion, progress: progress
    ).encode()
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
