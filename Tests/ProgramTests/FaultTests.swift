import Foundation
import TestSupport
import Testing

/// Runs the scripts in Tests/Faults, each with the built programs and a small count, in three rows beside each other.
@Suite(.blocking) struct FaultTests {
  @Suite(.serialized) struct WhatWearsOnADisk {
    @Test func killedAtRandomMoments() throws {
      try script("kill-test", ["--kills", "10", "--each", "10"])
    }

    @Test(arguments: ["missing", "clock", "damage"]) func goesOnAfter(fault: String) throws {
      try script("fault-test", [fault])
    }

    @Test(
      .enabled(if: getuid() == 0, "needs root to mount a small file system"), arguments: ["read-only", "disk-full"])
    func goesOnAfterADisksFault(fault: String) throws {
      try script("fault-test", [fault])
    }

    @Test(
      .enabled(if: getuid() == 0, "needs root to mount a file system"),
      .enabled(if: hasFuse, "needs /dev/fuse and bindfs"))
    func goesOnAfterAnotherMachinesChanges() throws {
      try script("fault-test", ["network"])
    }
  }

  @Suite(.serialized) struct WhatComesIn {
    @Test(
      arguments: [
        "newer", "half-written", "started-blindly", "deaf", "backlog", "reload", "growing", "schedule", "garbage",
      ])
    func goesOnAfter(fault: String) throws {
      try script("fault-test", [fault])
    }
  }

  /// For anybody else the folders above the state are those of nobody there, which indexd refuses.
  @Test(
    .enabled(if: getuid() == 0, "needs root to be root in a namespace of users"),
    .enabled(if: allowsUserNamespaces, "needs user namespaces"))
  func goesOnWithoutAnyWatch() throws {
    try script("fault-test", ["unwatched"])
  }

  @Suite struct WhatNeverEnds {
    @Test func newsKeepNoTrainingFromItsTurn() throws {
      try script("fault-test", ["restless"])
    }
  }
}

private let hasFuse = access("/dev/fuse", F_OK) == 0 && BuiltProgram.isInstalled("bindfs")

/// Whether this user may make a user namespace and set its limits.
private let allowsUserNamespaces: Bool = {
  let probe = Process()
  probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  probe.arguments = [
    "unshare", "--user", "--map-root-user", "sh", "-c", "echo 0 > /proc/sys/user/max_inotify_instances",
  ]
  probe.standardError = FileHandle.nullDevice
  // Where `env` cannot be started the scripts cannot either.
  guard (try? probe.run()) != nil else { return false }
  probe.waitUntilExit()
  return probe.terminationStatus == 0
}()

private func script(_ name: String, _ arguments: [String]) throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let folder = try TemporaryFolder()
  try folder.write("", to: "output")
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  let programs = (indexd.path as NSString).deletingLastPathComponent
  process.arguments = ["python3", root.appendingPathComponent("Faults/\(name)").path, programs] + arguments
  process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
  process.standardInput = FileHandle.nullDevice
  let output = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["output"]))
  process.standardOutput = output
  process.standardError = output
  try process.run()
  process.waitUntilExit()
  let words = try String(contentsOfFile: folder["output"], encoding: .utf8)
  #expect(process.terminationStatus == 0, "\(words)")
  #expect(words.contains("ok  "), "\(words)")
}
