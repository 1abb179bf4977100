import Tracks

extension FilePath {
  private var steps: [ArraySlice<UInt8>] {
    bytes.split(separator: 0x2F, omittingEmptySubsequences: true)
  }

  /// The path without steps up: `/a/b/../c` is `/a/c`. Links are not looked at.
  var withoutStepsUp: FilePath {
    guard bytes.contains(0x2E) else { return self }
    var kept: [ArraySlice<UInt8>] = []
    for step in steps where !step.elementsEqual([0x2E]) {
      if step.elementsEqual([0x2E, 0x2E]), let last = kept.last, !last.elementsEqual([0x2E, 0x2E]) {
        kept.removeLast()
      } else {
        kept.append(step)
      }
    }
    return FilePath(bytes: (bytes.first == 0x2F ? [0x2F] : []) + Array(kept.joined(separator: [0x2F])))
  }

  /// The way to this path from a folder; both are absolute.
  func path(from folder: FilePath) -> FilePath {
    let (here, there) = (folder.steps, steps)
    let common = zip(here, there).prefix { $0.elementsEqual($1) }.count
    let up = [ArraySlice<UInt8>](repeating: [0x2E, 0x2E], count: here.count - common)
    return FilePath(bytes: Array((up + there[common...]).joined(separator: [0x2F])))
  }

  /// Whether the path has more than one step.
  var leadsElsewhere: Bool { bytes.contains(0x2F) }
}
