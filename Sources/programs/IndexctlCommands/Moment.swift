import Foundation

/// Times on the command line.
enum Moment {
  /// The seconds since 1970 of a time in ISO 8601, `nil` for anything else.
  static func seconds(_ text: String) -> Double? {
    let style = Date.ISO8601FormatStyle()
    // Anything that is no such time is told to the user as wrong usage.
    return (try? style.parse(text))?.timeIntervalSince1970
  }
}
