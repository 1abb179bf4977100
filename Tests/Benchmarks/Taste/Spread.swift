/// The mean of a figure over owners, with its 95% interval by Student's t.
struct Spread {
  let mean: Double
  /// Half the width of the interval; `nan` for a single owner.
  let margin: Double
  let count: Int

  init(_ figures: [Double]) {
    count = figures.count
    let sum = figures.reduce(0, +)
    let mean = sum / Double(max(1, figures.count))
    self.mean = figures.isEmpty ? .nan : mean
    guard figures.count > 1 else {
      margin = .nan
      return
    }
    let squares = figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(figures.count - 1) / Double(figures.count)).squareRoot()
    margin = error * Spread.quantiles[min(figures.count - 1, Spread.quantiles.count) - 1]
  }

  /// The .975 quantiles of Student's t with 1, 2, ... degrees of freedom; the last stands for all that follow.
  private static let quantiles = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042, 2.02,
  ]

  /// As `.745 ± .031`.
  var words: String { "\(Spread.short(mean)) ± \(Spread.short(margin))" }

  /// As `+.102 [+.071, +.133]`.
  var difference: String {
    "\(Spread.signed(mean)) [\(Spread.signed(mean - margin)), \(Spread.signed(mean + margin))]"
  }

  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let thousandths = Int((abs(value) * 1000).rounded())
    let digits = String(thousandths % 1000)
    let fraction = "." + String(repeating: "0", count: 3 - digits.count) + digits
    return (value < 0 && thousandths > 0 ? "-" : "") + (thousandths >= 1000 ? String(thousandths / 1000) : "")
      + fraction
  }

  static func signed(_ value: Double) -> String { value >= 0 ? "+" + short(value) : short(value) }
}
