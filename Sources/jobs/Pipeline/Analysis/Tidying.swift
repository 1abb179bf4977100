import Glibc
import Logging
import MusicIndex
import Platform
import ServiceState
import Tracks

extension Pipeline {
  /// The audios whose old features are removed in one transaction.
  private static let portion = 200
  /// The pages that are given back at once.
  private static let pages = 2_048

  /// Removes features that newer ones have replaced, and gives the space that they and others left back to the file system
  /// where it is much. Whatever it is cut off at, the index is whole.
  ///
  /// - Parameters:
  ///   - seconds: the most that it takes.
  ///   - goesOn: is asked again and again whether nothing better is to be done.
  /// - Throws: `IndexFailure`.
  public func tidy(seconds: Double, while goesOn: @escaping @Sendable () -> Bool) async throws {
    let (index, logger, state) = (index, logger, configuration.state.path)
    let end = Clock.steady() + seconds
    let mayGoOn: @Sendable () -> Bool = { Clock.steady() < end && goesOn() }
    try await onJobThread {
      try Self.removeOldFeatures(index, while: mayGoOn)
      let before = try index.space()
      guard before.isWorthwhile, mayGoOn() else { return }
      if before.isIncremental {
        var free = before.free
        while free > 0, mayGoOn() {
          try index.giveBack(pages: Self.pages)
          let left = try index.space().free
          guard left < free else { break }
          free = left
        }
      } else {
        try Self.rewrite(index, before, in: state, while: mayGoOn)
      }
      _ = try index.trimLog()
      let given = before.size - (try index.space().size)
      if given > 0 { logger.info("gave \(given >> 20) MiB of the index back") }
    }
  }

  private static func removeOldFeatures(_ index: MusicIndex, while goesOn: () -> Bool) throws {
    let versions = FeatureVariant.allCases.map { "\($0.rawValue) \($0.version)" }.joined(separator: " ")
    guard try index.note(.tidiedFor) != versions else { return }
    for variant in FeatureVariant.allCases {
      var removed = portion
      while removed == portion {
        guard goesOn() else { return }
        removed = try index.write { try $0.removeFeatures(of: variant, except: variant.version, limit: portion) }
      }
    }
    try index.write { try $0.setNote(.tidiedFor, versions) }
  }

  /// Writes the index anew where the disks have the room for its copies. What did not come to its end is left alone for a
  /// day.
  private static func rewrite(
    _ index: MusicIndex, _ space: MusicIndex.Space, in state: FilePath, while goesOn: @escaping @Sendable () -> Bool
  ) throws {
    let now = Clock.now()
    let due = try index.note(.rewriteNotBefore) ?? 0
    // A clock that was set back since must not put it off for ever.
    guard due <= now || due > now + 86_400 else { return }
    let used = space.size - space.free
    let (here, there) = (DiskRoom.free(state), DiskRoom.free(temporaryFolder))
    guard let here, let there, here > 2 * used + (256 << 20), there > used + (256 << 20) else { return }
    do {
      if try index.rewrite(while: goesOn) { return }
    } catch let failure as IndexFailure where failure.reason != .damaged {
      // A disk that fills up meanwhile changes nothing of the index.
    }
    try index.write { try $0.setNote(.rewriteNotBefore, now + 86_400) }
  }

  /// Where SQLite makes the temporary copy.
  private static var temporaryFolder: FilePath {
    let named = (["SQLITE_TMPDIR", "TMPDIR"] as [String]).compactMap { name in getenv(name).map { String(cString: $0) }
    }
    let places = (named + ["/var/tmp", "/usr/tmp", "/tmp"]).map { FilePath($0) }
    return places.first { $0.withCString { access($0, W_OK | X_OK) } == 0 } ?? FilePath(".")
  }
}
