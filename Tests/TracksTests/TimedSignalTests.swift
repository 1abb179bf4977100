import Foundation
import Testing
import Tracks

@Suite struct TimedSignalTests {
  @Test func aSignalEndsOneWaitAndNoSignalEndsItInTime() {
    let signal = TimedSignal()
    #expect(!signal.wait(seconds: 0) && !signal.wait(seconds: -1))
    signal.signal()
    signal.signal()
    #expect(signal.wait(seconds: 0) && signal.wait(seconds: 60) && !signal.wait(seconds: 0.02))
  }

  @Test func aWaitEndsWithTheSignalOfAnotherThread() {
    let (first, second) = (TimedSignal(), TimedSignal())
    Thread.detachNewThread {
      _ = first.wait(seconds: 60)
      second.signal()
    }
    first.signal()
    #expect(second.wait(seconds: 60))
  }
}
