import Learning

/// The judged cases of one line of an evaluation: samples or songs that the model that scored them had not seen.
struct JudgedCases {
  /// The calibrated probability of each case.
  var probabilities: [Double] = []
  /// The opinion of each case's song.
  var liked: [Bool] = []
  /// Whether the case was called liked.
  var called: [Bool] = []
  /// The number of each case's song.
  var songs: [Int] = []

  mutating func append(_ probability: Double, liked isLiked: Bool, called isCalled: Bool, song: Int) {
    probabilities.append(probability)
    liked.append(isLiked)
    called.append(isCalled)
    songs.append(song)
  }

  /// How the calls agree with the opinions.
  var confusion: Confusion {
    let pairs = zip(called, liked)
    return Confusion(
      truePositives: pairs.count { $0 && $1 }, falsePositives: pairs.count { $0 && !$1 },
      falseNegatives: pairs.count { !$0 && $1 }, trueNegatives: pairs.count { !$0 && !$1 })
  }

  /// The figures of an evaluation's line.
  func figures(seed: UInt64) -> JudgedFigures {
    let confusion = self.confusion
    // Songs are numbered by their place in the dataset, of which only some were judged here.
    var numbers: [Int: Int] = [:]
    for song in songs where numbers[song] == nil { numbers[song] = numbers.count }
    let interval = Bootstrap(seed: seed).auc(
      scores: probabilities, positive: liked, songs: songs.map { numbers[$0] ?? 0 })
    return JudgedFigures(
      precision: confusion.precision, recall: confusion.recall, f05: confusion.f05, combined: confusion.combined,
      auc: Ranking(scores: probabilities, positive: liked).auc, aucLow: interval?.low, aucHigh: interval?.high,
      brier: Reliability.brier(probabilities: probabilities, positive: liked))
  }
}

/// The figures of an evaluation's line.
struct JudgedFigures {
  var precision: Double?
  var recall: Double?
  var f05: Double?
  var combined: Double?
  var auc: Double?
  var aucLow: Double?
  var aucHigh: Double?
  var brier: Double?

  /// The means of several repetitions; a figure that is absent in some is the mean of the others.
  static func mean(of repetitions: [JudgedFigures]) -> JudgedFigures {
    func mean(_ figure: KeyPath<JudgedFigures, Double?>) -> Double? {
      let present = repetitions.compactMap { $0[keyPath: figure] }
      return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
    return JudgedFigures(
      precision: mean(\.precision), recall: mean(\.recall), f05: mean(\.f05), combined: mean(\.combined),
      auc: mean(\.auc), aucLow: mean(\.aucLow), aucHigh: mean(\.aucHigh), brier: mean(\.brier))
  }
}
