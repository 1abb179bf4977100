import Labelling
import Testing
import Tracks

@Suite struct CopyTests {
  /// The numbers of the kept track and the others of each group.
  private func groups(_ files: [LabellingFile], evidence: [PairEvidence] = []) -> [[Int64]] {
    assignLabels(files: files, imports: ImportedSets(), evidence: evidence).copies.map { [$0.kept] + $0.others }
  }

  private func areCopies(_ one: LabellingFile, _ other: LabellingFile) -> Bool {
    var other = other
    other.id = one.id + 1
    return !groups([one, other]).isEmpty
  }

  @Test func theSameAudioIsOneRecordingWhateverItIsCalled() {
    #expect(areCopies(track(1, identity: 7), track(1, title: "Other (Live)", artist: "B", duration: 50, identity: 7)))
    #expect(!areCopies(track(1, identity: 7), track(1, identity: 8)))
  }

  @Test func tracksOfOneCueAlbumAreNotCopies() {
    var one = track(1, identity: 7)
    var other = track(2, identity: 7)
    one.span = AudioSpan(start: 0, end: 100)
    other.span = AudioSpan(start: 100, end: 200)
    #expect(groups([one, other, track(3, identity: 7)]).isEmpty)
    other.span = one.span
    #expect(groups([one, other]) == [[1, 2]])
  }

  @Test(arguments: [
    ("Song", "song", true), ("Ｓｏｎｇ　１", "Song 1", true), ("Don’t Stop", "Dont stop", true),
    ("Café", "Cafe\u{301}", true),
    ("Café", "Cafe", true), ("Rock & Roll", "Rock and Roll", true), ("Song (feat. X)", "Song [ft. X]", true),
    ("Song feat. X", "Song (featuring X)", true), ("ｶﾞﾝﾀﾞﾑ", "ガンダム", true), ("Straße", "STRASSE", true),
    ("Song!", "Song", true),
    ("!!!", "!!!", true), ("♥", "♥", true), ("Ⅳ", "IV", true),
    // Other songs.
    ("Song", "Song (feat. X)", false), ("Song (feat. X)", "Song (feat. Y)", false), ("Song 1", "Song 2", false),
    ("Song (Live)", "Song", false), ("Song (Karaoke)", "Song", false), ("Song (Off Vocal)", "Song", false),
    ("Song -Instrumental-", "Song", false), ("Song (Remix)", "Song", false), ("Song (Acoustic)", "Song", false),
    ("Song カラオケ", "Song", false), ("Song (TV Size)", "Song", false), ("はは", "ばば", false), ("мой", "мои", false),
    ("C#", "C", false), ("!!!", "???", false), ("♥", "★", false), ("Song (Live feat. X)", "Song (feat. X)", false),
    ("6 ft under", "6", false), ("A+", "A", false), ("Song, Pt. 1", "Song, Pt. 2", false),
  ])
  func titlesAreTheSameInTheirWordsOnly(one: String, other: String, same: Bool) {
    #expect(areCopies(track(1, title: one, artist: "A"), track(2, title: other, artist: "a")) == same)
  }

  @Test func guestsMayStandWithTheArtist() {
    let together = track(1, title: "Song (feat. X)", artist: "A")
    #expect(areCopies(together, track(2, title: "Song", artist: "A feat. X")))
    #expect(areCopies(together, track(2, title: "Song (feat. X)", artist: "A feat. X")))
    #expect(!areCopies(together, track(2, title: "Song", artist: "A")))
    #expect(!areCopies(together, track(2, title: "Song", artist: "A feat. Y")))
  }

