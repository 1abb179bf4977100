import Labelling
public import MusicIndex
public import Tracks

/// A file with its label, as `indexctl labels` lists it.
public struct LabelList: Sendable {
  /// A label with what it rests on.
  public struct Label: Sendable, Equatable {
    /// The label.
    public var label: TrackLabel
    /// The rule that decided, as one word.
    public var reason: String
    /// The same for people.
    public var reasonWords: String { LabelReason.words(of: reason) }
    /// What the rule went by, in words.
    public var detail: String?
    /// The plays, where an import tells them.
    public var plays: Int?
  }

  /// A track of a cue sheet in a file.
  public struct Track: Sendable {
    /// The track's number in the sheet.
    public var number: Int
    /// The part of the file that it is.
    public var span: AudioSpan
    /// What the sheet says of it.
    public var tags: TrackTags
    /// Its label.
    public var label: Label
  }

  /// Where the file is.
  public var path: FilePath
  /// The file's label.
  public var label: Label
  /// The tracks that a cue sheet names in it, in its order.
  public var tracks: [Track] = []

  /// Every file that is there, ordered by path.
  ///
  /// - Throws: `IndexFailure`.
  public static func rows(_ index: MusicIndex) throws -> [LabelList] {
    var rows: [LabelList] = []
    try index.read { transaction in
      var parts: [Int64: TrackRow] = [:]
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
        for part in file.parts { parts[part.id] = part }
      }
      try transaction.forEachLabel { track, path, label, reason, detail, _, plays in
        let label = Label(label: label, reason: reason, detail: detail, plays: plays)
        guard let part = parts[track], let span = part.span, let last = rows.indices.last else {
          return rows.append(LabelList(path: path, label: label))
        }
        rows[last].tracks.append(Track(number: part.number, span: span, tags: part.tags, label: label))
      }
    }
    return rows
  }
}
