import Glibc
import TestSupport
import Testing

@testable import IndexDaemon

/// What systemd hears, by a real socket.
@Suite struct SystemdNotifierTests {
  private func notifier(_ listener: NotifySocket) -> SystemdNotifier {
    SystemdNotifier { $0 == "NOTIFY_SOCKET" ? listener.name : nil }
  }

  @Test func everyMessageArrives() throws {
    let folder = try TemporaryFolder()
    let listener = try NotifySocket(folder["notify"])
    let notifier = notifier(listener)
    #expect(notifier.address != nil)
    notifier.ready(status: "12 files")
    #expect(listener.heard() == "READY=1\nSTATUS=12 files")
    notifier.status("analysing\n3 of 12")
    #expect(listener.heard() == "STATUS=analysing 3 of 12")
    notifier.watchdog()
    #expect(listener.heard() == "WATCHDOG=1")
    notifier.stopping(status: "")
    #expect(listener.heard() == "STOPPING=1\nSTATUS=")
    notifier.extendTimeout(seconds: 1.5)
    #expect(listener.heard() == "EXTEND_TIMEOUT_USEC=1500000")
    notifier.reloading()
    let reloading = try #require(listener.heard()).split(separator: "\n")
    #expect(reloading.first == "RELOADING=1")
    #expect(Int64(reloading[1].dropFirst("MONOTONIC_USEC=".count)) ?? 0 > 0)
    #expect(listener.heard() == nil)
  }

  @Test func abstractNamesAreHeard() throws {
    let listener = try NotifySocket("@indexd-test-\(getpid())")
    notifier(listener).watchdog()
    #expect(listener.heard() == "WATCHDOG=1")
  }

  @Test(arguments: ["", "relative", "@", "/\(String(repeating: "x", count: 108))"])
  func aNameThatIsNoneIsLeftAlone(name: String) {
    let notifier = SystemdNotifier { $0 == "NOTIFY_SOCKET" ? name : nil }
    #expect(notifier.address == nil)
    notifier.ready(status: "")
  }

  @Test func aSocketThatIsGoneHarmsNothing() throws {
    let folder = try TemporaryFolder()
    SystemdNotifier { $0 == "NOTIFY_SOCKET" ? folder["none"] : nil }.ready(status: "")
  }

  @Test(arguments: [
    (["WATCHDOG_USEC": "30000000"], 30.0), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"], 30),
    (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"], nil), (["WATCHDOG_USEC": "0"], nil),
    (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
  ])
  func theWatchdogIsForThisProcessOnly(environment: [String: String], seconds: Double?) {
    #expect(SystemdNotifier { environment[$0] }.watchdogSeconds == seconds)
  }
}
