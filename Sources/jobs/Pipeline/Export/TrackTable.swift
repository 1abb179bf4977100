import MusicIndex
import Tracks

/// Every track as a row of a table after RFC 4180: lines end in CRLF; a field with a comma, a quote or a line's end stands
/// in quotes. What is not known is empty. A path that is not UTF-8 is shown with U+FFFD.
enum TrackTable {
  static let beginning = "path,track,identity,label,reason,plays,probability,"

  private static let columns = beginning + "failure,artist,title,album,duration"

  static func write(_ index: MusicIndex, features isWanted: Bool = true, to write: ([UInt8]) throws -> Void) throws {
    let version = FeatureVariant.dense.version
    let features = !isWanted ? "" : (0..<SummaryLayout.count).map { "," + field(SummaryLayout.name(of: $0)) }.joined()
    try write(Array("\(columns)\(features)\r\n".utf8))
    try index.forEachTrack(version: version) { track, label, probability in
      let audio = isWanted ? track.audio : nil
      let summary = try audio.flatMap { audio in try index.read { try $0.summary(of: audio, version: version) } }
      let fields: [String] = [
        track.path.display, track.number == 0 ? "" : "\(track.number)", track.identity?.hexadecimal ?? "",
        label?.label.rawValue ?? "", label?.reason ?? "", label?.plays.map(String.init) ?? "",
        probability.map { "\($0)" } ?? "", track.failure ?? "", track.tags.artist ?? "", track.tags.title ?? "",
        track.tags.album ?? "", track.properties.map { "\($0.duration)" } ?? "",
      ]
      var row = fields.map(field).joined(separator: ",")
      for number in 0..<(isWanted ? SummaryLayout.count : 0) {
        row += ","
        if let summary, number < summary.count { row += "\(summary[number])" }
      }
      try write(Array((row + "\r\n").utf8))
    }
  }

  /// A field, in quotes where it needs them.
  static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
