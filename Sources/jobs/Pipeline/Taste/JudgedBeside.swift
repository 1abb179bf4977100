import MusicIndex
import Platform
import TasteModel
import Tracks

/// The judgements beside a model's own (the other source, artists never judged) with the songs that they were made on.
///
/// They take half as long again as the training itself and say nearly the same when few songs have changed, so
/// retrainings take them over until more than one song in twenty is new, gone, or known otherwise.
struct JudgedBeside: Codable, Equatable, Sendable {
  /// The part of the songs that may differ from those that the judgements were made on.
  static let toleratedShare = 0.05

  /// The recipe (`TrainRun.settingsDigest`).
  private let recipe: String
  /// A hash of what a model may depend on of each song, ascending.
  private let songs: [UInt64]
  private var judgements: [ModelBreakdown.Judgement] = []

  /// No judgements yet, of these songs by this recipe.
  init(_ dataset: TasteDataset, _ recipe: String) {
    self.recipe = recipe
    songs = dataset.tracks.map { track in
      let hash = ContentHash()
      Self.add(track, to: hash, .audioAndTags)
      return hash.digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }.sorted()
  }

  /// The same with judgements.
  func with(_ judgements: [ModelBreakdown.Judgement]) -> JudgedBeside {
    var judged = self
    judged.judgements = judgements
    return judged
  }

  /// The judgements of an earlier training that still hold for these songs; none where they are to be made anew.
  func known(by earlier: JudgedBeside?) -> [ModelBreakdown.Judgement] {
    guard let earlier, earlier.recipe == recipe else { return [] }
    let common = Set(songs).intersection(earlier.songs).count
    let changed = max(songs.count, earlier.songs.count) - common
    return Double(changed) > Self.toleratedShare * Double(songs.count) ? [] : earlier.judgements
  }

  /// Adds to a hash what a model of a source depends on of a song.
  static func add(_ track: TasteTrack, to hash: borrowing ContentHash, _ source: EvidenceSource) {
    hash.add(track.identity)
    hash.add([track.liked ? 1 : 0])
    hash.add(track.copyGroup ?? "")
    // Grouping looks at the folder where there is no album.
    hash.add(track.folder)
    for tag in [track.tags.album, track.tags.albumArtist, track.tags.artist] { hash.add(tag ?? "") }
    if source == .audioAndTags { hash.add("\(track.tags.genre ?? "") \(track.tags.date ?? "")") }
  }
}

extension IndexNote where Value == JudgedBeside {
  /// The judgements beside the newest model's own, with the songs that they were made on.
  static var judgedBeside: Self { Self(record: "judgedBeside") }
}
