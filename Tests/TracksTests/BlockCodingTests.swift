import Testing

@testable import Tracks

@Suite struct BlockCodingTests {
  @Test func everyFiniteHalfIsWidenedExactly() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let half = Float16(bitPattern: bits)
      guard half.isFinite else { continue }
      if BlockCoding.widen(half).bitPattern != Float(half).bitPattern { wrong.append(bits) }
    }
    #expect(wrong.isEmpty)
  }
}
