import Glibc
import Testing
import Tracks

@testable import FolderWatching

/// The kernel's list of mounts.
@Suite struct MountTableTests {
  private let table = MountTable(
    bytes: Array(
      """
      22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
      31 22 0:44 / /mnt/nas rw shared:7 master:2 - nfs4 nas:/music rw,vers=4.2
      32 22 8:1 / /mnt/My\\040Music\\134 rw - ext4 /dev/sda1 rw
      33 31 8:2 / /mnt/nas/local rw - ext4 /dev/sdb1 rw
      nonsense
      34 22 0:45 / /mnt/cut rw

      """.utf8))

  @Test func linesAreReadAndNonsenseIsLeftOut() {
    #expect(table.mounts.map(\.number) == [22, 31, 32, 33])
    #expect(table.mounts.map(\.type) == ["ext4", "nfs4", "ext4", "ext4"])
    #expect(table.mounts[2].point == FilePath("/mnt/My Music\\"))
  }

  @Test(arguments: [
    ("/music", 22), ("/mnt/nas", 31), ("/mnt/nas/a/b", 31), ("/mnt/nas/local/x", 33), ("/mnt/nasty", 22),
  ])
  func aPathLiesOnTheNearestMount(path: String, number: Int) {
    #expect(table.mount(of: FilePath(path))?.number == number)
  }

  @Test func theLatestMountHidesTheOthers() {
    let bytes = Array("1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / /m rw - nfs a rw\n3 1 0:3 / /m rw - ext4 a rw\n".utf8)
    #expect(MountTable(bytes: bytes).mount(of: FilePath("/m/x"))?.number == 3)
  }

  @Test func sharedFileSystemsAreFoundByTheirDevice() {
    var status = stat()
    #expect(stat("/proc/self", &status) == 0)
    let own = MountTable.current()
    #expect(own.mounts.contains { $0.device == UInt64(status.st_dev) })
    let nas = MountTable.device(major: 0, minor: 44)
    #expect(table.sharedMounts(of: [nas, MountTable.device(major: 8, minor: 2)]).map(\.number) == [31])
    var troubles = Troubles()
    troubles.note(devices: [nas], in: table)
    #expect(troubles.list(watches: 1).map(\.reason) == [.networkFileSystem])
    troubles.note(MountTable(bytes: []))
    #expect(troubles.list(watches: 1).isEmpty)
  }

  @Test func sharedFileSystemsAreFoundAboveAndBelow() {
    #expect(table.sharedMounts(touching: FilePath("/mnt")).map(\.number) == [31])
    #expect(table.sharedMounts(touching: FilePath("/mnt/nas/a")).map(\.number) == [31])
    #expect(table.sharedMounts(touching: FilePath("/mnt/nas/local")).isEmpty)
    #expect(table.sharedMounts(touching: FilePath("/music")).isEmpty)
  }

  @Test func whatIsNewIsWhatTheOtherHasNot() {
    let older = MountTable(bytes: Array("22 1 254:0 / / rw - ext4 /dev/vda rw\n".utf8))
    #expect(table.mounts(notIn: older).map(\.number) == [31, 32, 33])
    #expect(older.mounts(notIn: table).isEmpty)
  }

  @Test func thisMachineHasARoot() {
    #expect(MountTable.current().mount(of: FilePath("/"))?.point == FilePath("/"))
  }
}
