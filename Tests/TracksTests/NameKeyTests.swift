import Testing
import Tracks

@Suite struct NameKeyTests {
  @Test(
    arguments: [
      ("Beyoncé", "beyonce"), ("BEYONCE\u{301}", "beyonce"), ("  Sigur \t Rós ", "sigur ros"),
      ("Motörhead", "motorhead"),
      ("Ｆｕｌｌ　Width", "full width"), ("Straße", "strasse"), ("Ænima", "aenima"), ("Mø", "mo"), ("Łona", "lona"),
      ("Guns N\u{2019} Roses", "guns n' roses"), ("!!!", "!!!"),
    ]) func spellingsShareAKey(name: String, key: String)
  {
    #expect(NameKey.of(name) == key)
    #expect(NameKey.of(key) == key)
  }

  @Test func marksOfOtherScriptsMakeOtherLetters() {
    #expect(NameKey.of("й") != NameKey.of("и"))
    #expect(NameKey.of("が") != NameKey.of("か"))
    // Composed and decomposed are one.
    #expect(NameKey.of("\u{0439}") == NameKey.of("\u{0438}\u{0306}"))
  }

  @Test func blanksAreNoName() {
    #expect(NameKey.of(nil) == nil && NameKey.of("") == nil && NameKey.of(" \u{3000}\n") == nil)
  }

  @Test func anAlbumIsOfItsArtistOrItsFolder() {
    let hits = TrackTags(artist: "A", album: "Greatest Hits")
    func key(_ tags: TrackTags, _ folder: String?) -> String? { AlbumKey.of(tags, folder: folder.map { FilePath($0) }) }
    #expect(key(hits, "/m/a") == key(TrackTags(artist: "Guest", album: "GREATEST  hits"), "/m/a"))
    #expect(key(hits, "/m/a") != key(hits, "/m/b"))
    // The discs of an album are one, wherever the folders lie.
    #expect(key(hits, "/m/a/CD 1") == key(hits, "/m/a/disc02"))
    #expect(key(hits, "/m/a/CD 1") == key(hits, "/m/a"))
    #expect(key(hits, "/m/a/CD Rips") != key(hits, "/m/a"))
    let whose = TrackTags(album: "Greatest Hits", albumArtist: "Beyoncé")
    #expect(key(whose, "/m/a") == key(TrackTags(album: "Greatest Hits", albumArtist: "beyonce"), "/m/b"))
    // Without a folder the track's artist has to do.
    #expect(key(hits, nil) != key(TrackTags(artist: "B", album: "Greatest Hits"), nil))
    #expect(key(TrackTags(artist: "A"), "/m/a") == nil)
    #expect(AlbumKey.standIn(FilePath("/m/a/Disc 2")) == AlbumKey.standIn(FilePath("/m/a")))
    #expect(AlbumKey.standIn(FilePath(bytes: [])) == nil)
    #expect(AlbumKey.standIn(FilePath(bytes: [0x2F, 0xFF])) != AlbumKey.standIn(FilePath(bytes: [0x2F, 0xFE])))
  }
}
