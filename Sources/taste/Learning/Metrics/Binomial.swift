internal import Glibc

/// Statements about a number of successes in independent trials of one probability: exact for whole numbers, and continued
/// to the others, for what a sample of correlated trials says, whose counts were divided by its design effect (Korn and
/// Graubard 1998).
public enum Binomial {
  /// The probability of at least this many successes.
  ///
  /// - Parameters:
  ///   - successes: from 0 to `trials`.
  ///   - trials: not negative.
  ///   - probability: that of one success, from 0 to 1.
  public static func upperTail(successes: Double, trials: Double, probability: Double) -> Double {
    precondition(successes >= 0 && successes <= trials, "successes lie between 0 and the trials")
    precondition(probability >= 0 && probability <= 1, "a probability lies between 0 and 1")
    return successes == 0 ? 1 : incompleteBeta(successes, trials - successes + 1, probability)
  }

  /// The one-sided lower confidence bound of a success probability (Clopper and Pearson 1934): the largest probability
  /// under which so many successes or more would still be as rare as `1 - confidence`.
  ///
  /// 0 without successes. The bound lies below the true probability in at least the stated share of cases.
  ///
  /// - Parameters:
  ///   - successes: from 0 to `trials`.
  ///   - trials: not negative.
  ///   - confidence: between 0 and 1, for example .95.
  public static func lowerBound(successes: Double, trials: Double, confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    if successes == 0 { return 0 }
    return root { upperTail(successes: successes, trials: trials, probability: $0) <= 1 - confidence }
  }

  /// The largest probability, to the last bit or two, for which a condition holds that holds up to some point.
  private static func root(_ holds: (Double) -> Bool) -> Double {
    var low = 0.0
    var high = 1.0
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return low }
      if holds(middle) { low = middle } else { high = middle }
    }
  }

  /// The regularised incomplete beta function I_x(a, b) for positive a and b.
  static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges quickly only on this side of the mean.
    return x > (a + 1) / (a + b + 2) ? 1 - betaFraction(b, a, 1 - x) : betaFraction(a, b, x)
  }

  /// I_x(a, b) by its continued fraction (DiDonato and Morris 1992, evaluated by Lentz's method).
  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var fraction = d
    for step in 1...10_000 {
      let m = Double(step)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + term * d
        if abs(d) < tiny { d = tiny }
        c = 1 + term / c
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        fraction *= d * c
      }
      if abs(d * c - 1) < 1e-16 { break }
    }
    return min(1, max(0, exp(logFactor) * fraction / a))
  }

  private static func logGamma(_ x: Double) -> Double {
    // `lgamma` stores the sign in a global variable, a race between threads.
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}
