public import Tracks

/// A track with everything that the rules and the model say of it.
public struct ListedTrack: Sendable {
  /// The track.
  public var file: KnownFile
  /// Its label with the reason, and its plays where an import tells them; `nil` where it was not labelled yet.
  public var label: (label: TrackLabel, reason: String, plays: Int?)?
  /// The probability that the owner likes it; `nil` without a score.
  public var probability: Double?
}

extension MusicIndex {
  /// The files that are read in one transaction.
  private static let page = 256

  /// Calls `body` with every track of the files that are there: by path, the tracks of a cue sheet behind the file. Reads
  /// a page at a time, so that its memory does not grow with the library and a writer never waits; what the daemon writes
  /// meanwhile may be in later pages.
  ///
  /// - Parameter version: of the features that count as an analysis.
  /// - Throws: `IndexFailure`, or what `body` throws.
  public func forEachListedTrack(version: Int, _ body: (ListedTrack) throws -> Void) throws {
    // There are few cue sheets.
    let inside = try read { try $0.parts(version: version) }
    var last: FilePath?
    while true {
      let files = try read { try $0.files(after: last, limit: Self.page, version: version) }
      guard let end = files.last else { return }
      last = end.path
      let tracks = files.filter { !$0.isMissing }.flatMap { file in
        [file] + (inside[file.id] ?? [])
      }
      let listed = try read { transaction in
        try tracks.map { track in
          ListedTrack(
            file: track, label: try transaction.label(of: track.id),
            probability: try track.audio.flatMap { try transaction.score(of: $0) })
        }
      }
      try listed.forEach(body)
    }
  }
}
