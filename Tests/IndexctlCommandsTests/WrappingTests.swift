import Testing

@testable import IndexctlCommands

/// Texts that are broken into lines: between words, and never inside a path.
@Suite struct WrappingTests {
  /// Texts as the programs print them, and the paths in them.
  private static let texts: [(String, [String])] = [
    ("/srv/My Music: can be read", ["/srv/My Music:"]),
    ("/srv/What is Love and Other Songs: is empty", ["/srv/What is Love and Other Songs:"]),
    ("/srv/Album (1999) Deluxe: is empty, and more is said of it", ["/srv/Album (1999) Deluxe:"]),
    (
      "indexctl: /home/me/my exports/Old List.m3u8: is no export; export it again",
      ["/home/me/my exports/Old List.m3u8:"]
    ),
    ("! /mnt/pc disk/foo: is not there; what was read of it before stands", ["/mnt/pc disk/foo:"]),
    (
      "3 files cannot be read for now: /srv/Rock and Roll/a song.flac, /srv/Live, at Leeds/b.flac and 1 more (busy); tried",
      ["/srv/Rock and Roll/a song.flac,", "/srv/Live, at Leeds/b.flac"]
    ),
    ("the user that indexd runs as (indexd) may not read /srv/My Music and 3 more of the first 40", ["/srv/My Music"]),
    ("`music` is /srv/one folder, not /srv/another folder. Change it", ["/srv/one folder,", "/srv/another folder."]),
    ("it is /srv/Mixed (Disc 1)/the song.mp3 (found out)", ["/srv/Mixed (Disc 1)/the song.mp3"]),
    (
      "a copy of the profile /home/me/.wine/drive_c/Program Files/foobar2000/profile in the inbox, as it is",
      ["/home/me/.wine/drive_c/Program Files/foobar2000/profile"]
    ),
    ("Found foobar2000 (Wine), /home/me/my prefix/drive_c/fb2k v2: 4 of 9", ["/home/me/my prefix/drive_c/fb2k v2:"]),
    ("give it to '/srv/it is here/now' again", ["'/srv/it is here/now'"]),
    ("say `/srv/one two` and (/srv/three four) too", ["`/srv/one two`", "(/srv/three four)"]),
    ("save both into /srv/share of all/the exports", ["/srv/share of all/the exports"]),
    ("the folder /srv/two  blanks/x is full", ["/srv/two  blanks/x"]),
    ("D:\\My Music\\Old is here", []),
  ]

  @Test func noLineEndsInsideAPath() {
    for (text, paths) in Self.texts {
      for columns in [8, 20, 33, 55, 79] {
        let lines = Layout.wrap(text, columns, indent: 2)
        for path in paths { #expect(lines.contains { $0.contains(path) }, "\(columns): \(lines)") }
        let joined = lines.map { $0.drop { $0 == " " } }.joined(separator: " ")
        #expect(joined == text, "nothing is lost: \(lines)")
        // What is too long has a line of its own.
        for line in lines where Layout.width(line) > columns {
          let unit = line.drop { $0 == " " }
          #expect(!unit.contains(" ") || unit.contains { "/\\".contains($0) }, "\(columns): \(line)")
        }
      }
    }
  }

  @Test func sentencesWithoutAPathAreFilledAsEver() {
    let text =
      "AUC 0.71 (0.66 to 0.77) on songs it had not seen, whole albums held out; 31% of the judged songs are liked"
    #expect(Layout.wrap(text, 40).allSatisfy { $0.count <= 40 })
    #expect(Layout.wrap("one of 1/2, a/b and / or this and that", 12).allSatisfy { $0.count <= 12 })
    #expect(Layout.wrap("/srv/music is full of songs that nobody has heard", 20).allSatisfy { $0.count <= 20 })
    #expect(Layout.wrap("", 20).isEmpty)
  }

  @Test func namesThatAreKnownStayWhole() {
    let lines = Layout.wrap("My old Statistics.xml of 2026-11-01: 3 entries", 12, whole: ["My old Statistics.xml"])
    #expect(lines.first == "My old Statistics.xml" && lines.count > 2, "\(lines)")
    let windows = Layout.wrap("D:\\My Music is /srv/Music", 8, whole: ["D:\\My Music", "/srv/Music"])
    #expect(windows.first == "D:\\My Music", "\(windows)")
  }
}
