import MusicIndex
import TestSupport
import Testing
import Tracks

/// What an index keeps of promises, and of scores that rest on albums.
@Suite struct PromiseColumnTests {
  private let index: MusicIndex
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func identity(_ byte: UInt8) -> AudioIdentity {
    AudioIdentity(scheme: .wholeFile, digest: [UInt8](repeating: byte, count: 16))
  }

  private func file(_ number: UInt8, _ tags: TrackTags, in transaction: IndexTransaction) throws -> (Int64, Int64) {
    let root = try transaction.root(FilePath("/m"))
    let path = FilePath("/m/\(number)/song.flac")
    let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
    try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
    let file = try #require(try transaction.file(at: path)).id
    let probed = ProbedAudio(
      properties: AudioProperties(codec: "flac", sampleRate: 44_100, channels: 2, frames: 441_000), tags: tags,
      identity: identity(number))
    return (file, try transaction.setProbed(file, probed, version: 1, at: 1).audio)
  }

  @Test func aRecommendationKnowsWhatWasPromisedOfItsLastList() throws {
    try index.write { transaction in
      let one = try file(1, TrackTags(), in: transaction).0
      let two = try file(2, TrackTags(), in: transaction).0
      try transaction.setPlaylist([(one, identity(1), 0.9), (two, identity(2), 0.8)], at: 5, promised: 0.6)
      try transaction.setPlaylist([(two, identity(2), 0.7)], at: 9)
    }
    let found = try index.read { try $0.recommendations() }
    #expect(found.map(\.promised) == [0.6, nil])
    #expect(found.map(\.probability) == [0.9, 0.7])
    #expect(found.map(\.last) == [5, 9] && found.map(\.first) == [5, 5])
  }

  @Test func whatTeachesIsNoRecommendationAndTakesNoneBack() throws {
    try index.write { transaction in
      let files = try (1...3).map { try file(UInt8($0), TrackTags(), in: transaction).0 }
      try transaction.setPlaylist([(files[0], identity(1), 0.9), (files[1], identity(2), 0.8)], at: 5, promised: 0.6)
      try transaction.setPlaylist(
        [(files[1], identity(2), 0.7), (files[0], identity(1), 0.5), (files[2], identity(3), 0.4)], at: 9,
        promised: 0.6, exploring: 2)
      #expect(try transaction.exploredFiles() == [files[0], files[2]])
      #expect(try transaction.playlist() == [files[1], files[0], files[2]])
      var found = try transaction.recommendations()
      // What was recommended stays in the record with what was promised of it.
      #expect(found.map(\.explores) == [false, false, true] && found.map(\.promised) == [0.6, 0.6, nil])
      #expect(found.map(\.probability) == [0.9, 0.7, 0.4] && found.map(\.last) == [5, 9, 9])
      try transaction.setPlaylist([(files[2], identity(3), 0.6)], at: 12, promised: 0.6)
      found = try transaction.recommendations()
      #expect(found[2].explores == false && found[2].promised == 0.6)
    }
  }

  @Test func aScoreGoesWithTheFolderThatTellsItsAlbum() throws {
    try index.write { transaction in
      let tags = [
        TrackTags(album: "X"), TrackTags(album: "X", albumArtist: "A"), TrackTags(artist: "A"),
        TrackTags(album: "X", albumArtist: " "),
      ]
      let files = try tags.enumerated().map { try file(UInt8($0 + 1), $1, in: transaction) }
      let model = try transaction.insertModel(
        StoredModel(
          learner: "logistic", trainedAt: 1, featureVersion: 1, labelDigest: [], isAccepted: false, verdict: "",
          figures: "{}", bytes: [1]))
      for (_, audio) in files { try transaction.setScore(0.5, of: audio, model: model) }
      for (number, (file, _)) in files.enumerated() {
        #expect(try transaction.path(of: file) == FilePath("/m/\(number + 1)/song.flac"))
        let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number + 1), device: 1)
        try transaction.moveFile(
          file, root: try transaction.root(FilePath("/m")), to: FilePath("/m/moved \(number)/song.flac"), stamp: stamp)
      }
      #expect(Set(try transaction.scores().keys) == Set([files[1].1, files[2].1]))
    }
  }

  @Test func tagsComeWithTheFolder() throws {
    try index.write { transaction in
      let (_, audio) = try file(3, TrackTags(artist: "A", album: "X"), in: transaction)
      let found = try transaction.tags(ofAudio: audio)
      #expect(found.tags == TrackTags(artist: "A", album: "X") && found.folder == FilePath("/m/3"))
      #expect(try transaction.tags(ofAudio: 99).folder == nil)
    }
  }
}
