import Foundation
import TasteModel
import Tracks

/// Judges learners on what real people like: a table a person, of songs with an opinion, an artist and descriptors.
///
/// A table has a header and a row a song: `liked` (1 or 0), `artist` (any text, or empty), then numbers. Songs of equal
/// numbers are copies of each other.
struct OpinionsTable {
  var learners = LearnerName.allCases.filter { !$0.needsBlocks }
  var repeats = 3
  var threads = 2
  var splits: [SplitKind] = [.song, .artist]

  func print(_ files: [String]) throws {
    Swift.print("| person | learner | hears | split | AUC | 95% | precision | recall | Brier |")
    Swift.print("|---|---|---|---|---|---|---|---|---|")
    for file in files {
      let dataset = try Self.dataset(file)
      let person = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let hasArtists = dataset.tracks.contains { $0.tags.artist != nil }
      var options = Evaluation.Options()
      options.learners = learners
      options.sources = hasArtists ? EvidenceSource.allCases : [.audio]
      options.splits = hasArtists ? splits : [.song]
      options.repeats = repeats
      options.threads = threads
      for row in try Evaluation.run(dataset, options) {
        Swift.print(
          "| \(person) | \(row.learner.rawValue) | \(row.source.rawValue) | \(row.split.rawValue)",
          "| \(short(row.auc)) | \(short(row.aucLow)) to \(short(row.aucHigh)) | \(short(row.precision))",
          "| \(short(row.recall)) | \(short(row.brier)) |")
      }
    }
  }

  private func short(_ figure: Double?) -> String { Spread.short(figure ?? .nan) }

  /// The songs of a table.
  ///
  /// - Throws: `Failure` where the file is no such table.
  static func dataset(_ file: String) throws -> TasteDataset {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    var tracks: [TasteTrack] = []
    var numberOf: [String: Int] = [:]
    for (line, row) in text.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
      let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let values = cells.dropFirst(2).map { Float($0) ?? .nan }
      guard cells.count > 2, ["0", "1"].contains(cells[0]), values.allSatisfy(\.isFinite) else {
        throw Failure(description: "\(file): line \(line + 1): not an opinion, an artist and numbers")
      }
      let content = cells.dropFirst(2).joined(separator: ",")
      let number = numberOf[content] ?? numberOf.count
      numberOf[content] = number
      tracks.append(
        TasteTrack(
          identity: withUnsafeBytes(of: UInt32(line).bigEndian) { Array($0) }, liked: cells[0] == "1",
          tags: TrackTags(artist: cells[1].isEmpty ? nil : cells[1]), copyGroup: "song \(number)", summary: values))
    }
    return TasteDataset(tracks: tracks)
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}
