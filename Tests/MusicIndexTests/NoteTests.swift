import TestSupport
import Testing
import Tracks

@testable import MusicIndex

@Suite struct NoteTests {
  private struct Record: Codable, Equatable {
    var number: Int
    var words: String?
  }

  private static let record = IndexNote<Record>(record: "record")
  private static let number = IndexNote<Int64>("number")
  private static let flag = IndexNote<Bool>(flag: "flag")
  private static let lines = IndexNote<[String]>(lines: "lines")
  private static let paths = IndexNote<[FilePath]>(paths: "paths")

  private func index(_ folder: borrowing TemporaryFolder) throws -> MusicIndex {
    try MusicIndex(FilePath(folder["index.sqlite"]))
  }

  @Test func everyKindOfValueComesBackAsItWas() throws {
    let folder = try TemporaryFolder()
    let index = try index(folder)
    let path = FilePath(bytes: [0x2F, 0x0A, 0xFF, 0x09])
    func holds<Value>(_ value: Value, _ note: IndexNote<Value>) throws -> Bool {
      try index.keep(value, as: note)
      return try index.note(note) == value
    }
    #expect(try holds(Record(number: 3, words: "a\tb\nc"), Self.record))
    #expect(try holds(Int64.min, Self.number))
    #expect(try holds(false, Self.flag) && holds(true, Self.flag))
    #expect(try holds(["a\tb", "c"], Self.lines))
    #expect(try holds([path, FilePath("/m")], Self.paths))
    #expect(try holds(0.1 + 0.2, .songsPerMinute))
  }

  @Test func whatIsForgottenOrCannotBeReadIsNone() throws {
    let folder = try TemporaryFolder()
    let index = try index(folder)
    #expect(try index.note(Self.number) == nil)
    try index.keep(7, as: Self.number)
    try index.keep(nil, as: Self.number)
    #expect(try index.note(Self.number) == nil)
    // As another version of the program may have written them.
    try index.write { transaction in
      try transaction.setText(of: "number", "seven")
      try transaction.setText(of: "record", "7\twords")
    }
    #expect(try index.note(Self.number) == nil && index.note(Self.record) == nil)
  }

  @Test func whatIsKeptAlreadyIsNotWrittenAgain() throws {
    let folder = try TemporaryFolder()
    let index = try index(folder)
    try index.keep(["a"], as: Self.lines)
    let reader = try MusicIndex(FilePath(folder["index.sqlite"]), readOnly: true)
    // A reader cannot write: what it would have to write fails, what is there already does not.
    try reader.keep(["a"], as: Self.lines)
    #expect(throws: IndexFailure.self) { try reader.keep(["b"], as: Self.lines) }
  }
}
