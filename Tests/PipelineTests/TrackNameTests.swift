import MusicIndex
import Pipeline
import TestSupport
import Testing
import Tracks

/// How a track is named that has no name in UTF-8.
@Suite struct TrackNameTests {
  private let folder: TemporaryFolder
  private let index: MusicIndex

  init() throws {
    folder = try TemporaryFolder()
    index = try MusicIndex(FilePath(folder["index.sqlite"]))
    let names: [[UInt8]] = [[0x61, 0xFF], [0x62, 0xFE], [0x62, 0xFF]]
    try index.write { transaction in
      let root = try transaction.root(FilePath("/music"))
      for (number, name) in names.enumerated() {
        let path = FilePath("/music").appending(FilePath(bytes: name))
        let stamp = FileStamp(size: 1, modified: 1, changed: 1, inode: UInt64(number), device: 1)
        try transaction.insertFile(root: root, path: path, stamp: stamp, hasCueFile: false, at: 1)
        let file = try #require(try transaction.file(at: path))
        let probed = ProbedAudio(
          properties: AudioProperties(codec: "flac", sampleRate: 44_100, channels: 2, frames: 44_100),
          tags: TrackTags(title: "", artist: ""), identity: Self.identity(number))
        _ = try transaction.setProbed(file.id, probed, version: 1, at: 1)
      }
    }
  }

  private static func identity(_ number: Int) -> AudioIdentity {
    AudioIdentity(scheme: .flacMD5, digest: Array(repeating: UInt8(number), count: 16))
  }

  @Test func asItIsShown() throws {
    let track = TrackPlace(path: FilePath("/music/a\u{FFFD}"))
    #expect(try Pipeline.identity(of: track, in: index) == Self.identity(0))
  }

  @Test func butNotWhereSeveralAreShownSo() {
    let track = TrackPlace(path: FilePath("/music/b\u{FFFD}"))
    #expect {
      try Pipeline.identity(of: track, in: index)
    } throws: {
      "\($0)".contains("2 files are shown so")
    }
  }
}
