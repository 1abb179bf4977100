public import Learning

/// Chooses the unheard songs whose judgement would teach a model most.
///
/// Greedily, each song is the one that brings all songs together nearest to something judged: the distances from each
/// unheard song to the nearest song that is judged or chosen are summed, weighted by how uncertain the song's score is
/// (p(1 - p)), and the song is taken that lowers the sum most. So what is chosen is uncertain, typical of many unheard
/// songs, and unlike both what was judged and what was chosen before. The sum is submodular, so that the greedy choice is
/// within 1 - 1/e of the best (G. Nemhauser, L. Wolsey and M. Fisher 1978); as a way to choose what to label: K. Wei, R.
/// Iyer and J. Bilmes, "Submodularity in data subset selection and active learning", ICML 2015.
public enum Exploration {
  /// The songs to hear, the most instructive first; ties go to the earlier song.
  ///
  /// - Parameters:
  ///   - count: how many; fewer are chosen where there are fewer songs.
  ///   - probabilities: of each unheard song, from 0 to 1.
  ///   - places: the unheard songs in a `SongSpace`, a row each.
  ///   - known: what was judged or is to be heard already, a row each; none where nothing is.
  /// - Returns: the numbers of their rows.
  public static func choose(_ count: Int, probabilities: [Double], places: Matrix, known: Matrix) -> [Int] {
    precondition(probabilities.count == places.rows, "a probability for each song")
    let songs = places.rows
    guard songs > 0, count > 0 else { return [] }
    let weights = probabilities.map { $0.isFinite ? max($0 * (1 - $0), 1e-6) : 0 }
    var between = [Float](repeating: 0, count: songs * songs)
    for one in 0..<songs {
      for other in 0..<one {
        let distance = Float(SongSpace.distance(places.row(one), places.row(other)))
        between[one * songs + other] = distance
        between[other * songs + one] = distance
      }
    }
    // Where nothing is judged, every song is as far away as the two that are farthest apart.
    var nearest = [Float](repeating: between.max() ?? 0, count: songs)
    for row in 0..<known.rows {
      for song in 0..<songs {
        nearest[song] = min(nearest[song], Float(SongSpace.distance(places.row(song), known.row(row))))
      }
    }
    var chosen: [Int] = []
    var isChosen = [Bool](repeating: false, count: songs)
    while chosen.count < min(count, songs) {
      var best: (song: Int, gain: Double)?
      for song in 0..<songs where !isChosen[song] {
        var gain = 0.0
        for other in 0..<songs {
          let closer = nearest[other] - between[song * songs + other]
          if closer > 0 { gain += weights[other] * Double(closer) }
        }
        if gain > best?.gain ?? -1 { best = (song, gain) }
      }
      guard let song = best?.song else { break }
      chosen.append(song)
      isChosen[song] = true
      for other in 0..<songs { nearest[other] = min(nearest[other], between[song * songs + other]) }
    }
    return chosen
  }
}
