import Labelling
import Testing
import Tracks

@Suite struct ShortVersionTests {
  private func label(
    _ title: String, duration: Double = 90, plays: Int? = 0, isActive: Bool = true, longPlays: Int? = 9,
    longIsActive: Bool = true, longTitle: String = "Song", longDuration: Double = 240, artist: String = "A"
  ) -> String? {
    let files = [
      track(1, title: longTitle, artist: "A", duration: longDuration, plays: longPlays),
      track(2, title: title, artist: artist, duration: duration, plays: plays), track(3),
    ]
    return labels(files, activeSet([3] + (isActive ? [2] : []) + (longIsActive ? [1] : [])))[2]
  }

  @Test(arguments: [
    "Song (TV Size)", "Song [TV size]", "Song -TV Size-", "Song ~TV EDIT~", "Song TV ver.", "Song (TV Version)",
    "Song（ＴＶサイズ）",
    "Song TVサイズ", "SONG 【TVサイズ】", "Song (TV Size ver.)", "Song (short ver.)", "Song Short Version", "Song (ショートバージョン)",
    "Song ショートVer.", "Song (アニメサイズ)", "Song (Game Size)", "Song (TVsize)", "Song (Radio Edit)", "Song(TV-Edit)",
    "Song (feat. X) [TV Size]",
    "Song ～TV size～", "Song (テレビサイズ)", "Song 〈劇場サイズ〉",
  ])
  func aMarkedTitleOfALongerGoodSongIsLeftOut(title: String) {
    #expect(label(title) == "excluded/shortVersion")
    #expect(label(title, isActive: false) == "excluded/shortVersion")
    #expect(label(title, plays: 30) == "excluded/shortVersion")
  }

  @Test(arguments: [
    // No mark, another song, or a version of its own.
    "Song", "Other (TV Size)", "Song (Instrumental TV Size)", "Song (TV Size) (Karaoke)", "TV Size Song", "Song (TV)",
    "Song 2 (TV Size)",
    "Short Version of Song",
  ])
  func othersStay(title: String) {
    #expect(label(title) == "unheard/neverPlayed")
  }

  @Test func aKaraokeVersionOfAShortVersionIsBadWhereItIsArchived() {
    #expect(label("Song (TV Size) [off vocal]", isActive: false) == "bad/archivedNotActive")
    #expect(label("Song (Karaoke)", isActive: false) == "bad/archivedNotActive")
  }

  @Test func theLongSongHasToBeLongerAndJudged() {
    #expect(label("Song (TV Size)", duration: 240) == "unheard/neverPlayed")
    #expect(label("Song (TV Size)", duration: 300) == "unheard/neverPlayed")
    #expect(label("Song (TV Size)", duration: 0) == "unheard/neverPlayed")
    #expect(label("Song (TV Size)", longPlays: 3) == "unheard/neverPlayed")
    #expect(label("Song (TV Size)", artist: "B") == "unheard/neverPlayed")
    #expect(label("Song (TV Size)", longTitle: "Song (Full ver.)") == "excluded/shortVersion")
    #expect(label("Song (TV Size)", longTitle: "Song (Live)") == "unheard/neverPlayed")
  }

  @Test func aShortVersionOfABadSongIsNotRecommendedButStaysBad() {
    #expect(label("Song (TV Size)", longIsActive: false) == "excluded/shortVersion")
    #expect(label("Song (TV Size)", isActive: false, longIsActive: false) == "bad/archivedNotActive")
    #expect(label("Song (TV Size)", plays: 9, longIsActive: false) == "good/plays")
  }

  @Test func theLongestGoodSongIsNamed() throws {
    let files = [
      track(1, "/m/a", title: "Song", artist: "A", duration: 240, plays: 9),
      track(2, "/m/b", title: "Song", artist: "A", duration: 300, plays: 9),
      track(3, title: "Song", artist: "A", duration: 400), track(4, title: "Song (TV Size)", artist: "A", duration: 90),
    ]
    let short = try #require(assignLabels(files: files, imports: activeSet([1, 2])).assignments.last)
    #expect(short.reason == .shortVersion)
    #expect(short.partner == 2)
    #expect(short.detail == "short version of /m/b, 90 s of 300 s")
  }

  @Test func aCopyOfAShortVersionIsNotRecommendedEither() {
    let files = [
      track(1, title: "Song", artist: "A", duration: 240, plays: 9),
      track(2, title: "Song (TV Size)", artist: "A", duration: 90, identity: 1),
      track(3, title: "Something", artist: "B", duration: 90, identity: 1, codec: "mp3"),
    ]
    #expect(labels(files, activeSet([1, 2, 3]))[3] == "excluded/duplicate")
    #expect(labels(files, activeSet([1, 2, 3]))[2] == "excluded/shortVersion")
  }

  @Test func evidenceShowsShortVersionsWithoutMarks() {
    let files = [
      track(1, title: "Song", artist: "A", duration: 240, plays: 9), track(2, title: "Clip", artist: "A", duration: 90),
      track(3, title: "Song (Off Vocal)", artist: "A", duration: 90),
    ]
    let evidence = [2, 3].map {
      PairEvidence(first: $0, second: 1, kind: .shortVersionOf, description: "fingerprint lies within")
    }
    let found = labels(files, activeSet([1, 2, 3]), evidence: evidence)
    #expect(found[2] == "excluded/shortVersion")
    #expect(found[3] == "unheard/neverPlayed")
    let long = PairEvidence(first: 1, second: 2, kind: .shortVersionOf, description: "wrong way round")
    #expect(labels(files, activeSet([1, 2, 3]), evidence: [long])[1] == "good/plays")
  }

  @Test func marksAreConfigurable() {
    var rules = LabelRules()
    rules.shortMarkers = ["cut down"]
    let files = [
      track(1, title: "Song", artist: "A", duration: 240, plays: 9),
      track(2, title: "Song (Cut-Down Version)", artist: "A", duration: 90),
      track(3, title: "Song (TV Size)", artist: "A", duration: 80),
    ]
    let found = labels(files, activeSet([1, 2, 3]), rules: rules)
    #expect(found[2] == "excluded/shortVersion")
    #expect(found[3] == "unheard/neverPlayed")
  }
}
