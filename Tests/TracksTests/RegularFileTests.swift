import Foundation
import Platform
import TestSupport
import Testing
import Tracks

/// Files that are opened in places where anything may lie.
struct RegularFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: ["pipe", "link to a pipe", "/dev/zero", "link to a device", "socket", "folder"])
  func whatIsNoRegularFileIsRefusedWithoutWaiting(kind: String) throws {
    let path = FilePath(try special(kind))
    #expect(RegularFile.contents(path, limit: 1 << 20) == nil && errno == RegularFile.notRegular || kind == "socket")
    #expect(RegularFile.open(path) == nil)
    #expect(RegularFile.beginning(path, 16) == nil)
  }

  @Test func aGiantOfNothingIsNotRead() throws {
    try folder.write("", to: "giant")
    #expect(truncate(folder["giant"], 1 << 40) == 0)
    #expect(RegularFile.contents(FilePath(folder["giant"]), limit: 1 << 20) == nil && errno == EFBIG)
    #expect(RegularFile.beginning(FilePath(folder["giant"]), 3) == [0, 0, 0])
  }

  @Test func aRegularFileIsReadWholeAlsoThroughALink() throws {
    try folder.write("words", to: "file")
    #expect(symlink(folder["file"], folder["link"]) == 0)
    #expect(RegularFile.contents(FilePath(folder["link"]), limit: 5) == Array("words".utf8))
    #expect(RegularFile.contents(FilePath(folder["file"]), limit: 4) == nil && errno == EFBIG)
    // A file of the kernel's states no size.
    #expect(RegularFile.contents(FilePath("/proc/self/stat"), limit: 1 << 20)?.isEmpty == false)
  }

  @Test func permissionsAreNeverGivenThroughALinkOrToAFileOfTwoNames() throws {
    for name in ["victim", "other"] {
      try folder.write("words", to: name)
      chmod(folder[name], 0o600)
    }
    #expect(symlink(folder["victim"], folder["planted"]) == 0)
    #expect(link(folder["other"], folder["second name"]) == 0)
    for name in ["planted", "second name"] {
      RegularFile.finish(FilePath(folder[name]), mode: 0o666, modified: timespec(tv_sec: 1, tv_nsec: 0))
    }
    for name in ["victim", "other"] {
      var status = stat()
      #expect(stat(folder[name], &status) == 0 && status.st_mode & 0o777 == 0o600 && status.st_mtim.tv_sec > 1)
    }
  }

  private func special(_ kind: String) throws -> String {
    let path = folder["special"]
    switch kind {
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    case "link to a pipe":
      #expect(mkfifo(folder["pipe"], 0o600) == 0)
      #expect(symlink(folder["pipe"], path) == 0)
    case "link to a device": #expect(symlink("/dev/zero", path) == 0)
    case "socket":
      let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(bound == 0)
    case "folder": #expect(mkdir(path, 0o700) == 0)
    default: return kind
    }
    return path
  }
}
