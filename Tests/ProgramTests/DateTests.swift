import Foundation
import Glibc
import TestSupport
import Testing

/// Dates that file systems hold and nobody expects, on everything that the programs look at.
@Suite(.blocking) struct DateTests {
  private static func date(_ path: String, _ seconds: Int) {
    let times = [timespec(tv_sec: seconds, tv_nsec: 999_999_999), timespec(tv_sec: seconds, tv_nsec: 999_999_999)]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
  }

  /// 2262-04-12, 2300, the last second of ext4, the first; before 1677.
  static let seconds = [9_223_372_037, 10_413_792_000, 15_032_385_535, -2_147_483_648, -9_300_000_000]

  @Test(arguments: seconds) func everythingGoesOn(seconds: Int) throws {
    let library = try OwnersLibrary(liked: 2, rejected: 1, unheard: 1, seconds: 1)
    let folder = library.folder
    let song = try Data(contentsOf: URL(fileURLWithPath: folder["music/\(library.liked[0])"]))
    try folder.write(song, to: "music/sub/album.wav")
    try folder.write(
      "FILE \"album.wav\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    INDEX 01 00:00:37\n",
      to: "music/sub/album.cue")
    try folder.write("*.tmp\n", to: "music/.indexdignore")
    try folder.write("good liked 0.wav\n", to: "corrections")
    try folder.write(
      "music: ['\(folder["music"])']\nstate: '\(folder["state/own"])'\nplaylist: {file: '\(folder["list.m3u8"])'}\n"
        + "labels: {corrections: '\(folder["corrections"])'}\nanalysis: {workers: 1, samples: 2}\n",
      to: "config/indexd/indexd.yaml")
    for name in ["Statistics.xml", "Active.m3u8"] {
      try FileManager.default.createDirectory(atPath: folder["state/own/inbox"], withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: folder[name], toPath: folder["state/own/inbox/\(name)"])
    }
    for name in [
      "music/\(library.liked[0])", "music/\(library.unheard[0])", "music/sub/album.wav", "music/sub/album.cue",
      "music/.indexdignore", "music/sub", "music", "corrections", "config/indexd/indexd.yaml", "Statistics.xml",
      "Active.m3u8", "state/own/inbox/Statistics.xml", "state/own/inbox/Active.m3u8", "state/own/inbox", "state/own",
    ] {
      Self.date(folder[name], seconds)
    }
    func control(_ arguments: [String]) throws -> BuiltProgram.Run {
      try indexctl.run(arguments, environment: library.environment)
    }
    let once = try indexd.run(["--once"], environment: library.environment)
    #expect(once.code == 0, "\(once)")
    for name in ["list.m3u8", "state/own/index.sqlite", "state/own/index.seal"]
    where FileManager.default.fileExists(atPath: folder[name]) { Self.date(folder[name], seconds) }
    #expect(try indexd.run(["--once"], environment: library.environment).code == 0)
    let status = try #require(try json(try control(["status", "--json"]).output) as? [String: Any])
    #expect((status["library"] as? [String: Any])?["analysed"] as? Int == 5, "\(status)")
    #expect((status["imports"] as? [[String: Any]])?.count == 2, "\(status)")
    let told = (status["advice"] as? [String])?.filter { $0.contains("dated in the future") } ?? []
    #expect(told.count == (seconds > 0 ? 1 : 0), "\(told)")
    let doctor = try control(["doctor", "--json"])
    #expect([0, 1].contains(doctor.code) && doctor.output.contains("dated in the future") == (seconds > 0))
    for arguments in [
      ["status"], ["labels", "--json"], ["scores"], ["failures"], ["check-config"], ["backup", folder["backup"]],
      ["explain", folder["music/\(library.liked[0])"]], ["explain", folder["music/\(library.unheard[0])"]],
      ["import", "--dry-run", folder["Statistics.xml"], folder["Active.m3u8"]], ["export", folder["all.jsonl"]],
      ["import", folder["Active.m3u8"]],
    ] {
      let run = try control(arguments)
      #expect(run.code == 0, "\(arguments): \(run)")
    }
    let tried = try control(["try", folder["music"], folder["Statistics.xml"], folder["Active.m3u8"]])
    #expect(tried.code == 0, "\(tried)")
  }
}
