import Foundation
import TestSupport
import Testing

/// Files as the field has them, through the built programs.
@Suite(.blocking) struct FieldCaseTests {
  /// A library of one WAV file of 16 minutes.
  private func library(_ file: String, seconds: Int = 960) throws -> OwnersLibrary {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 1)
    try library.folder.write(Self.wave(seconds: seconds), to: "music/\(file)")
    return library
  }

  private static func wave(seconds: Int) -> [UInt8] {
    let rate = 8_000
    let second = WaveFile.bytes((0..<rate).map { Float(sin(Double($0 * ($0 % 97)) / 40)) * 0.4 }, rate: rate)
    let data = second.dropFirst(44)
    func little(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    var bytes = Array("RIFF".utf8) + little(36 + data.count * seconds) + second[8..<40] + little(data.count * seconds)
    for _ in 0..<seconds { bytes += data }
    return bytes
  }

  private func tracks(_ library: OwnersLibrary, _ name: String) throws -> [String?] {
    let rows = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    let row = try #require(rows.first { ($0["path"] as? String)?.hasSuffix(name) == true })
    return (row["tracks"] as? [[String: Any]] ?? []).map { $0["title"] as? String }
  }

  private static let four = (1...4).map { number in
    "  TRACK 0\(number) AUDIO\r\n    TITLE \"T\(number)\"\r\n    INDEX 01 \(number * 4 < 14 ? "0" : "")\(number * 4 - 4):00:00\r\n"
  }

  @Test func aSheetThatNamesItsFileBeforeEachTrackHasAllTracks() throws {
    let library = try library("album/album.wav")
    let sheet = Self.four.map { "FILE \"album.flac\" WAVE\r\n" + $0 }.joined()
    try library.folder.write(sheet, to: "music/album/album.cue")
    #expect(try library.tryOnce().code == 0)
    #expect(try tracks(library, "album.wav") == ["T1", "T2", "T3", "T4"])
  }

  @Test func aSheetNamesFilesOfOtherFolders() throws {
    let library = try library("album/CD1/CDImage.wav")
    let sheet = "FILE \"CD1\\CDImage.flac\" WAVE\r\n" + Self.four.joined()
    try library.folder.write(sheet, to: "music/album/album.cue")
    #expect(try library.tryOnce().code == 0)
    #expect(try tracks(library, "CDImage.wav") == ["T1", "T2", "T3", "T4"])
    try FileManager.default.removeItem(atPath: library.folder["music/album/album.cue"])
    #expect(try library.tryOnce().code == 0)
    #expect(try tracks(library, "CDImage.wav").isEmpty)
    let up = sheet.replacingOccurrences(of: "CD1\\", with: "..\\CD1\\")
    try library.folder.write(up, to: "music/album/sheets/album.cue")
    #expect(try library.tryOnce().code == 0)
    #expect(try tracks(library, "CDImage.wav") == ["T1", "T2", "T3", "T4"])
  }

  @Test func aSheetInAnotherCodePageIsReadAgainWhenThePageIsSet() throws {
    let library = try library("album/album.wav", seconds: 60)
    let sheet =
      Array("FILE \"album.wav\" WAVE\r\nTRACK 01 AUDIO\r\nTITLE \"".utf8) + [0xB6, 0xFE]
      + Array("\"\r\nINDEX 01 00:00:00\r\nTRACK 02 AUDIO\r\nTITLE \"".utf8) + [0xC8, 0xFD]
      + Array("\"\r\nINDEX 01 00:30:00\r\n".utf8)
    try library.folder.write(sheet, to: "music/album/album.cue")
    let run = try library.tryOnce()
    #expect(run.errors.contains("set `import.codePage`"), "\(run.errors)")
    #expect(try tracks(library, "album.wav") == ["¶þ", "Èý"])
    let file = try library.configuration()
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "import:\n  codePage: GB18030\n").write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try indexd.run(["--config", file, "--once"], environment: library.environment).code == 0)
    #expect(try tracks(library, "album.wav") == ["二", "三"])
  }

  @Test func aRefusalIsToldOnceAndNamesWhatTheFileIs() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 1)
    try library.folder.write(
      #"{"username":"u","scrobbles":[{"track":"T","artist":"A","album":"B","date":1704067200000}]}"#, to: "lastfm.json")
    let run = try library.tryOnce(["lastfm.json"])
    let told = (run.output + run.errors).components(separatedBy: "list of listens").count - 1
    #expect(run.code == 1 && told == 1, "\(run.output)\(run.errors)")
  }

  @Test func anExportIsWrittenWholeOrNotAtAll() throws {
    let library = try OwnersLibrary(liked: 1, rejected: 1, unheard: 1, seconds: 1)
    _ = try library.tryOnce()
    let file = library.folder["out/dump.jsonl"]
    try library.folder.write("", to: "out/dump.jsonl")
    #expect(try library.command(["export", file]).code == 0)
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("{\"path\":") })
    #expect(try library.command(["export", "-"]).output.split(separator: "\n") == lines)
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder["out"]) == ["dump.jsonl"])
    try library.folder.write("mine", to: "out/other")
    #expect(try library.command(["export", library.folder["out/other"]]).code == 1)
    #expect(try String(contentsOfFile: library.folder["out/other"], encoding: .utf8) == "mine")
  }

  @Test(.timeLimit(.minutes(2))) func filesThatStateNoLengthAreHeardAndStatisticsOfWMAAreRead() throws {
    let folder = try TemporaryFolder()
    for name in ["13-live.mka", "14-no-length.wv", "15-statistics-in-wma.wma"] {
      let source = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Cases"))
      try folder.write(Array(try Data(contentsOf: source)), to: "music/\(name)")
    }
    let control = BuiltProgram("indexctl")
    let environment = ["XDG_STATE_HOME": folder["state"], "HOME": folder[""]]
    let run = try control.run(["try", folder["music"]], environment: environment)
    #expect(run.code == 0, "\(run.output)\(run.errors)")
    let trials = try FileManager.default.contentsOfDirectory(atPath: folder["state/indexd"])
    let trial = try #require(trials.first { $0.hasPrefix("try-") })
    let file = folder["state/indexd/\(trial)/indexd.yaml"]
    let dump = try control.run(["--config", file, "export", "-"], environment: environment)
    #expect(dump.code == 0, "\(dump.errors)")
    let rows = try dump.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(rows.count == 3)
    for (row, seconds) in zip(rows, [6.037, 6.0, nil]) {
      #expect(row["failure"] is NSNull, "\(row["failure"] ?? "")")
      let duration = try #require(row["duration"] as? Double)
      if let seconds { #expect(abs(duration - seconds) < 0.05, "\(duration)") }
    }
    #expect(rows.last?["plays"] as? Int == 9)
  }
}
