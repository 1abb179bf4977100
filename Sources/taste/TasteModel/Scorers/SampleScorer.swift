import Learning
import Tracks

/// A classifier over the blocks of samples, and how its answers for a song's samples become one score.
struct SampleScorer: SongScorer {
  /// How the answers for the samples of a song become the song's score.
  enum Aggregate: Sendable {
    /// Their mean.
    case mean
    /// The share of samples whose answer is at least one half.
    case vote
    /// The score of a second classifier on the sorted answers, brought to `Sampling.count` by interpolation.
    case secondLevel(any Classifier)
  }

  let preparation: BlockPreparation
  let classifier: any Classifier
  let aggregate: Aggregate

  /// The number of songs whose samples are answered together: enough for matrix products to be worth their start, few
  /// enough for their rows to take some megabytes.
  private static let portion = 64

  /// The classifier's answers for the samples of each song of a batch, in the samples' order.
  func answers(_ songs: SongBatch) throws -> [[Double]] {
    var answers: [[Double]] = []
    answers.reserveCapacity(songs.count)
    for first in stride(from: 0, to: songs.count, by: SampleScorer.portion) {
      var values: [Float] = []
      var counts: [Int] = []
      for song in first..<min(first + SampleScorer.portion, songs.count) {
        let rows = preparation.rows(try songs.blocks(song, preparation.variant))
        values += rows.values
        counts.append(rows.rows)
      }
      let samples = counts.reduce(0, +)
      let columns = BlockLayout(preparation.variant).count
      let found = classifier.probabilities(of: Matrix(rows: samples, columns: columns, values: values))
      var start = 0
      for count in counts {
        answers.append(Array(found[start..<(start + count)]))
        start += count
      }
    }
    return answers
  }

  func scores(of songs: SongBatch) throws -> [Double] {
    SampleScorer.scores(try answers(songs), aggregate)
  }

  /// The score of each song from the answers for its samples.
  static func scores(_ answers: [[Double]], _ aggregate: Aggregate) -> [Double] {
    switch aggregate {
    case .mean:
      return answers.map { $0.isEmpty ? 0 : $0.reduce(0, +) / Double($0.count) }
    case .vote:
      return answers.map { $0.isEmpty ? 0 : Double($0.count { $0 >= 0.5 }) / Double($0.count) }
    case .secondLevel(let second):
      return second.probabilities(of: secondLevelRows(answers))
    }
  }

  /// The rows of the second level: the answers for each song's samples, ascending, interpolated to `Sampling.count`
  /// values so that songs with fewer samples have as many.
  static func secondLevelRows(_ answers: [[Double]]) -> Matrix {
    let width = Sampling.count
    let values = answers.flatMap { song -> [Float] in
      let sorted = song.sorted()
      guard !sorted.isEmpty else { return [Float](repeating: 0, count: width) }
      return (0..<width).map { place in
        Float(Bootstrap.quantile(Double(place) / Double(width - 1), of: sorted))
      }
    }
    return Matrix(rows: answers.count, columns: width, values: values)
  }
}

/// The training rows of a learner that works on samples.
struct SampleRows {
  /// A row a sample.
  let rows: Matrix
  /// The opinion of each sample's song.
  let liked: [Bool]
  /// The number of each sample's song in its batch.
  let songs: [Int]

  /// The samples of a batch, prepared.
  init(_ batch: SongBatch, _ liked: [Bool], _ preparation: BlockPreparation) throws {
    self = try SampleRows.parted(batch, liked, preparation, apart: []).rest
  }

  private init(rows: Matrix, liked: [Bool], songs: [Int]) {
    self.rows = rows
    self.liked = liked
    self.songs = songs
  }

  /// The samples of a batch, prepared, in two parts: those whose numbers, counted through all songs, are in a set, and
  /// the rest.
  static func parted(
    _ batch: SongBatch, _ liked: [Bool], _ preparation: BlockPreparation, apart: Set<Int>
  ) throws -> (rest: SampleRows, apart: SampleRows) {
    let columns = BlockLayout(preparation.variant).count
    var values: (rest: [Float], apart: [Float]) = ([], [])
    var songs: (rest: [Int], apart: [Int]) = ([], [])
    // Growing by doubling would hold the rows of a whole library twice.
    values.rest.reserveCapacity(max(0, batch.count * Sampling.count - apart.count) * columns)
    values.apart.reserveCapacity(apart.count * columns)
    var number = 0
    for song in 0..<batch.count {
      let rows = preparation.rows(try batch.blocks(song, preparation.variant))
      for row in 0..<rows.rows {
        if apart.contains(number) {
          values.apart += rows.row(row)
          songs.apart.append(song)
        } else {
          values.rest += rows.row(row)
          songs.rest.append(song)
        }
        number += 1
      }
    }
    func part(_ values: [Float], _ songs: [Int]) -> SampleRows {
      SampleRows(
        rows: Matrix(rows: songs.count, columns: columns, values: values), liked: songs.map { liked[$0] }, songs: songs)
    }
    return (part(values.rest, songs.rest), part(values.apart, songs.apart))
  }
}
