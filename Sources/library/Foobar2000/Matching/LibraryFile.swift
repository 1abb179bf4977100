public import Tracks

/// A file of the library, as far as it helps to find out which records mean it.
public struct LibraryFile: Sendable, Equatable {
  /// A track that a cue sheet names inside this file.
  public struct CueTrack: Sendable, Equatable {
    /// The sheet: a `.cue` file, or the audio file itself where the sheet is embedded.
    public var sheet: FilePath
    /// The number of the track in the whole sheet, from 1.
    public var number: Int

    /// A track of a sheet.
    public init(sheet: FilePath, number: Int) {
      self.sheet = sheet
      self.number = number
    }
  }

  /// The caller's name for the file.
  public var id: Int64
  /// Where it is, as an absolute path.
  public var path: FilePath
  /// Its tags.
  public var tags: TrackTags
  /// Its duration in seconds, where known.
  public var duration: Double?
  /// The tracks inside it; empty for a file that is one track.
  public var cueTracks: [CueTrack]

  /// A file with these properties.
  public init(
    id: Int64, path: FilePath, tags: TrackTags = TrackTags(), duration: Double? = nil, cueTracks: [CueTrack] = []
  ) {
    self.id = id
    self.path = path
    self.tags = tags
    self.duration = duration
    self.cueTracks = cueTracks
  }
}

/// A track that a record was found to mean.
public struct MatchedTrack: Hashable, Comparable, Sendable, Codable {
  /// The caller's name for the file.
  public var file: Int64
  /// The number of the track in the file's cue sheet, 0 for the whole file.
  public var subsong: Int

  /// A track of a file, 0 for the whole of it.
  public init(file: Int64, subsong: Int = 0) {
    self.file = file
    self.subsong = subsong
  }

  /// Orders by file, then by track.
  public static func < (left: MatchedTrack, right: MatchedTrack) -> Bool {
    (left.file, left.subsong) < (right.file, right.subsong)
  }
}

/// What was found for a record.
public enum MatchResult: Equatable, Sendable {
  /// By what a record was matched, the surest first.
  public enum How: String, Sendable, Codable, CaseIterable {
    /// The path, byte by byte.
    case path
    /// The path but for case, normalisation and the dots and spaces that Windows drops.
    case foldedPath
    /// The path but for characters that another file system or program replaces.
    case standIns
    /// The last names of the path, which no other file shares.
    case tail
    /// Artist and title, with the album or the duration, and nothing that both sides know against it.
    case tags
    /// The names in the path, which are title, album and artist of one file alone.
    case names
  }

  /// The record means these tracks, in ascending order: more than one where several of its locations exist, or where
  /// copies share its tags. `disagree` says that they are no copies of one recording by their tags and durations: then
  /// foobar2000 mixed up their histories, and the record is no evidence for any of them.
  case matched([MatchedTrack], how: How, disagree: Bool)
  /// The record means one of these tracks, but nothing tells which.
  case ambiguous([MatchedTrack])
  /// No file fits.
  case missing
  /// The record is of something that is no file: a stream, a CD, a member of an archive. The scheme of its location.
  case notAFile(String)
}
