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
    try index.forEachTrack(version: version) { track, label, probability in
      let summary = try index.read { transaction in
        try track.audio.flatMap { try transaction.summary(of: $0, version: version) }
      }
      let blocks = try index.read { transaction in
        try track.audio.flatMap { try transaction.blocks(of: $0, variant: .dense, version: version) }
      }
      try body(
        .object([
          ("path", .text(track.path.display)),
          ("pathBytes", track.path.string == nil ? .text(Data(track.path.bytes).base64EncodedString()) : .null),
          ("track", JSONValue(track.number == 0 ? nil : track.number)),
          ("identity", JSONValue(track.identity?.hexadecimal)), ("label", JSONValue(label?.label.rawValue)),
          ("reason", JSONValue(label?.reason)), ("plays", JSONValue(label?.plays)),
          ("probability", JSONValue(probability)),
          ("failure", JSONValue(track.failure)),
          ("artist", JSONValue(track.tags.artist)), ("title", JSONValue(track.tags.title)),
          ("album", JSONValue(track.tags.album)),
          ("duration", JSONValue(track.properties?.duration)),
          ("summary", summary.map { .list($0.map { .number(Double($0)) }) } ?? .null),
          ("blocks", JSONValue(blocks.map { Fingerprints.long($0.withUnsafeBytes { Array($0) }) })),
        ]))
    }
  }
}
