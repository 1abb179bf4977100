import Testing
import Tracks

/// The names and places of a summary's values.
struct LayoutTests {
  @Test func everyValueHasOneNameAndOneFamily() {
    #expect(SummaryLayout.statisticsCount == 368)
    #expect(SummaryLayout.count == 936)
    let names = (0..<SummaryLayout.count).map(SummaryLayout.name(of:))
    #expect(Set(names).count == SummaryLayout.count)
    #expect(names[735] == "tempoStrength.value.deviation")
    #expect(names[0] == "logMel[0].mean.mean")
    #expect(names[SummaryLayout.count - 1] == "ear[199].value.mean")
    #expect(names.contains("mfcc[3].deviation.mean"))
    for family in SummaryLayout.Family.allCases {
      for overSamples in [SummaryLayout.Statistic.mean, .deviation] {
        for index in SummaryLayout.range(family, overSamples: overSamples) {
          #expect(SummaryLayout.family(of: index) == family)
          #expect(SummaryLayout.slot(of: index).overSamples == overSamples)
        }
      }
      let own = SummaryLayout.indices(of: [family])
      #expect(own.count == (family == .ear ? 1 : 2) * family.bands * family.overFrames.count)
    }
    #expect(SummaryLayout.indices(of: SummaryLayout.Family.allCases) == Array(0..<SummaryLayout.count))
  }

  @Test func theFormerLayoutIsKnown() throws {
    let former = try #require(SummaryLayout.slots(ofColumns: 736))
    #expect(former[367].family == .tempoStrength && former[367].overSamples == .mean)
    #expect(former[368].family == .logMel && former[368].overSamples == .deviation && former.count == 736)
    #expect(SummaryLayout.slots(ofColumns: SummaryLayout.count)?.count == SummaryLayout.count)
    #expect(SummaryLayout.slots(ofColumns: 12) == nil)
  }
}
