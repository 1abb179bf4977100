/// A number with what it counts, in words: `1 file`, `2 files`.
///
/// - Parameters:
///   - number: how many.
///   - noun: one of them.
///   - plural: several; by default the noun with an s.
public func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}
