import Testing
import Tracks

@testable import Foobar2000

/// Statistics in tags, by the names and in the spellings of several players.
@Suite struct TagStatisticsTests {
  private func record(_ statistics: [String: String]) -> ListeningRecord? {
    TagStatistics.record(TrackTags(statistics: statistics), timeZone: "UTC")
  }

  private func isUncounted(_ statistics: [String: String]) -> Bool {
    TagStatistics.tellsOfUncountedPlays(TrackTags(statistics: statistics))
  }

  @Test(arguments: [
    "PLAY_COUNT", "PLAYCOUNT", "Playcount", "PLAY_COUNTER", "play counter", "FMPS_PLAYCOUNT", "FMPS_Playcount",
    "_playcount", "POPM_COUNTER", "----:com.apple.iTunes:PLAY_COUNT", "foobar2000/PLAY_COUNT", "Played-Count",
  ])
  func countersHaveManyNames(name: String) {
    #expect(record([name: "3"]) == ListeningRecord(playCount: 3))
  }

  @Test(arguments: [
    ("3", 3), (" 3 ", 3), ("\"3 \"", 3), ("3.0", 3), ("3,0", 3), ("3.9", 3), ("1,234", 1_234), ("3 plays", 3),
    ("3x", 3),
    ("somebody::3.0", 3), ("0", 0), ("0.0", 0), ("0.4", 0), ("007", 7),
  ])
  func countersHaveManySpellings(text: String, count: Int) {
    #expect(record(["PLAYCOUNT": text])?.playCount == count)
  }

  @Test(arguments: ["", "many", "-1", "2021-03-04", "3/4", "1e9", "0x3", "NaN", "inf", "99999999999999999999999"])
  func whatIsNoCounterIsNone(text: String) {
    #expect(record(["PLAY_COUNT": text]) == nil)
  }

  @Test func ofSeveralCountersTheLargestCounts() {
    #expect(record(["PLAY_COUNT": "0", "FMPS_PLAYCOUNT": "5.0", "PLAY_COUNTER": "2"])?.playCount == 5)
  }

  @Test(arguments: ["0.4", "0,5", "99999999999", "1" + String(repeating: "0", count: 200)])
  func whatCountsButIsNoCountTellsOfPlays(text: String) {
    #expect(isUncounted(["FMPS_PLAYCOUNT": text]))
  }

  @Test(arguments: [
    "2021-03-04 10:00:00", "2021/03/04 10:00", "2021-03-04T10:00:00Z", "2021-03-04T11:00:00+01:00",
    "2021-03-04T05:00:00-0500", "1614852000", "1614852000000", "132593256000000000",
  ])
  func timesHaveManySpellings(text: String) {
    for name in [
      "LAST_PLAYED", "LASTPLAYED", "Last Played", "_last_played", "LAST_PLAYED_TIMESTAMP", "LAST_PLAYED_DATE",
    ] {
      #expect(record([name: text])?.lastPlayed == 1_614_852_000, "\(name)")
    }
    #expect(record(["FIRST_PLAYED": text])?.firstPlayed == 1_614_852_000)
    #expect(record(["_added": text])?.added == 1_614_852_000)
  }

  @Test func aTimeThatIsNotUnderstoodStillTellsOfAPlay() {
    for text in ["04.03.2021 10:00", "3/4/2021", "Thu Mar  4 10:00:00 2021"] {
      #expect(record(["LAST_PLAYED": text])?.lastPlayed != nil || isUncounted(["LAST_PLAYED": text]), "\(text)")
    }
    for text in ["", "0", "never", "N/A", "?", "01.01.1970", "1/1/1601", "0000-00-00", "1970-01-01 00:00:00", "many"] {
      #expect(record(["LAST_PLAYED": text]) == nil && !isUncounted(["LAST_PLAYED": text]), "\(text)")
    }
    #expect(!isUncounted(["ADDED": "04.03.2021", "RATING": "5", "PLAY_COUNT": "0"]))
  }

  @Test func namesOfOtherTagsTellNothing() {
    for name in ["COUNT", "LOVED", "COMMENT", "PLAYLIST", "DATE", ""] {
      #expect(record([name: "3"]) == nil && !isUncounted([name: "0.5"]), "\(name)")
    }
  }
}
