public import ArgumentParser
import Foundation
import Glibc
import MusicIndex
import Pipeline
import Platform
import Setup
public import Tracks

/// A path as JSON members: `path`, and `pathBytes` where the name is not UTF-8.
func pathMembers(_ path: FilePath) -> [(String, JSONValue)] {
  let shown = [("path", JSONValue.text(path.display))]
  return path.string == nil ? shown + [("pathBytes", .text(Data(path.bytes).base64EncodedString()))] : shown
}

/// A track as JSON members: its file, and the number in its cue sheet, `null` for a whole file.
func trackMembers(_ track: TrackPlace) -> [(String, JSONValue)] {
  pathMembers(track.path) + [("track", JSONValue(track.number == 0 ? nil : track.number))]
}

extension TrackPlace {
  /// The track that an argument names: a file of that very name comes first, then a unique end of a path in the index.
  ///
  /// - Throws: `AmbiguousTrack` where several are meant, `UnknownTrack` where none is but some have names like it,
  ///   `IndexFailure`.
  static func named(_ argument: String, in index: MusicIndex) throws -> TrackPlace {
    let named = FilePath(argument)
    let place: TrackPlace
    do {
      place = try TrackSearch.place(named, at: there(argument), in: index)
    } catch var found as AmbiguousTrack {
      found.names = try TrackSearch.names(of: Array(found.candidates.prefix(AmbiguousTrack.shown)), in: index)
      throw found
    }
    if try index.read({ try $0.file(at: place.path) }) != nil { return place }
    let near = try TrackSearch.near(named, in: index)
    guard near.isEmpty else {
      throw UnknownTrack(argument: named, names: try TrackSearch.names(of: near, in: index))
    }
    return place
  }

  private static func there(_ argument: String) -> TrackPlace {
    let whole = MusicFolders.resolved(Workspace.absolute(FilePath(argument)))
    guard whole.withCString({ access($0, F_OK) }) != 0 else { return TrackPlace(path: whole) }
    let place = TrackPlace(named: FilePath(argument))
    return TrackPlace(path: MusicFolders.resolved(Workspace.absolute(place.path)), number: place.number)
  }
}

extension AmbiguousTrack {
  /// The most files that are listed.
  static let shown = 20
}

/// What a command says of a track that it takes.
let trackHelp = ArgumentHelp(
  "The file, or a unique end of its path; FILE|subsong:N for a track of a cue sheet.", valueName: "track")

/// `indexctl labels`.
struct Labels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists every track with its label, the reason for it and its plays.",
    discussion: """
      Examples:
        indexctl labels | grep bad
        indexctl labels --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    let (_, index) = try common.index()
    let rows = try LabelList.rows(index)
    guard json else {
      Terminal.sayHeader("label      reason                plays  track")
      for row in rows {
        Self.say(row.label, TrackPlace(path: row.path))
        for track in row.tracks { Self.say(track.label, TrackPlace(path: row.path, number: track.number)) }
      }
      return
    }
    Terminal.sayLines(
      JSONValue.list(
        rows.map { row in
          .object(
            pathMembers(row.path) + Self.members(row.label) + [
              (
                "tracks",
                .list(
                  row.tracks.map { track in
                    .object(
                      [
                        ("track", .integer(track.number)), ("start", .number(track.span.start)),
                        ("end", .number(track.span.end)), ("artist", JSONValue(track.tags.artist)),
                        ("title", JSONValue(track.tags.title)),
                      ] + Self.members(track.label))
                  })
              )
            ])
        }
      ).pretty)
  }

  private static func members(_ label: LabelList.Label) -> [(String, JSONValue)] {
    [
      ("label", .text(label.label.rawValue)), ("reason", .text(label.reason)), ("plays", JSONValue(label.plays)),
      ("detail", JSONValue(label.detail)),
    ]
  }

  private static func say(_ label: LabelList.Label, _ track: TrackPlace) {
    Terminal.say(
      "\(Layout.pad(label.label.rawValue, 9))  \(Layout.pad(label.reasonWords, 21))  "
        + "\(Layout.pad(label.plays.map(String.init) ?? "-", 4, right: true))  ", path: track.display)
  }
}

/// `indexctl scores`.
struct Scores: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists every analysed track with the probability that you like it, best first.",
    usage: """
      indexctl scores [--config <file>] [--json] [--label <label>]
                      [--top <count>]
      """,
    discussion: """
      Examples:
        indexctl scores --label unheard --top 20
        indexctl scores --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false
  @Option(help: ArgumentHelp("Only tracks with this label.", valueName: "label")) var label: TrackLabel?
  @Option(help: ArgumentHelp("Only the first so many.", valueName: "count")) var top: Int?

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top must be at least 1.") }
  }

  func run() async throws {
    let (_, index) = try common.index()
    let all = try ScoreList.rows(index).filter { label == nil || $0.label == label }
    let rows = all.prefix(top ?? all.count)
    guard json else {
      Terminal.sayHeader("  score  label      track  (* on the playlist, ? there to teach the model)")
      for row in rows {
        Terminal.say(
          "\(row.explores ? "?" : row.isInPlaylist ? "*" : " ") \(Layout.pad(Layout.decimals(row.probability, 3), 5, right: true))  "
            + "\(Layout.pad(row.label.rawValue, 9))  ", path: row.track.display)
      }
      // Whoever asks for the best must not take the first of many equals for them.
      if let last = rows.last?.probability {
        let equal = all.dropFirst(rows.count).prefix { $0.probability == last }.count
        if equal > 0 {
          Terminal.tell(
            "indexctl: \(counted(equal, "more track")) with the score of the last one; equals stand by path")
        }
      }
      return
    }
    Terminal.sayLines(
      JSONValue.list(
        rows.map { row in
          .object(
            trackMembers(row.track) + [
              ("label", .text(row.label.rawValue)), ("probability", JSONValue(row.probability)),
              ("inPlaylist", .bool(row.isInPlaylist)), ("explores", .bool(row.explores)),
            ])
        }
      ).pretty)
  }
}

