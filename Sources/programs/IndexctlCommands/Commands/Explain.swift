import ArgumentParser
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Setup
import TasteModel
import Tracks

/// `indexctl explain`.
struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells why a track has its label and its score.",
    discussion: """
      Examples:
        indexctl explain "Blue in Green.flac"
        indexctl explain --json ~/Music/a.flac
      """)

  @OptionGroup var common: Common
  @Argument(help: trackHelp) var track: String
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    let workspace = try common.workspace(andTrack: track)
    let index = try MusicIndex(workspace.state.index, readOnly: true)
    let place = try TrackPlace.named(track, in: index)
    let told = try Pipeline.explain(place, index: index, configuration: workspace.configuration)
    if json { Terminal.sayLines(Self.json(told).pretty) } else { Self.lines(told).forEach { Terminal.say($0) } }
  }

  private static func json(_ told: TrackExplanation) -> JSONValue {
    .object(
      trackMembers(told.track) + [
        ("label", JSONValue(told.label?.rawValue)), ("reason", JSONValue(told.reason)),
        ("rules", .list(told.rules.map(JSONValue.text))), ("past", .list(told.past.map(past))),
        ("plays", JSONValue(told.plays)), ("firstPlayed", JSONValue(Status.time(told.habits.firstPlayed))),
        ("lastPlayed", JSONValue(Status.time(told.habits.lastPlayed))),
        ("added", JSONValue(Status.time(told.habits.added))), ("playsPerYear", JSONValue(told.habits.playsPerYear)),
        ("skips", JSONValue(told.habits.skips)), ("lastSkipped", JSONValue(Status.time(told.habits.lastSkipped))),
        ("probability", JSONValue(told.probability)),
        ("baseRate", JSONValue(told.baseRate)), ("mayBeCoin", told.mayBeCoin.map(JSONValue.bool) ?? .null),
        ("alike", alike(told.alike)), ("typicalDistance", JSONValue(told.typicalDistance)),
        ("inPlaylist", .bool(told.isInPlaylist)), ("explores", .bool(told.explores)),
        ("listing", JSONValue(told.listing)), training(told.training),
        (
          "properties",
          .list(
            told.properties.map { .object([("words", .text($0.words)), ("effect", .number($0.effect))]) })
        ),
        ("nearestLiked", neighbours(told.liked)), ("nearestRejected", neighbours(told.rejected)),
      ])
  }

  private static func past(_ label: TrackExplanation.PastLabel) -> JSONValue {
    let time = Status.time(label.at).map { $0.prefix(16).replacing("T", with: " ") } ?? "?"
    return .text(label.words("\(time) UTC"))
  }

  private static func alike(_ found: TrackExplanation.Alike?) -> JSONValue {
    guard let found else { return .null }
    return .object([
      ("from", .number(found.low)), ("to", .number(found.high)), ("songs", .integer(found.songs)),
      ("liked", .integer(found.liked)),
    ])
  }

  private static func training(_ training: TrackExplanation.Training?) -> (String, JSONValue) {
    guard case .included(let liked, let unseen)? = training else { return ("training", .null) }
    return ("training", .object([("liked", .bool(liked)), ("unseenProbability", .number(unseen))]))
  }

  static func neighbours(_ found: [TrackExplanation.Neighbour]) -> JSONValue {
    .list(
      found.map {
        .object(trackMembers($0.track) + [("label", .text($0.label.rawValue)), ("distance", .number($0.distance))])
      })
  }

  /// What a score is worth.
  private static func meaning(_ told: TrackExplanation) -> String {
    let isJudged = told.label == .good || told.label == .bad
    switch told.training {
    case .included(let liked, let unseen):
      let isOld = !isJudged || liked != (told.label == .good)
      return
        "The model was trained on this track as \(liked ? "liked" : "rejected"), so its score is no test; models that "
        + "had not seen it gave it \(Layout.decimals(unseen, 3))."
        + (isOld ? " Its label has changed since, which the next training learns." : "")
    case .unknown where isJudged: return "The model may have been trained on this track, so its score is no test."
    case .excluded where isJudged:
      return "It was judged after the model was trained, so this score is a fair test; the next training learns it."
    case .unknown, .excluded, nil:
      return told.mayBeCoin == true
        ? "It is a guess: the model may rank no better than a coin." : told.alike.map { worth($0, told.baseRate) } ?? ""
    }
  }

  /// What became of judged songs that score like a track.
  private static func worth(_ alike: TrackExplanation.Alike, _ baseRate: Double?) -> String {
    let range = "\(Layout.decimals(alike.low, 1)) to \(Layout.decimals(alike.high, 1))"
    guard alike.songs > 0 else {
      return "No judged song scored \(range) before the model knew it, so what this score is worth is not measured."
    }
    let base = baseRate.map { ", and \(Layout.percent($0)) of all" } ?? ""
    return "You like \(alike.liked) of the \(counted(alike.songs, "judged song")) that scored \(range) before the "
      + "model knew \(alike.songs == 1 ? "it" : "them")\(base)."
  }

  private static func lines(_ told: TrackExplanation) -> [String] {
    var lines = [told.track.display]
    lines.append("Label: \(told.label?.rawValue ?? "none")\(told.reasonWords.map { " (\($0))" } ?? "")")
    for rule in told.rules { lines += Layout.wrap("- " + rule, 78, indent: 2).map { "  " + $0 } }
    lines += told.past.flatMap { Layout.wrap($0.words(WallTime.text($0.at)), 77, indent: 2) }.map { "  " + $0 }
    guard let probability = told.probability else {
      return lines + ["Score: none; \(told.isAnalysed ? "there is no model" : "the track is not analysed")"]
    }
    lines.append("Score: \(Layout.decimals(probability, 3))\(told.isInPlaylist ? ", on the playlist" : "")")
    lines += Layout.wrap(meaning(told), 77).map { "  " + $0 }
    if let listing = told.listing { lines += Layout.wrap(listing, 77).map { "  " + $0 } }
    let strong = told.properties.filter { abs($0.effect) >= Explanation.leastEffect }
    let parts = [
      ("for", strong.filter { $0.effect > 0 }.prefix(4)), ("against", strong.filter { $0.effect < 0 }.prefix(4)),
    ]
    for (side, properties) in parts where !properties.isEmpty {
      lines += Layout.wrap("Speaks \(side) it: " + properties.map(\.words).joined(separator: ", "), 79, indent: 2)
    }
    let beyond = told.typicalDistance.map { " (half of all tracks lie beyond \(Layout.decimals($0, 2)))" } ?? ""
    for (title, near) in [("liked", told.liked), ("rejected", told.rejected)] where !near.isEmpty {
      lines.append("Nearest \(title)\(beyond):")
      lines += near.map { "  \(Layout.decimals($0.distance, 2))  \($0.track.display)" }
    }
    return lines
  }
}

