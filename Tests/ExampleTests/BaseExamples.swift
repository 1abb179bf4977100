import Foundation
import MusicIndex
import Platform
import ServiceState
import Settings
import TestSupport
import Testing
import Tracks

/// The examples of the pages of the floors base and index.
@Suite struct BaseExamples {
  let folder: FilePath
  private let temporary: TemporaryFolder

  init() throws {
    temporary = try TemporaryFolder()
    folder = FilePath(temporary.path)
  }

  @Test func tracks() {
    // Example: Tracks
    let song = FilePath("/music/Artist/Album/01 Song.flac")
    let isOwned = song.isInside(FilePath("/music"))
    let tags = TrackTags(title: "Song", artist: "Artist", album: "Album")
    // End
    #expect(isOwned && song.name.display == "01 Song.flac" && tags.title == "Song")
  }

  @Test func platform() throws {
    // Example: Platform
    let note = folder.appending("note")
    try SmallFile.write(Array("kept".utf8), to: note)
    let hash = ContentHash()
    try hash.add(contentsOf: note)
    let digest = hash.digest
    // End
    #expect(SmallFile.read(note) == Array("kept".utf8) && !digest.isEmpty)
  }

  @Test func serviceState() throws {
    // Example: ServiceState
    let state = StateFolder(folder.appending("state"))
    try state.make()
    let request = try Request.rescan([]).drop(in: state)
    try Request.end(request, answer: RequestAnswer(.done, "everything was looked at"))
    let answer = SmallFile.read(Request.answer(to: request)).map { RequestAnswer(bytes: $0) }
    // End
    #expect(answer?.status == .done)
  }

  @Test func settings() throws {
    // Example: Settings
    let text = "music: [/music]\nplaylist: {precision: 0.7}\n"
    let settings = try Settings.parse(text, file: FilePath("indexd.yaml"))
    let target = settings.playlist.precision
    // End
    #expect(target == 0.7)
  }

  @Test func musicIndex() throws {
    // Example: MusicIndex
    let index = try MusicIndex(folder.appending("index.sqlite"))
    let root = try index.write { transaction in
      try transaction.root(FilePath("/music"))
    }
    let files = try index.read { transaction in
      try transaction.presentFileCount(root: root)
    }
    // End
    #expect(files == 0)
  }
}
