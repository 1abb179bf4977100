import Copies
import Foundation
import GRDB
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// What a few new tracks are compared with must be what a look at all tracks says.
@Suite struct CopyTwinTests {
  @Test(arguments: [UInt64](1...6)) func aFewFindWhatAllFind(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var library = try LargeIndex(tracks: 300)
    library.configuration.rules.multiTrackMinutes = 5
    let version = FeatureVariant.dense.version
    let kinds = (0..<6).map { _ in (0..<SummaryLayout.count).map { _ in Float.random(in: -1...1, using: &random) } }
    func hear(_ tracks: ClosedRange<Int>) throws {
      try library.index.write { transaction in
        for track in tracks {
          let near = kinds[Int.random(in: 0..<6, using: &random)]
          let summary = near.map { $0 + Float.random(in: -0.05...0.05, using: &random) }
          try transaction.run(
            "INSERT INTO summary (audio, version, samples, numbers) VALUES (?, ?, 30, ?)",
            [track, version, summary.withUnsafeBytes { Data($0) }])
          let mark = Bool.random(using: &random) ? "" : " (TV Size)"
          let title = "Song \(Int.random(in: 0..<40, using: &random))\(mark)"
          try transaction.run("UPDATE track SET title = ?, artist = 'A' WHERE id = ?", [title, track])
        }
      }
    }
    try hear(1...300)
    _ = try library.run.run()
    try library.index.write { transaction in
      for audio in 1...300 {
        let place = try #require(try CopyCandidates.place(of: Int64(audio), transaction))
        try transaction.setPlace(place, of: Int64(audio), version: 1)
      }
      // Some are away, some hold several songs, and some were renamed since they were labelled.
      for track in (1...300).shuffled(using: &random).prefix(20) {
        try transaction.setMissing(Int64(track), since: 1)
        try transaction.run("UPDATE audio SET subsongs = 2 WHERE id = ?", [track % 300 + 1])
        try transaction.run("UPDATE track SET title = 'Song 3' WHERE id = ?", [(track + 1) % 300 + 1])
      }
    }
    try library.addAlbum()
    try hear(301...310)
    let new = (301...310).map(Int64.init)
    let (index, rules) = (library.index, library.configuration.rules)
    let part = try CopyCandidates(index: index, rules: rules, new: new)
    let whole = try CopyCandidates(index: index, rules: rules, new: new, among: nil)
    #expect(part.tracks.count < whole.tracks.count)
    let (some, all) = (CopyProposals(part), CopyProposals(whole))
    #expect(some.order == all.order, "seed \(seed)")
    for audio in new { #expect(some.partners(of: audio) == all.partners(of: audio), "seed \(seed), \(audio)") }
    #expect(new.contains { !all.partners(of: $0).isEmpty }, "seed \(seed)")
  }

  @Test func otherRulesAndNeighboursThatAreAwayTakeALookAtAll() throws {
    let library = try LargeIndex(tracks: 100)
    let (index, rules) = (library.index, library.configuration.rules)
    #expect(try FewCandidates(index: index, rules: rules, new: [1]) == nil, "nothing was labelled yet")
    _ = try library.run.run()
    let summary = [Float](repeating: 0.5, count: SummaryLayout.count)
    try index.write { transaction in
      for audio in 1...100 {
        try transaction.run(
          "INSERT INTO summary (audio, version, samples, numbers) VALUES (?, ?, 30, ?)",
          [audio, FeatureVariant.dense.version, summary.withUnsafeBytes { Data($0) }])
        if audio > 1 { try transaction.setPlace(SoundEmbedding.of(summary), of: Int64(audio), version: 1) }
      }
    }
    #expect(try FewCandidates(index: index, rules: rules, new: [1]) != nil)
    var other = rules
    other.shortMarkers.append("bit")
    #expect(try FewCandidates(index: index, rules: other, new: [1]) == nil)
    try index.write { for file in 2...60 { try $0.setMissing(Int64(file), since: 1) } }
    #expect(try FewCandidates(index: index, rules: rules, new: [1]) == nil)
  }
}
