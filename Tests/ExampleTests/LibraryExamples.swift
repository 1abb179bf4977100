import FolderWatching
import Foobar2000
import Labelling
import Playlists
import TestSupport
import Testing
import Tracks

/// The examples of the pages of the floor library.
@Suite struct LibraryExamples {
  let folder: FilePath
  private let temporary: TemporaryFolder

  init() throws {
    temporary = try TemporaryFolder()
    folder = FilePath(temporary.path)
  }

  @Test func foobar2000() throws {
    try temporary.write("#EXTM3U\nM:\\Artist\\Album\\01 Song.flac\n", to: "Active.m3u8")
    // Example: Foobar2000
    let song = LibraryFile(id: 1, path: FilePath("/music/Artist/Album/01 Song.flac"))
    let map = PathMap([PathMapping(from: "M:\\", to: FilePath("/music"))])
    let matcher = RecordMatcher(library: [song], map: map)
    var found: [MatchResult] = []
    let summary = try ExportReader.read(folder.appending("Active.m3u8")) { record in
      found.append(matcher.match(record))
    }
    // End
    #expect(summary.entries == 1)
    guard case .matched(let tracks, _, _) = found.first else {
      Issue.record("\(found)")
      return
    }
    #expect(tracks.map(\.file) == [1])
  }

  /// Not run: a process can have one watcher at a time.
  private func folderWatching() {
    // Example: FolderWatching
    let watcher = FolderWatcher(quiet: 0.1)
    watcher.watch(root: folder)
    if watcher.watch(folder) == .new { print("look at \(folder.display)") }
    watcher.stop()
    // End
  }

  @Test func labelling() {
    // Example: Labelling
    var played = LabellingFile(
      id: 1, path: FilePath("/music/a.flac"), tags: TrackTags(title: "A", artist: "Artist"), duration: 180, arrival: 0)
    played.history = TrackHistory(plays: 9)
    let unheard = LabellingFile(
      id: 2, path: FilePath("/music/b.flac"), tags: TrackTags(title: "B", artist: "Artist"), duration: 200, arrival: 0)
    let labels = assignLabels(files: [played, unheard], imports: ImportedSets()).assignments
    // End
    #expect(labels.map(\.label) == [.good, .unheard])
  }

  @Test func playlists() throws {
    // Example: Playlists
    let entry = PlaylistEntry(
      location: FilePath("/music/b.flac"), duration: 200, artist: "Artist", title: "B")
    let text = PlaylistText([entry], comment: "1 track that you will probably like")
    let isNew = try PlaylistFile.write(text.bytes, to: folder.appending("Probably liked.m3u8"))
    // End
    #expect(isNew && PlaylistText.isOwn(text.bytes))
  }
}
