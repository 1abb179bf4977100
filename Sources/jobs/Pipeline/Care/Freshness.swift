import Foundation
import Glibc
import Labelling
import MusicIndex
import Platform
import Tracks

/// Tells whether labels, scores and the playlist still follow from what they were made of.
///
/// The index itself notes when one of its tables changes that they depend on. What lies outside it (the settings, the
/// model in use, the file of corrections, the playlist file as it was written, this program) is compared by a hash.
struct Freshness {
  let index: MusicIndex
  let configuration: PipelineConfiguration

  /// What was brought up to date.
  struct Work: OptionSet {
    let rawValue: Int
    /// Every record was matched, not only those that had no file.
    static let matching = Work(rawValue: 1)
    /// The model was trained with the labels as they are, or proved to need no training.
    static let training = Work(rawValue: 2)
  }

  /// What was done, and from what.
  fileprivate struct Done: Codable, Equatable {
    /// The hash of what lies outside the index.
    var sources: String
    /// The `Work`.
    var work: Int
  }

  /// What is up to date; `nil` where not even the labels are.
  func work() throws -> Work? {
    let (isStale, done) = try index.read { (try $0.isStale(), try $0.note(.freshFor)) }
    guard !isStale, let done else { return nil }
    return try done.sources == sources() ? Work(rawValue: done.work) : nil
  }

  /// Notes that labels, scores and the playlist were just brought up to date.
  func keep(_ work: Work) throws {
    let sources = try sources()
    try index.write { transaction in
      try transaction.setFresh()
      try transaction.setNote(.freshFor, Done(sources: sources, work: work.rawValue))
    }
  }

  /// A hash of everything outside the index that labels, scores or the playlist depend on.
  private func sources() throws -> String {
    let hash = ContentHash()
    hash.add(try index.note(.activeModel).map(String.init) ?? "")
    hash.add("\(configuration.mappings) \(configuration.rules) \(configuration.treatsAllPlaylistsAsActive)")
    hash.add("\(configuration.training) \(configuration.selection) \(configuration.pathStyle) \(configuration.music)")
    // Only this rule knows of time that goes by.
    if configuration.rules.usesNeglect { hash.add("\(Int(configuration.now() / 86_400))") }
    if let corrections = configuration.corrections { try hash.add(contentsOf: corrections) }
    for file in [configuration.playlist, FilePath("/proc/self/exe")] {
      var status = stat()
      let isThere = file.withCString { stat($0, &status) } == 0
      hash.add(file.bytes)
      hash.add(isThere ? "\(LibraryScan.stamp(status))" : "none")
    }
    return hash.digest.map { String(format: "%02x", $0) }.joined()
  }
}

extension IndexNote where Value == Freshness.Done {
  fileprivate static var freshFor: Self { Self(record: "freshFor") }
}
