import Testing
import Tracks

@Suite struct CountedTests {
  @Test func oneIsNotSeveral() {
    #expect([0, 1, 2].map { counted($0, "file") } == ["0 files", "1 file", "2 files"])
    #expect([1, 3].map { counted($0, "entry", "entries") } == ["1 entry", "3 entries"])
  }
}
