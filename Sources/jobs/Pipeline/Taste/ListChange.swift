import MusicIndex
import Platform
import TasteModel
import Tracks

/// Why the playlist became a good deal longer or shorter at once.
public struct ListChange: Codable, Sendable, Equatable {
  /// What is known to have changed since the list before.
  public enum Cause: Codable, Sendable, Equatable {
    /// There is no model any more.
    case noModel
    /// Another model chose it.
    case model
    /// The owner changed `playlist` or `music`.
    case settings
    /// Something is promised now, and nothing was before.
    case promise
    /// Nothing is promised now, and something was before.
    case noPromise
    /// The score that a track needs to come onto the list.
    case score(before: Double, now: Double)
    /// Tracks of the list before that the owner heard or judged.
    case judged(Int)
    /// Tracks of the list before that are recordings excluded by now.
    case excluded(Int)
    /// Tracks of the list before whose files are missing.
    case missing(Int)
    /// Tracks of the list before that a list cannot name any more.
    case unnameable(Int)
    /// Tracks of the list before that `playlist.perArtist` or `playlist.perAlbum` leave no place any more.
    case limits(Int)
    /// Unheard tracks with a score that there are more than before.
    case more(Int)
    /// Unheard tracks with a score that there are fewer than before.
    case fewer(Int)
  }

  /// When the list was written, in seconds since 1970.
  public var at: Double
  /// The number of recommended tracks before.
  public var before: Int
  /// Their number then.
  public var after: Int
  /// What had changed, the weightiest first; empty where nothing is known.
  public var causes: [Cause]

  /// The days that a change is told of.
  static let toldDays = 7.0

  /// Whether one length is a good deal more or less than another: by three tracks and a quarter, or where one list is
  /// empty.
  static func isLarge(_ before: Int, _ after: Int) -> Bool {
    let difference = abs(before - after)
    return difference > 0 && (min(before, after) == 0 || difference >= 3 && 4 * difference >= max(before, after))
  }

  /// The change in words, without a time and a full stop.
  public var words: String {
    let reasons = causes.map(Self.words)
    return "\(counted(after, "track")) instead of \(before)"
      + (reasons.isEmpty ? "; what changed is not recorded" : ": " + reasons.joined(separator: "; "))
  }

  private static func words(_ cause: Cause) -> String {
    func of(_ count: Int, _ one: String, _ many: String) -> String { "\(count) of it \(count == 1 ? one : many)" }
    return switch cause {
    case .noModel: "there is no model any more"
    case .model: "another model chose it"
    case .settings: "its settings were changed"
    case .promise: "something can be promised now"
    case .noPromise: "nothing can be promised now"
    case .score(let before, let now):
      "a track needs a score of \(ListStanding.score(now, besides: before)) now and "
        + "\(ListStanding.score(before, besides: now)) before"
    case .judged(let count): of(count, "was heard or judged", "were heard or judged")
    case .excluded(let count): of(count, "is excluded now", "are excluded now")
    case .missing(let count): of(count, "is missing on disk", "are missing on disk")
    case .unnameable(let count): of(count, "cannot be named by a list", "cannot be named by a list")
    case .limits(let count): "\(count) of it made way for better ones of the artist or the album"
    case .more(let count): "there \(count == 1 ? "is" : "are") \(counted(count, "more unheard track"))"
    case .fewer(let count): "there \(count == 1 ? "is" : "are") \(counted(count, "unheard track")) less"
    }
  }

  /// The change as `status --json` gives it.
  var json: JSONValue {
    .object([
      ("at", JSONValue(Status.time(at))), ("before", .integer(before)), ("after", .integer(after)),
      ("causes", .list(causes.map(Self.json))), ("words", .text(words)),
    ])
  }

  private static func json(_ cause: Cause) -> JSONValue {
    func of(_ name: String, _ count: Int? = nil, _ scores: (Double, Double)? = nil) -> JSONValue {
      .object([
        ("cause", .text(name)), ("tracks", JSONValue(count)), ("scoreBefore", JSONValue(scores?.0)),
        ("scoreNow", JSONValue(scores?.1)),
      ])
    }
    return switch cause {
    case .noModel: of("noModel")
    case .model: of("model")
    case .settings: of("settings")
    case .promise: of("promise")
    case .noPromise: of("noPromise")
    case .score(let before, let now): of("score", nil, (before, now))
    case .judged(let count): of("judged", count)
    case .excluded(let count): of("excluded", count)
    case .missing(let count): of("missing", count)
    case .unnameable(let count): of("unnameable", count)
    case .limits(let count): of("limits", count)
    case .more(let count): of("more", count)
    case .fewer(let count): of("fewer", count)
    }
  }
}

extension IndexNote where Value == ListChange {
  /// The last time that the playlist became a good deal longer or shorter.
  static var listChange: Self { Self(record: "listChange") }
}
