import Labelling
import TestSupport
import Testing
import Tracks

/// What was heard, however often, is never unheard.
@Suite struct HearingTests {
  private func heard(_ id: Int64 = 1, _ history: TrackHistory, identity: UInt8? = nil) -> LabellingFile {
    var file = track(id, identity: identity)
    file.history = history
    return file
  }

  private static let unknown = "undecided/playedCountUnknown"

  @Test(arguments: [
    TrackHistory(lastPlayed: exportDay - day), TrackHistory(firstPlayed: exportDay - day),
    TrackHistory(plays: 0, lastPlayed: exportDay - day), TrackHistory(lastPlayed: exportDay + 9 * day),
    TrackHistory(hearing: [.sharedEntry]), TrackHistory(plays: 0, hearing: [.ambiguousEntry]),
    TrackHistory(hearing: [.tag]), TrackHistory(lastPlayed: 400_000_000), TrackHistory(plays: 0, firstPlayed: .nan),
  ])
  func aPlayWithoutACountIsUndecided(history: TrackHistory) {
    #expect(labels([heard(1, history)])[1] == Self.unknown)
    #expect(labels([heard(1, history)], activeSet([1]))[1] == Self.unknown)
    #expect(labels([heard(1, history), track(2, identity: 1)], activeSet([1, 2]))[2] == "unheard/neverPlayed")
    // Outside the set and there before its export it is rejected all the same.
    #expect(labels([heard(1, history), track(2)], activeSet([2]))[1] == "bad/archivedNotActive")
  }

  @Test(arguments: [
    TrackHistory(), TrackHistory(plays: 0), TrackHistory(added: exportDay), TrackHistory(rating: 5),
    TrackHistory(plays: 0, added: exportDay - day, rating: 1),
  ])
  func aRatingOrAnAddingIsNoPlay(history: TrackHistory) {
    #expect(labels([heard(1, history)], activeSet([1]))[1] == "unheard/neverPlayed")
  }

  @Test func aCountIsStrongerThanEvidenceWithoutOne() {
    #expect(labels([heard(1, TrackHistory(plays: 6, hearing: [.sharedEntry]))])[1] == "good/plays")
    #expect(labels([heard(1, TrackHistory(plays: 1, hearing: [.sharedEntry]))])[1] == "undecided/tooFewPlays")
  }

