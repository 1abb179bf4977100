import Foundation
import TestSupport
import Testing

/// Files whose tags say that they are one song: their sound decides where it can, else their names do.
@Suite(.blocking, .enabled(if: BuiltProgram.isInstalled("ffmpeg"))) struct NamesakeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ name: String, _ samples: [Float], title: String) throws {
    let wave = try folder.write(WaveFile.bytes(samples, rate: Tune.rate), to: "waves/\(name).wav")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let tags = ["-metadata", "title=\(title)", "-metadata", "artist=Band", "-metadata", "album=Album"]
    let music = folder["music"]
    try FileManager.default.createDirectory(atPath: music, withIntermediateDirectories: true)
    process.arguments = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", wave] + tags + ["\(music)/\(name)"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func theSoundDecidesBetweenNamesakes() throws {
    let seed: UInt64 = 31
    let tune = Tune(seed: seed, seconds: 130)
    let song = tune.played(seconds: 120)
    try write("song.flac", song, title: "Song")
    try write("song.mp3", song, title: "Song")
    // An unmarked karaoke version, or the song of which the other is one.
    try write("voice.flac", zip(song, tune.sung(seconds: 120, seed: seed + 1)).map { $0 + $1 }, title: "Song")
    // Too short to lay its course over another's.
    let short = Tune(seed: seed + 2, seconds: 20).played(seconds: 9)
    try write("short.flac", short, title: "Jingle")
    try write("short.mp3", short, title: "Jingle")
    let environment = ["XDG_STATE_HOME": folder["state"], "HOME": folder["home"]]
    let tried = try indexctl.run(["try", folder["music"]], environment: environment)
    #expect(tried.code == 0, "\(tried.errors)")
    let trials = try FileManager.default.contentsOfDirectory(atPath: folder["state/indexd"])
    let file = folder["state/indexd/\(try #require(trials.first { $0.hasPrefix("try-") }))/indexd.yaml"]
    let run = try indexctl.run(["--config", file, "duplicates", "--json"], environment: environment)
    let groups = try #require(try json(run.output) as? [[String: Any]])
    let names = groups.map { group in
      ([group["kept"] as Any] + (group["others"] as? [Any] ?? [])).map { member in
        ((member as? [String: Any])?["path"] as? String ?? "?").split(separator: "/").last.map(String.init) ?? "?"
      }
    }
    #expect(Set(names) == [["song.flac", "song.mp3"], ["short.flac", "short.mp3"]], "seed \(seed)")
  }
}
