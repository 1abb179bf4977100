import Learning
import TasteModel
import Tracks

/// How well a song's neighbours in the `SongSpace` are those of its own folder, maker and album: the mean average precision
/// of the other songs ranked by their distance from one, over all songs that have others of their own kind.
///
/// Beside it stands the Euclidean distance over the same scaled values, song by song, and the difference with its 95%
/// interval over songs.
struct RetrievalTable {
  func print(_ library: MusicLibrary) {
    let songs = library.songs
    let tracks = songs.map { TasteTrack(identity: $0.identity, liked: false, tags: $0.tags, summary: $0.summary) }
    let rows = TasteDataset(tracks: tracks).summaries(of: Array(0..<tracks.count))
    let places = SongSpace(rows).places(of: rows)
    let near = ranks(songs.count) { SongSpace.distance(places.row($0), places.row($1)) }
    let straight = ranks(songs.count) { left, right in
      zip(places.row(left), places.row(right)).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    Swift.print("\(songs.count) songs, each asked for the others of its kind\n")
    Swift.print("| same | songs | nearness | Euclidean | difference, 95% over songs |\n|---|---|---|---|---|")
    let kinds: [(String, [String?])] = [
      ("folder", songs.map(\.style)), ("artist", songs.map(\.composer)),
      ("album", songs.map { song in song.tags.album.map { "\($0)\n\(song.tags.albumArtist ?? song.composer ?? "")" } }),
    ]
    for (name, labels) in kinds {
      let ours = precisions(near, labels)
      let theirs = precisions(straight, labels)
      let differences = zip(ours, theirs).map { $0 - $1 }
      Swift.print(
        "| \(name) | \(ours.count) | \(Spread.short(Spread(ours).mean)) | \(Spread.short(Spread(theirs).mean))",
        "| \(Spread(differences).difference) |")
    }
  }

  /// For each song the others, the nearest first, ties by number.
  private func ranks(_ count: Int, _ distance: (Int, Int) -> Double) -> [[Int]] {
    (0..<count).map { song in
      (0..<count).filter { $0 != song }.map { ($0, distance(song, $0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }
  }

  /// The average precision of each song that has others of its label.
  private func precisions(_ ranks: [[Int]], _ labels: [String?]) -> [Double] {
    ranks.indices.compactMap { song in
      guard let label = labels[song] else { return nil }
      var (found, sum) = (0, 0.0)
      for (place, other) in ranks[song].enumerated() where labels[other] == label {
        found += 1
        sum += Double(found) / Double(place + 1)
      }
      return found == 0 ? nil : sum / Double(found)
    }
  }
}
