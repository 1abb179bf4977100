import Labelling
import Testing
import Tracks

/// The optional rules for skips, rates of plays and last plays, and what is told of them.
@Suite struct HabitTests {
  private func heard(_ id: Int64, _ history: TrackHistory) -> LabellingFile {
    var file = track(id, arrival: exportDay - 900 * day)
    file.history = history
    return file
  }

  private func imports(_ files: [LabellingFile], active: [Int64]? = nil) -> ImportedSets {
    let ids = files.map(\.id)
    var imports = activeSet(active ?? ids)
    imports.statistics = [
      StatisticsImport(
        exportedAt: exportDay, importedAt: exportDay, entries: ids.count, matched: ids.count, unplayed: 0, fileIDs: ids)
    ]
    return imports
  }

  private func labelled(_ files: [LabellingFile], active: [Int64]? = nil, _ change: (inout LabelRules) -> Void)
    -> [String]
  {
    var rules = LabelRules()
    change(&rules)
    let found = labels(files, imports(files, active: active), rules: rules)
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  @Test func skipsJudgeOnlyWhereTheyAreAskedTo() {
    let files = [
      heard(1, TrackHistory(plays: 2, skips: 3)), heard(2, TrackHistory(plays: 3, skips: 9)),
      heard(3, TrackHistory(plays: 2, skips: 2)), heard(4, TrackHistory(plays: 0, skips: 3)),
      // Unknown is no evidence: no count of plays, plays that nobody counted, no count of skips.
      heard(5, TrackHistory(skips: 9)), heard(6, TrackHistory(plays: 0, skips: 9, hearing: [.tag])),
      heard(7, TrackHistory(plays: 0)), heard(8, TrackHistory(plays: 6, skips: 99)),
    ]
    let plain = [
      "undecided/tooFewPlays", "undecided/tooFewPlays", "undecided/tooFewPlays", "unheard/neverPlayed",
      "unheard/neverPlayed", "undecided/playedCountUnknown", "unheard/neverPlayed", "good/plays",
    ]
    #expect(labelled(files) { _ in } == plain)
    var judged = plain
    (judged[0], judged[3]) = ("bad/skipped", "bad/skipped")
    #expect(labelled(files) { $0.usesSkips = true } == judged)
    let own = labelled(files) { ($0.usesSkips, $0.skippedTimes, $0.skippedPlays) = (true, 9, 7) }
    #expect(own[0] == plain[0] && own[1] == "bad/skipped" && own[7] == "bad/skipped")
    #expect(labelled(files, active: [2, 3, 4, 5, 6, 7, 8]) { $0.usesSkips = true }[0] == "bad/archivedNotActive")
  }

  @Test func aRateOfPlaysJudgesOnlyWhereItIsAskedTo() {
    func added(_ id: Int64, _ plays: Int?, _ days: Double) -> LabellingFile {
      heard(id, TrackHistory(plays: plays, added: exportDay - days * day))
    }
    let files = [
      added(1, 3, 90), added(2, 3, 92), added(3, 2, 30), added(4, 3, -1), heard(5, TrackHistory(plays: 5)),
      added(6, 6, 5_000), added(7, 5, 1),
    ]
    #expect(labelled(files) { _ in }.count { $0 == "undecided/tooFewPlays" } == 6)
    #expect(
      labelled(files) { $0.usesFrequency = true } == [
        "good/playedOften", "undecided/tooFewPlays", "undecided/tooFewPlays", "undecided/tooFewPlays",
        "undecided/tooFewPlays", "good/plays", "good/playedOften",
      ])
    #expect(labelled(files) { ($0.usesFrequency, $0.frequentPerYear) = (true, 60) }.last == "good/playedOften")
    #expect(labelled(files) { ($0.usesFrequency, $0.frequentPerYear) = (true, 61) }.last == "undecided/tooFewPlays")
    #expect(labelled(files, active: [2]) { $0.usesFrequency = true }[0] == "bad/archivedNotActive")
    // Exactly as often as is asked for.
    let exact = [added(1, 5, 121.75)]
    #expect(labelled(exact) { ($0.usesFrequency, $0.frequentPerYear) = (true, 15) } == ["good/playedOften"])
    #expect(TrackHistory(plays: 12, added: exportDay - 365.25 * day).playsPerYear(until: exportDay) == 12)
    #expect(TrackHistory(plays: 12, added: exportDay).playsPerYear(until: nil) == nil)
  }

  @Test func aLastPlayOfLongAgoTakesTheJudgementAwayOnlyWhereItIsAskedTo() {
    func played(_ id: Int64, _ plays: Int, _ days: Double?) -> LabellingFile {
      heard(id, TrackHistory(plays: plays, lastPlayed: days.map { exportDay - $0 * day }))
    }
    let files = [played(1, 6, 1_096), played(2, 6, 1_094), played(3, 6, nil), played(4, 5, 1_096)]
    #expect(
      labelled(files) { $0.usesFading = true } == [
        "undecided/notPlayedLately", "good/plays", "good/plays", "undecided/tooFewPlays",
      ])
    #expect(labelled(files) { _ in }[0] == "good/plays")
  }

  @Test func copiesShareTheirSkips() {
    var (one, other) = (heard(1, TrackHistory(plays: 0, skips: 1)), heard(2, TrackHistory(plays: 1, skips: 3)))
    one.identity = AudioIdentity(scheme: .flacMD5, digest: [UInt8](repeating: 7, count: 16))
    other.identity = one.identity
    #expect(labelled([one, other]) { $0.usesSkips = true }.contains("bad/skipped"))
  }

  @Test func whatIsKnownOfHabitsIsExplained() throws {
    let files = [
      heard(
        1,
        TrackHistory(
          plays: 4, lastPlayed: exportDay - 10 * day, added: exportDay - 730.5 * day, skips: 2,
          lastSkipped: exportDay - 2 * day)),
      heard(2, TrackHistory(plays: 0, skips: 0)), heard(3, TrackHistory(plays: 0)),
    ]
    let result = assignLabels(files: files, imports: imports(files), explaining: [1, 2, 3])
    let lines = try #require(result.explanations[1])
    #expect(lines.contains("Last played on 2023-11-04."))
    #expect(lines.contains("Since it was added it was played 2 times a year."))
    #expect(lines.contains("Skips: 2 skips, the last on 2023-11-12."))
    #expect(result.explanations[2]?.contains("Skips: 0 skips.") == true)
    #expect(result.explanations[3]?.contains { $0.hasPrefix("Skips") } == false)
    #expect(result.histories[1]?.skips == 2 && result.statisticsTime == exportDay)
    let skipped = assignLabels(
      files: [heard(4, TrackHistory(plays: 1, skips: 4))], imports: imports([heard(4, TrackHistory())]))
    #expect(skipped.proposals.map(\.key) == ["labels.skips"])
    #expect(
      skipped.proposals.first?.words
        == "`labels: {skips: on}` would make 1 track bad: skipped at least 3 times and played less than 3 times.")
  }
}
