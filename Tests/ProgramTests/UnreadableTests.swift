import Foundation
import Glibc
import TestSupport
import Testing

/// Files that the system does not give for now: by a preloaded library that answers EIO for names that say so.
@Suite(.blocking) struct UnreadableTests {
  private let library: OwnersLibrary
  private let environment: [String: String]

  init() throws {
    library = try OwnersLibrary(liked: 4, rejected: 0, unheard: 0, seconds: 4)
    let source = try library.folder.write(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <stdarg.h>
      #include <string.h>
      #include <unistd.h>
      static int refused(const char *path) {
        if (!strstr(path, "EIO") || !strstr(path, ".wav") || access("\(library.folder["healed"])", F_OK) == 0) return 0;
        errno = EIO;
        return 1;
      }
      #define OPEN(name) int name(const char *path, int flags, ...) { \\
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \\
        if (refused(path)) return -1; \\
        int (*real)(const char *, int, int) = dlsym(RTLD_NEXT, #name); return real(path, flags, mode); }
      OPEN(open)
      OPEN(open64)
      """, to: "eio.c")
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["clang", "-shared", "-fPIC", "-o", library.folder["eio.so"], source, "-ldl"]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    let song = try Data(contentsOf: URL(fileURLWithPath: library.folder["music/\(library.liked[0])"]))
    for number in 0..<12 {
      try library.folder.write(song + [UInt8(number), 0], to: "music/EIO \(number).wav")
    }
    environment = library.environment.merging(["LD_PRELOAD": library.folder["eio.so"]]) { $1 }
    try library.folder.write(
      "music: ['\(library.folder["music"])']\nstate: '\(library.folder["state/own"])'\nanalysis: {workers: 1, samples: 2}\n",
      to: "config/indexd/indexd.yaml")
  }

  private func status() throws -> [String: Any] {
    try #require(try json(try indexctl.run(["status", "--json"], environment: environment).output) as? [String: Any])
  }

  private func count(_ key: String) throws -> Int? {
    (try status()["library"] as? [String: Any])?[key] as? Int
  }

  /// Waits until `status` counts so many files, a minute at most.
  private func wait(for key: String, _ wanted: Int) throws {
    let end = Date(timeIntervalSinceNow: 60)
    while try count(key) != wanted, Date() < end { usleep(100_000) }
  }

  @Test func theRestIsAnalysedAndStatusNamesThem() throws {
    let daemon = try indexd.start([], environment: environment)
    defer {
      daemon.send(SIGTERM)
      #expect(daemon.wait().code == 0)
    }
    try wait(for: "analysed", 4)
    #expect(try count("analysed") == 4 && count("waiting") == 12 && count("failed") == 0)
    try wait(for: "unreadable", 12)
    #expect(try count("unreadable") == 12)
    let advice = try #require(try status()["advice"] as? [String]).filter { $0.contains("12 files cannot be read") }
    #expect(advice.count == 1 && advice[0].contains("EIO 0.wav") && advice[0].contains("10 more"), "\(advice)")
    let rows = try #require(
      try json(try indexctl.run(["failures", "--json"], environment: environment).output) as? [[String: String]])
    #expect(rows.count == 12 && rows.allSatisfy { $0["reason"] == "unreadable" })
    #expect(rows[0]["detail"]?.contains("Input/output error") == true, "\(rows[0])")
    let explained = try indexctl.run(["explain", library.folder["music/EIO 0.wav"]], environment: environment)
    #expect(explained.output.replacing("\n", with: " ").contains("cannot be read"), "\(explained)")

    // The disk is back, and the owner says so: nobody waits for the end of a pause.
    try library.folder.write("", to: "healed")
    #expect(try indexctl.run(["rescan", "--wait"], environment: environment).code == 0)
    try wait(for: "analysed", 16)
    #expect(try count("analysed") == 16 && count("unreadable") == 0)
  }

  @Test func tracksOfASheetWaitWithTheirFile() throws {
    try library.folder.write("", to: "healed")
    #expect(try indexd.run(["--once"], environment: environment).code == 0)
    try FileManager.default.removeItem(atPath: library.folder["healed"])
    try library.folder.write(
      "FILE \"EIO 0.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:02:00\n",
      to: "music/EIO 0.cue")
    func tracks() throws -> [Int?] {
      let counts = try status()["cueTracks"] as? [String: Int]
      return [counts?["tracks"], counts?["analysed"]]
    }
    let run = try indexd.run(["--once"], environment: environment)
    #expect(run.code == 3, "\(run.errors)")
    #expect(try tracks() == [2, 0] && count("failed") == 0)
    let rows = try json(try indexctl.run(["failures", "--json"], environment: environment).output)
    let failures = try #require(rows as? [[String: String]])
    #expect(failures.count == 2 && failures.allSatisfy { $0["reason"] == "unreadable" }, "\(failures)")
    let advice = try #require(try status()["advice"] as? [String])
    #expect(advice.contains { $0.hasPrefix("1 file cannot be read for now") }, "\(advice)")
    try library.folder.write("", to: "healed")
    #expect(try indexd.run(["--once"], environment: environment).code == 0)
    let ended = try status()
    #expect(try tracks() == [2, 2] && count("unreadable") == 0, "\(ended)")
  }

  @Test func aSingleRunEndsAndSaysThatSomeFailed() throws {
    let first = try indexd.run(["--once"], environment: environment)
    #expect(first.code == 3, "\(first.errors)")
    #expect(try count("analysed") == 4 && count("unreadable") == 12)
    try library.folder.write("", to: "healed")
    #expect(try indexd.run(["--once"], environment: environment).code == 0)
    #expect(try count("analysed") == 16 && count("unreadable") == 0)
  }
}
