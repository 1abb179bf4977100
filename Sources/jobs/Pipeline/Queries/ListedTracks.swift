public import MusicIndex
import TasteModel
import Tracks

extension Pipeline {
  /// What the first recommended tracks of the playlist are called, best first: artist and title, else the file's name with
  /// its folder's; fewer than `count` where fewer are listed.
  ///
  /// - Throws: `IndexFailure`.
  public static func firstListed(_ count: Int, index: MusicIndex) throws -> [String] {
    try index.read { transaction in
      let exploring = Set(try transaction.exploredFiles())
      return try transaction.playlist().filter { !exploring.contains($0) }.prefix(count).compactMap {
        try transaction.track($0, version: FeatureVariant.dense.version).map(ReportQuery.name)
      }
    }
  }
}
