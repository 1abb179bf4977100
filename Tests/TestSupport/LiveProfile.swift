import Foundation
import Glibc

/// A profile folder of foobar2000 2 whose database another process holds open, and writes to in small transactions.
public final class LiveProfile: Sendable {
  /// The profile folder.
  public let path: String
  private let process: Process
  private let input: FileHandle
  private let output: FileHandle

  private static let script = """
    import os, sqlite3, struct, sys
    folder = sys.argv[1]
    os.makedirs(folder + "/playlists-v2.0", exist_ok=True)
    base = sqlite3.connect(folder + "/metadb.sqlite", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    name = "metadb_index_C653739F_14B3_4EF2_819B_A3E2883230AE"
    base.execute("CREATE TABLE IF NOT EXISTS metadb(name TEXT PRIMARY KEY, info BLOB)")
    base.execute(f"CREATE TABLE IF NOT EXISTS {name}(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY)")
    base.execute(f"CREATE TABLE IF NOT EXISTS {name}_data(key INTEGER PRIMARY KEY, value BLOB)")
    keys = dict(base.execute(f"SELECT filename, key FROM {name}"))
    def put(path, count):
      file = "0+file://" + path
      if file not in keys:
        keys[file] = max(keys.values(), default=0) + 1
        base.execute(f"INSERT INTO {name} VALUES (?, ?)", (keys[file], file))
      last = 133000000000000000 + count if count else 0
      value = struct.pack("<IIQQQB7x", count, 0, last, last, 132223104000000000, 255)
      base.execute(f"INSERT OR REPLACE INTO {name}_data VALUES (?, ?)", (keys[file], value))
    for line in sys.stdin:
      word, _, rest = line.rstrip("\\n").partition(" ")
      if word == "put":
        base.execute("BEGIN IMMEDIATE")
        for item in rest.split("|"):
          count, _, path = item.partition(" ")
          put(path, int(count))
        base.execute("COMMIT")
      elif word == "drop":
        key = keys.pop("0+file://" + rest)
        base.execute(f"DELETE FROM {name} WHERE key = ?", (key,))
        base.execute(f"DELETE FROM {name}_data WHERE key = ?", (key,))
      elif word == "sql":
        base.execute(rest)
      elif word == "die":
        os._exit(0)
      print("done", flush=True)
    """

  /// Makes or opens the profile in a folder, with these plays.
  public init(_ path: String, plays: [(path: String, count: Int)] = []) throws {
    self.path = path
    process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script, path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.input = input.fileHandleForWriting
    self.output = output.fileHandleForReading
    if !plays.isEmpty { try put(plays) }
  }

  deinit {
    // It may have ended by itself.
    try? input.close()
    process.waitUntilExit()
  }

  /// Has the other process do something, and waits until it is done.
  public func send(_ command: String) throws {
    try input.write(contentsOf: Data((command + "\n").utf8))
    var answer = Data()
    while answer.last != UInt8(ascii: "\n") {
      let more = try output.read(upToCount: 1) ?? Data()
      guard !more.isEmpty else { throw CocoaError(.fileReadUnknown) }
      answer += more
    }
  }

  /// Writes how often files were played, in one transaction.
  public func put(_ plays: [(path: String, count: Int)]) throws {
    try send("put " + plays.map { "\($0.count) \($0.path)" }.joined(separator: "|"))
  }

  /// Writes how often a file was played.
  public func play(_ file: String, count: Int) throws { try put([(file, count)]) }

  /// Ends the other process as a crash would: the log stays.
  public func kill() throws {
    // It gives no answer.
    try? send("die")
    process.waitUntilExit()
  }

  /// Writes a live playlist of this name.
  public func list(_ name: String, _ files: [String]) throws {
    let folder = path + "/playlists-v2.0"
    let number = "0B5F8D4E-0000-4000-8000-0000000000AA"
    try Data("\u{FEFF}\(number):\(name)\r\n".utf8).write(to: URL(fileURLWithPath: folder + "/index.txt"))
    try Data(files.map { "file://\($0)\r\n" }.joined().utf8).write(
      to: URL(fileURLWithPath: folder + "/playlist-\(number).fplite"))
  }

  /// What lies in the profile: the name, size and time of each file.
  public func contents() throws -> Set<String> {
    Set(
      try FileManager.default.subpathsOfDirectory(atPath: path).map { name in
        var status = stat()
        stat("\(path)/\(name)", &status)
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        return isFolder ? name : "\(name) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
      })
  }
}
