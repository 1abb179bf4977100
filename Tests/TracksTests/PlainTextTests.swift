import Testing
import Tracks

@Suite struct PlainTextTests {
  @Test(arguments: [
    ("Ärger - 日本 😀 שלום", "Ärger - 日本 😀 שלום"), ("a\nb\r\nc\td", "a␊b␍␊c␉d"), ("\u{1B}[31m", "␛[31m"), ("\u{7F}", "␡"),
    ("\u{85}\u{9B}2J", "<U+0085><U+009B>2J"), ("\u{202E}gnp.exe", "<U+202E>gnp.exe"),
    ("\u{2066}x\u{2069}", "<U+2066>x<U+2069>"), ("\u{200E}\u{200F}\u{61C}", "<U+200E><U+200F><U+061C>"),
    ("a\u{2028}b\u{2029}c", "a<U+2028>b<U+2029>c"), ("👨\u{200D}👩", "👨\u{200D}👩"), ("", ""),
  ])
  func whatSteersTheTextAroundItIsShown(text: String, shown: String) {
    #expect(text.plain == shown)
  }

  @Test func linesOfOnesOwnWordsStay() {
    #expect("a\nb\r\u{85}".plainLines == "a\nb␍<U+0085>")
  }

  @Test func nothingIsLeftThatSteers() {
    for value in (0..<0x3000 as Range<UInt32>) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isBad: Bool =
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl
        }
      let shown = String(scalar).plain
      #expect(!isBad || shown != String(scalar), "U+\(String(value, radix: 16))")
      #expect(!shown.unicodeScalars.contains { $0.steersText })
    }
  }
}
