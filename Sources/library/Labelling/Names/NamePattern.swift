import Tracks

/// A name with `*` for any characters and `?` for one, compared without case and width.
struct NamePattern {
  private let pattern: [Character]

  init(_ pattern: String) {
    self.pattern = Array(Self.folded(pattern))
  }

  func matches(_ name: String) -> Bool {
    let name = Array(Self.folded(name))
    // The classic walk: on a mismatch the last star takes one more character.
    var (i, j) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while j < name.count {
      if i < pattern.count, pattern[i] == "*" {
        star = (i, j)
        i += 1
      } else if i < pattern.count, pattern[i] == "?" || pattern[i] == name[j] {
        i += 1
        j += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (i, j) = (last.pattern + 1, last.name + 1)
      } else {
        return false
      }
    }
    return pattern[i...].allSatisfy { $0 == "*" }
  }

  private static func folded(_ text: String) -> String {
    TextFolding.compatible(text)
  }
}
