public import Tracks

extension MusicIndex {
  /// The files that are read in one transaction.
  private static let page = 256

  /// Calls `body` with every track of the files that are there, with its label (and the reason, and its plays where an import
  /// tells them) and the probability that the owner likes it: by path, the parts of a file behind the whole of it. Reads
  /// a page at a time, so that its memory does not grow with the library and a writer never waits; what the daemon writes
  /// meanwhile may be in later pages.
  ///
  /// - Parameter version: of the features that count as an analysis.
  /// - Throws: `IndexFailure`, or what `body` throws.
  public func forEachTrack(
    version: Int,
    _ body: (
      _ track: TrackRow, _ label: (label: TrackLabel, reason: String, plays: Int?)?, _ probability: Double?
    ) throws -> Void
  ) throws {
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
      let said = try read { transaction in
        try tracks.map { track in
          (try transaction.label(of: track.id), try track.audio.flatMap { try transaction.score(of: $0) })
        }
      }
      for (track, (label, probability)) in zip(tracks, said) { try body(track, label, probability) }
    }
  }
}
