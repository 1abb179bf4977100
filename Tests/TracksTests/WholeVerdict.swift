@testable import Tracks

extension IgnoreRules {
  /// What the rules say of a path that no rule of the system leaves out.
  func verdict(on path: ArraySlice<UInt8>, isFolder: Bool) -> Bool? {
    verdict(on: path, isFolder: isFolder, isOfSystem: false)
  }
}
