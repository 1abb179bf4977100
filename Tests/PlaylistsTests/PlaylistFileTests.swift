import Foundation
import Glibc
import Playlists
import TestSupport
import Testing
import Tracks

@Suite struct PlaylistFileTests {
  private func text(_ name: String) -> [UInt8] {
    PlaylistText([PlaylistEntry(location: FilePath(name), duration: 61.4)], comment: "one").bytes
  }

  @Test func spellsTheWholeFile() {
    let entries = [
      PlaylistEntry(location: FilePath("../a b.flac"), duration: 61.6, artist: "A\nB", title: "T"),
      PlaylistEntry(location: FilePath("#1.mp3")),
    ]
    let text = PlaylistText(entries, comment: "two\r\nlines")
    #expect(
      String(decoding: text.bytes, as: UTF8.self) == """
        #EXTM3U
        #GENERATOR:indexd
        # two  lines
        #EXTINF:62,A B - T
        ../a b.flac
        #EXTINF:-1,#1
        ./#1.mp3

        """)
    #expect(text.warnings.isEmpty)
  }

  @Test func leavesOutWhatAPlaylistCannotHold() {
    let text = PlaylistText(
      [PlaylistEntry(location: FilePath(bytes: [0x61, 0xFF])), PlaylistEntry(location: FilePath("a\nb"))], comment: "")
    #expect(text.warnings.count == 2)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "#EXTM3U\n#GENERATOR:indexd\n# \n")
  }

  @Test func touchesNothingWhenNothingChanged() throws {
    let folder = try TemporaryFolder()
    let file = FilePath(folder["p.m3u8"])
    #expect(try PlaylistFile.write(text("a"), to: file))
    var before = stat()
    stat(folder["p.m3u8"], &before)
    #expect(try !PlaylistFile.write(text("a"), to: file))
    var after = stat()
    stat(folder["p.m3u8"], &after)
    #expect(before.st_ino == after.st_ino && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)
    #expect(try PlaylistFile.write(text("b"), to: file))
    stat(folder["p.m3u8"], &after)
    #expect(before.st_ino != after.st_ino)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["p.m3u8"])
  }

  @Test func keepsThePermissionsOfAnExistingFile() throws {
    let folder = try TemporaryFolder()
    let file = FilePath(folder["p.m3u8"])
    _ = try PlaylistFile.write(text("a"), to: file)
    chmod(folder["p.m3u8"], 0o604)
    _ = try PlaylistFile.write(text("b"), to: file)
    var status = stat()
    stat(folder["p.m3u8"], &status)
    #expect(status.st_mode & 0o777 == 0o604)
  }

  @Test func neverReplacesAFileItDidNotMake() throws {
    let folder = try TemporaryFolder()
    try folder.write("#EXTM3U\nmine.mp3\n", to: "p.m3u8")
    let failure = #expect(throws: PlaylistFailure.self) {
      try PlaylistFile.write(text("a"), to: FilePath(folder["p.m3u8"]))
    }
    #expect(failure?.reason == .foreignFile)
    #expect(try String(contentsOfFile: folder["p.m3u8"], encoding: .utf8) == "#EXTM3U\nmine.mp3\n")
  }

  @Test func saysThatTheFolderIsMissing() throws {
    let folder = try TemporaryFolder()
    let failure = #expect(throws: PlaylistFailure.self) {
      try PlaylistFile.write(text("a"), to: FilePath(folder["gone/p.m3u8"]))
    }
    #expect(failure?.reason == .noFolder)
    #expect(failure?.description.contains("gone/p.m3u8") == true)
  }

  @Test func anEmptyFileMayBeFilled() throws {
    let folder = try TemporaryFolder()
    let path = FilePath(try folder.write("", to: "p.m3u8"))
    #expect(try PlaylistFile.write(text("a"), to: path))
  }

  @Test func whatIsNoOrdinaryFileIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder["pipe"], 0o600) == 0)
    for path in [folder["pipe"], folder.path] {
      let failure = #expect(throws: PlaylistFailure.self) { try PlaylistFile.write(text("a"), to: FilePath(path)) }
      #expect(failure?.reason == .foreignFile)
    }
  }

  @Test func aLinkStaysAndItsFileIsReplaced() throws {
    let folder = try TemporaryFolder()
    let real = try folder.write(text("a"), to: "real/p.m3u8")
    #expect(symlink("real/p.m3u8", folder["link.m3u8"]) == 0)
    #expect(try PlaylistFile.write(text("b"), to: FilePath(folder["link.m3u8"])))
    var status = stat()
    #expect(lstat(folder["link.m3u8"], &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: real))) == text("b"))
  }

  @Test func whatAKilledRunLeftIsReplacedAndNeverFollowed() throws {
    let folder = try TemporaryFolder()
    let precious = try folder.write("precious", to: "precious")
    #expect(symlink(precious, folder[".p.m3u8.indexd-new"]) == 0)
    #expect(try PlaylistFile.write(text("a"), to: FilePath(folder["p.m3u8"])))
    #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["p.m3u8", "precious"])
  }

  @Test func longNamesAndNamesThatAreNotTextAreWritten() throws {
    let folder = try TemporaryFolder()
    #expect(try PlaylistFile.write(text("a"), to: FilePath(folder[String(repeating: "x", count: 255)])))
    let strange = FilePath(folder.path).appending(FilePath(bytes: [0xE9, 0x2E, 0x6D]))
    #expect(try PlaylistFile.write(text("a"), to: strange))
    #expect(try !PlaylistFile.write(text("a"), to: strange))
  }
}
