import AudioDecoding
import AudioFeatures
import Foundation
import Learning
import TasteModel
import Tracks

/// A song of a folder of real music, with both variants of its features.
struct LibrarySong {
  /// The folder below the music folder that it lies in.
  var style: String
  /// Who made it, by its tags; `nil` where they do not say.
  var composer: String?
  var identity: [UInt8]
  var tags: TrackTags
  var summary: [Float]
  var dense: [Float16]
  var study: [Float16]

  /// The logarithm of the loudness of each sample before it was scaled to its peak.
  var loudness: [Float]
}

/// Real music to make owners up for: one folder a style.
struct MusicLibrary {
  let songs: [LibrarySong]

  /// Listens to every file below a folder that can be read; with a cache file, only the first time.
  static func load(_ folder: String, cache: String?) throws -> MusicLibrary {
    if let cache, let data = FileManager.default.contents(atPath: cache) {
      return try MusicLibrary(bytes: Array(data))
    }
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    guard let walk = FileManager.default.enumerator(atPath: root) else { return MusicLibrary(songs: []) }
    let names = walk.compactMap { $0 as? String }.filter { !$0.hasSuffix("/") }.sorted()
    let listener = Listener()
    var songs: [LibrarySong] = []
    var known: Set<[UInt8]> = []
    for name in names {
      let path = root + "/" + name
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      do {
        let song = try listener.listen(FilePath(path), style: String(name.split(separator: "/")[0]))
        if known.insert(song.identity).inserted { songs.append(song) }
      } catch let failure as DecodingFailure {
        FileHandle.standardError.write(Data("\(failure)\n".utf8))
      }
    }
    let library = MusicLibrary(songs: songs.sorted { $0.identity.lexicographicallyPrecedes($1.identity) })
    if let cache { try Data(library.bytes).write(to: URL(fileURLWithPath: cache)) }
    return library
  }

  /// The songs as an owner judges them; those whose opinion is `nil` are left out.
  ///
  /// - Parameter hears: the only variant that learners over samples get; `nil` for both.
  func dataset(_ opinions: [Bool?], hears: FeatureVariant? = nil) -> TasteDataset {
    var tracks: [TasteTrack] = []
    var places: [[UInt8]: Int] = [:]
    for (place, song) in songs.enumerated() {
      guard let liked = opinions[place] else { continue }
      places[song.identity] = place
      tracks.append(
        TasteTrack(
          identity: song.identity, liked: liked, tags: song.tags, folder: Array(song.style.utf8), summary: song.summary)
      )
    }
    let songs = songs
    let known = places
    return TasteDataset(tracks: tracks) { track, variant in
      guard hears == nil || hears == variant, let place = known[track.identity] else { return nil }
      let values = variant == .study ? songs[place].study : songs[place].dense
      return SampleBlocks(samples: values.count / BlockLayout(variant).count, values: values)
    }
  }

  private var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt32(songs.count))
    for song in songs {
      writer.write(song.style)
      writer.write(song.composer ?? "")
      writer.write(song.identity)
      for text in [song.tags.artist, song.tags.album, song.tags.albumArtist, song.tags.genre, song.tags.date] {
        writer.write(text ?? "")
      }
      writer.write(song.summary)
      writer.write(song.dense)
      writer.write(song.study)
      writer.write(song.loudness)
    }
    return writer.bytes
  }

  private init(songs: [LibrarySong]) {
    self.songs = songs
  }

  private init(bytes: [UInt8]) throws(CodingFailure) {
    var reader = ByteReader(bytes)
    var songs: [LibrarySong] = []
    func text() throws(CodingFailure) -> String? {
      let text = try reader.readText()
      return text.isEmpty ? nil : text
    }
    for _ in 0..<(try reader.read(UInt32.self)) {
      let style = try reader.readText()
      let composer = try text()
      let identity: [UInt8] = try reader.readList()
      let tags = TrackTags(
        artist: try text(), album: try text(), albumArtist: try text(), genre: try text(), date: try text())
      songs.append(
        LibrarySong(
          style: style, composer: composer, identity: identity, tags: tags, summary: try reader.readList(),
          dense: try reader.readList(), study: try reader.readList(), loudness: try reader.readList()))
    }
    self.songs = songs
  }
}

/// Reads and measures files, one after the other.
final class Listener {
  private let reader = SampleReader()
  private let study = StudyExtractor()
  private let dense = DenseExtractor()
  private var studyBlock = [Float](repeating: 0, count: BlockLayout(.study).count)
  private var denseBlock = [Float](repeating: 0, count: BlockLayout(.dense).count)
  private var statistics = [Float](repeating: 0, count: SummaryLayout.statisticsCount)

  func listen(_ path: FilePath, style: String) throws -> LibrarySong {
    let probed = try AudioFile.probe(path)
    let starts = SamplePlan.starts(
      duration: probed.properties.duration, from: 0, to: nil, count: Sampling.count)
    var summary = SongSummary()
    var blocks: (dense: [Float16], study: [Float16]) = ([], [])
    var loudness: [Float] = []
    let loud = SummaryLayout.statisticsRange(.loudness, .mean).lowerBound
    try reader.read(path, properties: probed.properties, starts: starts) { _, samples in
      let sample = UnsafeBufferPointer(samples)
      denseBlock.withUnsafeMutableBufferPointer { block in
        statistics.withUnsafeMutableBufferPointer { dense.extract(sample, block: block, statistics: $0) }
      }
      studyBlock.withUnsafeMutableBufferPointer { study.extract(sample, into: $0) }
      summary.add(statistics)
      loudness.append(statistics[loud])
      blocks.dense += BlockCoding.encode(denseBlock, variant: .dense)
      blocks.study += BlockCoding.encode(studyBlock, variant: .study)
    }
    let artist = probed.tags.artist.flatMap { $0.isEmpty ? nil : $0 }
    return LibrarySong(
      style: style, composer: artist, identity: probed.identity.bytes, tags: probed.tags, summary: summary.summary,
      dense: blocks.dense, study: blocks.study, loudness: loudness)
  }
}
