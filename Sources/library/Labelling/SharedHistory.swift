/// A history that foobar2000 keeps for several tracks at once.
public struct SharedHistory: Sendable, Equatable {
  /// The tracks, this one too.
  public var tracks: [Int64]
  /// What is known of all of them together.
  public var history: TrackHistory

  /// A history of these tracks.
  public init(tracks: [Int64], history: TrackHistory) {
    self.tracks = tracks
    self.history = history
  }
}

extension Labeller {
  /// The files with what counts of their histories: times that can be, and shared histories where their tracks are copies
  /// of one recording. Where they are not, nobody knows which of them was played, so each may have been.
  static func settled(_ files: [LabellingFile], roots: [Int], indexOf: [Int64: Int]) -> [LabellingFile] {
    var settled = files
    for index in files.indices {
      let plausible = files[index].history.plausible()
      if plausible != files[index].history { settled[index].history = plausible }
      for shared in files[index].shared {
        let history = shared.history.plausible()
        let others = shared.tracks.compactMap { indexOf[$0] }
        if others.allSatisfy({ roots[$0] == roots[index] }) {
          settled[index].history = settled[index].history.merged(with: history)
        } else if history.isHeard {
          settled[index].history.hearing.insert(.sharedEntry)
        }
      }
      if !files[index].shared.isEmpty { settled[index].shared = [] }
    }
    return settled
  }
}
