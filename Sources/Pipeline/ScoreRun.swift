import MusicIndex
import TasteModel
import Tracks

/// Scores the analysed library with the model in use.
struct ScoreRun {
  let index: MusicIndex
  let progress: ProgressHandler

  /// Scores everything that has no score of the model in use.
  ///
  /// - Returns: the number of audios scored.
  func run() throws -> Int {
    // An old model scores what still has features of its version, and what it said of the others stands.
    guard let active = try ActiveModel.load(index, anyVersion: true) else {
      try index.write { try $0.removeScores() }
      return 0
    }
    let version = active.featureVersion
    let waiting = try index.read {
      try $0.audiosWithoutScore(of: active.id, version: version)
    }
    let size = 1_000
    for start in stride(from: 0, to: waiting.count, by: size) {
      try Task.checkCancellation()
      progress(JobProgress(stage: .scoring, done: start, total: waiting.count))
      let part = Array(waiting[start..<min(start + size, waiting.count)])
      try score(part, active, version: version)
    }
    try index.write { try $0.removeScores(exceptOf: active.id) }
    progress(JobProgress(stage: .scoring, done: waiting.count, total: waiting.count))
    return waiting.count
  }

  private func score(_ audios: [Int64], _ active: ActiveModel, version: Int) throws {
    var songs: [SongEvidence] = []
    var scored: [Int64] = []
    try index.read { transaction in
      for audio in audios {
        guard let summary = try transaction.summary(of: audio, version: version),
          summary.count == active.model.summaryLength
        else { continue }
        let known = active.model.usesTags ? try transaction.tags(ofAudio: audio) : (TrackTags(), nil)
        songs.append(SongEvidence(summary: summary, tags: known.0, folder: known.1))
        scored.append(audio)
      }
    }
    guard !scored.isEmpty else { return }
    let probabilities = try active.model.probabilities(of: songs)
    try index.write { transaction in
      for (audio, probability) in zip(scored, probabilities) {
        try transaction.setScore(probability, of: audio, model: active.id)
      }
    }
  }
}