// Both are of this package, and no one else will conform it.
extension TrackLabel: ExpressibleByArgument {}

/// `indexctl failures`.
struct Failures: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the files that cannot be read or analysed, and why.",
    discussion: """
      Examples:
        indexctl failures
        indexctl failures --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    let (_, index) = try common.index()
    let (failures, postponed) = try index.read { (try $0.failures(), try $0.postponed()) }
    if json {
      Terminal.sayLines(
        JSONValue.list(
          failures.map { failure in
            .object(
              pathMembers(failure.path) + [("reason", .text(failure.reason)), ("detail", .text(failure.detail))])
          }
            + postponed.map { track in
              .object(
                pathMembers(track.path) + [
                  ("reason", .text(track.reason)),
                  ("detail", .text(track.detail + Self.outlook(track, Status.time(track.retryAt)))),
                ])
            }
        ).pretty)
    } else {
      for failure in failures {
        let path = failure.path.display
        Terminal.say(path)
        Terminal.sayWrapped(Terminal.afterPath(failure.detail, path), margin: "    ")
      }
      for track in postponed {
        let path = track.path.display
        Terminal.say(track.number > 0 ? "\(path)|subsong:\(track.number)" : path)
        let outlook = Self.outlook(track, WallTime.text(track.retryAt))
        Terminal.sayWrapped(Terminal.afterPath(track.detail, path) + outlook, margin: "    ")
      }
      if failures.isEmpty, postponed.isEmpty { Terminal.tell("No file failed.") }
    }
  }

  /// How often a track was tried, and when it is tried again.
  private static func outlook(_ track: PostponedTrack, _ retry: String?) -> String {
    let next = retry.map { ", next at \($0)" } ?? ""
    let part = track.number > 0 ? "; track \(track.number)" : ""
    return "\(part); tried \(counted(track.attempts, "time"))\(next)"
  }
}

/// `indexctl unmatched`.
struct Unmatched: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the imported entries that no file, or more than one, was found for.",
    discussion: """
      Examples:
        indexctl unmatched
        indexctl unmatched --json
      """)

  @OptionGroup var common: Common
  @Flag(help: "Print one JSON value.") var json = false

  func run() async throws {
    let (_, index) = try common.index()
    var rows: [JSONValue] = []
    var named: Int64?
    try index.read { transaction in
      let doubts = try transaction.imports().flatMap { try transaction.doubts(of: $0.id) }
      let meant = Dictionary(grouping: doubts, by: \.record)
      var paths: [Int64: FilePath] = [:]
      if !meant.isEmpty {
        try transaction.forEachTrack(version: FeatureVariant.dense.version) { paths[$0.id] = $0.path }
      }
      for row in try transaction.imports() where row.refusal == nil {
        try transaction.forEachRecord(of: row.id) { stored in
          guard !stored.isPast, let outcome = stored.outcome, outcome != .matched else { return }
          let (id, record) = (stored.id, stored.record)
          let tracks = (meant[id] ?? []).compactMap { paths[$0.track] }.sorted()
          let place = record.locations.first?.path
          let name = [record.tags.artist, record.tags.title].compactMap { $0 }.joined(separator: " - ")
          if json {
            rows.append(
              .object([
                ("import", .text(row.path.display)), ("outcome", .text(outcome.rawValue)),
                ("location", JSONValue(place)), ("track", JSONValue(name.isEmpty ? nil : name)),
                ("mayMean", .list(tracks.map { .text($0.display) })),
              ]))
          } else {
            if named != row.id { Terminal.say("\(row.path.display):") }
            named = row.id
            Terminal.say("  \(Layout.pad(outcome.rawValue, 9))  ", path: place ?? name)
            for track in tracks.prefix(3) { Terminal.say("             may mean  ", path: track.display) }
            if tracks.count > 3 { Terminal.say("             and \(counted(tracks.count - 3, "other"))") }
          }
        }
      }
    }
    if json { Terminal.sayLines(JSONValue.list(rows).pretty) }
    if !json, named == nil { Terminal.tell("Every imported entry has found its file.") }
  }
}
