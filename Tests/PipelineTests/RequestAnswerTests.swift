import Pipeline
import ServiceState
import Testing

@Suite struct RequestAnswerTests {
  @Test func anAnswerIsReadAsItWasWritten() {
    for status in RequestAnswer.Status.allCases {
      for message in ["", "done", "two\nlines", "not done: but said to be"] {
        let answer = RequestAnswer(status, message)
        #expect(RequestAnswer(bytes: answer.bytes) == answer)
      }
    }
    #expect(RequestAnswer(.done, "x").bytes == Array("ok\nx\n".utf8))
  }

  @Test func whatNobodyConfirmedFailed() {
    #expect(
      RequestAnswer(bytes: Array("the model is trained anew\n".utf8))
        == RequestAnswer(.failed, "the model is trained anew"))
    #expect(RequestAnswer(bytes: []) == RequestAnswer(.failed, ""))
  }
}
