import Foundation
import MusicIndex
import ServiceState
import TestSupport
import Testing
import Tracks

@testable import Pipeline

/// What is read again of the inbox, and when.
@Suite struct InboxMemoryTests {
  private static let names = ["a.flac", "b.flac"]

  private func row(_ file: FilePath, reason: String?) -> ImportRow {
    ImportRow(
      path: file, digest: [1], kind: "unknown", playlist: nil, exportedAt: 0, importedAt: 0,
      refusal: reason.map { "refused: \($0)" }, refusalReason: reason)
  }

  @Test(arguments: ["cannotOpen", "cannotRead"]) func aRefusalThatPassesIsTriedAgainAfterGrowingIntervals(
    reason: String
  ) throws {
    let folder = try TemporaryFolder()
    let file = FilePath(try folder.write("x", to: "x"))
    let memory = InboxMemory()
    let stamp = InboxMemory.Stamp(file)
    var now = 0.0
    for interval in [5.0, 10, 20, 40, 80, 160, 320, 600, 600] {
      memory.note(.refused(row(file, reason: reason)), of: file, stamp, now: now)
      #expect(memory.isSettled(file, stamp, now: now + interval - 0.1), "\(interval)")
      #expect(!memory.isSettled(file, stamp, now: now + interval), "\(interval)")
      #expect(memory.nextTry == now + interval)
      now += interval
    }
    memory.note(.imported(row(file, reason: nil)), of: file, stamp, now: now)
    #expect(memory.isSettled(file, stamp, now: .greatestFiniteMagnitude) && memory.nextTry == nil)
  }

  @Test func aFileIsLookedAtAgainWhenItOrWhatBelongsToItChanges() throws {
    let folder = try TemporaryFolder()
    let file = FilePath(try folder.write("x", to: "x.fplite"))
    let memory = InboxMemory()
    #expect(!memory.isSettled(file, InboxMemory.Stamp(file), now: 0))
    for name in ["x.fplite", "x.fplite-wal", "index.txt"] {
      memory.note(.refused(row(file, reason: "unrecognised")), of: file, InboxMemory.Stamp(file), now: 0)
      #expect(memory.isSettled(file, InboxMemory.Stamp(file), now: 1e9))
      try folder.write("yy", to: name)
      #expect(!memory.isSettled(file, InboxMemory.Stamp(file), now: 0), "\(name)")
    }
  }

  @Test func statisticsOfHashesAloneAreTriedWhenSomethingElseWasImported() throws {
    let folder = try TemporaryFolder()
    let (file, other) = (FilePath(try folder.write("x", to: "x")), FilePath(try folder.write("y", to: "y")))
    let memory = InboxMemory()
    memory.note(.refused(row(file, reason: "hashOnly")), of: file, InboxMemory.Stamp(file), now: 0)
    #expect(memory.isSettled(file, InboxMemory.Stamp(file), now: 1e9))
    memory.note(.imported(row(other, reason: nil)), of: other, InboxMemory.Stamp(other), now: 0)
    #expect(!memory.isSettled(file, InboxMemory.Stamp(file), now: 0))
  }

  /// What a full disk refused is in the index by its contents: it must not be refused for ever.
  @Test(arguments: [("cannotRead", true), ("unrecognised", false)])
  func whatWasRefusedForNowIsReadAgain(reason: String, isRead: Bool) async throws {
    let library = try await ListenedLibrary(Self.names)
    let file = try library.export(library.statistics(["a.flac": 9]), as: "s.xml")
    var refused = row(file, reason: reason)
    refused.digest = try ExportFile.digest(of: file)
    refused.reader = ImportRun.readers
    let stored = refused
    _ = try library.index.write { try $0.insertImport(stored) }
    let outcomes = try await library.pipeline.import([file])
    #expect(outcomes.contains { if case .imported = $0 { true } else { false } } == isRead, "\(outcomes)")
    #expect(try library.status().imports.map { $0.refusal == nil } == [isRead])
  }

  @Test func aSecondLookReadsNothingThatDidNotChange() async throws {
    let library = try await ListenedLibrary(Self.names)
    let inbox = library.configuration.state.inbox.display
    for number in 0..<300 {
      try Data("junk \(number)".utf8).write(to: URL(fileURLWithPath: "\(inbox)/\(number).doc"))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: "\(inbox)/\(number).doc")
    }
    let pipeline = library.pipeline
    var parts: [Pipeline.InboxLook] = []
    repeat {
      parts.append(try await pipeline.importInbox(isBusy: { _ in false }, seconds: 0))
    } while !(parts.last?.isComplete ?? true) && parts.count < 400
    #expect(parts.count == 300 && parts.allSatisfy { $0.outcomes.count == 1 }, "a portion ends when its time is over")
    #expect(try await pipeline.importInbox(isBusy: { _ in false }, seconds: 9).outcomes.isEmpty)
    #expect(try library.status().refusedImports == 300)
    #expect(try library.status().imports.count == 20)
    try FileManager.default.removeItem(atPath: "\(inbox)/7.doc")
    #expect(try await pipeline.importInbox(isBusy: { _ in false }, seconds: 9).outcomes.isEmpty)
    #expect(try library.status().refusedImports == 299)
  }
}
