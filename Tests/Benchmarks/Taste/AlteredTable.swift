import AudioDecoding
import Foundation
import Learning
import TasteModel
import Tracks

/// How often a song that was changed lies nearest to the song as it was, among all songs of a collection, in the `SongSpace`
/// of that collection; beside it by the Euclidean distance.
struct AlteredTable {
  /// How many songs of the collection are changed.
  let songs: Int
  /// What the names of the changes to be made contain.
  var only = ""

  /// What is done to the two channels, and how the result is written, as arguments of ffmpeg.
  private static let changes: [(name: String, filter: String, codec: String, suffix: String)] = [
    ("MP3 of 96 kbit/s", "anull", "libmp3lame -b:a 96k", "mp3"),
    (
      "12 dB quieter, a click at full scale every 5.7 s",
      "volume=0.25,aeval=exprs='if(eq(mod(n,250007),1000),1,val(0))|if(eq(mod(n,250007),1000),1,val(1))'",
      "pcm_s16le", "wav"
    ),
    ("20 dB quieter", "volume=0.1", "pcm_s16le", "wav"),
    ("one channel inverted", "pan=stereo|c0=c0|c1=-1*c1", "pcm_s16le", "wav"),
    ("one channel inverted, Opus of 128 kbit/s", "pan=stereo|c0=c0|c1=-1*c1", "libopus -b:a 128k", "opus"),
    ("left channel only", "pan=stereo|c0=c0|c1=0*c1", "pcm_s16le", "wav"),
  ]

  /// Prints a row a change.
  func print(_ folder: String, _ library: MusicLibrary) throws {
    let places = Dictionary(uniqueKeysWithValues: library.songs.enumerated().map { ($1.identity, $0) })
    let chosen = try chosen(folder, places)
    let space = Space(library.songs)
    let work = FileManager.default.temporaryDirectory.appendingPathComponent("altered-\(getpid())").path
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    defer {
      // What is left behind is the temporary folder's own.
      try? FileManager.default.removeItem(atPath: work)
    }
    Swift.print("\(chosen.count) songs of \(library.songs.count)\n")
    Swift.print("| change | nearest to itself | Euclidean | lost |\n|---|---|---|---|")
    let listener = Listener()
    for change in Self.changes where only.isEmpty || change.name.contains(only) {
      var (near, straight): (Int, Int) = (0, 0)
      var lost: [String] = []
      for song in chosen {
        let file = "\(work)/changed.\(change.suffix)"
        guard try make(file, of: song.path, change.filter, change.codec) else { continue }
        let summary = try listener.listen(FilePath(file), style: "").summary
        let ranked = space.nearest(to: summary)
        near += ranked.near == song.place ? 1 : 0
        straight += ranked.straight == song.place ? 1 : 0
        if ranked.near != song.place { lost.append((song.path as NSString).lastPathComponent) }
      }
      Swift.print("| \(change.name) | \(near) of \(chosen.count) | \(straight) | \(lost.joined(separator: ", ")) |")
    }
  }

  /// Songs of two channels that lie evenly among the files.
  private func chosen(_ folder: String, _ places: [[UInt8]: Int]) throws -> [(path: String, place: Int)] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    let known = names.compactMap { name -> (path: String, place: Int)? in
      let path = "\(folder)/\(name)"
      // What is no audio is no song.
      guard let probed = try? AudioFile.probe(FilePath(path)), probed.properties.channels == 2,
        let place = places[probed.identity.bytes]
      else { return nil }
      return (path, place)
    }
    let count = min(songs, known.count)
    return (0..<count).map { known[(2 * $0 + 1) * known.count / (2 * count)] }
  }

  private func make(_ file: String, of song: String, _ filter: String, _ codec: String) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", song, "-map_metadata", "-1", "-vn", "-ac", "2"]
      + ["-af", filter, "-c:a"] + codec.split(separator: " ").map(String.init) + [file]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// The songs of a collection, and what is nearest among them.
private struct Space {
  private let space: SongSpace
  private let places: Matrix

  init(_ songs: [LibrarySong]) {
    let tracks = songs.map { TasteTrack(identity: $0.identity, liked: false, tags: $0.tags, summary: $0.summary) }
    let rows = TasteDataset(tracks: tracks).summaries(of: Array(0..<tracks.count))
    space = SongSpace(rows)
    places = space.places(of: rows)
  }

  /// The song nearest to a summary, and the one that is by the Euclidean distance.
  func nearest(to summary: [Float]) -> (near: Int?, straight: Int?) {
    let place = space.places(of: Matrix(rows: 1, columns: summary.count, values: summary)).row(0)
    func first(_ distance: (ArraySlice<Float>) -> Double) -> Int? {
      (0..<places.rows).map { ($0, distance(places.row($0))) }.min { $0.1 < $1.1 }?.0
    }
    return (
      first { SongSpace.distance($0, place) },
      first { zip($0, place).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } }
    )
  }
}
