import Labelling
import TestSupport
import Testing
import Tracks

/// Since when a track was there, and what that makes of one outside the active set.
@Suite struct PresenceTests {
  private static func bad(_ result: LabelResult) -> Int { result.assignments.count { $0.label == .bad } }

  /// A track outside the set whose file is dated after the export.
  private func late(
    _ id: Int64 = 2, plays: Int? = nil, first: Double? = nil, last: Double? = nil, added: Double? = nil,
    seen: Double? = nil, arrival: Double = exportDay + 5 * day
  ) -> LabellingFile {
    var file = track(id, plays: plays, arrival: arrival)
    (file.history.firstPlayed, file.history.lastPlayed, file.history.added) = (first, last, added)
    file.seenAt = seen
    return file
  }

  private func label(_ file: LabellingFile) -> String {
    labels([track(1), file], activeSet([1]))[file.id] ?? ""
  }

  @Test func playsOfYearsAgoProveThatATrackWasThere() {
    #expect(label(late(plays: 8, first: exportDay - 900 * day)) == "bad/archivedNotActive")
    #expect(label(late(plays: 8, last: exportDay - 900 * day)) == "bad/archivedNotActive")
    #expect(label(late(last: exportDay - 900 * day)) == "bad/archivedNotActive")
    // A library that was added again yesterday.
    let again = exportDay + 4 * day
    #expect(label(late(plays: 8, first: exportDay - day, last: exportDay - 1, added: again)) == "bad/archivedNotActive")
    #expect(label(late(added: again, seen: exportDay - 1)) == "bad/archivedNotActive")
  }

  @Test func whatCameAfterTheExportIsJudgedByItsPlays() {
    #expect(label(late(plays: 8, first: exportDay + day)) == "good/plays")
    #expect(label(late(plays: 8, first: exportDay)) == "good/plays")
    #expect(label(late(plays: 3, last: exportDay + day)) == "undecided/tooFewPlays")
    #expect(label(late(last: exportDay + day)) == "undecided/playedCountUnknown")
    #expect(label(late(seen: exportDay + 5 * day)) == "unheard/newArrival")
  }

  /// A downloaded file keeps its date: where foobar2000 says when it was added, the date proves nothing.
  @Test func theFilesDateCountsOnlyWithoutAnAdding() {
    let old = exportDay - 900 * day
    #expect(label(late(arrival: old)) == "bad/archivedNotActive")
    #expect(label(late(added: exportDay + day, arrival: old)) == "unheard/newArrival")
    #expect(label(late(added: .nan, arrival: old)) == "bad/archivedNotActive")
    #expect(label(late(added: 0, arrival: old)) == "bad/archivedNotActive")
  }

  @Test(arguments: [0, -1, 500_000_000, 631_151_999, -11_644_473_600, Double.nan, -.infinity, .infinity, 1e300])
  func timesThatCannotBeAreNoEvidence(time: Double) {
    #expect(label(late(added: time)) == "unheard/newArrival")
    #expect(label(late(seen: time)) == "unheard/newArrival")
    #expect(label(late(arrival: time)) == "unheard/newArrival")
    // They hide no other, and a play at an impossible time is a play.
    #expect(label(late(first: time, last: exportDay - day)) == "bad/archivedNotActive")
    #expect(label(late(first: time)) == "undecided/playedCountUnknown")
    #expect(label(late(plays: 9, first: time)) == "good/plays")
    let copies = [late(2, first: time), late(3, first: exportDay - day)].map { file in
      var copy = file
      copy.identity = AudioIdentity(scheme: .flacMD5, digest: [UInt8](repeating: 1, count: 16))
      return copy
    }
    #expect(labels(copies + [track(1)], activeSet([1]))[2] == "bad/archivedNotActive")
  }

