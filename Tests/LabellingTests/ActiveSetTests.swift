import Labelling
import Testing
import Tracks

@Suite struct ActiveSetTests {
  private let files = (1...10).map { track($0) }

  private func resolve(_ imports: ImportedSets, rules: LabelRules = LabelRules()) -> ActiveSet {
    assignLabels(files: files, imports: imports, rules: rules).active
  }

  private func statistics(
    _ ids: [Int64], unplayed: Int = 1, entries: Int? = nil, exportedAt: Double = exportDay
  ) -> StatisticsImport {
    StatisticsImport(
      exportedAt: exportedAt, importedAt: exportDay + day, entries: entries ?? ids.count, matched: ids.count,
      unplayed: unplayed, fileIDs: ids)
  }

  @Test(arguments: [
    ("Active*", "Active", true), ("Active*", "ACTIVE rock", true), ("active*", "Ａｃｔｉｖｅ", true),
    ("Active*", "Inactive", false),
    ("*", "", true), ("", "x", false), ("A?c", "abc", true), ("A?c", "ac", false), ("*a*b", "xaxbxb", true),
    ("*a*b", "xaxbx", false),
    ("Été", "e\u{301}te\u{301}", true),
  ])
  func namesFitPatternsInAnyCase(pattern: String, name: String, fits: Bool) {
    var rules = LabelRules()
    rules.activePlaylists = [pattern]
    #expect((resolve(activeSet([1], name: name), rules: rules).source == .playlists) == fits)
  }

  @Test func theNewestImportOfEachPlaylistCounts() {
    let imports = ImportedSets(playlists: [
      playlist([1, 2], exportedAt: exportDay - 9 * day), playlist([3], exportedAt: exportDay),
      playlist([4], name: "active", exportedAt: exportDay - 1),
      playlist([5], name: "Active jazz", exportedAt: exportDay - day),
      playlist([6], name: "Other"),
    ])
    let active = resolve(imports)
    #expect(active.fileIDs == [3, 5])
    #expect(active.playlists == ["Active", "Active jazz"])
    // A track that came between the two exports could only be in the later list.
    #expect(active.exportedAt == exportDay - day)
    var all = imports
    all.takesAllPlaylists = true
    #expect(resolve(all).fileIDs == [3, 5, 6])
  }

  @Test func ofAFutureExportTheImportCounts() {
    let imports = ImportedSets(playlists: [
      playlist([1], exportedAt: exportDay + 900 * day, importedAt: exportDay),
      playlist([2], exportedAt: exportDay + day, importedAt: exportDay + 2 * day),
    ])
    #expect(resolve(imports).fileIDs == [2])
  }

  @Test func aListThatHardlyMatchesArchivesNothing() {
    var weak = playlist([1, 2])
    weak.entries = 5
    let active = resolve(ImportedSets(playlists: [weak]))
    #expect(active.fileIDs == [1, 2])
    #expect(!active.makesArchived)
    #expect(active.words.contains("Only 2 of the 5 entries of \"Active\" name a track"))
    weak.entries = 4
    #expect(!resolve(ImportedSets(playlists: [weak])).makesArchived)
    var rules = LabelRules()
    rules.trustedPlaylists = ["active"]
    #expect(resolve(ImportedSets(playlists: [weak]), rules: rules).makesArchived)
    #expect(!resolve(activeSet([])).makesArchived)
    weak.entries = 5
    let labelled = labels(files, ImportedSets(playlists: [weak, playlist([3], name: "Active 2")]))
    #expect(Set(labelled.values) == ["unheard/neverPlayed"])
  }

  @Test func anEmptyListTakesNothingFromTheOthers() {
    let imports = ImportedSets(
      playlists: [playlist([1, 2]), playlist([], name: "Active empty", exportedAt: exportDay + 1)])
    let active = resolve(imports)
    #expect(active.makesArchived && active.fileIDs == [1, 2] && active.playlists == ["Active"])
    let alone = resolve(ImportedSets(playlists: [playlist([])]))
    #expect(!alone.makesArchived && alone.words.contains("is empty, so nothing counts as archived"))
  }

  @Test func anEmptyExportDoesNotTakeTheListAway() {
    let active = resolve(
      ImportedSets(playlists: [playlist([1, 2], exportedAt: exportDay), playlist([], exportedAt: exportDay + day)]))
    #expect(active.fileIDs == [1, 2] && active.makesArchived && active.exportedAt == exportDay)
    #expect(active.hint?.hasPrefix("The newest export of \"Active\" is empty") == true)
    #expect(resolve(activeSet([1])).hint == nil)
  }

