import Testing

@testable import Tracks

@Suite struct BlockCodingTests {
  @Test func everyHalfIsWidenedExactly() {
    var wrong: [UInt16] = []
    for bits in UInt16.min...UInt16.max {
      let half = Float16(bitPattern: bits)
      let (wide, expected) = (BlockCoding.widen(half), Float(half))
      if wide.bitPattern != expected.bitPattern, !(wide.isNaN && expected.isNaN) { wrong.append(bits) }
    }
    #expect(wrong.isEmpty)
  }
}
