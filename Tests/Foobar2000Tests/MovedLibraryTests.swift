import Foundation
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct MovedLibraryTests {
  private struct Outcome {
    var right = 0
    var wrong: [String] = []
    var open: [String] = []
  }

  /// Matches every track's record against the files that are left and compares with the truth.
  private func outcome(
    _ tracks: [MovedLibrary.Track], present: Set<Int64>, record: (MovedLibrary.Track) -> ListeningRecord
  ) -> Outcome {
    let files = tracks.map(\.file).filter { present.contains($0.id) }
    let blank = RecordMatcher(library: files)
    let derived = blank.derive(foreign: tracks.map(\.foreign))
    let matcher = RecordMatcher(blank, map: PathMap(derived: derived.map(\.mapping)), playlistFolder: nil)
    var outcome = Outcome()
    for track in tracks {
      let isPresent = present.contains(track.file.id)
      switch matcher.match(record(track)) {
      case .matched(let found, let how, let disagree):
        if found == [MatchedTrack(file: track.file.id)], !disagree {
          outcome.right += 1
        } else {
          let names = found.map { match in files.first { $0.id == match.file }?.path.display ?? "" }
          outcome.wrong.append("\(track.foreign) -> \(names) by \(how)")
        }
      case .ambiguous, .missing, .notAFile:
        if isPresent, !track.isMangled {
          outcome.open.append("\(track.foreign) = \(track.file.path.display)")
        } else {
          outcome.right += 1
        }
      }
    }
    return outcome
  }

  /// `INDEXD_SEEDS` names others, such as `101,102`.
  private static let seeds: [UInt64] =
    ProcessInfo.processInfo.environment["INDEXD_SEEDS"].map { $0.split(separator: ",").compactMap { UInt64($0) } }
    ?? [1, 2, 3, 2028]

  @Test(arguments: MovedLibraryTests.seeds) func almostAllIsFoundAndNothingWrong(_ seed: UInt64) {
    let tracks = MovedLibrary(seed: seed, albums: 260).tracks
    #expect(tracks.count >= 2000)
    let all = Set(tracks.map(\.file.id))
    let byPath = outcome(tracks, present: all) { record($0.foreign) }
    #expect(byPath.wrong == [])
    #expect(byPath.right * 1000 >= tracks.count * 990, "\(byPath.right) of \(tracks.count): \(byPath.open.prefix(40))")
    let byTags = outcome(tracks, present: all) { track in
      var record = record(track.foreign)
      record.tags.artist = track.file.tags.artist
      record.tags.title = track.file.tags.title
      record.duration = track.file.duration?.rounded()
      return record
    }
    #expect(byTags.wrong == [])
    #expect(byTags.right * 1000 >= tracks.count * 990, "\(byTags.right) of \(tracks.count): \(byTags.open.prefix(40))")
    // A fifth of the files is gone: nothing else may take their place.
    var random = SeededGenerator(seed: seed)
    let some = Set(tracks.map(\.file.id).filter { _ in Int.random(in: 0..<5, using: &random) > 0 })
    let partial = outcome(tracks, present: some) { record($0.foreign) }
    #expect(partial.wrong == [])
    #expect(partial.right * 1000 >= tracks.count * 985, "\(partial.right): \(partial.open.prefix(40))")
    print(
      "seed \(seed): \(tracks.count) files, found by path \(byPath.right), with tags \(byTags.right), a fifth gone \(partial.right)"
    )
  }
}
