import Foundation
import TestSupport
import Testing

/// Runs the scripts in Tests/Faults, each with the built programs and a small count, in three rows beside each other.
@Suite(.blocking) struct FaultTests {
  @Suite(.serialized) struct WhatWearsOnADisk {
    @Test func killedAtRandomMoments() throws {
      try script("kill-test", ["--kills", "10", "--each", "10"])
    }

    @Test(arguments: ["read-only", "missing", "clock", "damage", "disk-full", "network"]) func goesOnAfter(
      fault: String
    ) throws {
      try script("fault-test", [fault])
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

  @Suite struct WhatNeverEnds {
    @Test func newsKeepNoTrainingFromItsTurn() throws {
      try script("fault-test", ["restless"])
    }
  }
}

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
