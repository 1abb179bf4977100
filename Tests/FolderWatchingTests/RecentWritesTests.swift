import Testing
import Tracks

@testable import FolderWatching

/// What is remembered of written files, on a clock made of numbers.
@Suite struct RecentWritesTests {
  private let file = FilePath("/music/a/x.flac")

  @Test func aWriteIsRememberedForAWhile() {
    var written = RecentWrites()
    written.write(file, at: 100)
    #expect(written.lastWrite(of: file, at: 101) == 100)
    #expect(written.lastWrite(of: FilePath("/music/a/y.flac"), at: 101) == nil)
    #expect(written.lastWrite(of: file, at: 100 + RecentWrites.seconds) == nil)
  }

  @Test func aMoveTakesItAlong() {
    var written = RecentWrites()
    written.write(file, at: 100)
    written.leave(file, isFolder: false, cookie: 1, at: 101)
    #expect(written.lastWrite(of: file, at: 101) == nil)
    written.arrive(FilePath("/music/b"), cookie: 2)
    written.arrive(FilePath("/music/a/z.flac"), cookie: 1)
    #expect(written.lastWrite(of: FilePath("/music/a/z.flac"), at: 101) == 100)
    // So does that of the folder above it, and of no other of a like name.
    written.write(FilePath("/music/another/y.flac"), at: 100)
    written.leave(FilePath("/music/a"), isFolder: true, cookie: 3, at: 102)
    written.arrive(FilePath("/music/c/d"), cookie: 3)
    #expect(written.lastWrite(of: FilePath("/music/c/d/z.flac"), at: 102) == 100)
    #expect(written.lastWrite(of: FilePath("/music/another/y.flac"), at: 102) == 100)
  }

  @Test func whatItRemembersIsBounded() {
    var written = RecentWrites()
    for number in 0..<(3 * RecentWrites.most) { written.write(FilePath("/\(number)"), at: Double(number) / 1_000) }
    #expect(written.count <= RecentWrites.most)
    #expect(written.lastWrite(of: FilePath("/\(3 * RecentWrites.most - 1)"), at: 30) != nil)
    // What leaves and never arrives is forgotten.
    written = RecentWrites()
    for number in 0..<1_000 {
      let time = 1_000 * Double(number)
      written.write(file, at: time)
      written.leave(file, isFolder: false, cookie: UInt32(number), at: time)
    }
    #expect(written.count <= 2)
  }
}

extension RecentWrites {
  /// The number of files that are remembered.
  fileprivate var count: Int { files.count + leaving.values.reduce(0) { $0 + $1.files.count } }
}