  @Test func copiesOfWhatWasHeardAreHeard() {
    let files = [
      heard(1, TrackHistory(lastPlayed: exportDay - day), identity: 1), track(2, identity: 1, codec: "mp3"), track(3),
    ]
    #expect(
      labels(files, activeSet([1, 2, 3])) == [1: Self.unknown, 2: "excluded/duplicate", 3: "unheard/neverPlayed"])
  }

  @Test func theDetailTellsTheEvidence() throws {
    func detail(_ history: TrackHistory) -> String? {
      assignLabels(files: [heard(1, history)], imports: ImportedSets()).assignments.first?.detail
    }
    #expect(
      detail(TrackHistory(firstPlayed: exportDay - 9 * day, lastPlayed: exportDay))
        == "last played on 2023-11-14; how often is unknown")
    #expect(detail(TrackHistory(firstPlayed: exportDay)) == "first played on 2023-11-14; how often is unknown")
    #expect(
      detail(TrackHistory(hearing: [.sharedEntry]))
        == "an entry with plays names several recordings, this one too; how often is unknown")
    let told = assignLabels(
      files: [heard(1, TrackHistory(hearing: [.ambiguousEntry]))], imports: ImportedSets(), explaining: [1])
    #expect(
      try #require(told.explanations[1]).contains(
        "It was heard: an entry with plays may mean this track or another one; how often is unknown."))
  }

  // MARK: Shared histories

  private func shared(_ id: Int64, _ history: TrackHistory, seconds: Double = 200, identity: UInt8) -> LabellingFile {
    var file = track(id, title: "Intro", artist: "A", duration: seconds, identity: identity)
    file.shared = [SharedHistory(tracks: [1, 2], history: history)]
    return file
  }

  private let nine = TrackHistory(plays: 9, firstPlayed: exportDay - 900 * day, lastPlayed: exportDay - day)

  @Test func aHistoryOfSeveralRecordingsIsNobodysCount() {
    let files = [shared(1, nine, identity: 1), shared(2, nine, seconds: 300, identity: 2)]
    #expect(labels(files, activeSet([1, 2])) == [1: Self.unknown, 2: Self.unknown])
    // Its times prove for neither that it was there.
    let late = files.map { file in
      var late = file
      late.arrival = exportDay + day
      return late
    }
    #expect(labels(late + [track(3)], activeSet([3]))[1] == Self.unknown)
    let unplayed = [
      shared(1, TrackHistory(plays: 0), identity: 1), shared(2, TrackHistory(), seconds: 300, identity: 2),
    ]
    #expect(labels(unplayed, activeSet([1, 2])) == [1: "unheard/neverPlayed", 2: "unheard/neverPlayed"])
  }

  @Test func aHistoryOfCopiesIsTheirs() {
    let files = [shared(1, nine, identity: 1), shared(2, nine, identity: 2)]
    #expect(labels(files, activeSet([1])) == [1: "good/plays", 2: "excluded/duplicate"])
    #expect(labels(files + [track(3)], activeSet([3]))[1] == "bad/archivedNotActive")
    // What sounds different is no copy, whatever foobar2000 and the names say.
    let evidence = [
      PairEvidence(first: 1, second: 2, kind: .differentRecording, description: "x"),
      PairEvidence(first: 1, second: 2, kind: .sameRecording, description: "one history in foobar2000"),
    ]
    #expect(labels(files, activeSet([1, 2]), evidence: evidence) == [1: Self.unknown, 2: Self.unknown])
  }

  // MARK: Copies that are gone

  @Test func whatWasHeardInACopyThatIsGoneWasHeard() {
    func gone(_ history: TrackHistory) -> LabellingFile {
      var file = track(2, title: "Song", artist: "A", identity: 2)
      file.history = history
      file.isMissing = true
      return file
    }
    let here = track(1, title: "Song", artist: "A", identity: 1, codec: "mp3", bitRate: 128_000)
    #expect(labels([here, gone(TrackHistory(plays: 9))], activeSet([1])) == [1: "good/plays"])
    #expect(labels([here, gone(TrackHistory(lastPlayed: exportDay))], activeSet([1])) == [1: Self.unknown])
    // The list names the one that is gone.
    #expect(labels([here, gone(TrackHistory())], activeSet([2])) == [1: "unheard/neverPlayed"])
    let result = assignLabels(files: [here, gone(TrackHistory(plays: 9))], imports: activeSet([1]))
    #expect(result.copies.isEmpty && result.relatives.isEmpty && result.assignments.map(\.id) == [1])
    // Alone it has no label.
    #expect(labels([gone(TrackHistory(plays: 9))], activeSet([2])) == [:])
  }

  /// Whatever is added that says that a track was played, neither it nor a copy of it is unheard afterwards.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func evidenceOfHearingNeverLeavesATrackUnheard(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let files = (1...30).map { id in
      var file = track(
        Int64(id), title: ["a", "b", "c", "d"].randomElement(using: &random), artist: "A",
        duration: Double.random(in: 100...160, using: &random), identity: UInt8.random(in: 0...40, using: &random),
        plays: [nil, 0, 2].randomElement(using: &random)!,
        arrival: exportDay + Double.random(in: -9...9, using: &random) * day)
      file.isMissing = Int.random(in: 0..<5, using: &random) == 0
      return file
    }
    let imports = activeSet(files.map(\.id).filter { _ in Bool.random(using: &random) })
    for place in files.indices {
      var more = files
      let time = [exportDay - 900 * day, exportDay + day, 1e6, .infinity].randomElement(using: &random)!
      let evidence = [
        TrackHistory(plays: Int.random(in: 1...9, using: &random)), TrackHistory(firstPlayed: time),
        TrackHistory(lastPlayed: time),
        TrackHistory(hearing: [HearingEvidence.allCases.randomElement(using: &random)!]),
      ].randomElement(using: &random)!
      if Bool.random(using: &random) {
        more[place].history = files[place].history.merged(with: evidence)
      } else {
        let other = files.randomElement(using: &random)!.id
        let shared = SharedHistory(tracks: [files[place].id, other], history: evidence)
        for index in more.indices where shared.tracks.contains(more[index].id) { more[index].shared = [shared] }
      }
      let result = assignLabels(files: more, imports: imports)
      let id = files[place].id
      let copies = result.copies.first { $0.kept == id || $0.others.contains(id) }
      for assignment in result.assignments where assignment.id == id || assignment.id == copies?.kept {
        #expect(assignment.label != .unheard, "seed \(seed), track \(id): \(evidence), \(assignment)")
      }
    }
  }
}
