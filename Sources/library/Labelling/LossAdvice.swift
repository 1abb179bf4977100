public import Tracks

/// Why a track may be what an entry of a list means that names no single file.
public struct TrackDoubt: Sendable, Equatable {
  /// The entry as the list names it.
  public var entry: String
  /// Why it may mean the track.
  public var kind: DoubtKind

  /// A doubt of these values.
  public init(entry: String, kind: DoubtKind) {
    self.entry = entry
    self.kind = kind
  }

  /// What makes the entry doubtful, in words.
  var reason: String {
    switch kind {
    case .ambiguous: "it fits several tracks"
    case .name: "it has this name in another folder"
    case .spelling: "it has this name but for its extension or signs"
    case .encoded: "decoded, it has this name"
    case .letters: "it has this name but for letters that a code page lost"
    case .tags: "it has this artist and title"
    case .title: "it has this title in a folder of this name"
    case .part: "it is a part of this name"
    }
  }
}

/// How many entries of a list name no single file, and what follows.
struct ListLoss {
  let name: String
  let entries: Int
  let matched: Int
  let losses: [EntryLoss]
  /// Whether the owner says that the list is right as it is.
  let isTrusted: Bool

  /// The number of entries, those included that could not be read.
  var all: Int { entries + (losses.first { $0.cause == .unread }?.entries ?? 0) }

  /// The number of entries that were lost. Streams are none.
  var lost: Int {
    // Where nothing is known of the causes everything without a file is lost.
    losses.contains { $0.cause != .unread }
      ? losses.filter { $0.cause != .stream }.reduce(0) { $0 + $1.entries } : max(0, entries - matched) + all - entries
  }

  /// Whether the list is too incomplete to prove that what is not in it was archived: nothing matches, or, unless the
  /// owner trusts it, a fifth is lost or less than half matches.
  var isWeak: Bool {
    if matched == 0 { return true }
    return !isTrusted && (lost * 5 >= all || matched * 2 < entries)
  }

  /// Whether so much is lost that the owner should know: a twentieth.
  var isNotable: Bool { lost > 0 && lost * 20 >= all }

  /// What is wrong and what to do, in sentences, of a list that proves nothing.
  func weakWords(_ list: String) -> String {
    var words =
      " Only \(matched) of the \(counted(entries, "entry", "entries")) of \(list) name a track of the library, so "
      + "nothing counts as archived: "
      + (causes.isEmpty ? "check `music` and `paths`." : causes.joined(separator: "; ") + ".")
    if matched > 0 { words += " If it is right as it is, add `labels: {trustedPlaylists: [\(Self.quoted(name))]}`." }
    return words
  }

  /// What is wrong and what to do, in sentences, of a list of which a part is lost.
  func noteWords(_ list: String) -> String {
    let names = lost == 1 ? "names" : "name"
    return "\(lost) of the \(counted(all, "entry", "entries")) of \(list) \(names) no file, or several; tracks that "
      + "they may mean are undecided. Most probably: \(causes.joined(separator: "; ")). `indexctl unmatched` lists them."
  }

  /// The causes of most losses, the most frequent first, each with its remedy.
  private var causes: [String] {
    let known = losses.filter { $0.entries > 0 && $0.cause != .stream }.sorted {
      ($1.entries, $0.cause.rawValue) < ($0.entries, $1.cause.rawValue)
    }
    let most = known.first?.entries ?? 0
    let causes = known.filter { $0.entries * 3 >= most }.map(Self.cause)
    return causes.isEmpty ? ["check `music` and `paths`"] : causes
  }

  private static func cause(_ loss: EntryLoss) -> String {
    let number = loss.entries
    let are = number == 1 ? "is" : "are"
    switch loss.cause {
    case .ambiguous:
      return "\(number) \(number == 1 ? "fits" : "fit") several tracks: set `paths`, or export again what was moved"
    case .elsewhere:
      return "\(number) \(are) no file on a disk (streams, archives): export the list with the files themselves"
    case .letters:
      return "\(number) lost letters in a code page: save the list as .m3u8, or set `import: {codePage: ...}`"
    case .encoded: return "\(number) \(are) percent-encoded: save the list in foobar2000 as .m3u8"
    case .folder:
      guard let folder = loss.folder, let local = loss.local else {
        return "\(number) lie in an unknown folder: set `paths`"
      }
      return "\(number) \(number == 1 ? "lies" : "lie") in a folder that is not mapped: add "
        + "`paths: {\(quoted(folder)): \(quoted(local.display))}`"
    case .moved:
      return "\(number) \(are) elsewhere than \(loss.folder.map { "below \(quoted($0))" } ?? "the list says"): "
        + "export the list again, or set `paths`"
    case .gone:
      return "\(number) \(are) not in the library\(loss.folder.map { ", most below \(quoted($0))" } ?? ""): add the "
        + "folder to `music`, or take what is deleted out of the list"
    case .stream: return "\(number) \(are) streams"
    case .unread: return "\(number) cannot be read: export the list again"
    }
  }

  /// A text as YAML takes it in single quotes.
  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
