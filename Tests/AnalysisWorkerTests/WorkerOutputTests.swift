import Testing

@testable import AnalysisWorker

/// What is kept of what a worker printed.
@Suite struct WorkerOutputTests {
  @Test(arguments: [
    ("", ""), ("\n \n\t\n", ""), ("one", "one"), ("one\r\ntwo\r\n\r\n", "two"),
    ("bad\u{1B}[31m byte\u{7}", "bad[31m byte"),
    ("Could not allocate memory.\nCurrent stack trace:\n0  libswiftCore.so 0x0000\n", "Could not allocate memory."),
  ])
  func theLastLineThatSaysSomething(printed: String, words: String) {
    #expect(WorkerOutput.lastWords(Array(printed.utf8)) == words)
  }

  @Test func aLongLineAndBytesThatAreNoTextAreBounded() {
    #expect(WorkerOutput.lastWords([UInt8](repeating: 0xFF, count: 5000)).count == 300)
  }

  @Test(arguments: [
    ("terminate called after throwing an instance of 'std::bad_alloc'", true), ("Cannot allocate memory", true),
    ("invalid frame header", false),
  ])
  func wordsOfMemory(printed: String, tells: Bool) {
    #expect(WorkerOutput.tellsOfMemory(Array(printed.utf8)) == tells)
  }
}
