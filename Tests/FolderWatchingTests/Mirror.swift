import FolderWatching
import Foundation
import Glibc
import TestSupport
import Tracks

/// A picture of a folder tree that is kept by the watcher's events alone, in the way that its documentation tells.
final class Mirror {
  /// What is known of a file.
  struct Stamp: Equatable {
    let size: Int64
    let inode: UInt64
    let changed: Double
  }

  let watcher: FolderWatcher
  let root: FilePath
  private(set) var files: [FilePath: Stamp] = [:]
  private(set) var looks = 0
  private(set) var overflows = 0
  private(set) var told: [WatchEvent] = []
  private var folders: [FilePath: Set<FilePath>] = [:]
  private var events: AsyncStream<WatchEvent>.Iterator

  init(_ watcher: FolderWatcher, root: String) {
    self.watcher = watcher
    self.root = FilePath(root)
    events = watcher.events.makeAsyncIterator()
    watcher.watch(root: self.root)
    look(at: self.root, isDeep: true)
  }

  /// Takes events in until a condition holds.
  func follow(until isOver: (Mirror) -> Bool) async {
    while !isOver(self), let event = await events.next(isolation: #isolation) { take(event) }
  }

  /// Takes events in until the picture equals the disk.
  func followUntilTrue() async {
    await follow { $0.files == Mirror.disk($0.root) }
  }

  /// Looks at every folder, as a regular scan does.
  func lookAtEverything() {
    look(at: root, isDeep: true)
  }

  /// The advice of the first trouble that was told.
  var firstAdvice: String? {
    for case .degraded(let trouble) in told { return trouble.advice }
    return nil
  }

  private func take(_ event: WatchEvent) {
    told.append(event)
    switch event {
    case .look(let folder):
      looks += 1
      look(at: folder, isDeep: false)
    case .rules(let folder): look(at: folder, isDeep: true)
    case .overflow:
      overflows += 1
      look(at: root, isDeep: true)
    case .degraded, .recovered, .mounted, .unmounted: break
    }
  }

  private func look(at folder: FilePath, isDeep: Bool) {
    guard folder.isInside(root) else { return }
    watcher.watch(folder)
    guard let entries = Self.entries(of: folder) else { return forget(folder) }
    let nowFolders = Set(entries.filter(\.isFolder).map(\.path))
    for gone in folders[folder, default: []].subtracting(nowFolders) { forget(gone) }
    folders[folder] = nowFolders
    for file in files.keys where file.parent == folder { files[file] = nil }
    for entry in entries where !entry.isFolder { files[entry.path] = entry.stamp }
    let children = nowFolders.sorted()
    for (child, outcome) in zip(children, watcher.watch(children)) where isDeep || outcome == .new {
      look(at: child, isDeep: isDeep)
    }
  }

  private func forget(_ folder: FilePath) {
    for child in folders.removeValue(forKey: folder) ?? [] { forget(child) }
    for file in files.keys where file.parent == folder { files[file] = nil }
  }

  private struct Entry {
    let path: FilePath
    let isFolder: Bool
    let stamp: Stamp
  }

  private static func entries(of folder: FilePath) -> [Entry]? {
    guard let handle = folder.withCString({ opendir($0) }) else { return nil }
    defer { closedir(handle) }
    var result: [Entry] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name == Array(".".utf8) || name == Array("..".utf8) { continue }
      let path = folder.appending(FilePath(bytes: name))
      var info = stat()
      guard path.withCString({ lstat($0, &info) }) == 0 else { continue }
      let changed = Double(info.st_ctim.tv_sec) + Double(info.st_ctim.tv_nsec) / 1e9
      result.append(
        Entry(
          path: path, isFolder: info.st_mode & S_IFMT == S_IFDIR,
          stamp: Stamp(size: Int64(info.st_size), inode: UInt64(info.st_ino), changed: changed)))
    }
    return result
  }

  /// Every file below a folder, as the disk has it now.
  static func disk(_ folder: FilePath) -> [FilePath: Stamp] {
    var result: [FilePath: Stamp] = [:]
    for entry in entries(of: folder) ?? [] {
      if entry.isFolder {
        result.merge(disk(entry.path)) { $1 }
      } else {
        result[entry.path] = entry.stamp
      }
    }
    return result
  }
}

/// Runs a shell script that the test does not wait for.
func startShell(_ script: String, _ arguments: [String] = []) throws -> Process {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", script, "sh"] + arguments
  try process.run()
  return process
}