  @Test func theReasonNamesTheEvidence() throws {
    func words(_ file: LabellingFile) throws -> [String] {
      try #require(assignLabels(files: [track(1), file], imports: activeSet([1]), explaining: [2]).explanations[2])
    }
    let year = exportDay - 365 * day
    #expect(
      try words(late(plays: 8, first: year)).last?.contains("there since 2022-11-14 (first played), 8 plays") == true)
    #expect(try words(late(last: year)).last?.contains("there since 2022-11-14 (last played), no plays known") == true)
    #expect(try words(late(added: year)).last?.contains("there since 2022-11-14 (added)") == true)
    #expect(try words(late(seen: year)).last?.contains("there since 2022-11-14 (seen by indexd)") == true)
    let again = try words(late(plays: 8, first: year, added: exportDay + day))
    #expect(again.contains("foobar2000 added it on 2023-11-15."))
    #expect(again.contains("It was there since 2022-11-14 (first played)."))
    let unknown = try words(late(arrival: .nan))
    #expect(unknown.contains("Nothing tells when it came."))
    #expect(unknown.last == "It is unheard (new arrival): nothing tells that it was there at the export of 2023-11-14.")
  }

  @Test func neglectGoesByTheEarliestEvidenceToo() {
    var rules = LabelRules()
    rules.usesNeglect = true
    let statistics = StatisticsImport(
      exportedAt: exportDay, importedAt: exportDay + day, entries: 1, matched: 1, unplayed: 0, fileIDs: [1])
    var file = track(1, plays: 2, arrival: exportDay)
    (file.history.firstPlayed, file.history.lastPlayed) = (exportDay - 400 * day, exportDay - 300 * day)
    file.history.added = exportDay - day
    var imports = activeSet([1])
    imports.statistics = [statistics]
    #expect(labels([file], imports, rules: rules)[1] == "bad/neglected")
    // Plays that nobody counted may be many.
    file.history.hearing = [.sharedEntry]
    #expect(labels([file], imports, rules: rules)[1] == "undecided/tooFewPlays")
  }

  @Test func whereMostTracksSeemToBeNewerTheOwnerIsTold() throws {
    let active = (1...10).map { track($0) }
    func advice(_ others: [LabellingFile]) -> String? {
      assignLabels(files: active + others, imports: activeSet(active.map(\.id))).lateAdvice
    }
    let later = (11...18).map { late($0) }
    let words = try #require(advice(later + [track(19)]))
    #expect(words.hasPrefix("8 of the 9 tracks outside \"Active\" seem to have come after the export of 2023-11-14"))
    for remedy in ["`Added`", "`cp -p`", "`--exported-at`"] { #expect(words.contains(remedy)) }
    // Half of them, or a single new album in a large library, is nothing to worry about.
    #expect(advice((11...14).map { late($0) } + (15...18).map { track($0) }) == nil)
    #expect(advice([late(11)]) == nil)
    #expect(advice([]) == nil)
  }

  /// Evidence that a track was there earlier never makes a rejected one liked, nor takes the judgement away.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func earlierEvidenceNeverTurnsBadIntoAnythingElse(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func time() -> Double { exportDay + Double.random(in: -500...200, using: &random) * day }
    let files = (1...30).map { id in
      var file = late(
        Int64(id), plays: [nil, 0, 3, 9].randomElement(using: &random)!,
        first: [nil, time()].randomElement(using: &random)!, last: [nil, time()].randomElement(using: &random)!,
        added: [nil, nil, time(), 0, .nan].randomElement(using: &random)!,
        seen: [nil, time()].randomElement(using: &random)!, arrival: time())
      file.identity = AudioIdentity(
        scheme: .flacMD5, digest: [UInt8](repeating: UInt8.random(in: 0...40, using: &random), count: 16))
      return file
    }
    let imports = activeSet([1, 2, 3, 4])
    let before = assignLabels(files: files, imports: imports)
    for place in files.indices {
      var more = files
      let earlier = exportDay - Double.random(in: 1...3_000, using: &random) * day
      switch Int.random(in: 0..<4, using: &random) {
      case 0: more[place].history = files[place].history.merged(with: TrackHistory(firstPlayed: earlier))
      case 1: more[place].history = files[place].history.merged(with: TrackHistory(lastPlayed: earlier))
      case 2: more[place].seenAt = earlier
      default:
        let added = files[place].history.plausible().added ?? .infinity
        more[place].history.added = min(added, earlier)
      }
      let after = assignLabels(files: more, imports: imports)
      for (old, new) in zip(before.assignments, after.assignments) where old.label == .bad {
        #expect(new.label == .bad || new.reason == .duplicate, "seed \(seed), track \(old.id): \(new)")
      }
      #expect(Self.bad(after) >= Self.bad(before), "seed \(seed), track \(place + 1)")
    }
  }
}
