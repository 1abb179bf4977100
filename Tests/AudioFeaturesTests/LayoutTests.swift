import Testing
import Tracks

/// The names and places of a summary's values.
struct LayoutTests {
  @Test func everyValueHasOneNameAndOneFamily() {
    #expect(SummaryLayout.statisticsCount == 368)
    #expect(SummaryLayout.count == 736)
    let names = (0..<SummaryLayout.count).map(SummaryLayout.name(of:))
    #expect(Set(names).count == SummaryLayout.count)
    #expect(names[0] == "logMel[0].mean.mean")
    #expect(names[SummaryLayout.count - 1] == "tempoStrength.value.deviation")
    #expect(names.contains("mfcc[3].deviation.mean"))
    for family in SummaryLayout.Family.allCases {
      for overSamples in [SummaryLayout.Statistic.mean, .deviation] {
        for index in SummaryLayout.range(family, overSamples: overSamples) {
          #expect(SummaryLayout.family(of: index) == family)
          #expect(SummaryLayout.slot(of: index).overSamples == overSamples)
        }
      }
      let own = (0..<SummaryLayout.count).count { SummaryLayout.family(of: $0) == family }
      #expect(own == 2 * family.bands * family.overFrames.count)
    }
  }
}
