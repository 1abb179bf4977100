import Testing

@testable import Pipeline

/// How fast the library is analysed.
@Suite struct RateMeterTests {
  @Test func portionsAddUp() {
    let meter = RateMeter()
    #expect(meter.add(songs: 8, seconds: 4) == nil)
    #expect(meter.add(songs: 0, seconds: 9) == nil)
    #expect(meter.add(songs: 8, seconds: 4) == nil)
    #expect(meter.add(songs: 8, seconds: 4) == 120)
  }

  @Test func anotherPaceIsNoticed() throws {
    let meter = RateMeter()
    for _ in 0..<1_000 { _ = meter.add(songs: 8, seconds: 4) }
    var rate = 120.0
    for _ in 0..<400 { rate = try #require(meter.add(songs: 8, seconds: 8)) }
    #expect(rate >= 60 && rate < 63)
  }
}
