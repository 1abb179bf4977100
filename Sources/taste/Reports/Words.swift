import Foundation
import Tracks

/// Figures as the report spells them.
enum Words {
  /// A number with a fixed number of decimals; a dash where there is none.
  static func decimals(_ number: Double?, _ places: Int) -> String {
    guard let number, number.isFinite else { return "–" }
    let scale = pow(10, Double(places))
    let scaled = (abs(number) * scale).rounded()
    guard scaled < 1e15 else { return "–" }
    let sign = number < 0 && scaled > 0 ? "−" : ""
    let whole = Int(scaled) / Int(scale)
    guard places > 0 else { return sign + String(whole) }
    let fraction = String(Int(scaled) % Int(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// A share as a percentage.
  static func percent(_ share: Double?) -> String {
    share.map { decimals($0 * 100, 0) + "%" } ?? "–"
  }

  /// A coordinate of a drawing.
  static func place(_ number: Double) -> String {
    let tenths = KernelNumber.integer((number * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + String(whole) + (rest == 0 ? "" : ".\(rest)")
  }

  /// A time as date and minute.
  static func time(_ seconds: Double?) -> String { seconds.map(WallTime.text) ?? "–" }

  /// A date.
  static func date(_ seconds: Double?) -> String { seconds.map(WallTime.day) ?? "–" }

  /// A number of things.
  static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}

extension Words {
  /// The natural logarithm, for axes over orders of magnitude.
  static func logarithm(_ value: Double) -> Double {
    log(value)
  }

  /// About the value itself near 0, and ever less of it further out.
  static func bent(_ value: Double) -> Double {
    asinh(value)
  }
}
