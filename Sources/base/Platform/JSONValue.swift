import Tracks

/// A JSON value whose object keys keep their order and whose absent figures are `null`.
///
/// `JSONEncoder` leaves absent values out, throws on NaN and escapes slashes; programs that read indexctl's output rely on
/// every key being there.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number; one that is not finite is written as `null`.
  case number(Double)
  /// A text.
  case text(String)
  /// A list.
  case list([JSONValue])
  /// An object with its keys in order.
  case object([(String, JSONValue)])

  /// A whole number, or `null`.
  public init(_ number: Int?) { self = number.map(JSONValue.integer) ?? .null }
  /// A number, or `null`.
  public init(_ number: Double?) { self = number.map(JSONValue.number) ?? .null }
  /// A text, or `null`.
  public init(_ text: String?) { self = text.map(JSONValue.text) ?? .null }

  /// Whether two values are written the same.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    left.line == right.line
  }

  /// The value on one line.
  public var line: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// The value over several lines, indented by two spaces; lists of plain values stay on one line.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: 0)
    return text
  }

  private var isPlain: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let bool): text += bool ? "true" : "false"
    case .integer(let number): text += String(number)
    case .number(let number): text += number.isFinite ? Self.digits(number) : "null"
    case .text(let string): Self.quote(string, into: &text)
    case .list(let values):
      let inner = values.allSatisfy(\.isPlain) ? nil : indent
      Self.write(values, "[", "]", to: &text, indent: inner) { $0.write(to: &$1, indent: inner.map { $0 + 2 }) }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indent: indent) { member, text in
        Self.quote(member.0, into: &text)
        text += indent == nil ? ":" : ": "
        member.1.write(to: &text, indent: indent.map { $0 + 2 })
      }
    }
  }

  private static func digits(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, indent: Int?,
    element: (Element, inout String) -> Void
  ) {
    text += open
    for (index, part) in elements.enumerated() {
      if index > 0 { text += indent == nil ? ", " : "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent + 2) }
      element(part, &text)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  private static func quote(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // Escaped, they steer no terminal, and every reader gets them as they are.
      case _ where scalar.steersText && scalar.value < 0x1_0000:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
