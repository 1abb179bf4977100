import MusicIndex
import TasteModel
import Tracks

/// The judged songs of the index as learners want them.
struct TasteData {
  let index: MusicIndex

  /// The good and bad songs that were analysed, each with its summary; blocks are read when they are asked for.
  func dataset() throws -> TasteDataset {
    let version = FeatureVariant.dense.version
    var judged: [Int64: (file: Int64, liked: Bool, path: FilePath)] = [:]
    var known: [Int64: TrackRow] = [:]
    var audioOf: [AudioIdentity: Int64] = [:]
    var tracks: [TasteTrack] = []
    var versions = VersionGroups()
    try index.read { transaction in
      try transaction.forEachLabel { file, path, label, _, _, partner, _ in
        if let partner { versions.join(file, partner) }
        if label == .good || label == .bad { judged[file] = (file, label == .good, path) }
      }
      try transaction.forEachTrack(version: version) { file in
        // A file whose parts are songs of their own is none itself.
        guard judged[file.id] != nil, file.parts.isEmpty, let audio = file.audio, file.isAnalysed else { return }
        // Of several files with one audio the rules leave one with a label; should two remain, the first stands.
        if known[audio] == nil { known[audio] = file }
      }
      let files = known.values.sorted { $0.id < $1.id }
      versions.join(named: files.map { ($0.id, $0.tags) })
      let relatives = try transaction.relatives()
      versions.join(recordings: files.compactMap { file in file.audio.flatMap { relatives[$0] }.map { (file.id, $0) } })
      try transaction.forEachSummary(version: version, of: Array(known.keys)) { audio, identity, summary in
        guard let file = known[audio], let label = judged[file.id] else { return }
        audioOf[identity] = audio
        tracks.append(
          TasteTrack(
            identity: identity.bytes, liked: label.liked, tags: file.tags, folder: file.path.parent.bytes,
            copyGroup: versions.name(of: file.id, identity: identity), summary: summary))
      }
    }
    let index = index
    let audio = audioOf
    return TasteDataset(tracks: tracks) { track, variant in
      guard let identity = AudioIdentity(bytes: track.identity), let audio = audio[identity] else { return nil }
      return try index.read { transaction in
        let blocks = try transaction.blocks(of: audio, variant: variant, version: variant.version)
        return blocks.map { SampleBlocks(samples: $0.count / BlockLayout(variant).count, values: $0) }
      }
    }
  }
}
