public import MusicIndex

extension IndexTransaction {
  /// Every file as a track, with the parts in it, ordered by number; missing files too.
  public func wholeTracks(version: Int) throws -> [TrackRow] {
    var found: [TrackRow] = []
    try forEachWholeTrack(version: version) { found.append($0) }
    return found
  }
}
