/// What a mistyped word may have been meant to be.
public enum Spelling {
  /// The name nearest to a word, or `nil` where none is near: at most a third of its letters may differ.
  public static func nearest(_ word: String, among names: [String]) -> String? {
    let near = names.map { ($0, distance(word.lowercased(), $0)) }
    guard let best = near.min(by: { $0.1 < $1.1 }), best.1 <= max(1, word.count / 3) else { return nil }
    return best.0
  }

  /// The number of characters to insert, drop, replace or swap with a neighbour that turns one word into another.
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right.lowercased())
    var rows = [Array(0...right.count)]
    for i in 0..<left.count {
      var row = [i + 1]
      for j in 0..<right.count {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
