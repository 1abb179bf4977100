import AnalysisWorker
import Testing
import Tracks

@Suite struct PercussionOrderTests {
  @Test func ordersAndAnswersSurviveTheWay() {
    let order = PercussionOrder(path: FilePath(bytes: Array("/m/a b\n".utf8) + [0xFF]), samples: 30)
    #expect(PercussionOrder(bytes: order.encode()) == order)
    #expect(PercussionOrder(bytes: Array("x /m/a".utf8)) == nil)
    #expect(PercussionOrder(bytes: Array("0 /m/a".utf8)) == nil)
    #expect(PercussionOrder(bytes: []) == nil)
    let values: [Float] = [0, -1.5, .pi, .greatestFiniteMagnitude]
    #expect(PercussionOrder.answer(PercussionOrder.encode(answer: values)) == values)
  }
}
