import Foundation
public import MusicIndex
public import Platform
import Tracks

/// Everything that is known of every file, in an order that does not depend on history.
public enum TrackDump {
  /// Calls `body` with an object for each file that is there, by path.
  ///
  /// - Parameter features: whether it has the members `summary` and `blocks`.
  /// - Throws: `IndexFailure`, or what `body` throws.
  public static func forEachLine(
    _ index: MusicIndex, features: Bool = true, _ body: (JSONValue) throws -> Void
  ) throws {
    let version = FeatureVariant.dense.version
    try index.forEachTrack(version: version) { track, label, probability in
      let sound = features ? try self.features(of: track, index, version) : []
      try body(
        .object(
          [
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
          ] + sound))
    }
  }

  private static func features(
    of track: TrackRow, _ index: MusicIndex, _ version: Int
  ) throws -> [(String, JSONValue)] {
    let (summary, blocks) = try index.read { transaction in
      (
        try track.audio.flatMap { try transaction.summary(of: $0, version: version) },
        try track.audio.flatMap { try transaction.blocks(of: $0, variant: .dense, version: version) }
      )
    }
    return [
      ("summary", summary.map { .list($0.map { .number(Double($0)) }) } ?? .null),
      ("blocks", JSONValue(blocks.map { Fingerprints.long($0.withUnsafeBytes { Array($0) }) })),
    ]
  }
}
