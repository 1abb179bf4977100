/// A part of a file's audio that is a track of its own: one track of a cue sheet.
public struct AudioSpan: Hashable, Sendable, Codable {
  /// Where it starts, in seconds from the beginning of the file.
  public var start: Double
  /// Where it ends, in seconds from the beginning of the file.
  public var end: Double

  /// A span of these bounds.
  public init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }
}
