internal import Glibc

/// Student's distribution, and the normal one that it comes to with many degrees of freedom.
public enum Student {
  /// The height above which a draw from Student's distribution lies with a probability.
  ///
  /// - Parameters:
  ///   - tail: the probability, above 0 and at most .5.
  ///   - freedom: the degrees of freedom, positive, not necessarily whole.
  public static func quantile(upperTail tail: Double, freedom: Double) -> Double {
    precondition(tail > 0 && tail <= 0.5 && freedom > 0, "a tail of a distribution")
    // P(T > t) = I_x(freedom / 2, 1 / 2) / 2 with x = freedom / (freedom + t²), which grows with x.
    var low = 0.0
    var high = 1.0
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if Binomial.incompleteBeta(freedom / 2, 0.5, middle) < 2 * tail { low = middle } else { high = middle }
    }
    return high > 0 ? (freedom * (1 - high) / high).squareRoot() : .infinity
  }

  /// The probability of a draw from the standard normal distribution above `height`.
  static func upperNormal(_ height: Double) -> Double { erfc(height / 2.0.squareRoot()) / 2 }
}
