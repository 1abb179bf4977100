import Glibc
import Learning
import TasteModel
import Tracks

/// `taste promise [OWNERS]`: how often the promise is broken, over made-up owners of every kind (`PromiseSimulation`).
///
/// `taste size SONGS LEARNER...`: how long training and judging a model takes on so many made-up songs with summaries
/// of the real length, how large the model is, how long it takes to read it back and to score 100,000 songs.
@main
struct Taste {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "promise":
      promise(owners: arguments.dropFirst().first.flatMap { Int($0) } ?? 20)
    case "size":
      guard let songs = arguments.dropFirst().first.flatMap({ Int($0) }) else { fallthrough }
      for name in arguments.dropFirst(2) {
        guard let learner = LearnerName(rawValue: name) else { continue }
        try size(songs, learner)
      }
    default:
      print("usage: taste promise [OWNERS] | taste size SONGS LEARNER...")
    }
  }

  private static func promise(owners: Int) {
    var all = PromiseSimulation.Outcome()
    var worst = (share: 0.0, kind: "")
    for (number, kind) in PromiseSimulation.kinds.enumerated() {
      let outcome = PromiseSimulation.run(kind, owners: owners, seed: UInt64(number + 1))
      all.owners += outcome.owners
      all.promised += outcome.promised
      all.broken += outcome.broken
      if outcome.brokenShare > worst.share {
        worst = (
          outcome.brokenShare, "\(kind.songs) songs, \(kind.share) liked, AUC \(kind.auc), \(kind.promised) asked"
        )
      }
    }
    print("owners \(all.owners), with a promised list \(all.promised), promise broken \(all.broken)")
    print("broken of all \(all.brokenShare), of those with a list \(all.brokenShareOfLists)")
    print("worst kind: \(worst.share) of its owners (\(worst.kind))")
  }

  private static func size(_ songs: Int, _ learner: LearnerName) throws {
    var random = Numbers(state: 1)
    let tracks = (0..<songs).map { song -> TasteTrack in
      let liked = random.next() < 0.28
      let summary = (0..<SummaryLayout.count).map { column -> Float in
        Float(random.normal() + (liked && column % 40 == 0 ? 0.25 : 0))
      }
      return TasteTrack(
        identity: [UInt8(song >> 16 & 255), UInt8(song >> 8 & 255), UInt8(song & 255)], liked: liked,
        tags: TrackTags(album: "Album \(song / 10)"), summary: summary)
    }
    let dataset = TasteDataset(tracks: tracks)
    let clock = ContinuousClock()
    var model: TasteModel?
    let training = try clock.measure {
      model = try TasteTrainer.train(dataset, TrainingSettings(learner: learner, threads: 2), trainedAt: 0)
    }
    guard let model else { return }
    let bytes = model.encode()
    let reading = try clock.measure { _ = try TasteModel(bytes: bytes) }
    let portion = dataset.summaries(of: Array(0..<min(songs, 1000)))
    let scoring = clock.measure { for _ in 0..<10 { _ = model.probabilities(of: portion) } }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print(
      "\(learner.rawValue): retraining with folds \(training), AUC \(model.figures.auc), \(bytes.count) bytes, read in",
      "\(reading), 100,000 scored in \(scoring * (100_000 / (10 * portion.rows))), peak \(usage.ru_maxrss / 1024) MiB,",
      "CPU \(usage.ru_utime.tv_sec) s so far")
  }
}

/// Random numbers from a seed.
private struct Numbers {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  mutating func normal() -> Double {
    (-2 * log(1 - next())).squareRoot() * cos(2 * .pi * next())
  }
}
