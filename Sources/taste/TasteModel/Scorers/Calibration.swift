import Glibc
import Learning

/// Turns a learner's scores into probabilities: the logistic function of a line in the score's log-odds, fitted to
/// songs that the learner has not seen (Platt 1999, with his targets that keep small numbers from certainty).
///
/// It never turns an order round: where higher scores do not mean more liked songs, the slope is held at
/// `smallestSlope`, which gives nearly the same probability to all.
public struct Calibration: Sendable, Equatable {
  /// The slope that the fit does not go below.
  public static let smallestSlope = 0.01

  /// What the score's log-odds are multiplied with.
  public let slope: Double
  /// What is added.
  public let offset: Double

  /// A calibration with these values; `slope` must be positive.
  public init(slope: Double, offset: Double) {
    precondition(slope > 0 && slope.isFinite && offset.isFinite, "a calibration keeps the order")
    self.slope = slope
    self.offset = offset
  }

  /// Fits a calibration to scores between 0 and 1 of songs whose opinions are known.
  ///
  /// Newton's method on the convex log-loss; deterministic.
  ///
  /// - Throws: `TasteFailure` with `.cannotSplit` unless both opinions occur.
  public init(scores: [Double], liked: [Bool]) throws {
    precondition(scores.count == liked.count, "an opinion for every score")
    let good = Double(liked.count { $0 })
    let bad = Double(liked.count) - good
    guard good > 0, bad > 0 else { throw TasteFailure(.cannotSplit(.song)) }
    let inputs = scores.map(Calibration.logOdds)
    let targets = liked.map { $0 ? (good + 1) / (good + 2) : 1 / (bad + 2) }
    let line = Calibration.fit(inputs, targets)
    if line.slope >= Calibration.smallestSlope {
      self.init(slope: line.slope, offset: line.offset)
    } else {
      self.init(slope: Calibration.smallestSlope, offset: Calibration.fittedOffset(inputs, targets))
    }
  }

  /// The probability that a score stands for.
  public func probability(of score: Double) -> Double {
    1 / (1 + exp(-(slope * Calibration.logOdds(score) + offset)))
  }

  /// The log-odds of a score, which is first kept a millionth away from 0 and 1.
  static func logOdds(_ score: Double) -> Double {
    let kept = min(max(score, 1e-6), 1 - 1e-6)
    return log(kept / (1 - kept))
  }

  private static func loss(_ inputs: [Double], _ targets: [Double], _ slope: Double, _ offset: Double) -> Double {
    var loss = 1e-9 * slope * slope
    for (input, target) in zip(inputs, targets) {
      let exponent = slope * input + offset
      loss += max(exponent, 0) + log1p(exp(-abs(exponent))) - target * exponent
    }
    return loss
  }

  private static func fit(_ inputs: [Double], _ targets: [Double]) -> (slope: Double, offset: Double) {
    var slope = 0.0
    var offset = 0.0
    var current = loss(inputs, targets, slope, offset)
    for _ in 0..<100 {
      // The tiny ridge keeps the equations solvable where all scores are equal.
      var gradient = (slope: 2e-9 * slope, offset: 0.0)
      var curvature = (slopes: 2e-9, both: 0.0, offsets: 1e-12)
      for (input, target) in zip(inputs, targets) {
        let probability = 1 / (1 + exp(-(slope * input + offset)))
        let weight = probability * (1 - probability)
        gradient.slope += (probability - target) * input
        gradient.offset += probability - target
        curvature.slopes += weight * input * input
        curvature.both += weight * input
        curvature.offsets += weight
      }
      if abs(gradient.slope) < 1e-9, abs(gradient.offset) < 1e-9 { break }
      let determinant = curvature.slopes * curvature.offsets - curvature.both * curvature.both
      guard determinant > 0 else { break }
      let step = (
        slope: (curvature.offsets * gradient.slope - curvature.both * gradient.offset) / determinant,
        offset: (curvature.slopes * gradient.offset - curvature.both * gradient.slope) / determinant
      )
      var share = 1.0
      var next = loss(inputs, targets, slope - step.slope, offset - step.offset)
      while !(next <= current), share > 1e-10 {
        share /= 2
        next = loss(inputs, targets, slope - share * step.slope, offset - share * step.offset)
      }
      guard next <= current else { break }
      slope -= share * step.slope
      offset -= share * step.offset
      if current - next < 1e-13 * (1 + abs(current)) { break }
      current = next
    }
    return (slope, offset)
  }

  /// The offset that, with the smallest slope, gives the mean of the targets.
  private static func fittedOffset(_ inputs: [Double], _ targets: [Double]) -> Double {
    var low = -60.0
    var high = 60.0
    let wanted = targets.reduce(0, +)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      let sum = inputs.reduce(0) { $0 + 1 / (1 + exp(-(smallestSlope * $1 + middle))) }
      if sum < wanted { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(slope)
    writer.write(offset)
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    let slope = try reader.readDouble()
    let offset = try reader.readDouble()
    guard slope > 0, slope.isFinite, offset.isFinite else { throw CodingFailure("a calibration without order") }
    self.init(slope: slope, offset: offset)
  }
}
