extension PlacedNetwork {
  /// The weights a training starts from: matrices at random, shifts 0, a normalisation's scales 1.
  func startingWeights(seed: UInt64) -> [Float] {
    var weights = [Float](repeating: 0, count: weightCount)
    for layer in layers {
      var random = CountedRandom(seed: seed, 0x57A7, UInt64(layer.number))
      let (rows, columns) = layer.matrix
      switch layer.layer {
      case .dense(_, _, let start):
        switch start {
        case .glorot: fill(&weights, layer, deviation: 2 / Double(rows + columns), &random)
        case .he: fill(&weights, layer, deviation: 2 / Double(rows), &random)
        case .uniform(let bound):
          for index in layer.weights..<(layer.weights + rows * columns) {
            weights[index] = bound * Float(2 * random.uniform() - 1)
          }
        }
      case .convolution(let filters, let width):
        // As in Keras, a filter's outputs count once for every position it covers.
        fill(&weights, layer, deviation: 2 / Double(rows + width * filters), &random)
      case .normalise:
        for index in layer.weights..<(layer.weights + layer.output.channels) { weights[index] = 1 }
      default: break
      }
    }
    return weights
  }

  /// Fills a layer's matrix with normal numbers of this squared deviation, cut off at twice their spread.
  private func fill(_ weights: inout [Float], _ layer: PlacedLayer, deviation: Double, _ random: inout CountedRandom) {
    // A normal distribution cut off at two deviations has this share of its deviation left (Keras corrects for it too).
    let scale = deviation.squareRoot() / 0.879_625_661_034_239_78
    for index in layer.weights..<(layer.weights + layer.matrix.rows * layer.matrix.columns) {
      weights[index] = Float(scale * random.truncatedNormal())
    }
  }
}