  @Test(arguments: [(0.0, true), (1.9, true), (2, true), (2.1, false), (60, false)])
  func durationsHaveToLieNear(apart: Double, same: Bool) {
    #expect(
      areCopies(
        track(1, title: "S", artist: "A", duration: 256), track(2, title: "S", artist: "A", duration: 256 + apart))
        == same)
  }

  @Test func withoutTagsOrDurationNothingIsGuessed() {
    #expect(!areCopies(track(1, "/a/Song.flac"), track(2, "/b/Song.flac")))
    #expect(!areCopies(track(1, title: "S"), track(2, title: "S")))
    #expect(!areCopies(track(1, artist: "A"), track(2, artist: "A")))
    #expect(!areCopies(track(1, title: " ", artist: "A"), track(2, title: " ", artist: "A")))
    for duration in [0, -1, Double.nan, .infinity] {
      #expect(
        !areCopies(
          track(1, title: "S", artist: "A", duration: duration), track(2, title: "S", artist: "A", duration: duration)))
    }
  }

  @Test func theAlbumArtistStandsInForTheArtist() {
    var one = track(1, title: "S")
    one.tags.albumArtist = "A"
    #expect(areCopies(one, track(2, title: "S", artist: "A")))
  }

  @Test func numbersOfOneAlbumTellTracksApart() {
    func untitled(_ id: Int64, _ album: String?, _ number: String?, disc: String? = nil) -> LabellingFile {
      var file = track(id, title: "Song", artist: "A", album: album, number: number)
      file.tags.discNumber = disc
      return file
    }
    #expect(!areCopies(untitled(1, "X", "1"), untitled(2, "X", "2")))
    #expect(!areCopies(untitled(1, "X", "1", disc: "1"), untitled(2, "X", "1", disc: "2")))
    #expect(areCopies(untitled(1, "X", "01"), untitled(2, "X", "1/12")))
    #expect(areCopies(untitled(1, "X", "1"), untitled(2, "Best of X", "7")))
    #expect(areCopies(untitled(1, "X", "1"), untitled(2, "X", nil)))
    // The third fits both, and must not make one recording of them.
    #expect(groups([untitled(1, "X", "1"), untitled(2, "X", "2"), untitled(3, "Y", "5")]).allSatisfy { $0.count == 2 })
  }

  @Test func titlesOfNothingInParticularDifferByAlbum() {
    for title in ["Track 01", "Untitled", "Intro", "無題", "03"] {
      func of(_ album: String?) -> LabellingFile { track(1, title: title, artist: "A", album: album) }
      #expect(!areCopies(of("X"), of("Y")))
      #expect(areCopies(of("X"), of("X")))
      #expect(areCopies(of(nil), of(nil)))
      #expect(areCopies(of("X"), of(nil)))
    }
  }

  @Test func unknownArtistsNeedOneAlbum() {
    for artist in ["Unknown Artist", "Various Artists", "不明なアーティスト"] {
      func of(_ album: String?) -> LabellingFile { track(1, title: "Song", artist: artist, album: album) }
      #expect(!areCopies(of("X"), of("Y")))
      #expect(!areCopies(of(nil), of(nil)))
      #expect(!areCopies(of("X"), of(nil)))
      #expect(areCopies(of("X"), of("X")))
    }
  }

  @Test func anAlbumOfVersionsIsNoCopyOfTheSongs() {
    for album in ["Song (Karaoke)", "X Live", "X Remixes", "X Unplugged", "X off vocal"] {
      #expect(
        !areCopies(track(1, title: "S", artist: "A", album: album), track(2, title: "S", artist: "A", album: "X")))
    }
  }

  @Test func theBestCopyStays() {
    let files = [
      track(1, title: "S", artist: "A", codec: "mp3", bitRate: 320_000),
      track(2, title: "S", artist: "A", codec: "flac", bitRate: 700_000),
      track(3, title: "S", artist: "A", codec: "vorbis", bitRate: 500_000),
      track(4, title: "S", artist: "A", codec: "pcm_s16le", bitRate: 1_411_000),
    ]
    #expect(groups(files) == [[4, 1, 2, 3]])
    #expect(groups(Array(files.prefix(3))) == [[2, 1, 3]])
    #expect(groups([files[0], files[2]]) == [[3, 1]])
    // A quiet FLAC needs fewer bits than a loud MP3.
    let quiet = track(6, title: "S", artist: "A", duration: 199, codec: "flac", bitRate: 250_000)
    #expect(groups([files[0], quiet]) == [[6, 1]])
    let longer = track(5, title: "S", artist: "A", duration: 201, codec: "mp3", bitRate: 320_000)
    #expect(groups([files[0], longer]) == [[5, 1]])
    #expect(groups([track(1, "/m/b", identity: 1), track(2, "/m/a", identity: 1)]) == [[2, 1]])
    // A new copy takes nothing from the one that was here before, nor from the one that foobar2000 knows.
    let old = track(7, "/m/b", identity: 1)
    #expect(groups([old, track(8, "/m/a", identity: 1, arrival: exportDay + day)]) == [[7, 8]])
    #expect(groups([old, track(8, "/m/c", identity: 1, plays: 0, arrival: exportDay + day)]) == [[8, 7]])
  }

  @Test func copiesShareTheirHistory() throws {
    var played = track(2, title: "S", artist: "A", codec: "mp3", plays: 4)
    played.history.added = exportDay - 300 * day
    let files = [
      track(1, title: "S", artist: "A", plays: 3, arrival: exportDay + day), played,
      track(3, title: "S", artist: "A", duration: 201, codec: "mp3", plays: 7), track(4),
    ]
    // Active through one copy, old through another, played through the third.
    let result = assignLabels(files: files, imports: activeSet([1]))
    #expect(result.assignments.map(\.label) == [.good, .excluded, .excluded, .bad])
    #expect(result.assignments.map(\.plays) == [7, 7, 7, nil])
    #expect(result.assignments.map(\.partner) == [nil, 1, 1, nil])
    // A new copy of an old archived song is as old as the song.
    let archived = [track(1, identity: 1), track(2, identity: 1, bitRate: 990_000, arrival: exportDay + day), track(3)]
    #expect(labels(archived, activeSet([3]))[2] == "bad/archivedNotActive")
  }

  @Test func evidenceJoinsWhatTagsDoNot() {
    let files = [track(1, title: "S", artist: "A"), track(2, title: "S (2011 Remaster)", artist: "A", duration: 210)]
    let pair = PairEvidence(first: 2, second: 1, kind: .sameRecording, description: "fingerprints agree by 97%")
    #expect(groups(files).isEmpty)
    #expect(groups(files, evidence: [pair]) == [[2, 1]])
    let result = assignLabels(files: files, imports: ImportedSets(), evidence: [pair])
    #expect(result.copies[0].links.map(\.evidence) == ["fingerprints agree by 97%"])
    // A pair with a track that is gone says nothing.
    #expect(groups([files[0]], evidence: [pair]).isEmpty)
  }

  @Test(arguments: ["Karaoke", "off vocal", "Instrumental", "Live", "Remix", "Acoustic ver.", "カラオケ", "オフボーカル"])
  func evidenceNeverJoinsAMarkedVersion(mark: String) {
    let pair = PairEvidence(first: 1, second: 2, kind: .sameRecording, description: "x")
    let marked = track(2, title: "S (\(mark))", artist: "A")
    #expect(groups([track(1, title: "S", artist: "A"), marked], evidence: [pair]).isEmpty)
    #expect(groups([track(1, title: "T (\(mark))", artist: "A"), marked], evidence: [pair]).count == 1)
  }

  @Test func evidenceKeepsApartWhatNamesWouldJoin() {
    let files = [track(1, title: "S", artist: "A", identity: 1), track(2, title: "S", artist: "A", identity: 2)]
    let pair = PairEvidence(first: 1, second: 2, kind: .differentRecording, description: "x")
    #expect(groups(files).count == 1)
    #expect(groups(files, evidence: [pair]).isEmpty)
    // Another file of the same audio is as different.
    let three = files + [track(3, title: "S", artist: "A", identity: 2)]
    #expect(groups(three, evidence: [pair]).map(Set.init) == [[2, 3]])
    // So is every copy of what was compared, and one history in foobar2000 proves nothing against it.
    let copies = [1, 2, 3].map { track($0, title: "S", artist: "A", identity: UInt8($0)) }
    let found = [
      PairEvidence(first: 1, second: 2, kind: .sameRecording, description: "sound"),
      PairEvidence(first: 1, second: 3, kind: .differentRecording, description: "sound"),
      PairEvidence(first: 1, second: 3, kind: .sameRecording, description: "one history"),
    ]
    #expect(groups(copies, evidence: found) == [[1, 2]])
  }

  @Test func versionsBelongTogetherAndAreNoCopies() {
    let files = [
      track(1, title: "S", artist: "A"), track(2, title: "S (Karaoke)", artist: "A"),
      track(3, title: "S (TV Size)", artist: "A", duration: 90), track(4, title: "T", artist: "A"),
      track(5, title: "U", artist: "B"), track(6, title: "U", artist: "B"),
    ]
    let pair = PairEvidence(first: 1, second: 2, kind: .otherVersion, description: "x")
    let result = assignLabels(files: files, imports: ImportedSets(), evidence: [pair], explaining: [2])
    #expect(result.relatives == [[1, 2, 3], [5, 6]])
    #expect(result.copies.map(\.others) == [[6]])
    #expect(result.explanations[2]?.contains { $0.contains("another version of it, but no copy: x") } == true)
    #expect(result.evidence == [pair])
  }

  @Test func theCopyThatAPlaylistCanNameStays() {
    let odd = LabellingFile(
      id: 1, path: FilePath(bytes: [0x2F, 0x61, 0xE9]), identity: track(2, identity: 7).identity, tags: TrackTags(),
      duration: 200, arrival: 0)
    let result = assignLabels(files: [odd, track(2, identity: 7)], imports: ImportedSets(), rules: LabelRules())
    #expect(result.copies.map(\.kept) == [2])
  }

  @Test func pairsOfOneNameLeaveMarksOfLengthOut() {
    let files = [
      track(1, title: "S", artist: "A"), track(2, title: "S (TV Size)", artist: "a", duration: 90),
      track(3, title: "S (Karaoke)", artist: "A"), track(4, title: "S", artist: "B"), track(7),
      track(5, title: "Track 01", artist: "A"), track(6, title: "Track 01", artist: "A"),
    ]
    func pairs(_ files: [LabellingFile], new: [Int64]) -> [[Int64]] {
      pairsOfOneName(
        files.map { NamedTrack(id: $0.id, tags: $0.tags, duration: $0.duration) }, new: Set(new), rules: LabelRules()
      ).map { [$0.first, $0.second] }
    }
    #expect(pairs(files, new: files.map(\.id)) == [[1, 2]])
    #expect(pairs(files, new: [2]) == [[1, 2]] && pairs(files, new: [3, 4]).isEmpty)
    // Folding may change what a title begins with.
    for title in ["Ｓ", "「S」", "(S)"] {
      let two = [track(1, title: title, artist: "A"), track(2, title: "S", artist: "A")]
      #expect(pairs(two, new: [1]) == [[1, 2]] && pairs(two, new: [2]) == [[1, 2]], "\(title)")
    }
    let many = (Int64(1)...200).map { track($0, title: "S", artist: "A", duration: Double(100 + $0)) }
    #expect(pairs(many, new: many.map(\.id)).count < 200 * 8)
  }
}