/// `indexctl similar`.
struct Similar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the tracks that sound most like one.",
    discussion: """
      Examples:
        indexctl similar "Blue in Green.flac"
        indexctl similar --top 30 "Blue in Green.flac"
      """)

  @OptionGroup var common: Common
  @Argument(help: trackHelp) var track: String
  @Option(help: ArgumentHelp("How many.", valueName: "count")) var top = 10
  @Flag(help: "Print one JSON value.") var json = false

  func validate() throws {
    if top < 1 { throw ValidationError("--top must be at least 1.") }
  }

  func run() async throws {
    let workspace = try common.workspace(andTrack: track)
    let index = try MusicIndex(workspace.state.index, readOnly: true)
    let place = try TrackPlace.named(track, in: index)
    let found = try Pipeline.similar(to: place, top: top, index: index)
    if json {
      Terminal.sayLines(Explain.neighbours(found).pretty)
    } else {
      Terminal.sayHeader("far   label      track")
      for near in found {
        Terminal.say(
          "\(Layout.decimals(near.distance, 2))  \(Layout.pad(near.label.rawValue, 9))  ", path: near.track.display)
      }
    }
  }
}

/// `indexctl duplicates`.
struct Duplicates: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the recordings with copies or short versions, which file stays, and the evidence.",
    discussion: """
      Examples:
        indexctl duplicates
        indexctl duplicates --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    let (workspace, index) = try common.index()
    let groups = try Pipeline.duplicates(in: index, configuration: workspace.configuration)
    func list(_ members: [DuplicateGroup.Member]) -> JSONValue {
      .list(members.map { .object(trackMembers($0.track) + [("evidence", .text($0.evidence))]) })
    }
    if json {
      Terminal.sayLines(
        JSONValue.list(
          groups.map { group in
            .object([
              ("kept", .object(trackMembers(group.kept))), ("others", list(group.others)),
              ("evidence", .list(group.others.map { .text($0.evidence) })),
              ("shortVersions", list(group.shortVersions)),
            ])
          }
        ).pretty)
      return
    }
    for group in groups {
      Terminal.say("keeps  ", path: group.kept.display)
      for (word, members) in [("copy ", group.others), ("short", group.shortVersions)] {
        for member in members {
          Terminal.say("\(word)  ", path: member.track.display)
          for line in Layout.wrap(member.evidence, 70) { Terminal.say("         " + line) }
        }
      }
    }
    if groups.isEmpty { Terminal.tell("No recording has copies or short versions.") }
  }
}
