import Glibc
import Tracks

/// One sample as the study's learners see it, with what may be changed about it.
struct StudySample {
  /// Whether the mel bands are given as logarithms.
  var isLogarithmic = false
  /// Whether features are divided by their own maxima.
  var isDivided = true
  /// Whether the loudness before scaling is a value of its own.
  var knowsLoudness = false

  private var features: [BlockLayout.Feature: [Float]] = [:]
  private let dense: [BlockLayout.Feature: [Float]]
  private let loudness: Float

  /// Sample number `number` of a song's blocks.
  init(_ study: [Float], _ dense: [Float], number: Int, loudness: Float) {
    func parts(_ values: [Float], _ layout: BlockLayout) -> [BlockLayout.Feature: [Float]] {
      let start = number * layout.count
      return Dictionary(
        uniqueKeysWithValues: BlockLayout.Feature.allCases.map { feature in
          let range = layout.range(feature)
          return (feature, Array(values[(start + range.lowerBound)..<(start + range.upperBound)]))
        })
    }
    features = parts(study, BlockLayout(.study))
    self.dense = parts(dense, BlockLayout(.dense))
    self.loudness = loudness
  }

  /// Takes what frames over all of the sample say in place of seven frames of it.
  mutating func hearAll() {
    // The dense block holds the mean of the logarithms.
    features[.mel] = dense[.mel]?.map { powf(10, $0) }
    for feature in [BlockLayout.Feature.chroma, .contrast, .rolloff, .energyFraction] {
      features[feature] = dense[feature]
    }
  }

  /// Takes the flux and the tempo of frames 12 ms apart in place of those .74 s apart.
  mutating func hearOnsets() {
    features[.flux] = dense[.flux]
    features[.tempo] = dense[.tempo]
  }

  /// The values in order.
  var row: [Float] {
    var row: [Float] = []
    for feature in BlockLayout.Feature.allCases {
      var values = features[feature] ?? []
      let divisor: Float
      switch feature {
      case .mel, .chroma, .contrast, .flux: divisor = values.reduce(0) { max($0, abs($1)) }
      case .rolloff: divisor = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .energyFraction: divisor = 1
      case .tempo: divisor = 160
      }
      if isDivided, divisor > 0 { values = values.map { $0 / divisor } }
      if feature == .mel, isLogarithmic { values = values.map { log10f(max($0, 1e-10)) } }
      row += values
    }
    return knowsLoudness ? row + [loudness] : row
  }
}
