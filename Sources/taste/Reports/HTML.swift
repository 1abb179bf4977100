import Tracks

/// A piece of HTML or SVG. What is written as a literal is markup; every text put into it is escaped.
struct HTML: ExpressibleByStringInterpolation, Sendable, Equatable {
  /// The markup.
  var text: String

  init(stringLiteral text: String) {
    self.text = text
  }

  init(stringInterpolation: Interpolation) {
    text = stringInterpolation.text
  }

  /// Collects the parts.
  struct Interpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) {
      text += literal
    }

    mutating func appendInterpolation(_ words: String) {
      text += HTML.escaped(words)
    }

    mutating func appendInterpolation(_ number: Int) {
      text += String(number)
    }

    mutating func appendInterpolation(_ markup: HTML) {
      text += markup.text
    }

    mutating func appendInterpolation(_ markup: [HTML]) {
      for part in markup { text += part.text }
    }
  }

  /// A text as it may stand between tags and in quoted attributes. Controls, and marks that turn the direction of what
  /// follows, become U+FFFD: a file's name shall not rearrange the page.
  static func escaped(_ words: String) -> String {
    var result = ""
    result.reserveCapacity(words.utf8.count)
    for scalar in words.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        let isSeen = !scalar.steersText && !(0xFFFE...0xFFFF).contains(scalar.value)
        result.unicodeScalars.append(isSeen ? scalar : "\u{FFFD}")
      }
    }
    return result
  }
}
