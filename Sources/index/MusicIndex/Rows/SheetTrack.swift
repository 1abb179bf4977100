public import Tracks

/// A track that a cue sheet names in a file.
public struct SheetTrack: Sendable, Equatable {
  /// The track's number in the whole sheet, from 1: foobar2000's subsong.
  public var number: Int
  /// The name of the sheet in the file's folder; `nil` for a sheet inside the file.
  public var sheet: FilePath?
  /// The part of the file that the track is; `nil` where it is the whole file.
  public var span: AudioSpan?
  /// The identity of the part; `nil` where the track is the whole file.
  public var identity: AudioIdentity?
  /// The track's tags.
  public var tags: TrackTags

  /// A track of these values; a part needs both its span and its identity.
  public init(number: Int, sheet: FilePath?, span: AudioSpan?, identity: AudioIdentity?, tags: TrackTags) {
    precondition((span == nil) == (identity == nil), "a part has a span and an identity")
    self.number = number
    self.sheet = sheet
    self.span = span
    self.identity = identity
    self.tags = tags
  }
}

/// A place in a cue sheet.
public struct SheetPlace: Sendable, Hashable {
  /// The name of the sheet in the folder of the file it names; `nil` for a sheet inside the file.
  public var sheet: FilePath?
  /// The number of the track in the whole sheet, from 1.
  public var number: Int

  /// A place of these values.
  public init(sheet: FilePath?, number: Int) {
    self.sheet = sheet
    self.number = number
  }
}
