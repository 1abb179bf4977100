import Labelling
import Testing
import Tracks

@Suite struct RuleTests {
  @Test func theFiveCasesOfTheActiveSet() {
    let files = [
      track(1, plays: 6), track(2, plays: 5), track(3, plays: 0), track(4), track(5, plays: 60), track(6, plays: 0),
      track(7), track(8, arrival: exportDay + 1), track(9, arrival: exportDay),
    ]
    #expect(
      labels(files, activeSet([1, 2, 3, 4])) == [
        1: "good/plays", 2: "undecided/tooFewPlays", 3: "unheard/neverPlayed", 4: "unheard/neverPlayed",
        5: "bad/archivedNotActive", 6: "bad/archivedNotActive", 7: "bad/archivedNotActive", 8: "unheard/newArrival",
        9: "unheard/newArrival",
      ])
  }

  @Test(arguments: [(LabelRules.Archived.bad, "bad"), (.good, "good"), (.ignore, "excluded")])
  func whatArchivedMeansIsConfigurable(archived: LabelRules.Archived, label: String) {
    var rules = LabelRules()
    rules.archived = archived
    #expect(labels([track(1), track(2)], activeSet([1]), rules: rules)[2] == label + "/archivedNotActive")
  }

  @Test func theNumberOfPlaysIsConfigurable() {
    var rules = LabelRules()
    rules.goodPlays = 3
    #expect(labels([track(1, plays: 3)], activeSet([1]), rules: rules)[1] == "good/plays")
  }

  @Test func theLengthOfSeveralTracksIsConfigurable() {
    var rules = LabelRules()
    let files = [
      track(1, duration: 600, plays: 9), track(2, duration: 599, plays: 9), track(3, duration: 2_000, plays: 9),
    ]
    #expect(labels(files, activeSet([1, 2, 3]), rules: rules)[1] == "good/plays")
    rules.multiTrackMinutes = 599 / 60
    #expect(
      labels(files, activeSet([1, 2, 3]), rules: rules)
        == [1: "excluded/multiTrack", 2: "good/plays", 3: "excluded/multiTrack"])
    rules.multiTrackMinutes = 50
    #expect(labels(files, activeSet([1, 2, 3]), rules: rules)[3] == "good/plays")
  }

  @Test func howFarCopiesMayDifferIsConfigurable() {
    var rules = LabelRules()
    let files = [
      track(1, title: "Song", artist: "A", duration: 200, plays: 9),
      track(2, title: "Song", artist: "A", duration: 205, codec: "mp3", bitRate: 128_000),
    ]
    #expect(labels(files, activeSet([1, 2]), rules: rules)[2] == "unheard/neverPlayed")
    rules.duplicateSeconds = 5
    #expect(labels(files, activeSet([1, 2]), rules: rules) == [1: "good/plays", 2: "excluded/duplicate"])
  }

  @Test func theMarksOfKaraokeAreConfigurable() {
    var rules = LabelRules()
    let files = [
      track(1, title: "Song", artist: "A", duration: 240, plays: 9),
      track(2, title: "Song (Off Vocal)", artist: "A", duration: 90),
      track(3, title: "Song (Voiceless)", artist: "A", duration: 90),
    ]
    let evidence = [2, 3].map { PairEvidence(first: $0, second: 1, kind: .shortVersionOf, description: "lies within") }
    func found() -> [Int64: String] { labels(files, activeSet([1, 2, 3]), rules: rules, evidence: evidence) }
    #expect(found() == [1: "good/plays", 2: "unheard/neverPlayed", 3: "excluded/shortVersion"])
    rules.karaokeMarkers = ["voiceless"]
    #expect(found() == [1: "good/plays", 2: "excluded/shortVersion", 3: "unheard/neverPlayed"])
  }

  @Test func aLaterArrivalIsJudgedByItsPlays() {
    let files = [track(1), track(2, plays: 9, arrival: exportDay + 1), track(3, plays: 2, arrival: exportDay + 1)]
    let found = labels(files, activeSet([1]))
    #expect(found[2] == "good/plays")
    #expect(found[3] == "undecided/tooFewPlays")
  }

  @Test func whatFoobarSaysOfTheArrivalWins() {
    var old = track(1, arrival: exportDay + 5 * day)
    old.history.added = exportDay - day
    var new = track(2, arrival: exportDay - 5 * day)
    new.history.added = exportDay + day
    let found = labels([old, new, track(3)], activeSet([3]))
    #expect(found[1] == "bad/archivedNotActive")
    #expect(found[2] == "unheard/newArrival")
  }

  @Test func anExportIsNeverLaterThanItsImport() {
    let imports = ImportedSets(playlists: [
      playlist([1], exportedAt: exportDay + 100 * day, importedAt: exportDay)
    ])
    #expect(labels([track(1), track(2, arrival: exportDay + day)], imports)[2] == "unheard/newArrival")
  }

  @Test func aTimeThatIsNoNumberIsAFarFuture() {
    #expect(labels([track(1), track(2, arrival: .nan)], activeSet([1]))[2] == "unheard/newArrival")
  }

  @Test func theOwnersWordWinsOverEveryRule() {
    var broken = track(4, word: .good)
    broken.failure = "not audio"
    let files = [
      track(1, word: .good), track(2, plays: 50, word: .bad), track(3, duration: 9_000, word: .good), broken,
      track(5, plays: 50, word: .ignore), track(6, title: "Song", artist: "A", duration: 200, plays: 9),
      track(7, title: "Song (TV Size)", artist: "A", duration: 90, word: .bad),
    ]
    #expect(
      labels(files, activeSet([2, 5, 6])) == [
        1: "good/ownersWord", 2: "bad/ownersWord", 3: "good/ownersWord", 4: "good/ownersWord",
        5: "excluded/ownersWord", 6: "good/plays", 7: "bad/ownersWord",
      ])
  }

  @Test func theOwnersWordHoldsForEveryCopyAndShowsOnTheOneItWasSaidOf() {
    let files = [track(1, identity: 1, plays: 9), track(2, identity: 1, codec: "mp3", word: .bad)]
    #expect(labels(files, activeSet([1])) == [1: "excluded/duplicate", 2: "bad/ownersWord"])
  }

  @Test func severalTracksInOneFileAreLeftOut() {
    func with(_ id: Int64, _ change: (inout LabellingFile) -> Void) -> LabellingFile {
      var file = track(id, plays: 9)
      change(&file)
      return file
    }
    let sheet = "FILE \"a.flac\" WAVE\r\n  TRACK 01 AUDIO\r\n    INDEX 01 00:00:00\r\n"
    let files = [
      with(1) { $0.cueTracks = 12 }, with(2) { $0.tags.cueSheet = sheet + "  track 02 audio\r\n" },
      with(3) { $0.subsongs = 3 }, with(4) { $0.duration = 1_800.5 }, with(5) { $0.duration = 1_800 },
      with(6) {
        $0.duration = 5_000
        $0.cueTracks = 1
      },
      with(7) {
        $0.duration = 5_000
        $0.tags.cueSheet = sheet
      },
      with(8) {
        $0.duration = 5_000
        $0.cueTracks = 12
        $0.span = AudioSpan(start: 0, end: 300)
      },
    ]
    let found = labels(files, activeSet(files.map(\.id)))
    for id in 1...4 as ClosedRange<Int64> { #expect(found[id] == "excluded/multiTrack", "\(id)") }
    for id in 5...8 as ClosedRange<Int64> { #expect(found[id] == "good/plays", "\(id)") }
  }

  @Test func aFileThatCannotBeAnalysedIsLeftOutAndItsReadableCopyStays() {
    var broken = track(1, title: "Song", artist: "A", plays: 9)
    broken.failure = "truncated"
    let copy = track(2, title: "Song", artist: "A", codec: "mp3", bitRate: 128_000)
    #expect(labels([broken, copy], activeSet([1])) == [1: "excluded/duplicate", 2: "good/plays"])
    #expect(labels([broken], activeSet([1])) == [1: "excluded/unreadable"])
    broken.failure = "nothingHeard"
    #expect(labels([broken], activeSet([1])) == [1: "excluded/nothingHeard"])
    #expect(labels([broken], activeSet([2])) == [1: "excluded/nothingHeard"])
  }

  @Test func ratingsJudgeOnlyWhereTheyAreAskedTo() {
    let files = (1...5).map { stars in
      var file = track(Int64(stars), plays: 9)
      file.history.rating = stars
      return file
    }
    var rules = LabelRules()
    #expect(Set(labels(files, activeSet([1, 2, 3, 4, 5]), rules: rules).values) == ["good/plays"])
    rules.usesRatings = true
    #expect(
      labels(files, activeSet([1, 2, 3]), rules: rules) == [
        1: "bad/rated", 2: "bad/rated", 3: "good/plays", 4: "good/rated", 5: "good/rated",
      ])
    rules.ratingGood = 5
    rules.ratingBad = 1
    #expect(
      labels(files, activeSet([1, 2, 3]), rules: rules) == [
        1: "bad/rated", 2: "good/plays", 3: "good/plays", 4: "bad/archivedNotActive", 5: "good/rated",
      ])
  }

  @Test func neglectJudgesOnlyWhereItIsAskedTo() {
    func played(_ id: Int64, _ plays: Int, last: Double, came: Double) -> LabellingFile {
      var file = track(id, plays: plays, arrival: exportDay + came * day)
      file.history.lastPlayed = exportDay + last * day
      return file
    }
    let files = [
      played(1, 2, last: -181, came: -366), played(2, 3, last: -181, came: -366), played(3, 1, last: -179, came: -366),
      played(4, 1, last: -181, came: -364), played(5, 0, last: -181, came: -366),
    ]
    var rules = LabelRules()
    rules.usesNeglect = true
    var imports = activeSet([1, 2, 3, 4, 5])
    imports.statistics = [
      StatisticsImport(
        exportedAt: exportDay, importedAt: exportDay + day, entries: 5, matched: 5, unplayed: 0,
        fileIDs: [1, 2, 3, 4, 5])
    ]
    #expect(
      labels(files, imports, rules: rules) == [
        1: "bad/neglected", 2: "undecided/tooFewPlays", 3: "undecided/tooFewPlays", 4: "undecided/tooFewPlays",
        5: "undecided/playedCountUnknown",
      ])
    rules.neglectedPlays = 3
    rules.neglectedIdleDays = 170
    rules.neglectedAddedDays = 360
    #expect(
      labels(files, imports, rules: rules) == [
        1: "bad/neglected", 2: "bad/neglected", 3: "bad/neglected", 4: "bad/neglected",
        5: "undecided/playedCountUnknown",
      ])
    rules.neglectedPlays = 1
    rules.neglectedAddedDays = 365
    #expect(
      Set((1...4).compactMap { labels(files, imports, rules: rules)[$0] }) == [
        "undecided/tooFewPlays", "bad/neglected",
      ])
    #expect(labels(files, imports, rules: rules)[3] == "bad/neglected")
    rules.usesNeglect = false
    #expect(labels(files, imports, rules: rules)[1] == "undecided/tooFewPlays")
    // Without statistics nobody knows whether it was played since.
    rules.usesNeglect = true
    #expect(labels(files, activeSet([1, 2, 3, 4, 5]), rules: rules)[1] == "undecided/tooFewPlays")
  }

  @Test func rulesAreProposedWhereNothingIsBad() {
    var files = (1...5).map { stars in
      var file = track(Int64(stars), plays: 1, arrival: exportDay - 400 * day)
      file.history.rating = stars
      file.history.lastPlayed = exportDay - 300 * day
      return file
    }
    let statistics = StatisticsImport(
      exportedAt: exportDay, importedAt: exportDay, entries: 5, matched: 5, unplayed: 0, fileIDs: [1, 2, 3, 4, 5])
    let imports = ImportedSets(statistics: [statistics])
    let proposals = assignLabels(files: files, imports: imports).proposals
    #expect(proposals.map(\.key) == ["labels.ratings", "labels.neglected"])
    #expect(proposals.map(\.good) == [2, 0])
    #expect(proposals.map(\.bad) == [2, 5])
    files.append(track(6, word: .bad))
    #expect(assignLabels(files: files, imports: imports).proposals.isEmpty)
  }

  @Test func everyRuleIsExplained() throws {
    let files = [
      track(1, "/m/best.flac", identity: 1, plays: 2), track(2, "/m/copy.mp3", identity: 1, codec: "mp3", plays: 7),
      track(3, "/m/old.flac", plays: 3),
    ]
    let result = assignLabels(files: files, imports: activeSet([2]), explaining: [1, 2, 3])
    #expect(
      result.explanations[1] == [
        "The active set is what the playlist \"Active\" held on 2023-11-14.",
        "It is one of 2 copies of a recording, which share their history: /m/copy.mp3 (same audio).",
        "It came on 2023-08-06.", "It is in the active set.", "It is good (plays): 7 plays.",
      ])
    #expect(
      result.explanations[2]?.suffix(2) == [
        "By itself the recording is good (plays): 7 plays.", "It is excluded (duplicate): copy of /m/best.flac.",
      ])
    #expect(
      result.explanations[3]?.last
        == "It is bad (archived, not active): not in \"Active\" of 2023-11-14, there since 2023-08-06, 3 plays.")
  }

  @Test func wordsOfTheContractStay() {
    #expect(
      LabelReason.allCases.map(\.rawValue) == [
        "plays", "archivedNotActive", "doubtfulEntry", "tooFewPlays", "playedCountUnknown", "neverPlayed", "newArrival",
        "duplicate",
        "shortVersion", "multiTrack", "ownersWord", "rated", "neglected", "skipped", "playedOften",
        "notPlayedLately", "unreadable",
        "nothingHeard",
      ])
  }
}
