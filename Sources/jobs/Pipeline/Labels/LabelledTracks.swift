import Labelling
import MusicIndex
import Tracks

/// Tracks that are labelled together, those that are there apart from those that are gone.
struct LabelledTracks {
  /// The tracks that are there, each file before the tracks inside it.
  private(set) var known: [TrackRow] = []
  /// The tracks that are missing.
  private(set) var gone: [TrackRow] = []

  /// Adds a track.
  mutating func add(_ track: TrackRow) {
    if track.isMissing { gone.append(track) } else { known.append(track) }
  }

  /// For each missing track the one that is there with the same audio: a file that was moved as a copy and a deletion.
  var heirs: [Int64: Int64] {
    let wanted = Set(gone.compactMap(\.identity))
    var present: [AudioIdentity: Int64] = [:]
    for track in known {
      if let identity = track.identity, wanted.contains(identity), present[identity] == nil {
        present[identity] = track.id
      }
    }
    var heirs: [Int64: Int64] = [:]
    for track in gone { heirs[track.id] = track.identity.flatMap { present[$0] } }
    return heirs
  }

  /// The tracks that are compared, with their audios. What is told of a file that is gone holds for its copies that are
  /// there; the first track of an audio stands for it: one that is there before one that is gone.
  func compared(_ histories: ImportedHistories) -> [TrackRow] {
    known + gone.filter { histories.isTold(of: $0.id) }
  }

  /// The tracks as labelling wants them.
  ///
  /// - Parameters:
  ///   - words: What the owner says of tracks.
  ///   - failures: The details of failures that are wanted, by track.
  func files(
    _ histories: ImportedHistories, words: [Int64: Correction], failures: [Int64: String] = [:]
  ) -> [LabellingFile] {
    compared(histories).map { file in
      var told = LabellingFile(
        id: file.id, path: file.path, span: file.span, identity: file.identity, tags: file.tags,
        duration: file.properties?.duration ?? 0, codec: file.properties?.codec ?? "",
        bitRate: file.properties?.bitRate ?? 0, subsongs: file.properties?.subsongs ?? 1,
        cueTracks: Self.cueTracks(file), arrival: file.arrival,
        // A file whose contents became another audio came with that.
        seenAt: max(file.firstSeen, file.arrival), isMissing: file.isMissing,
        history: histories.tracks[file.id] ?? TrackHistory(),
        correction: words[file.id], failure: failures[file.id] ?? file.failure)
      told.shared = histories.sharedHistories[file.id] ?? []
      return told
    }
  }

  /// The number of tracks that cue sheets find in a file; `nil` where none says anything. A sheet of its name that could
  /// not be read still says that there are several.
  private static func cueTracks(_ file: TrackRow) -> Int? {
    if !file.places.isEmpty { return max(1, file.parts.count) }
    return file.hasCueFile ? 2 : nil
  }
}
