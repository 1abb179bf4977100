import FolderWatching
import Foundation
import TestSupport
import Testing
import Tracks

/// What happens where the system allows too few watches, or things are mounted.
///
/// The limit belongs to a user namespace, which a process with threads cannot enter: the tests are run once more inside one.
extension FolderWatcherTests {
  private static let limitFile = "/proc/sys/user/max_inotify_watches"
  private static var isLimited: Bool { getenv("INDEXD_TEST_IS_LIMITED") != nil }
  private static let mayLimit =
    !isLimited
    && (try? run("/usr/bin/unshare", ["--user", "--map-root-user", "/bin/sh", "-c", ": > \(limitFile)"])) != nil

  @discardableResult private static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(words: words) }
    return words
  }

  private struct Failed: Error {
    let words: String
  }

  @Test(.enabled(if: mayLimit, "user namespaces are not allowed here"))
  func aLimitOfWatchesIsTold() throws {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let script = """
      echo 12 > \(Self.limitFile) && INDEXD_TEST_IS_LIMITED=1 exec "$1" --testing-library swift-testing --filter insideALimit
      """
    let words = try Self.run(
      "/usr/bin/unshare", ["--user", "--map-root-user", "/bin/sh", "-c", script, "sh", tests])
    #expect(words.contains("insideALimit() passed"))
  }

  @Test(.enabled(if: isLimited)) func insideALimit() async throws {
    let folder = try TemporaryFolder()
    for number in 0..<20 { try folder.write("1", to: "\(number)/a.flac") }
    let watcher = FolderWatcher(quiet: 0.02, patience: 0.2)
    defer { watcher.stop() }
    let mirror = Mirror(watcher, root: folder.path)
    #expect(mirror.files.count == 20)
    await mirror.follow { !$0.told.isEmpty }
    let trouble = try #require(watcher.troubles.first)
    #expect(trouble.reason == .watchLimit)
    #expect(trouble.advice.contains("fs.inotify.max_user_watches=65536"))
    #expect(mirror.told == [.degraded(WatchTrouble(reason: .watchLimit, advice: mirror.firstAdvice ?? ""))])
    #expect(watcher.watch(FilePath(folder["19"])) == .limit)

    // The owner raises the limit; the next scan recovers.
    try Data("1000\n".utf8).write(to: URL(fileURLWithPath: Self.limitFile))
    mirror.lookAtEverything()
    await mirror.follow { $0.told.last == .recovered }
    #expect(watcher.troubles.isEmpty)
    try folder.write("2", to: "19/b.flac")
    await mirror.followUntilTrue()
    #expect(mirror.files.count == 21)
  }

  @Test(.enabled(if: getuid() == 0 && !isLimited, "only root may mount")) func mountsAreTold() async throws {
    let folder = try TemporaryFolder()
    try folder.write("below", to: "disk of mine/hidden.flac")
    let point = folder["disk of mine"]
    let watcher = FolderWatcher(quiet: 0.02, patience: 0.2)
    defer { watcher.stop() }
    let mirror = Mirror(watcher, root: folder.path)
    try Self.run("/bin/mount", ["-t", "tmpfs", "tmpfs", point])
    await mirror.follow { $0.told.contains(.mounted(FilePath(point))) }
    mirror.lookAtEverything()
    #expect(mirror.files.isEmpty)
    try folder.write("above", to: "disk of mine/new.flac")
    await mirror.followUntilTrue()
    #expect(mirror.files.count == 1)
    try Self.run("/bin/umount", [point])
    await mirror.follow { $0.told.contains(.unmounted(FilePath(point))) }
    mirror.lookAtEverything()
    #expect(mirror.files.keys.sorted() == [FilePath(point).appending("hidden.flac")])
    try folder.write("below", to: "disk of mine/more.flac")
    await mirror.followUntilTrue()
    #expect(mirror.files.count == 2)
  }
}
