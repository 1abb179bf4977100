import Foundation
import TestSupport
import Testing

/// The same against a process of that user that swaps what root is about to open for links, again and again.
extension RootsHandTests {
  /// Swaps files and folders of a state folder for links to what is root's, with two threads, until its input ends; says
  /// how often.
  private static let swapping = """
    import ctypes, os, sys, threading
    state, shadow, victim, elsewhere = sys.argv[1:5]
    libc = ctypes.CDLL(None)
    files = ["index.sqlite.restored", "index.sqlite.restored-wal", "index.sqlite.restored-journal", "index.sqlite",
             "index.sqlite-wal", "lock", "inbox/Active.m3u8", "inbox/.Active.m3u8.new", "inbox/.Active.m3u8.part"]
    running, rounds = True, [0, 0]
    def swap(number, names, target):
        while running:
            for name in names:
                place, link = state + "/" + name, shadow + "/" + name.replace("/", "-")
                try:
                    if not os.path.lexists(link): os.symlink(target, link)
                    if libc.renameat2(-100, os.fsencode(place), -100, os.fsencode(link), 2) != 0: os.rename(link, place)
                    rounds[number] += 1
                except OSError: pass
    threads = [threading.Thread(target=swap, args=a)
               for a in ((0, files, victim), (1, ["inbox", "requests"], elsewhere))]
    for thread in threads: thread.start()
    print("begun", flush=True)
    sys.stdin.read()
    running = False
    for thread in threads: thread.join()
    print(*rounds)
    """

  /// Calls `body` while a process of the attacker's swaps.
  private func whileSwapping(_ elsewhere: String, _ body: () throws -> Void) throws {
    let shadow = library.folder["shadow"]
    try #require(mkdir(shadow, 0o700) == 0 && chown(shadow, attacker, attacker) == 0)
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "setpriv", "--reuid=\(attacker)", "--regid=\(attacker)", "--clear-groups", "python3", "-c", Self.swapping, state,
      shadow, victim, elsewhere,
    ]
    // The caller's own may lie where nobody else can read.
    process.environment = ["PATH": "/usr/bin:/bin"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "begun\n")
    let result = Result(catching: body)
    try input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let rounds = said.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    #expect(rounds.count == 2 && rounds.allSatisfy { $0 > 1_000 }, "\(said)")
    try result.get()
  }

  @Test(.enabled(if: access("/usr/bin/python3", X_OK) == 0, "python3 is not installed"))
  func whoSwapsFilesForLinksGainsNothing() throws {
    let backup = library.folder["backup"]
    #expect(try control(["backup", backup]).code == 0)
    let elsewhere = library.folder["elsewhere"]
    try library.folder.write("root's", to: "elsewhere/Active.m3u8")
    chmod(elsewhere, 0o755)
    var endings: [Int32: Int] = [:]
    try whileSwapping(elsewhere) {
      for _ in 0..<15 {
        for command in [
          ["restore", backup], ["import", library.folder["Active.m3u8"]], ["rescan"], ["models", "--use", "auto"],
        ] {
          endings[try control(command).code, default: 0] += 1
        }
      }
      _ = try indexd.run(["--once"], environment: library.environment)
    }
    // Refused or done: none is killed or crashes.
    #expect(endings.keys.allSatisfy { [0, 1].contains($0) }, "\(endings)")
    try expectVictimUnharmed()
    #expect(try String(contentsOfFile: elsewhere + "/Active.m3u8", encoding: .utf8) == "root's")
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == ["Active.m3u8"])
    for path in [elsewhere, elsewhere + "/Active.m3u8"] {
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_uid == 0 && status.st_mode & 0o022 == 0, "\(path)")
    }
  }
}
