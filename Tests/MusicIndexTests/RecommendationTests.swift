import MusicIndex
import TestSupport
import Testing
import Tracks

/// What the playlist is chosen from, and what became of what was recommended.
@Suite struct RecommendationTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func identity(_ byte: UInt8) -> AudioIdentity {
    AudioIdentity(scheme: .wholeFile, digest: [UInt8](repeating: byte, count: 16))
  }

  /// Files that were looked at: their numbers and their audios'.
  private func files(_ tags: [TrackTags]) throws -> [(file: Int64, audio: Int64)] {
    try index.write { transaction in
      let root = try transaction.root(FilePath("/m"))
      return try tags.enumerated().map { number, tags in
        let path = FilePath("/m/\(number)/song.flac")
        let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
        try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
        let file = try #require(try transaction.file(at: path))
        let probed = ProbedAudio(
          properties: AudioProperties(codec: "flac", sampleRate: 44_100, channels: 2, frames: 441_000),
          tags: tags, identity: identity(UInt8(number)))
        return (file.id, try transaction.setProbed(file.id, probed, version: 1, at: 1).audio)
      }
    }
  }

  @Test func aCandidateTellsItsAlbumFromOthersOfTheTitle() throws {
    let files = try files([
      TrackTags(artist: "A", album: "Greatest Hits", albumArtist: "A"), TrackTags(artist: "B", album: "Greatest Hits"),
      TrackTags(artist: "C"),
    ])
    var found: [UnheardTrack] = []
    try index.write { transaction in
      let model = try transaction.insertModel(
        StoredModel(
          learner: "logistic", trainedAt: 1, featureVersion: 1, labelDigest: [], isAccepted: false, verdict: "",
          figures: "{}", bytes: [1]
        ))
      for file in files { try transaction.setScore(0.5, of: file.audio, model: model) }
      try transaction.setLabels(files.map { ($0.file, .unheard, "neverPlayed", nil, nil, nil) })
      try transaction.forEachCandidate { found.append($0) }
    }
    found.sort { $0.id < $1.id }
    #expect(found.map(\.albumArtist) == ["A", nil, nil])
    #expect(found.map { $0.folder?.display } == [nil, "/m/1", nil])
  }

  @Test func theRecordFollowsCopiesAndForgottenFiles() throws {
    let files = try files([TrackTags](repeating: TrackTags(), count: 5))
    try index.write { transaction in
      // The file of 7 has been forgotten since.
      try transaction.setPlaylist([(files[0].file, identity(7), 0.8)], at: 5)
      try transaction.setPlaylist((0..<5).map { (files[$0].file, identity(UInt8($0)), 0.8) }, at: 10)
      // 0 is a copy of 1, which is a short version of 4, that is liked; 2 lost its judgement; 3 is open.
      try transaction.setLabels([
        (files[0].file, .excluded, "duplicate", nil, files[1].file, nil),
        (files[1].file, .excluded, "shortVersion", nil, files[4].file, nil),
        (files[2].file, .undecided, "tooFewPlays", nil, nil, 2), (files[3].file, .unheard, "neverPlayed", nil, nil, 0),
        (files[4].file, .good, "plays", nil, nil, 9),
      ])
      for (at, byte, label) in [(1.0, 2, TrackLabel.good), (2, 7, .good), (3, 7, .bad)] {
        try transaction.addJudgement(of: identity(UInt8(byte)), before: nil, after: label, reason: "plays", at: at)
      }
    }
    let labels = try index.read { try $0.labelsOfRecommended() }
    #expect(
      labels == [
        identity(0): .good, identity(1): .good, identity(2): .undecided, identity(3): .unheard, identity(4): .good,
        identity(7): .bad,
      ])
  }

  @Test func audiosAreListedByIdentity() throws {
    let files = try files([TrackTags](repeating: TrackTags(), count: 3))
    try index.write { transaction in
      for number in [2, 0] {
        try transaction.setFeatures(
          SongFeatures(
            variant: .dense, version: 1, starts: [0],
            blocks: [Float16](repeating: 1, count: BlockLayout(.dense).count), summary: [1]), of: files[number].audio)
      }
    }
    #expect(try index.read { try $0.audiosWithSummary(version: 1) } == [files[0].audio, files[2].audio])
  }
}
