import Foundation
import TestSupport
import Testing

/// What was there and what was heard, as exports that were met in the field tell it, through the programs.
@Suite(.blocking) struct HeardTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var environment: [String: String] { ["XDG_STATE_HOME": folder["state"], "HOME": folder["home"]] }

  private func song(_ name: String, seconds: Double) throws {
    let tune = Tune(seed: UInt64(name.utf8.reduce(0) { $0 + Int($1) }), seconds: 20)
    try folder.write(WaveFile.bytes(tune.played(seconds: seconds), rate: Tune.rate), to: "music/\(name)")
  }

  private func export(_ name: String, _ text: String, daysAgo: Double) throws {
    let date = Date(timeIntervalSinceNow: -daysAgo * 86_400)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.write(text, to: name))
  }

  private func command(_ arguments: [String]) throws -> String {
    let trials = try FileManager.default.contentsOfDirectory(atPath: folder["state/indexd"])
    let file = folder["state/indexd/\(try #require(trials.first { $0.hasPrefix("try-") }))/indexd.yaml"]
    let run = try indexctl.run(["--config", file] + arguments, environment: environment)
    #expect(run.code == 0, "\(run.errors)")
    return run.output
  }

  private func tried(_ exports: [String]) throws {
    let run = try indexctl.run(["try", folder["music"]] + exports.map { folder[$0] }, environment: environment)
    #expect(run.code == 0, "\(run.output)\(run.errors)")
  }

  /// `label reason` of every file by its name.
  private func labels() throws -> [String: String] {
    let rows = try #require(try json(command(["labels", "--json"])) as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (
          ((row["path"] as? String ?? "") as NSString).lastPathComponent,
          "\(row["label"] as? String ?? "") \(row["reason"] as? String ?? "")"
        )
      })
  }

  @Test func playsBeforeTheListProveThatTheTrackWasThere() throws {
    for number in 1...4 { try song("Artist/Album/0\(number) Song.wav", seconds: 6) }
    // Dated today, as every file; the list is older.
    let table = """
      path\tplay_count\tfirst_played\tlast_played
      D:\\Music\\Artist\\Album\\01 Song.wav\t8\t2019-01-02 10:00:00\t2021-03-04 10:00:00
      D:\\Music\\Artist\\Album\\02 Song.wav\t8\t2019-01-02 10:00:00\t2021-03-04 10:00:00

      """
    try export("table.txt", table, daysAgo: 30)
    try export("Active.m3u8", "#EXTM3U\nD:\\Music\\Artist\\Album\\02 Song.wav\n", daysAgo: 30)
    try tried(["table.txt", "Active.m3u8"])
    #expect(
      try labels() == [
        "01 Song.wav": "bad archivedNotActive", "02 Song.wav": "good plays", "03 Song.wav": "unheard newArrival",
        "04 Song.wav": "unheard newArrival",
      ])
    let words = try command(["explain", folder["music/Artist/Album/01 Song.wav"]])
    #expect(words.replacing("\n", with: " ").contains("2019-01-02"), "\(words)")
    // Two of the three outside seem to be new: their dates are doubtful, and status says so.
    let status = try #require(try json(command(["status", "--json"])) as? [String: Any])
    let advice = try #require(status["advice"] as? [String])
    #expect(
      advice.contains { $0.hasPrefix("2 of the 3 tracks outside \"Active\" seem to have come after") }, "\(advice)")
    #expect(try command(["status"]).split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func aPlayWithoutACountOrOfSeveralRecordingsIsHeard() throws {
    for (name, seconds) in [
      ("Artist/Album/01 Song.wav", 6.0), ("Artist/Album/02 Song.wav", 7), ("Artist/Album/03 Song.wav", 9),
      ("A/cd1 intro.wav", 8), ("A/cd2 intro.wav", 14),
    ] {
      try song(name, seconds: seconds)
    }
    let dates = "FirstPlayed=\"131909040000000000\" LastPlayed=\"132592896000000000\""
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <PlaybackStatistics Version="3.0">
        <Entry ID="1" \(dates) Added="131909040000000000"><Item Path="D:\\Music\\Artist\\Album\\01 Song.wav"></Item></Entry>
        <Entry ID="2" Count="0" \(dates)><Item Path="D:\\Music\\Artist\\Album\\02 Song.wav"></Item></Entry>
        <Entry ID="3" Count="0"><Item Path="D:\\Music\\Artist\\Album\\03 Song.wav"></Item></Entry>
        <Entry ID="4" Count="9" \(dates) Added="131909040000000000"><Item Path="D:\\Music\\A\\cd1 intro.wav"></Item>\
      <Item Path="D:\\Music\\A\\cd2 intro.wav"></Item></Entry>
      </PlaybackStatistics>
      """
    try export("Statistics.xml", text, daysAgo: 1)
    try tried(["Statistics.xml"])
    let unknown = "undecided playedCountUnknown"
    #expect(
      try labels() == [
        "01 Song.wav": unknown, "02 Song.wav": unknown, "03 Song.wav": "unheard neverPlayed", "cd1 intro.wav": unknown,
        "cd2 intro.wav": unknown,
      ])
    let scores = try #require(try json(command(["scores", "--json", "--label", "unheard"])) as? [[String: Any]])
    #expect(scores.map { (($0["path"] as? String ?? "") as NSString).lastPathComponent } == ["03 Song.wav"])
  }
}
