import Glibc
import Labelling
import MusicIndex
import Platform
import Tracks

/// What the owner says of tracks: in the file of corrections, and stronger than it by `indexctl label`.
struct OwnersWords {
  private let path: FilePath?
  private let file: CorrectionsFile?
  private let music: [FilePath]
  /// A digest of the file, in hexadecimal; `nil` without one.
  let digest: String?

  /// Reads the file of corrections.
  ///
  /// - Throws: `PipelineFailure` where it cannot be read.
  init(_ configuration: PipelineConfiguration) throws {
    (path, music) = (configuration.corrections, configuration.music)
    guard let path else {
      (file, digest) = (nil, nil)
      return
    }
    guard let bytes = SmallFile.read(path) else {
      throw PipelineFailure(
        "\(path.display): the file of corrections (`labels.corrections`) cannot be read "
          + "(\(SystemError.text()))")
    }
    file = CorrectionsFile(contents: bytes)
    let hash = ContentHash()
    hash.add(bytes)
    digest = hash.text
  }

  /// What is said of tracks. What is said of a file holds for the tracks inside it of which nothing is said.
  func words(of tracks: [TrackRow], _ transaction: IndexTransaction) throws -> [Int64: Correction] {
    var words =
      file?.words(for: tracks.map { (id: $0.id, path: $0.path, identity: $0.identity) }, music: music).words ?? [:]
    let stored = try transaction.corrections()
    let said = Dictionary(stored.map { ($0.identity, $0.word) }, uniquingKeysWith: { first, _ in first })
    for track in tracks {
      guard let word = track.identity.flatMap({ said[$0] }) else { continue }
      words[track.id] = word
      for part in track.parts { words[part.id] = word }
    }
    return words
  }

  /// What is wrong with the file of corrections, a sentence each.
  func problems(_ transaction: IndexTransaction) throws -> [String] {
    guard let path, let file else { return [] }
    let unmatched = try file.unmatched(music: music) { subject in
      switch subject {
      case .audio(let identity): try transaction.holdsTrack(of: identity)
      case .file(let path): try transaction.holdsFile(at: path)
      case .folder(let folder): try transaction.holdsFile(below: folder)
      }
    }
    return file.problems.map { "\(path.display): \($0)" }
      + unmatched.map { "\(path.display): line \($0.line): no such track in the library" }
  }
}
