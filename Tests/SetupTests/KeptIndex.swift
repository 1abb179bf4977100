import Foundation
import Glibc
import MusicIndex
import ServiceState
import Settings
import Setup
import TestSupport
import Tracks

/// An installation of files of its own: a configuration, a file of corrections, a state folder, and an index that holds what
/// an owner said of songs.
struct KeptIndex {
  let folder: TemporaryFolder
  let workspace: Workspace

  var state: StateFolder { workspace.state }
  var backup: FilePath { FilePath(folder["indexd.backup"]) }

  /// - Parameter prepare: What is done before the state folder is made.
  init(songs: Int = 40, prepare: (TemporaryFolder) throws -> Void = { _ in }) throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "music/a.flac")
    try folder.write("# of the owner\n", to: "corrections")
    try folder.write(
      """
      music: ['\(folder["music"])']
      state: '\(folder["state"])'
      playlist:
        file: '\(folder["lists/list.m3u8"])'
      labels:
        corrections: '\(folder["corrections"])'

      """, to: "indexd.yaml")
    try FileManager.default.createDirectory(atPath: folder["lists"], withIntermediateDirectories: true)
    try prepare(folder)
    workspace = try Workspace.load(folder["indexd.yaml"])
    try state.make()
    try change { try Self.say(.good, of: 0..<songs, $0) }
  }

  /// Changes the index as the daemon does.
  func change(_ body: (IndexTransaction) throws -> Void) throws {
    let index = try MusicIndex(state.index)
    try index.write(body)
    try index.close()
  }

  /// The owner says something of songs.
  static func say(_ word: Correction?, of songs: Range<Int>, _ transaction: IndexTransaction) throws {
    for song in songs {
      let digest = (0..<16).map { UInt8(truncatingIfNeeded: song >> (8 * ($0 % 4))) }
      try transaction.setCorrection(word, of: AudioIdentity(scheme: .flacMD5, digest: digest), at: 1)
    }
  }

  /// How much the owner said.
  func corrections() throws -> Int {
    try MusicIndex(state.index, readOnly: true).read { try $0.corrections().count }
  }

  /// What lies in the state folder, but for what changes when it is looked at.
  func contents() throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: state.path.display) {
      guard name != "lock", !name.hasSuffix("-shm") else { continue }
      found[name] = FileManager.default.contents(atPath: state.path.appending(FilePath(name)).display) ?? Data()
    }
    return found
  }
}

/// A small file system in memory at a place, as long as `body` runs; it needs root.
func withSmallDisk(at place: String, _ options: String, flags: Int = 0, _ body: () throws -> Void) throws {
  try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
  guard mount("tmpfs", place, "tmpfs", UInt(flags), options) == 0 else { throw CocoaError(.fileWriteUnknown) }
  defer { umount2(place, Int32(MNT_DETACH)) }
  try body()
}
