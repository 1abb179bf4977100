import Foundation
import Testing
import Tracks

/// Times for people, beside those of date(1).
@Suite struct WallTimeTests {
  @Test(arguments: [0, 1_795_305_600, 1_774_746_000.9, 951_782_400, -1]) func itIsThatOfDate(seconds: Double) throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["date", "-d", "@\(Int(seconds.rounded(.down)))", "+%Y-%m-%d %H:%M %Z"]
    process.standardOutput = output
    try process.run()
    let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(WallTime.text(seconds) + "\n" == told)
    #expect(WallTime.day(seconds) == told.prefix(10))
  }

  @Test func whatIsNoTimeIsOne() {
    for seconds in [Double.nan, .infinity, -.infinity] { #expect(!WallTime.text(seconds).isEmpty) }
  }
}
