public import Tracks

/// A part of an export that could not be read and was left out.
public struct MalformedPart: Equatable, Sendable, Codable {
  /// Where it is, for example `line 57`.
  public var place: String
  /// What is wrong with it, as a sentence without a full stop.
  public var problem: String

  /// A part at a place with a problem.
  public init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }
}

/// The malformed parts of an export: all of them counted, the first few told.
public struct MalformedParts: Equatable, Sendable, Codable {
  /// The most parts that are told one by one.
  public static let most = 50

  /// The number of malformed parts.
  public private(set) var count = 0
  /// The first malformed parts, at most `most`.
  public private(set) var first: [MalformedPart] = []

  /// No malformed part.
  public init() {}

  /// Counts one more part and keeps it if it is among the first.
  public mutating func add(place: @autoclosure () -> String, problem: @autoclosure () -> String) {
    count += 1
    if first.count < Self.most { first.append(MalformedPart(place: place(), problem: problem())) }
  }
}

/// What one pass over an export found.
public struct ExportSummary: Equatable, Sendable {
  /// What the file is.
  public var kind: ExportKind
  /// The number of records delivered.
  public var entries = 0
  /// The number of delivered records that name no location and can only be matched by tags, if at all.
  public var withoutLocation = 0
  /// What could not be read and was left out.
  public var malformed = MalformedParts()
  /// The playlist's name, for playlists: the file's name without its extension, or what `index.txt` says.
  public var playlistName: String?
  /// The character set the file was read in, for people; empty for binary files.
  public var encoding = ""
  /// What the owner should know besides, as sentences, in a fixed order.
  public var warnings: [String] = []

  /// A summary of a file of which nothing was read yet.
  public init(kind: ExportKind) {
    self.kind = kind
  }

  /// Whether the records are the tracks of a playlist; otherwise they are statistics.
  public var isPlaylist: Bool { kind.isPlaylist }
}

/// What an export does not say of itself.
public struct ReadingOptions: Equatable, Sendable {
  /// The character set of text that is neither marked nor UTF-8, by its name for `iconv`, for example `CP932`; `nil`
  /// for Windows-1252 with a warning.
  public var codePage: String?
  /// The time zone of the machine foobar2000 ran on, by its IANA name, for times written without a zone; `nil` for
  /// this machine's.
  public var timeZone: String?
  /// A second export by which hash-only statistics find their tracks; `nil` for none.
  public var companion: FilePath?
  /// The folder in which a database is copied for reading; where nothing can be written there, and for `nil`, the
  /// temporary folder.
  public var scratch: FilePath?

  /// Options with these values, all unknown by default.
  public init(
    codePage: String? = nil, timeZone: String? = nil, companion: FilePath? = nil, scratch: FilePath? = nil
  ) {
    self.codePage = codePage
    self.timeZone = timeZone
    self.companion = companion
    self.scratch = scratch
  }
}
