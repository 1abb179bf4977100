import Foundation
public import MusicIndex
public import Platform
import Tracks

/// Everything that is known of every file, in an order that does not depend on history.
public enum TrackDump {
  /// Calls `body` with an object for each file that is there, by path.
  ///
  /// - Throws: `IndexFailure`, or what `body` throws.
  public static func forEachLine(_ index: MusicIndex, _ body: (JSONValue) throws -> Void) throws {
    let version = FeatureVariant.dense.version
    try index.forEachListedTrack(version: version) { track in
      let file = track.file
      let summary = try index.read { transaction in
        try file.audio.flatMap { try transaction.summary(of: $0, version: version) }
      }
      let blocks = try index.read { transaction in
        try file.audio.flatMap { try transaction.blocks(of: $0, variant: .dense, version: version) }
      }
      let label = track.label
      try body(
        .object([
          ("path", .text(file.path.display)),
          ("pathBytes", file.path.string == nil ? .text(Data(file.path.bytes).base64EncodedString()) : .null),
          ("track", JSONValue(file.number == 0 ? nil : file.number)),
          ("identity", JSONValue(file.identity?.hexadecimal)), ("label", JSONValue(label?.label.rawValue)),
          ("reason", JSONValue(label?.reason)), ("plays", JSONValue(label?.plays)),
          ("probability", JSONValue(track.probability)),
          ("failure", JSONValue(file.failure)),
          ("artist", JSONValue(file.tags.artist)), ("title", JSONValue(file.tags.title)),
          ("album", JSONValue(file.tags.album)),
          ("duration", JSONValue(file.properties?.duration)),
          ("summary", summary.map { .list($0.map { .number(Double($0)) }) } ?? .null),
          ("blocks", JSONValue(blocks.map { Fingerprints.long($0.withUnsafeBytes { Array($0) }) })),
        ]))
    }
  }
}