  @Test func statisticsStandInWithCare() {
    #expect(resolve(ImportedSets(statistics: [statistics([1, 2, 3, 4, 5])])).source == .statistics)
    #expect(resolve(ImportedSets(statistics: [statistics([1, 2, 3, 4, 5])])).makesArchived)
    // More than half of the files would be bad.
    #expect(resolve(ImportedSets(statistics: [statistics([1, 2, 3, 4])])).source == .none)
    // Only played tracks: the export leaves out what was never played.
    #expect(resolve(ImportedSets(statistics: [statistics([1, 2, 3, 4, 5], unplayed: 0)])).source == .none)
    // Another machine's library.
    #expect(resolve(ImportedSets(statistics: [statistics([1, 2, 3, 4, 5], entries: 11)])).source == .none)
    let found = labels(files, ImportedSets(statistics: [statistics([1, 2, 3, 4, 5])]))
    #expect(found[5] == "unheard/neverPlayed")
    #expect(found[6] == "bad/archivedNotActive")
    // A playlist wins, a playlist of another name does not count.
    #expect(
      resolve(ImportedSets(playlists: [playlist([1])], statistics: [statistics([1, 2, 3, 4, 5])])).source == .playlists)
    #expect(
      resolve(ImportedSets(playlists: [playlist([1], name: "x")], statistics: [statistics([1, 2, 3, 4, 5])])).source
        == .statistics)
  }

  @Test func copiesCountWhenStatisticsAreWeighed() {
    let copies = (1...10).map { track($0, identity: $0 == 1 || $0 > 5 ? 1 : UInt8($0)) }
    let imports = ImportedSets(statistics: [statistics([1])])
    // Five copies of the one listed file are as active as it is; four others are not.
    #expect(assignLabels(files: copies, imports: imports).active.source == .statistics)
  }

  @Test func twoExportsOfStatisticsMakeOneSet() {
    let imports = ImportedSets(statistics: [
      statistics([1, 2, 3], exportedAt: exportDay - 200 * day), statistics([4, 5, 6], unplayed: 0),
    ])
    // Whatever came after the older export may be in the other library only.
    #expect(resolve(imports).exportedAt == exportDay - 200 * day)
    #expect(resolve(imports).fileIDs == [1, 2, 3, 4, 5, 6])
  }

  @Test func aNewerExportOfTheSameLibraryCountsAlone() {
    let active = resolve(
      ImportedSets(statistics: [
        statistics([1, 2, 3, 4, 9, 10], exportedAt: exportDay - 200 * day), statistics([1, 2, 3, 4, 5, 6]),
      ]))
    #expect(active.fileIDs == [1, 2, 3, 4, 5, 6])
    #expect(active.exportedAt == exportDay)
  }

  @Test func whatFoobar2000NeverSawIsNotLeftOutOfALiveList() {
    var imports = activeSet([1])
    imports.playlists[0].profile = FilePath("/p")
    var database = statistics([1, 2])
    database.profile = FilePath("/p")
    func labelled(_ statistics: [StatisticsImport], _ playlists: [PlaylistImport]? = nil) -> [Int64: String] {
      labels(
        (1...3).map { track($0) }, ImportedSets(playlists: playlists ?? imports.playlists, statistics: statistics))
    }
    let known = labelled([database])
    #expect(known[2] == "bad/archivedNotActive" && known[3] == "unheard/newArrival")
    // Another profile's database, one of what was played alone, an export beside it, and none tell nothing of it.
    var other = database
    other.profile = FilePath("/q")
    #expect(labelled([other])[3] == "bad/archivedNotActive")
    database.unplayed = 0
    #expect(labelled([database])[3] == "bad/archivedNotActive")
    #expect(labelled([])[3] == "bad/archivedNotActive")
    database.unplayed = 1
    #expect(
      labelled([database], imports.playlists + [playlist([], name: "Active 2"), playlist([1], name: "Active 3")])[3]
        == "bad/archivedNotActive")
    // A copy that it knew stands for all.
    let copies = [track(1), track(2, identity: 7), track(3, identity: 7)]
    imports.statistics = [database]
    #expect(labels(copies, imports)[2] == "bad/archivedNotActive")
  }

  @Test func whatToExportIsSaid() {
    let nothing = resolve(ImportedSets())
    #expect(nothing.source == .none)
    #expect(
      nothing.words
        == "There is no active playlist, so nothing counts as archived. Export the playlist of what you still listen to "
        + "from foobar2000 as .m3u8, under a name that fits \"Active*\", and import it.")
    #expect(resolve(activeSet([1], name: "Rock")).words.hasPrefix("None of the imported playlists (\"Rock\")"))
    let standIn = resolve(
      ImportedSets(playlists: [playlist([1], name: "x")], statistics: [statistics([1, 2, 3, 4, 5])]))
    #expect(standIn.hint?.hasPrefix("None of the imported playlists (\"x\") has a name of an active one; ") == true)
    #expect(resolve(ImportedSets(statistics: [statistics([1, 2, 3, 4, 5])])).hint == nil)
    #expect(resolve(ImportedSets(statistics: [statistics([1], unplayed: 0)])).words.contains("played tracks only"))
  }

  @Test func theWordsNameTheDay() {
    var imports = activeSet([1])
    for (time, text) in [
      (0.0, "1970-01-01"), (951_782_400, "2000-02-29"), (-86_400, "1969-12-31"), (4_102_444_799, "2099-12-31"),
    ] {
      imports.playlists[0].exportedAt = time
      imports.playlists[0].importedAt = time
      #expect(resolve(imports).words == "The active set is what the playlist \"Active\" held on \(text).")
    }
  }
}
