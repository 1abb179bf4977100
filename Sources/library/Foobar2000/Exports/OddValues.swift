/// Values of an export that could not be used. Each costs only itself; they are counted by field, with the first of each.
struct OddValues: Equatable {
  private struct Field: Equatable {
    var name: String
    var count: Int
    var place: String
    var value: String
  }

  /// In the order in which the fields had their first odd value.
  private var fields: [Field] = []

  /// The number of odd values.
  var count: Int { fields.reduce(0) { $0 + $1.count } }

  /// Counts one more.
  ///
  /// - Parameters:
  ///   - name: what the export calls the field.
  ///   - value: the value as written; only its beginning is told.
  ///   - place: where it stands, for example `line 57`; asked for only with the first of a field.
  mutating func add(_ name: String, _ value: some StringProtocol, at place: @autoclosure () -> String) {
    if let known = fields.firstIndex(where: { $0.name == name }) {
      fields[known].count += 1
      return
    }
    let shown = value.prefix(40).unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
    fields.append(Field(name: name, count: 1, place: place(), value: shown))
  }

  /// What the owner should know of them, as one sentence; `nil` where there is none.
  ///
  /// - Parameter parts: what the export consists of, for example `rows`.
  func warning(of parts: String) -> String? {
    guard count > 0 else { return nil }
    return
      "\(count == 1 ? "1 value" : "\(count) values") could not be read and \(count == 1 ? "was" : "were") left out; "
      + "the rest of their \(parts) counts: \(words)."
  }

  /// The fields with their counts and the first value of each.
  var words: String {
    fields.map { "\($0.count) of \($0.name), the first at \($0.place): \"\($0.value)\"" }.joined(separator: "; ")
  }
}
