import MusicIndex
import TestSupport
import Testing
import Tracks

@Suite struct CopiesTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  private func identity(_ byte: UInt8) -> AudioIdentity {
    AudioIdentity(scheme: .wholeFile, digest: [UInt8](repeating: byte, count: 16))
  }

  /// The audios of files that were analysed.
  private func audios(_ count: UInt8) throws -> [Int64] {
    try index.write { transaction in
      let root = try transaction.root(FilePath("/m"))
      return try (0..<count).map { number in
        let path = FilePath("/m/\(number).flac")
        let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
        try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
        let file = try #require(try transaction.file(at: path))
        let probed = ProbedAudio(
          properties: AudioProperties(codec: "flac", sampleRate: 44_100, channels: 2, frames: 441_000),
          tags: TrackTags(), identity: identity(number))
        let audio = try transaction.setProbed(file.id, probed, version: 1, at: 1).audio
        let features = SongFeatures(
          variant: .dense, version: 1, starts: [0],
          blocks: [Float16](repeating: 1, count: BlockLayout(.dense).count), summary: [1])
        try transaction.setFeatures(features, of: audio)
        return audio
      }
    }
  }

  @Test func whatWasComparedIsKeptUntilTheComparisonChanges() throws {
    let audios = try audios(3)
    #expect(try index.read { try $0.audiosWithoutPlace(features: 1) } == audios)
    let found = StoredComparison(
      first: audios[0], second: audios[1], relation: .secondIsShort, offset: -1.5, likeness: 0.9, errorRate: nil,
      seconds: 30)
    try index.write { transaction in
      try transaction.setPlace([1, -2], of: audios[0], version: 1)
      try transaction.setComparison(found, version: 1)
      try transaction.setFingerprint([7, .max], of: audios[0], start: 12.5)
    }
    try index.read { transaction in
      #expect(try transaction.audiosWithoutPlace(features: 1) == Array(audios.dropFirst()))
      #expect(try transaction.comparisons() == [found])
      let pieces = try transaction.fingerprints(of: audios[0])
      #expect(pieces.map(\.start) == [12.5] && pieces.map(\.items) == [[7, .max]])
      var places: [Int64: [Float]] = [:]
      try transaction.forEachPlace { places[$0] = Array($1.bindMemory(to: Float.self)) }
      #expect(places == [audios[0]: [1, -2]])
    }
    try index.write { try $0.removeComparisons(exceptOf: 2) }
    #expect(try index.read { try $0.comparisons().isEmpty })
    #expect(try index.read { try $0.audiosWithoutPlace(features: 1) } == audios)
    #expect(try index.read { try $0.fingerprints(of: audios[0]).count } == 1)
  }

  @Test func relativesFollowTheLastLabelling() throws {
    let audios = try audios(3)
    try index.write { try $0.setRelatives([audios[0]: identity(0), audios[1]: identity(0)], among: audios) }
    #expect(try index.read { try $0.relatives() } == [audios[0]: identity(0), audios[1]: identity(0)])
    // What is not among them stays as it is.
    try index.write { try $0.setRelatives([:], among: [audios[2]]) }
    #expect(try index.read { try $0.relatives() } == [audios[0]: identity(0), audios[1]: identity(0)])
    try index.write { try $0.setRelatives([audios[1]: identity(1), audios[2]: identity(1)], among: audios) }
    #expect(try index.read { try $0.relatives() } == [audios[1]: identity(1), audios[2]: identity(1)])
  }
}
