import Foundation
import Glibc
import Platform
import ServiceState
import TestSupport
import Testing
import Tracks

/// Requests as the files that they are: what the owner asks for arrives as it was asked, or not at all.
@Suite struct RequestFileTests {
  private let folder: TemporaryFolder
  private let state: StateFolder

  init() throws {
    folder = try TemporaryFolder()
    state = StateFolder(FilePath(folder["state"]))
    try state.make()
  }

  private static let odd = FilePath(bytes: Array("/music/ name with blanks \t\u{E9} ".utf8) + [0xFF, 0xFE])

  private static let requests: [Request] = [
    .rescan([]), .rescan([odd, FilePath("/music/b")]), .retrain, .study, .use(nil), .use(7), .use(-1),
    .label(TrackPlace(path: odd, number: 0), .good), .label(TrackPlace(path: odd, number: 12), .bad),
    .label(TrackPlace(path: FilePath("auto"), number: 0), .ignore), .label(TrackPlace(path: odd, number: 3), nil),
  ]

  @Test func everyRequestArrivesAsItWasAsked() throws {
    for request in Self.requests {
      let file = try request.drop(in: state)
      #expect(Request(file) == request)
      #expect(Request.waiting(in: state) == [file])
      try Request.end(file, answer: RequestAnswer(.done, "x"))
    }
  }

  /// Its first line would be another track, and its second that track's number.
  @Test(arguments: ["/music/a.flac\n2", "/music/a\nb.flac", "/music/a.flac\r"])
  func aLineBreakInANameIsRefused(path: String) throws {
    for request in [Request.label(TrackPlace(path: FilePath(path), number: 0), .bad), .rescan([FilePath(path)])] {
      let failure = #expect(throws: PipelineFailure.self) { _ = try request.drop(in: state) }
      #expect(failure?.description.contains("line break") == true)
    }
    #expect(Request.waiting(in: state).isEmpty)
  }

  @Test(arguments: [
    "", "\n", "retrian\n", "label\n", "label\ngood\n", "label\nsplendid\n/a\n", "label\ngood\n/a\n-1\n",
    "label\ngood\n/a\nx\n", "label\ngood\n/a\n1\n2\n", "use\n", "use\nlatest\n", "use\n1\n2\n", "use\n1.5\n",
    "use\n99999999999999999999\n", "\0retrain\n",
  ])
  func whatIsNoRequestAsksForNothing(text: String) throws {
    #expect(Request(FilePath(try folder.write(text, to: "state/requests/a.request"))) == nil)
  }

  @Test func oneWrittenByHandOnWindowsIsRead() throws {
    let file = try folder.write("label\r\ngood\r\n/music/a.flac\r\n", to: "state/requests/a.request")
    #expect(Request(FilePath(file)) == .label(TrackPlace(path: FilePath("/music/a.flac"), number: 0), .good))
    #expect(Request(FilePath(try folder.write(" retrain \r\n", to: "state/requests/b.request"))) == .retrain)
  }

  @Test func onlyWholeRequestsWaitTheOldestFirst() throws {
    for name in ["3.request", "1.request", "2.request", ".4.request", "5.request.tmp", "6.answer", "7.request~"] {
      try folder.write("retrain\n", to: "state/requests/\(name)")
    }
    for name in ["8.request", "9.request"] { try #require(mkfifo(folder["state/requests/\(name)"], 0o600) == 0) }
    try folder.write("", to: "state/requests/folder.request/file")
    func names(_ files: [FilePath]) -> [String] { files.map(\.name.display) }
    #expect(names(Request.waiting(in: state)) == ["1.request", "2.request", "3.request"])
    let busy = Request.waiting(in: state) { $0.name == FilePath("1.request") }
    #expect(names(busy) == ["2.request", "3.request"])
  }

  @Test func oneTooLargeToBeOneIsNotRead() throws {
    try folder.write("rescan\n", to: "state/requests/a.request")
    #expect(truncate(folder["state/requests/a.request"], off_t(SmallFile.limit) + 1) == 0)
    #expect(Request(FilePath(folder["state/requests/a.request"])) == nil)
  }

  @Test func whatCannotBeAnsweredStays() throws {
    let file = try Request.retrain.drop(in: state)
    let answer = Request.answer(to: file)
    try FileManager.default.createDirectory(atPath: answer.display + "/x", withIntermediateDirectories: true)
    #expect(throws: PipelineFailure.self) { try Request.end(file, answer: RequestAnswer(.done, "x")) }
    #expect(Request.waiting(in: state) == [file])
    try FileManager.default.removeItem(atPath: answer.display)
    try Request.end(file, answer: RequestAnswer(.done, "x"))
    #expect(Request.waiting(in: state).isEmpty)
    #expect(SmallFile.read(answer).map { RequestAnswer(bytes: $0) } == RequestAnswer(.done, "x"))
  }

  @Test func answersGoAfterAnHourAndNothingElse() throws {
    let hour = 3_600.0
    for (name, age) in [("old.answer", hour + 60), ("new.answer", hour - 60), ("old.request", 2 * hour)] {
      let file = try folder.write("ok\nx\n", to: "state/requests/\(name)")
      try FileManager.default.setAttributes([.modificationDate: Date() - age], ofItemAtPath: file)
    }
    Request.cleanUp(state)
    let left = try FileManager.default.contentsOfDirectory(atPath: state.requests.display).sorted()
    #expect(left == ["new.answer", "old.request"])
  }
}
