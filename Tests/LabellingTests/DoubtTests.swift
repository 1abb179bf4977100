import Labelling
import Testing
import Tracks

@Suite struct DoubtTests {
  private let doubt = TrackDoubt(entry: "D:\\M\\S?ng.flac", kind: .letters)

  /// An active list of 40 entries that names the first tracks, and may mean others.
  private func list(
    _ ids: [Int64], doubts: [Int64] = [], lost: Int = 1, cause: LossCause = .letters, entries: Int = 40
  ) -> PlaylistImport {
    var list = playlist(ids)
    list.entries = entries
    list.matched = entries - lost
    list.losses = lost > 0 ? [EntryLoss(cause: cause, entries: lost, example: doubt.entry)] : []
    list.doubts = Dictionary(uniqueKeysWithValues: doubts.map { ($0, doubt) })
    return list
  }

  private func active(_ list: PlaylistImport, trusted: [String] = []) -> ActiveSet {
    var rules = LabelRules()
    rules.trustedPlaylists = trusted
    return assignLabels(
      files: (1...50).map { track($0) }, imports: ImportedSets(playlists: [list]), rules: rules
    ).active
  }

  @Test func whatAnEntryMayMeanIsUndecidedWithTheEntryAndWhy() throws {
    let imports = ImportedSets(playlists: [list([1], doubts: [2, 3])])
    let files = [track(1, plays: 9), track(2, plays: 9), track(3), track(4, plays: 9)]
    #expect(
      labels(files, imports) == [
        1: "good/plays", 2: "undecided/doubtfulEntry", 3: "undecided/doubtfulEntry", 4: "bad/archivedNotActive",
      ])
    let told = assignLabels(files: files, imports: imports, explaining: [2])
    let detail = try #require(told.assignments.first { $0.id == 2 }?.detail)
    #expect(
      detail == "\"Active\" may mean it: D:\\M\\S?ng.flac (it has this name but for letters that a code page lost)")
    #expect(told.explanations[2]?.last?.contains(detail) == true)
  }

  @Test func aCopyThatMayBeMeantSpeaksForAll() {
    let files = [
      track(1), track(2, identity: 7, bitRate: 900_000), track(3, identity: 7, codec: "mp3", bitRate: 128_000),
    ]
    let found = labels(files, ImportedSets(playlists: [list([1], doubts: [3])]))
    #expect(found[2] == "undecided/doubtfulEntry" && found[3] == "excluded/duplicate")
    // A copy that is active settles it.
    #expect(labels(files, ImportedSets(playlists: [list([1, 2], doubts: [3])]))[2] == "unheard/neverPlayed")
  }

  @Test func theOwnersWordAndRatingsComeFirst() {
    var rules = LabelRules()
    rules.usesRatings = true
    var rated = track(2, plays: 1)
    rated.history.rating = 1
    let files = [track(1), rated, track(3, word: .bad), track(4, arrival: exportDay + day)]
    let found = labels(files, ImportedSets(playlists: [list([1], doubts: [2, 3, 4])]), rules: rules)
    #expect(found[2] == "bad/rated" && found[3] == "bad/ownersWord")
    // What came after the export cannot be meant by it.
    #expect(found[4] == "unheard/newArrival")
  }

  @Test(arguments: [LabelRules.Archived.bad, .good, .ignore])
  func doubtIsOlderThanWhatArchivedTracksAre(archived: LabelRules.Archived) {
    var rules = LabelRules()
    rules.archived = archived
    let found = labels([track(1), track(2)], ImportedSets(playlists: [list([1], doubts: [2])]), rules: rules)
    #expect(found[2] == "undecided/doubtfulEntry")
  }

  @Test(arguments: [(0, false, true), (1, false, true), (2, true, true), (7, true, true), (8, false, false)])
  func fromATwentiethThereIsAnAdviceAndFromAFifthNothingIsBad(lost: Int, isTold: Bool, archives: Bool) {
    let set = active(list([1], lost: lost))
    #expect(set.notes.isEmpty != isTold)
    #expect(set.makesArchived == archives)
    #expect(set.words.contains("trustedPlaylists: ['Active']") != archives)
  }

  @Test func streamsAreNoLoss() {
    var list = list([1], lost: 12)
    list.losses = [EntryLoss(cause: .stream, entries: 12)]
    #expect(active(list).makesArchived && active(list).notes.isEmpty)
    list.losses.append(EntryLoss(cause: .unread, entries: 3))
    #expect(active(list).notes.first?.hasPrefix("3 of the 43 entries") == true)
  }

  @Test func theOwnersTrustLiftsBothRules() {
    for lost in [8, 25, 39] {
      let set = active(list([1], doubts: [2], lost: lost), trusted: ["act*"])
      #expect(set.makesArchived && set.notes.count == 1)
      #expect(set.doubts[2] != nil)
    }
    #expect(!active(list([1], lost: 8), trusted: ["Other"]).makesArchived)
    // A list that names nothing cannot be right.
    #expect(!active(list([], lost: 40), trusted: ["*"]).makesArchived)
  }

  @Test func ofAWeakListNothingFollowsForWhatIsNotInIt() {
    let weak = ImportedSets(playlists: [list([1], doubts: [2], lost: 20)])
    let files = [track(1, plays: 9), track(2, plays: 9), track(3, plays: 9), track(4, plays: 2), track(5)]
    #expect(
      labels(files, weak) == [
        1: "good/plays", 2: "undecided/doubtfulEntry", 3: "undecided/doubtfulEntry", 4: "undecided/tooFewPlays",
        5: "unheard/neverPlayed",
      ])
  }

  @Test(arguments: [
    (LossCause.folder, "paths: {'D:\\M': '/srv/it''s'}"), (.letters, "codePage"), (.encoded, "percent-encoded"),
    (.elsewhere, "streams"), (.gone, "below 'D:\\M'"), (.ambiguous, "several tracks"), (.moved, "elsewhere"),
    (.unread, "cannot be read"),
  ])
  func theAdviceNamesTheCauseAndTheLine(cause: LossCause, words: String) {
    var list = list([1], lost: 0)
    list.matched = 36
    list.losses = [
      EntryLoss(cause: cause, entries: 4, example: "x", folder: "D:\\M", local: FilePath("/srv/it's"))
    ]
    let told = active(list).notes.joined()
    #expect(told.contains(words), "\(told)")
  }

  @Test func statisticsThatStandInAreTakenWithTheSameCare() {
    func statistics(_ lost: Int, _ trusted: [String] = []) -> [Int64: String] {
      let export = StatisticsImport(
        exportedAt: exportDay, importedAt: exportDay + day, entries: 40, matched: 40 - lost, unplayed: 1,
        fileIDs: [1, 2, 3], name: "Statistics", losses: [EntryLoss(cause: .gone, entries: lost)], doubts: [4: doubt])
      var rules = LabelRules()
      rules.trustedPlaylists = trusted
      return labels((1...5).map { track($0) }, ImportedSets(statistics: [export]), rules: rules)
    }
    #expect(statistics(7)[4] == "undecided/doubtfulEntry" && statistics(7)[5] == "bad/archivedNotActive")
    #expect(statistics(8)[5] == "unheard/neverPlayed")
    #expect(statistics(8, ["statistics"])[5] == "bad/archivedNotActive")
  }
}
