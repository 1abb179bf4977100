import Learning
import Tracks

@testable import TasteModel

/// A made-up owner whose opinions hang on the first value of a summary in a known way.
struct SyntheticOwner {
  /// The number of songs.
  var songs = 400
  /// The number of values of a summary; all but the first are noise.
  var columns = 6
  /// How far the first value of liked and of rejected songs lie apart, in deviations.
  var distance = 1.5
  /// The share of liked songs.
  var share = 0.3
  /// The number of songs of an album; every album has an artist of its own.
  var albumSize = 4
  var seed: UInt64 = 1

  /// The owner's judged songs.
  func tracks() -> [TasteTrack] {
    var random = SplitMix64(seed: seed)
    return (0..<songs).map { song in
      let liked = random.unit() < share
      var summary = (0..<columns).map { _ in Float(random.normal()) }
      if liked { summary[0] += Float(distance) }
      let album = song / albumSize
      return TasteTrack(
        identity: [UInt8(song >> 8), UInt8(song & 255)], liked: liked,
        tags: TrackTags(artist: "Artist \(album)", album: "Album \(album)"), summary: summary)
    }
  }

  var dataset: TasteDataset { TasteDataset(tracks: tracks()) }
}
