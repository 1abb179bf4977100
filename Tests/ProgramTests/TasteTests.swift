import Foundation
import TestSupport
import Testing

/// Settings of the model, judging and explaining, through the built programs.
@Suite(.blocking) struct TasteTests {
  private func models(_ library: OwnersLibrary) throws -> [[String: Any]] {
    try #require(try library.answer(["models", "--json"]) as? [[String: Any]])
  }

  private func once(_ library: OwnersLibrary) throws {
    let run = try indexd.run(["--once", "--config", try library.configuration()], environment: library.environment)
    #expect(run.code == 0, "\(run.errors)")
  }

  /// Writes settings at the end of the configuration, which is that of the playlist, in place of those written there
  /// before.
  private func set(_ text: String, in library: OwnersLibrary) throws {
    let file = try library.configuration()
    let before = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "# set by a test\n")[0]
    try (before + "# set by a test\n" + text).write(toFile: file, atomically: true, encoding: .utf8)
  }

  @Test func settingsOfTheModelTakeEffect() throws {
    let library = try OwnersLibrary(unheard: 4)
    _ = try library.tryOnce()
    func isMet() throws -> Bool? {
      let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
      return (status["playlist"] as? [String: Any])?["targetMet"] as? Bool
    }
    #expect(try models(library).count == 1)
    // Another precision needs no training: it is tested on the scores of the model in use, also of a chosen one.
    #expect(try library.command(["models", "--use", "1"]).code == 0)
    // The shortest list that is tested has 40 songs, of which at most 24 are liked.
    #expect(try isMet() == false)
    try set("  precision: 0.35\n", in: library)
    try once(library)
    #expect(try models(library).count == 1)
    #expect(try isMet() == true)
    #expect(try library.command(["models", "--use", "auto"]).code == 0)

    // Another learner does, also by a daemon that is told to read its settings again.
    try set("model:\n  learner: logistic\n", in: library)
    try once(library)
    #expect(try models(library).map { $0["learner"] as? String } == ["logistic", "combined"])
    let daemon = try indexd.start(["--config", try library.configuration()], environment: library.environment)
    defer {
      daemon.send(SIGTERM)
      _ = daemon.wait()
    }
    // The answer to a request tells that the daemon is at work.
    while daemon.isRunning, try library.command(["rescan", "--wait"]).code != 0 {}
    try set("model:\n  learner: logistic\n  seed: 7\n", in: library)
    daemon.send(SIGHUP)
    // Requests would keep the daemon from the quiet in which it trains: its log is looked at instead.
    for _ in 0..<600 where daemon.isRunning && !daemon.errors.contains("a new model is in use") {
      Thread.sleep(forTimeInterval: 0.1)
    }
    #expect(try models(library).count == 3)
    // Once served, a change asks for nothing more.
    #expect(try library.command(["rescan", "--wait"]).code == 0)
    let later = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    #expect((later["retraining"] as? [String: Any])?["nextAt"] is NSNull)
    #expect(try models(library).count == 3)
  }

  @Test func theOptionsOfEvaluateChangeWhatItSays() throws {
    let library = try OwnersLibrary(unheard: 2)
    _ = try library.tryOnce()
    func rows(_ options: [String]) throws -> [[String: Any]] {
      try #require(try library.answer(["evaluate", "--json"] + options) as? [[String: Any]])
    }
    func briers(_ options: [String]) throws -> [Double] { try rows(options).compactMap { $0["brier"] as? Double } }
    let plain = try briers(["--learners", "logistic"])
    #expect(try briers(["--learners", "logistic"]) == plain)
    #expect(try briers(["--learners", "logistic", "--repeats", "2"]) != plain)
    #expect(try briers(["--learners", "logistic", "--folds", "3"]) != plain)
    let words = try library.command(["evaluate", "--all", "--learners", "combined"])
    #expect(words.code == 0 && words.output.contains("combined, the learner in use"), "\(words.errors)")
    // The configured learner is not the one in use before it has been trained.
    try set("model:\n  learner: logistic\n", in: library)
    let configured = try library.command(["evaluate", "--all", "--learners", "logistic"]).output
    #expect(!configured.contains("the learner in use"))
    // By default one row a learner, and what serves.
    let short = try library.command(["evaluate", "--learners", "logistic,knn"])
    let lines = short.output.split(separator: "\n").filter { $0.contains(" 0.") || $0.contains(" 1.") }
    #expect(short.code == 0 && lines.count == 2, "\(short)")
  }

  @Test func moreEpochsChangeWhatANetworkSays() throws {
    let library = try OwnersLibrary(unheard: 2, seconds: 5)
    _ = try library.tryOnce()
    func briers(_ epochs: Int) throws -> [Double] {
      let rows = try library.answer(["evaluate", "--json", "--learners", "study-network", "--epochs", "\(epochs)"])
      return try #require(rows as? [[String: Any]]).compactMap { $0["brier"] as? Double }
    }
    let one = try briers(1)
    #expect(!one.isEmpty)
    #expect(try briers(3) != one)
  }

  @Test func aTrackIsExplainedBySoundAndNeighbours() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    let file = library.folder["music/unheard 0.wav"]
    let told = try #require(try library.answer(["explain", file, "--json"]) as? [String: Any])
    let probability = try #require(told["probability"] as? Double)
    let scores = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    let scored = scores.first { ($0["path"] as? String)?.hasSuffix("unheard 0.wav") == true }
    #expect(probability == scored?["probability"] as? Double)
    #expect(told["inPlaylist"] as? Bool == scored?["inPlaylist"] as? Bool)
    let properties = try #require(told["properties"] as? [[String: Any]])
    let effects = properties.compactMap { ($0["effect"] as? Double).map(abs) }
    #expect(!effects.isEmpty && effects == effects.sorted(by: >))
    #expect(properties.allSatisfy { ($0["words"] as? String)?.isEmpty == false })
    func near(_ key: String, _ label: String) throws -> [Double] {
      let found = try #require(told[key] as? [[String: Any]])
      #expect(!found.isEmpty && found.allSatisfy { $0["label"] as? String == label }, "\(key)")
      return found.compactMap { $0["distance"] as? Double }
    }
    let (liked, rejected) = (try near("nearestLiked", "good"), try near("nearestRejected", "bad"))
    #expect(liked == liked.sorted() && rejected == rejected.sorted())
    // The calm song sounds like the calm ones, which are liked.
    #expect(try #require(liked.first) < (try #require(rejected.first)))
    #expect(probability > 0.5)

    let similar = try #require(try library.answer(["similar", file, "--top", "5", "--json"]) as? [[String: Any]])
    #expect(similar.count == 5)
    let distances = similar.compactMap { $0["distance"] as? Double }
    #expect(distances == distances.sorted() && distances.count == 5)
    let first = try #require(similar.first { $0["label"] as? String == "good" }?["path"] as? String)
    #expect(first == (told["nearestLiked"] as? [[String: Any]])?.first?["path"] as? String)
    let words = try library.command(["explain", file]).output
    #expect(words.contains("Score: ") && words.contains("Nearest liked") && words.contains("Speaks for it"))
  }

  @Test func aTrackIsToldWhyItIsNotListedAndWhatTheModelKnewOfIt() throws {
    let library = try OwnersLibrary()
    _ = try library.tryOnce()
    func told(_ name: String) throws -> [String: Any] {
      try #require(try library.answer(["explain", library.folder["music/" + name], "--json"]) as? [String: Any])
    }
    func words(_ name: String) throws -> String {
      try library.command(["explain", library.folder["music/" + name]]).output
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    func listed() throws -> [String] {
      try library.unheard.filter { try told($0)["inPlaylist"] as? Bool == true }
    }
    // A share that can be promised of the calm songs with some others, not of all: half of the judged ones are liked.
    let always = "  precision: 0.42\n"
    try set(always, in: library)
    try once(library)
    // Without tags no artist and no album fills its places: what is not listed scores too low.
    let first = try listed()
    #expect(!first.isEmpty && first.count < library.unheard.count)
    for name in library.unheard {
      let listing = try told(name)["listing"] as? String
      #expect(first.contains(name) == (listing == nil))
      #expect(listing?.hasPrefix("Not on the playlist: it scores 0.") != false, "\(listing ?? "")")
    }
    try set("  atMost: 1\n" + always, in: library)
    let leaving = try first.filter {
      try words($0).contains("Leaves the playlist next: one that scores as high or higher fills it.")
    }
    #expect(leaving.count == first.count - 1)
    try set("  shortest: 3600\n" + always, in: library)
    #expect(try words(first[0]).contains("Leaves the playlist next: it is shorter than `playlist.shortest` allows."))
    try once(library)
    #expect(try listed().isEmpty)
    #expect(try words(first[0]).contains("Not on the playlist: it is shorter than `playlist.shortest` allows."))
    try set(always, in: library)
    #expect(try words(first[0]).contains("Comes onto the playlist when that is next brought up to date."))

    #expect(try words("liked 0.wav").contains("was trained on this track as liked, so its score is no test; models"))
    let training = try told("rejected 0.wav")["training"] as? [String: Any]
    #expect(training?["liked"] as? Bool == false)
    #expect(try #require(training?["unseenProbability"] as? Double) < 0.5)
    #expect(try told(first[0])["training"] is NSNull)
    // Corrections count for the labels from the moment they are written; the model has yet to learn them.
    let corrections = try library.folder.write("bad liked 0.wav\ngood \(first[0])\n", to: "corrections.txt")
    try set(always + "labels:\n  corrections: \(corrections)\n", in: library)
    #expect(try words("liked 0.wav").contains("Its label has changed since, which the next training learns."))
    #expect(try words(first[0]).contains("this score is a fair test; the next training learns it."))
  }
}
