import Glibc

extension NetworkTraining.Loss {
  /// The loss of one output.
  func value(_ output: Float, _ positive: Bool) -> Double {
    switch self {
    case .logCosh:
      let error = abs(Double(output) - (positive ? 1 : 0))
      // log(cosh(x)) without overflow.
      return error + log1p(exp(-2 * error)) - log(2)
    case .crossEntropy:
      let likelihood = Double(positive ? output : 1 - output)
      return -log(max(likelihood, 1e-7))
    }
  }

  /// The derivative by the output.
  func slope(_ output: Float, _ positive: Bool) -> Float {
    switch self {
    case .logCosh:
      return tanh(output - (positive ? 1 : 0))
    case .crossEntropy:
      let likelihood = max(positive ? output : 1 - output, 1e-7)
      return (positive ? -1 : 1) / likelihood
    }
  }
}
