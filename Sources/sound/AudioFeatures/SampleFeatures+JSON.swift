import Tracks

extension SampleFeatures {
  /// One JSON object with a key for each property, in their alphabetical order; a `Double` in the fewest digits that
  /// name it. Written without Foundation, which the worker would carry for this alone.
  ///
  /// - Precondition: every number is finite, as those of the extractors are.
  public var json: String {
    let members = [
      ("chroma", Self.json(chroma)), ("contrast", Self.json(contrast)), ("energyFraction", Self.json(energyFraction)),
      ("flux", Self.json(flux)), ("mel", Self.json(mel)), ("rolloff", Self.json(rolloff)),
      ("sampleRate", "\(sampleRate)"), ("start", Self.json(start)), ("tempo", Self.json(tempo)),
      ("variant", "\"\(variant.rawValue)\""),
    ]
    return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  private static func json(_ rows: [[Double]]) -> String {
    "[" + rows.map { json($0) }.joined(separator: ",") + "]"
  }

  private static func json(_ row: [Double]) -> String {
    "[" + row.map { json($0) }.joined(separator: ",") + "]"
  }

  private static func json(_ number: Double) -> String {
    precondition(number.isFinite, "JSON has no word for \(number)")
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
