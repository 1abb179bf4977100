import Labelling
import MusicIndex
import Tracks

/// Keeps the keys that link tracks of one name or audio.
struct SongKeyRun {
  private let keys: SongKeys
  /// The tracks whose keys are made in one transaction.
  private static let portion = 5_000

  init(rules: LabelRules) { keys = SongKeys(rules) }

  /// Brings the keys of some tracks up to date.
  ///
  /// - Returns: the keys of tracks that are no more, and the audios that tracks had before.
  func refresh(
    _ tracks: [Int64], _ transaction: IndexTransaction
  ) throws -> (lost: [SongKeyRow], audios: [Int64]) {
    let stored = try transaction.songKeys(of: tracks)
    var left = Dictionary(stored.map { ($0.track, $0) }) { first, _ in first }
    for track in try transaction.named(tracks) { try keep(track, left.removeValue(forKey: track.track), transaction) }
    let lost = left.values.sorted { $0.track < $1.track }
    for key in lost { try transaction.removeSongKey(key.track) }
    return (lost, stored.compactMap(\.audio))
  }

  private func keep(
    _ track: IndexTransaction.NamedRow, _ stored: SongKeyRow?, _ transaction: IndexTransaction
  ) throws {
    let names = keys.keys(of: track.tags)
    var new = stored ?? SongKeyRow(track: track.track)
    (new.audio, new.song, new.base) = (track.audio, names?.song, names?.base)
    if new != stored { try transaction.setSongKey(new) }
  }

  /// Brings the keys of all tracks up to date.
  ///
  /// - Throws: `IndexFailure` or `CancellationError`.
  func refreshAll(_ index: MusicIndex) throws {
    var last: Int64 = 0
    while let next = try index.write({ transaction -> Int64? in
      let tracks = try transaction.namedTracks(after: last, limit: Self.portion)
      let stored = try transaction.songKeys(of: tracks.map(\.track)).reduce(into: [:]) { $0[$1.track] = $1 }
      for track in tracks { try keep(track, stored[track.track], transaction) }
      return tracks.last?.track
    }) {
      try Task.checkCancellation()
      last = next
    }
    try index.write { try $0.removeLostSongKeys() }
  }
}
