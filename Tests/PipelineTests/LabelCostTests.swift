import Foundation
import GRDB
import GRDBSQLite
import Glibc
import Labelling
import TestSupport
import Testing
import Tracks

@testable import MusicIndex
@testable import Pipeline

/// What matching and labelling cost. `INDEXD_LABEL_SCALE=10000,100000` measures libraries of so many tracks in CPU time and
/// memory, which the suite's other tests would disturb, and prints what it found.
@Suite(.serialized) struct LabelCostTests {
  /// The steps of SQLite's machine that a job takes.
  private func steps(_ index: MusicIndex, _ job: () throws -> Void) throws -> Int {
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    defer { counter.deallocate() }
    counter.initialize(to: 0)
    index.queue.inDatabase { database in
      sqlite3_progress_handler(
        database.sqliteConnection, 1,
        { context in
          context?.assumingMemoryBound(to: Int.self).pointee += 1
          return 0
        }, counter)
    }
    defer { index.queue.inDatabase { sqlite3_progress_handler($0.sqliteConnection, 0, nil, nil) } }
    try job()
    return counter.pointee
  }

  @Test func anAlbumTakesAsManyStepsWhateverTheLibrary() throws {
    let costs = try [400, 4_000].map { count in
      let library = try LargeIndex(tracks: count)
      _ = try library.run.run()
      try library.addAlbum()
      return try steps(library.index) { try #expect(library.run.run().count == 10) }
    }
    #expect(costs[1] < costs[0] + costs[0] / 5, "\(costs[0]) steps, then \(costs[1])")
  }

  @Test func newRecordsTakeAsManyStepsWhateverTheLibrary() throws {
    let costs = try [400, 4_000].map { count in
      let library = try LargeIndex(tracks: count)
      _ = try library.match(incrementally: false)
      try library.addAlbum()
      try #require(try library.match(incrementally: true) == .sufficient)
      try library.addRecords()
      return try steps(library.index) { try #expect(library.match(incrementally: true) == .sufficient) }
    }
    #expect(costs[1] < costs[0] + costs[0] / 5, "\(costs[0]) steps, then \(costs[1])")
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["INDEXD_LABEL_SCALE"] != nil))
  func costs() throws {
    let scales = ProcessInfo.processInfo.environment["INDEXD_LABEL_SCALE"]?.split(separator: ",").compactMap { Int($0) }
    for count in scales ?? [] {
      let library = try LargeIndex(tracks: count)
      func measure(_ name: String, _ job: () throws -> Void) rethrows {
        // Forgets the peak that was reached before. Where that cannot be done the figure is merely too high.
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        let (begun, before) = (processorSeconds(), resident("VmRSS"))
        try job()
        let spent = ((processorSeconds() - begun) * 1_000).rounded() / 1_000
        let words = "\(count) tracks, \(name): \(spent) s of CPU, \(resident("VmHWM")) MB at most, \(before) before\n"
        FileHandle.standardOutput.write(Data(words.utf8))
      }
      try measure("everything for the first time") { _ = try library.run.run() }
      try measure("nothing") { _ = try library.run.run() }
      try library.addAlbum()
      try measure("an album") { try #expect(library.run.run().count == 10) }
      try library.index.write {
        try $0.database.execute(sql: "UPDATE record SET plays = plays + 1 WHERE id = 20000007")
      }
      try measure("a play") { _ = try library.run.run() }
      var other = library
      other.configuration.rules.goodPlays = 4
      try measure("everything by other rules") { _ = try other.run.run() }
      try measure("the slow twin") { _ = try other.run.labels() }
      try measure("every record matched") { _ = try library.match(incrementally: false) }
      try library.addAlbum()
      try measure("an album matched") { try #expect(library.match(incrementally: true) == .sufficient) }
    }
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A figure of the process's memory, in MB.
  private func resident(_ name: String) -> Int {
    // Without the file there is nothing to tell.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1_024
  }
}
