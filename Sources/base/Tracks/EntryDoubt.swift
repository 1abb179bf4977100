/// Why a track may be what an entry of a list means for which no single file was found. The words are stored.
public enum DoubtKind: String, Codable, Sendable, CaseIterable {
  /// The entry fits this track and others equally.
  case ambiguous
  /// The entry's file name is this one's, in another folder.
  case name
  /// The names differ by their extension, or by signs and case alone.
  case spelling
  /// The names are equal where percent signs, entities or escapes are read as what they stand for.
  case encoded
  /// The names are equal but for characters that a code page lost or turned into others.
  case letters
  /// Artist and title are the same.
  case tags
  /// The title is the same, and so is a folder, the artist or the album.
  case title
  /// The entry is the start or the end of this name.
  case part
}

/// What is most probably wrong with entries of a list for which no single file was found. The words are stored.
public enum LossCause: String, Codable, Sendable, CaseIterable {
  /// Several tracks fit equally.
  case ambiguous
  /// They are streams or members of archives.
  case elsewhere
  /// Their letters were lost, or read in the wrong code page.
  case letters
  /// They are percent-encoded.
  case encoded
  /// A folder of the list's machine is not mapped to the folder here that holds the files.
  case folder
  /// Files of the same names or tags are in other folders than the list says.
  case moved
  /// Nothing like them is in the library.
  case gone
  /// They could not be read at all.
  case unread
  /// They are streams that were never files: no loss.
  case stream
}

/// Entries of a list for which no single file was found, by their cause.
public struct EntryLoss: Sendable, Equatable {
  /// The cause.
  public var cause: LossCause
  /// The number of entries.
  public var entries: Int
  /// The first of them as the list names it.
  public var example: String?
  /// The folder of the list's machine that most of them lie in, where the cause has to do with folders.
  public var folder: String?
  /// The folder here that `folder` has to be mapped to (`LossCause.folder`).
  public var local: FilePath?

  /// A loss of these values.
  public init(
    cause: LossCause, entries: Int, example: String? = nil, folder: String? = nil, local: FilePath? = nil
  ) {
    self.cause = cause
    self.entries = entries
    self.example = example
    self.folder = folder
    self.local = local
  }
}
