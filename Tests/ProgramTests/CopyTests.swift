import Foundation
import TestSupport
import Testing

/// Untagged files of one tune in several forms, and of what only resembles it.
@Suite(.blocking) struct CopyTests {
  private let folder: TemporaryFolder
  private let environment: [String: String]
  private static let seed: UInt64 = 20

  init() throws {
    folder = try TemporaryFolder()
    environment = ["XDG_STATE_HOME": folder["state"], "XDG_CONFIG_HOME": folder["config"], "HOME": folder["home"]]
    let rate = Tune.rate
    let tune = Tune(seed: Self.seed, seconds: 160)
    let song = tune.played(seconds: 150)
    func write(_ name: String, _ samples: [Float]) throws {
      try folder.write(WaveFile.bytes(samples, rate: rate), to: "music/\(name).wav")
    }
    try write("a song", song)
    // A remaster: louder basses, another level.
    var low: Float = 0
    try write(
      "remaster",
      song.map { value in
        low += 0.1 * (value - low)
        return 0.5 * (value + low)
      })
    try write("without intro", Array(song.dropFirst(11 * rate)))
    let cut = Array(song[(37 * rate)..<(127 * rate)])
    try write(
      "cut",
      cut.enumerated().map { index, value in
        value * Float(min(1, Double(min(index, cut.count - index)) / Double(3 * rate)))
      })
    try write("with voice", zip(song, tune.sung(seconds: 150, seed: Self.seed + 1)).map { $0 + $1 })
    try write("faster", tune.played(seconds: 144, tempo: 1.04))
    try write("stranger", Tune(seed: Self.seed + 2, seconds: 160).played(seconds: 150))
    var random = SeededGenerator(seed: Self.seed + 3)
    for number in 0..<2 {
      let pitch = 55 * pow(2, Double(7 * number) / 12)
      try write(
        "drone \(number)",
        (0..<(120 * rate)).map { Float(0.3 * sin(2 * .pi * pitch * Double($0) / Double(rate))) })
      try write(
        "room \(number)", (0..<(120 * rate)).map { _ in Float.random(in: -0.001...0.001, using: &random) })
    }
    try folder.write(
      """
      <PlaybackStatistics Version="3.0" Mapping="C653739F-14B3-4EF2-819B-A3E2883230AE">
      <Entry ID="1" Count="9" Added="132223104000000000" ><Item Path="D:\\Music\\a song.wav"></Item></Entry>
      <Entry ID="2" Count="0" Added="132223104000000000" ><Item Path="D:\\Music\\stranger.wav"></Item></Entry>
      </PlaybackStatistics>
      """, to: "Statistics.xml")
  }

  private func name(_ path: Any?) -> String {
    ((path as? String ?? "?") as NSString).lastPathComponent.replacingOccurrences(of: ".wav", with: "")
  }

  @Test func copiesAndShortVersionsAreFoundByTheirSound() throws {
    let tried = try indexctl.run(["try", folder["music"], folder["Statistics.xml"]], environment: environment)
    #expect(tried.code == 0, "\(tried.errors)")
    let trials = try FileManager.default.contentsOfDirectory(atPath: folder["state/indexd"])
    let file = folder["state/indexd/\(try #require(trials.first { $0.hasPrefix("try-") }))/indexd.yaml"]
    func answer(_ arguments: [String]) throws -> Any {
      let run = try indexctl.run(["--config", file] + arguments, environment: environment)
      #expect(run.code == 0, "\(run.errors)")
      return try json(run.output)
    }

    let groups = try #require(try answer(["duplicates", "--json"]) as? [[String: Any]])
    #expect(groups.count == 1, "seed \(Self.seed): \(groups)")
    let group = try #require(groups.first)
    #expect(name((group["kept"] as? [String: Any])?["path"]) == "a song")
    let others = group["others"] as? [[String: Any]] ?? []
    #expect(Set(others.map { name($0["path"]) }) == ["remaster", "without intro"])
    #expect(others.allSatisfy { ($0["evidence"] as? String)?.contains("fingerprints of") == true })
    let shorts = group["shortVersions"] as? [[String: Any]] ?? []
    #expect(shorts.map { name($0["path"]) } == ["cut"])

    let labels = try #require(try answer(["labels", "--json"]) as? [[String: Any]])
    let reasons = Dictionary(uniqueKeysWithValues: labels.map { (name($0["path"]), $0["reason"] as? String ?? "") })
    #expect(reasons["a song"] == "plays" && reasons["cut"] == "shortVersion")
    #expect(reasons["remaster"] == "duplicate" && reasons["without intro"] == "duplicate")
    for other in ["with voice", "faster", "stranger", "drone 0", "drone 1", "room 0", "room 1"] {
      #expect(reasons[other] == "neverPlayed", "\(other)")
    }
    let told = try #require(try answer(["explain", folder["music/cut.wav"], "--json"]) as? [String: Any])
    let rules = told["rules"] as? [String] ?? []
    #expect(rules.contains { $0.contains("It is a short version of") && $0.contains("fingerprints of") })
    let voice = try #require(try answer(["explain", folder["music/with voice.wav"], "--json"]) as? [String: Any])
    let words = voice["rules"] as? [String] ?? []
    #expect(words.allSatisfy { !$0.contains("short version of") && !$0.contains("copy of") })

    // A new copy is compared with what is there; nothing else is done again.
    let copy = Tune(seed: Self.seed, seconds: 160).played(seconds: 150).map { $0 * 0.8 }
    try folder.write(WaveFile.bytes(copy, rate: Tune.rate), to: "music/later.wav")
    let again = try indexctl.run(["try", folder["music"], folder["Statistics.xml"]], environment: environment)
    #expect(again.code == 0, "\(again.errors)")
    let grown = try #require(try answer(["duplicates", "--json"]) as? [[String: Any]])
    #expect(grown.count == 1)
    #expect((grown.first?["others"] as? [[String: Any]] ?? []).contains { name($0["path"]) == "later" })
  }
}
