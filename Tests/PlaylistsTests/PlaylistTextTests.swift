import Playlists
import Testing
import Tracks

@Suite struct PlaylistTextTests {
  private func lines(_ entries: [PlaylistEntry], comment: String = "2 tracks") -> [String] {
    String(decoding: PlaylistText(entries, comment: comment).bytes, as: UTF8.self).components(separatedBy: "\n")
  }

  @Test func aListIsHeaderCommentAndTwoLinesATrack() {
    let text = PlaylistText(
      [
        PlaylistEntry(location: FilePath("A/Ä.flac"), duration: 183.5, artist: "Artist", title: "Title"),
        PlaylistEntry(location: FilePath("/m/b.tar.flac"), title: "Only"),
        PlaylistEntry(location: FilePath(#"D:\M\c d.mp3"#)),
      ], comment: "3 tracks, about 70% of them to your liking")
    #expect(
      String(decoding: text.bytes, as: UTF8.self) == """
        #EXTM3U
        #GENERATOR:indexd
        # 3 tracks, about 70% of them to your liking
        #EXTINF:184,Artist - Title
        A/Ä.flac
        #EXTINF:-1,Only
        /m/b.tar.flac
        #EXTINF:-1,c d
        D:\\M\\c d.mp3

        """)
    #expect(text.warnings.isEmpty)
    #expect(PlaylistText.isOwn(text.bytes))
  }

  @Test func tagsCannotTurnTheTextAround() {
    let entry = PlaylistEntry(location: FilePath("a"), artist: "A\u{202E}B", title: "x\u{2066}y\u{200F}\u{9B}z\u{2029}")
    #expect(lines([entry])[3...4] == ["#EXTINF:-1,A B - x y  z ", "a"])
  }

  @Test func tagsAndCommentsCannotBreakLines() {
    let found = lines(
      [
        PlaylistEntry(
          location: FilePath("a"), duration: .nan, artist: "A\r\nB", title: "x\n/etc/passwd\u{85}\u{2028}\0y")
      ], comment: "one\n/evil")
    #expect(found == ["#EXTM3U", "#GENERATOR:indexd", "# one /evil", "#EXTINF:-1,A  B - x /etc/passwd   y", "a", ""])
  }

  @Test func pathsThatCannotBeSpelledAreLeftOutWithAWarning() {
    let text = PlaylistText(
      [
        PlaylistEntry(location: FilePath(bytes: Array("caf".utf8) + [0xE9])), PlaylistEntry(location: FilePath("a\nb")),
        PlaylistEntry(location: FilePath("a\rb")), PlaylistEntry(location: FilePath("fine")),
      ], comment: "")
    #expect(String(decoding: text.bytes, as: UTF8.self) == "#EXTM3U\n#GENERATOR:indexd\n# \n#EXTINF:-1,fine\nfine\n")
    #expect(
      text.warnings == [
        "caf\u{FFFD}: left out of the playlist, its name is not UTF-8; rename it",
        "a b: left out of the playlist, its name holds a line break; rename it",
        "a b: left out of the playlist, its name holds a line break; rename it",
      ])
  }

  @Test func aPathIsNeverTakenForAComment() {
    #expect(lines([PlaylistEntry(location: FilePath("#1.flac"), title: "x")])[4] == "./#1.flac")
    #expect(lines([PlaylistEntry(location: FilePath(" a.flac"), title: "x")])[4] == "./ a.flac")
  }

  @Test func bytesOfAPathStay() {
    let decomposed = FilePath("e\u{301}.flac")
    let bytes = PlaylistText([PlaylistEntry(location: decomposed, title: "x")], comment: "").bytes
    #expect(bytes.suffix(decomposed.bytes.count + 1).dropLast().elementsEqual(decomposed.bytes))
  }

  @Test func onlyOurOwnListsAreOurs() {
    #expect(!PlaylistText.isOwn([]))
    #expect(!PlaylistText.isOwn("#EXTM3U\n# indexd".utf8))
    #expect(!PlaylistText.isOwn("#EXTM3U\nx\n#GENERATOR:indexd\n".utf8))
    #expect(PlaylistText.isOwn("#EXTM3U\n#GENERATOR:indexd\n# x\nfoo".utf8))
  }
}

extension String {
  fileprivate func components(separatedBy separator: Character) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
