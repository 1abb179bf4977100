import Learning
import MusicIndex
import Playlists
import TasteModel
import Tracks

/// Chooses the tracks of the playlist that are there to teach the model (`playlist.explore`).
struct ExplorationRun {
  /// The most unheard tracks, and the most judged ones, that are compared: evenly from all.
  static let compared = 600

  let index: MusicIndex
  let count: Int
  let shortest: Double

  /// The tracks to hear: those of before that are still unheard, then the most instructive others.
  ///
  /// - Parameters:
  ///   - candidates: the unheard tracks.
  ///   - chosen: those that the list recommends.
  ///   - before: those that were there to teach before, in their order.
  ///   - canBeNamed: whether a list can name a track.
  func tracks(
    among candidates: [PlaylistCandidate], besides chosen: [PlaylistCandidate], before: [Int64],
    canBeNamed: (PlaylistCandidate) throws -> Bool
  ) throws -> [PlaylistCandidate] {
    guard count > 0 else { return [] }
    let taken = Set(chosen.map(\.id))
    let free = candidates.filter {
      !taken.contains($0.id) && $0.probability.isFinite && $0.seconds >= shortest
    }
    let byFile = Dictionary(free.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let stay = Array(try before.compactMap { byFile[$0] }.filter(canBeNamed).prefix(count))
    guard stay.count < count else { return stay }
    let staying = Set(stay.map(\.id))
    let others = free.filter { !staying.contains($0.id) }.sorted { $0.tieBreak.lexicographicallyPrecedes($1.tieBreak) }
    let compared = try ReportQuery.spread(others, Self.compared).filter(canBeNamed)
    return stay + (try mostInstructive(count - stay.count, compared, stay))
  }

  private func mostInstructive(
    _ number: Int, _ candidates: [PlaylistCandidate], _ stay: [PlaylistCandidate]
  ) throws -> [PlaylistCandidate] {
    try index.read { transaction in
      guard let space = try SoundSpace.of(transaction) else { return [] }
      let judged = try transaction.labels().filter { $0.key > 0 && ($0.value == .good || $0.value == .bad) }.map(\.key)
      var length = 0
      func places(_ files: [Int64]) throws -> (files: [Int64], places: Matrix) {
        var (found, values): ([Int64], [Float]) = ([], [])
        for file in files {
          guard let summary = try transaction.summary(ofFile: file, version: FeatureVariant.dense.version),
            length == 0 || summary.count == length
          else { continue }
          length = summary.count
          found.append(file)
          values += SoundSpace.place(summary, in: space)
        }
        return (found, Matrix(rows: found.count, columns: length, values: values))
      }
      let unheard = try places(candidates.map(\.id))
      let known = try places(ReportQuery.spread(judged.sorted(), Self.compared) + stay.map(\.id))
      let byFile = Dictionary(candidates.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      let songs = unheard.files.compactMap { byFile[$0] }
      return Exploration.choose(
        number, probabilities: songs.map(\.probability), places: unheard.places, known: known.places
      ).map { songs[$0] }
    }
  }
}
