/// Reads the numbers in cells and attributes, in whatever way a spreadsheet or another program spelt them.
enum CellNumber {
  /// The largest count that is believed.
  static let most = 1_000_000_000

  /// A whole number from 0 to `most`; `nil` for anything else, and where a separator can mean two things (`1,000`).
  ///
  /// Understood are `7`, ` 7 `, `+7`, `3,0`, `3.00`, `1e2`, `1,2E+03`, `1 234`, `1'234`, `1,234,567`, `1.234,0`, and what
  /// spreadsheets put around a text: `="7"`, `'7`.
  static func count(_ text: some StringProtocol) -> Int? {
    var characters = Array(text.unicodeScalars.drop(while: isBlank))
    while let last = characters.last, isBlank(last) { characters.removeLast() }
    characters = withoutWrapping(characters)
    if characters.first == "+" { characters.removeFirst() }
    let parts = characters.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard let mantissa = parts.first, let number = digits(Array(mantissa), mayGroup: parts.count == 1) else {
      return nil
    }
    var shift = 0
    if parts.count == 2 {
      var exponent = Array(parts[1])
      if exponent.first == "+" { exponent.removeFirst() }
      guard (1...2).contains(exponent.count), let value = Int(String(String.UnicodeScalarView(exponent))), value >= 0
      else { return nil }
      shift = value
    }
    return whole(number.whole, number.fraction, shift: shift)
  }

  /// The digits of a number before and behind its decimal separator, without grouping.
  private static func digits(
    _ text: [Unicode.Scalar], mayGroup: Bool
  ) -> (whole: [Unicode.Scalar], fraction: [Unicode.Scalar])? {
    let marks = text.indices.filter { !isDigit(text[$0]) }
    guard let first = text.first, isDigit(first), let end = text.last, isDigit(end),
      marks.allSatisfy({ isSeparator(text[$0]) })
    else { return nil }
    guard let last = marks.last else { return (text, []) }
    let tail = text[(last + 1)...]
    let groups = text.split(omittingEmptySubsequences: false) { !isDigit($0) }
    let isPoint = text[last] == "." || text[last] == ","
    func areGroups(_ groups: some Collection<ArraySlice<Unicode.Scalar>>) -> Bool {
      (1...3).contains(groups.first?.count ?? 0) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }
    let others = marks.dropLast()
    let isAlike = Set(others.map { text[$0] }).count <= 1
    guard isAlike else { return nil }
    if isPoint, !others.contains(where: { text[$0] == text[last] }) {
      let isZero = tail.allSatisfy { $0 == "0" }
      // Three digits behind the only point or comma are thousands, or decimals: of zeros nobody knows.
      let mayBeThousands = others.isEmpty && tail.count == 3 && mayGroup && text.first != "0"
      if mayBeThousands { return isZero || !areGroups(groups) ? nil : (groups.flatMap { $0 }, []) }
      guard others.isEmpty || (mayGroup && areGroups(groups.dropLast())) else { return nil }
      return (groups.dropLast().flatMap { $0 }, Array(tail))
    }
    guard mayGroup, areGroups(groups), marks.allSatisfy({ text[$0] == text[last] }) else { return nil }
    return (groups.flatMap { $0 }, [])
  }

  private static func whole(_ whole: [Unicode.Scalar], _ fraction: [Unicode.Scalar], shift: Int) -> Int? {
    var all = whole + fraction.prefix(shift)
    guard fraction.dropFirst(shift).allSatisfy({ $0 == "0" }) else { return nil }
    all += [Unicode.Scalar](repeating: "0", count: max(0, shift - fraction.count))
    let significant = all.drop { $0 == "0" }
    guard significant.count <= 10 else { return nil }
    let value = significant.reduce(0) { $0 * 10 + Int($1.value - 48) }
    return value <= most ? value : nil
  }

  private static func withoutWrapping(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    if text.first == "'" { return Array(text.dropFirst()) }
    var inner = text[...]
    if inner.first == "=" { inner = inner.dropFirst() }
    guard inner.count > 2, inner.first == "\"", inner.last == "\"" else { return text }
    return Array(inner.dropFirst().dropLast())
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    [".", ",", "'", "\u{2019}", " ", "\u{A0}", "\u{202F}", "\u{2009}"].contains(scalar)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value <= 0x20
      || ["\u{A0}", "\u{202F}", "\u{2009}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{FEFF}"].contains(scalar)
  }
}
