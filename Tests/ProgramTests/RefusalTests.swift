import Foundation
import Glibc
import TestSupport
import Testing

/// Each of these must be refused clearly: the message names the file and what to do, and nothing crashes.
@Suite(.blocking) struct RefusalTests {
  private func small() throws -> OwnersLibrary {
    try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 5)
  }

  @Test func aTruncatedExportIsRefusedWhole() throws {
    let library = try small()
    let whole = library.statistics()
    try library.folder.write(String(whole.prefix(whole.count - 60)), to: "Statistics.xml")
    let run = try library.tryOnce(["Statistics.xml"])
    #expect(run.code == 1)
    #expect(run.errors.contains("Statistics.xml"))
    let labels = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    #expect(labels.allSatisfy { $0["plays"] is NSNull })
  }

  @Test func anUnknownKeyIsNamedWithItsPlace() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("music: [/tmp]\nplaylist:\n  precison: 0.7\n", to: "indexd.yaml")
    let run = try indexctl.run(["--config", file, "check-config"])
    #expect(run.code == 78)
    #expect(run.errors.contains("indexd.yaml:3:3"))
    #expect(run.errors.contains("playlist.precision"))
    #expect(try indexd.run(["--config", file, "--once"]).code == 78)
  }

  @Test func aValueOutOfRangeIsNamedWithItsPlaceAndRange() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("music: [/tmp]\nanalysis:\n  workers: 900\n", to: "indexd.yaml")
    let run = try indexctl.run(["check-config", "--config", file])
    #expect(run.code == 78)
    #expect(run.errors.contains("indexd.yaml:3:12"))
    #expect(run.errors.contains("from 1 to 64"))
  }

  @Test func aMusicFolderThatDoesNotExist() throws {
    let folder = try TemporaryFolder()
    let run = try indexctl.run(["try", folder["none"]], environment: ["XDG_STATE_HOME": folder["state"]])
    #expect(run.code == 1)
    #expect(run.errors.contains("none: the music folder does not exist"))
    #expect(!FileManager.default.fileExists(atPath: folder["state"]))
    let file = try folder.write("music: [\(folder["none"])]\n", to: "indexd.yaml")
    #expect(try indexctl.run(["--config", file, "check-config"]).code == 78)
  }

  @Test func aMusicFolderWithoutAReadableFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("not music", to: "music/notes.txt")
    let run = try indexctl.run(["try", folder["music"]], environment: ["XDG_STATE_HOME": folder["state"]])
    #expect(run.code == 1)
    #expect(run.errors.contains("holds no audio file"))
  }

  @Test func anExportThatMatchesNothing() throws {
    let library = try small()
    try library.folder.write("#EXTM3U\nE:\\Elsewhere\\Other\\thing.flac\n", to: "Active.m3u8")
    let run = try library.tryOnce(["Active.m3u8"])
    #expect(run.code == 1)
    #expect(run.errors.contains("none of its 1 entries names a file"))
  }

  @Test func aHashOnlyExport() throws {
    let library = try small()
    try library.folder.write(
      """
      <PlaybackStatistics Version="3.0" Mapping="C653739F-14B3-4EF2-819B-A3E2883230AE">
        <Entry ID="eef3112353c1512d" Count="7" Added="132223104000000000" />
      </PlaybackStatistics>
      """, to: "Statistics.xml")
    let run = try library.tryOnce(["Statistics.xml"])
    #expect(run.code == 1)
    #expect(run.errors.contains("Statistics.xml"))
    #expect(run.errors.contains("Text Tools") || run.errors.contains("Item"))
  }

  @Test func aPlaylistPathThatCannotBeWritten() throws {
    let library = try small()
    _ = try library.tryOnce()
    let file = try library.configuration()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.contains("file:") })
    try text.replacingOccurrences(of: line, with: "  file: \"\(library.folder["gone/list.m3u8"])\"")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let check = try indexctl.run(["check-config", "--config", file])
    #expect(check.code == 78)
    #expect(check.errors.contains("gone/list.m3u8"))
  }

  @Test func unreadableFilesEachWithTheirReason() throws {
    let library = try small()
    try library.folder.write("This is a text.\n", to: "music/text.mp3")
    try library.folder.write("", to: "music/empty.flac")
    let good = try Data(contentsOf: URL(fileURLWithPath: library.folder["music/liked 0.wav"]))
    try library.folder.write([0x66, 0x4C, 0x61, 0x43] + Array(good.prefix(5_000)), to: "music/broken.flac")
    let strange = Array(library.folder["music/name "].utf8) + [0xE9, 0xFF] + Array(".wav".utf8)
    try write(Array(good), to: strange)
    let run = try library.tryOnce()
    #expect(run.code == 3)
    let failures = try #require(try library.answer(["failures", "--json"]) as? [[String: Any]])
    let names = failures.compactMap { ($0["path"] as? String).map { ($0 as NSString).lastPathComponent } }
    #expect(names == ["broken.flac", "empty.flac", "text.mp3"])
    #expect(failures.allSatisfy { !(($0["detail"] as? String) ?? "").isEmpty })
    // The file with a name that is not UTF-8 is analysed like any other, and its bytes are told.
    let labels = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    let odd = try #require(labels.first { $0["pathBytes"] != nil })
    #expect(odd["pathBytes"] as? String == Data(strange).base64EncodedString())
    #expect((odd["path"] as? String)?.contains("\u{FFFD}") == true)
  }

  @Test(.enabled(if: getuid() == 0, "needs root to mount a small file system")) func aDiskThatIsFull() throws {
    let library = try OwnersLibrary(liked: 22, rejected: 22, unheard: 4, seconds: 30)
    let state = library.folder["state"]
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    try #require(mount("tmpfs", state, "tmpfs", 0, "size=1200k") == 0)
    let run = try library.tryOnce()
    #expect(run.code == 1)
    #expect(run.errors.contains("disk is full"), "\(run.errors)")
    try #require(mount("tmpfs", state, "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0)
    let again = try library.tryOnce()
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.output.contains("22 good, 22 bad"))
    #expect(umount(state) == 0)
  }

  @Test func aSecondProcessOnTheSameState() throws {
    let library = try small()
    _ = try library.tryOnce()
    let lock = try library.configuration().replacingOccurrences(of: "indexd.yaml", with: "lock")
    let descriptor = open(lock, O_RDWR)
    defer { close(descriptor) }
    var whole = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    try #require(fcntl(descriptor, 37, &whole) == 0)
    let run = try library.tryOnce()
    #expect(run.code == 1)
    #expect(run.errors.contains("another indexd or indexctl works here"))
  }

  @Test func wrongUsage() throws {
    #expect(try indexctl.run(["frobnicate"]).code == 64)
    #expect(try indexctl.run(["scores", "--top", "0"]).code == 64)
    #expect(try indexctl.run(["evaluate", "--learners", "oracle"]).errors.contains("study-tree"))
    #expect(try indexctl.run(["--version"]).code == 0)
    #expect(try indexctl.run(["--help"]).code == 0)
    #expect(try indexd.run(["--help"]).code == 0)
  }

  private func write(_ bytes: [UInt8], to path: [UInt8]) throws {
    let descriptor = open(path.map(CChar.init(bitPattern:)) + [0], O_WRONLY | O_CREAT, 0o644)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }
}
