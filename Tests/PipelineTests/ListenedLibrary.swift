import Foundation
import Logging
import MusicIndex
import Pipeline
import ServiceState
import TestSupport
import Tracks

/// A library whose files were looked at, without audio in them, for what needs labels only.
struct ListenedLibrary {
  let folder: TemporaryFolder
  let index: MusicIndex
  var configuration: PipelineConfiguration

  /// The time that everything here happens at, unless a test says otherwise: 2026-11-22.
  static let now = 1_795_305_600.0

  /// Makes and scans a library of files of these names, each a song of its own with its name as its title.
  init(_ names: [String], tags: [String: TrackTags] = [:], seconds: [String: Double] = [:]) async throws {
    folder = try TemporaryFolder()
    let state = StateFolder(FilePath(folder["state"]))
    try state.make()
    index = try MusicIndex(state.index)
    configuration = PipelineConfiguration(
      music: [FilePath(folder["music"])], state: state, playlist: state.playlist, worker: FilePath("/nonexistent"))
    configuration.now = { Self.now }
    for name in names { try folder.write(name, to: "music/\(name)") }
    let old = Date(timeIntervalSince1970: 1_500_000_000)
    for name in names { try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file(name)) }
    _ = try await pipeline.scan()
    try index.write { transaction in
      for (number, name) in names.enumerated() {
        guard let known = try transaction.file(at: FilePath(file(name))) else { continue }
        let length = seconds[name] ?? 100 + 7 * Double(number)
        let stem = (name as NSString).lastPathComponent.replacingOccurrences(of: ".flac", with: "")
        let probed = ProbedAudio(
          properties: AudioProperties(
            codec: "flac", sampleRate: 44_100, channels: 2, frames: Int64(length * 44_100)),
          tags: tags[name] ?? TrackTags(title: stem, artist: "Artist of \(stem)"),
          identity: AudioIdentity(scheme: .flacMD5, digest: Self.digest(number + 1)))
        _ = try transaction.setProbed(known.id, probed, version: FeatureVariant.dense.version, at: Self.now)
      }
    }
    // What was looked at may have cue sheets, which are read with the next scan.
    _ = try await pipeline.scan()
  }

  /// Sixteen bytes of a number, all the same for a small one.
  private static func digest(_ number: Int) -> [UInt8] {
    if let byte = UInt8(exactly: number) { return Array(repeating: byte, count: 16) }
    return (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
  }

  var pipeline: Pipeline {
    Pipeline(
      configuration: configuration, index: index, pool: Pipeline.pool(configuration), logger: Logger(label: "test"))
  }

  /// The path of a file of the library.
  func file(_ name: String) -> String { folder["music/\(name)"] }

  /// Writes an export, dated some days ago.
  func export(_ text: String, as name: String, daysAgo: Double = 1) throws -> FilePath {
    let path = try folder.write(text, to: "exports/\(name)")
    let date = Date(timeIntervalSince1970: Self.now - daysAgo * 86_400)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    return FilePath(path)
  }

  /// Statistics of these plays by name; added in 2020.
  func statistics(_ plays: KeyValuePairs<String, Int>) -> String {
    let entries = plays.enumerated().map { number, entry in
      Exports.entry(number + 1_000, file(entry.key), plays: entry.value)
    }
    return document(entries.joined())
  }

  /// A statistics document around entries.
  func document(_ entries: String) -> String { Exports.statistics(entries) }

  /// A playlist of these files.
  func list(_ names: [String]) -> String { "#EXTM3U\n" + names.map { file($0) + "\n" }.joined() }

  /// Imports exports and labels.
  @discardableResult
  func imported(_ files: [FilePath]) async throws -> [ImportOutcome] {
    let outcomes = try await pipeline.import(files)
    _ = try await pipeline.label()
    return outcomes
  }

  /// The label, the reason and the plays of every file and of the tracks in it, `good plays 12`, by name; tracks of cue
  /// sheets have `#` and their number behind it.
  func labels() throws -> [String: String] {
    var found: [String: String] = [:]
    for row in try LabelList.rows(index) {
      let name = String(row.path.display.dropFirst(file("").count))
      found[name] = Self.words(row.label)
      for track in row.tracks { found["\(name)#\(track.number)"] = Self.words(track.label) }
    }
    return found
  }

  private static func words(_ label: LabelList.Label) -> String {
    "\(label.label.rawValue) \(label.reason) \(label.plays.map(String.init) ?? "-")"
  }

  /// Everything in the index that an import may change.
  func state() throws -> [String] {
    var state = try labels().map { "\($0.key): \($0.value)" }.sorted()
    state += try index.read { try $0.imports() }.map { "\($0)" }
    return state
  }

  func status() throws -> Status {
    try Status(of: index, state: configuration.state)
  }
}
