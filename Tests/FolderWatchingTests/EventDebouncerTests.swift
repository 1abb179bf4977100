import Testing
import Tracks

@testable import FolderWatching

/// When folders are ripe, on a clock made of numbers.
@Suite struct EventDebouncerTests {
  private let folder = FilePath("/music/a")
  private let file = FilePath("/music/a/x.flac")

  private func expectRipe(
    _ settling: inout EventDebouncer, at now: Double, _ folders: [FilePath],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let ripe = settling.takeRipe(at: now)
    #expect(ripe == folders, sourceLocation: sourceLocation)
  }

  @Test func aFolderIsRipeOnceItHasBeenQuiet() {
    var settling = EventDebouncer(quiet: 0.5, patience: 2)
    settling.touch(folder, at: 10)
    settling.touch(folder, at: 10.25)
    #expect(settling.next == 10.5)
    expectRipe(&settling, at: 10.5, [])
    #expect(settling.next == 10.75)
    expectRipe(&settling, at: 10.75, [folder])
    expectRipe(&settling, at: 100, [])
    #expect(settling.next == nil)
  }

  @Test func aFolderThatIsNeverQuietIsRipeWhenItHasWaitedLongEnough() {
    var settling = EventDebouncer(quiet: 0.5, patience: 2)
    var ripe: [Double] = []
    for step in 0...40 {
      let now = Double(step) / 8
      settling.touch(folder, at: now)
      if !settling.takeRipe(at: now).isEmpty { ripe.append(now) }
    }
    #expect(ripe == [2, 4.125])
  }

  @Test func ripeFoldersComeInTheOrderOfTheirPaths() {
    var settling = EventDebouncer(quiet: 1, patience: 2)
    for name in ["/c", "/a", "/b"] { settling.touch(FilePath(name), at: 0) }
    settling.touch(FilePath("/late"), at: 0.5)
    expectRipe(&settling, at: 1, [FilePath("/a"), FilePath("/b"), FilePath("/c")])
    #expect(settling.next == 1.5)
  }

  @Test func aFileIsBeingWrittenUntilItIsClosed() {
    var settling = EventDebouncer(quiet: 0.5, patience: 2)
    settling.create(file, at: 0)
    #expect(settling.isBeingWritten(file, at: 1))
    settling.write(file, at: 2)
    #expect(settling.isBeingWritten(file, at: 20))
    settling.finish(file)
    #expect(!settling.isBeingWritten(file, at: 20))
  }

  @Test func aSilentWriterMakesTheFolderRipe() {
    var settling = EventDebouncer(quiet: 0.5, patience: 2)
    settling.write(file, at: 0)
    #expect(settling.next == EventDebouncer.writingSeconds)
    expectRipe(&settling, at: EventDebouncer.writingSeconds - 0.01, [])
    #expect(settling.isBeingWritten(file, at: EventDebouncer.writingSeconds - 0.01))
    expectRipe(&settling, at: EventDebouncer.writingSeconds, [folder])
    #expect(!settling.isBeingWritten(file, at: EventDebouncer.writingSeconds))
  }

  @Test func aMovedFolderTakesItsWritersWithIt() {
    var settling = EventDebouncer(quiet: 0.5, patience: 2)
    settling.write(file, at: 0)
    settling.write(FilePath("/music/ab/y.flac"), at: 0)
    settling.finishAll(inside: folder)
    #expect(!settling.isBeingWritten(file, at: 1))
    #expect(settling.isBeingWritten(FilePath("/music/ab/y.flac"), at: 1))
  }

  @Test func tooManyFoldersAreAFlood() {
    var settling = EventDebouncer(quiet: 0.5, patience: 2)
    for number in 0..<EventDebouncer.mostFolders { settling.touch(FilePath("/\(number)"), at: 0) }
    #expect(!settling.isFlooded)
    settling.touch(folder, at: 0)
    #expect(settling.isFlooded)
  }
}
