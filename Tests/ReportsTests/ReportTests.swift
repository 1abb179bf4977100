import Foundation
import Learning
import Testing
import Tracks

@testable import Reports
@testable import TasteModel

@Suite struct ReportTests {
  private func figures(_ songs: Int) -> ModelMetrics {
    ModelMetrics(
      songs: songs, good: songs / 2, split: .song, groups: 0, auc: 0.7, aucLow: 0.6, aucHigh: 0.8, brier: 0.2,
      promised: 0.6, targetMet: false, listLength: 40, threshold: 0.5, precision: 0.5, precisionLow: 0.4, recall: 0.1,
      entryThreshold: 0.5, baseRate: 0.5)
  }

  private func report(songs: Int = 500, name: String = "Song") -> TasteReport {
    var report = TasteReport(madeAt: 1_790_000_000, version: "1.2.3")
    report.analysed = 900
    report.model = TasteReport.Model(
      id: 7, learner: "forest", trainedAt: 1_780_000_000, figures: figures(songs),
      probabilities: (0..<songs).map { Double($0 * 7_919 % songs) / Double(songs) },
      liked: (0..<songs).map { $0 % 2 == 0 },
      isChosen: true)
    report.unheard = [0.05, 0.95, 1, 0]
    report.recommended = [
      TasteReport.Recommendation(
        name: name, path: "/music/\(name)", probability: 0.8, speaksFor: [name], speaksAgainst: [name],
        nearestLiked: name, since: 1_780_000_000)
    ]
    report.advice = [name]
    report.reasons = [TasteReport.ReasonCount(label: .good, reason: name, count: 3)]
    report.models = [
      TasteReport.ModelLine(
        id: 7, learner: name, trainedAt: 0, figures: figures(songs), verdict: name, isActive: true)
    ]
    report.map.tracks = 5
    report.map.points = TasteReport.Map.Point.Kind.allCases.enumerated().map { number, kind in
      TasteReport.Map.Point(x: Double(number), y: -Double(number), name: name, kind: kind, probability: 0.5)
    }
    report.studies.karaoke = [
      TasteReport.KaraokePair(version: name, original: name, distance: 1, place: 1, tracks: 900)
    ]
    report.studies.separation = Findings.separation(
      TasteDataset(
        tracks: (0..<4).map { TasteTrack(identity: [UInt8($0)], liked: $0 < 2, summary: [Float($0)]) }))
    report.studies.remarks = [name]
    return report
  }

  private func count(_ part: String, in text: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  @Test func aNameNeverBecomesMarkup() {
    let hostile = "<script>x</script>\"'&\u{202E}\n\0</title><!--"
    let text = report(name: hostile).html
    #expect(count("<script>", in: text) == 1)
    #expect(!text.contains("<!--"))
    #expect(!text.contains("\u{202E}") && !text.contains("\0"))
    let plain = report(name: "Song").html
    for tag in ["<li", "<p", "<td", "<th", "</title>", "<g ", "\""] {
      #expect(count(tag, in: text) == count(tag, in: plain), "\(tag)")
    }
    #expect(HTML.escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;")
  }

  @Test func nothingOutsideTheFileIsReferredTo() {
    let text = report().html
    for mark in ["http:", "https:", "//", "url(", "@import", " src=", "file:"] {
      #expect(!text.contains(mark), "\(mark)")
    }
    for part in text.components(separatedBy: "href=\"").dropFirst() {
      #expect(part.hasPrefix("#") || part.hasPrefix("data:,"))
    }
  }

  @Test func everyPartLinkedToIsThere() {
    let text = report().html
    let ids = Set(text.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } })
    #expect(ids.count == count(" id=\"", in: text))
    for link in text.components(separatedBy: "href=\"#").dropFirst() {
      #expect(ids.contains(link.prefix { $0 != "\"" }))
    }
  }

  @Test func curvesHaveThePointsOfTheData() {
    let small = report(songs: 40).html
    // Every song has a probability of its own, so each is a point; the ROC curve begins at the origin as well.
    #expect(small.contains("data-points=\"41\"") && small.contains("data-points=\"40\""))
    let large = report(songs: 500).html
    #expect(count("data-points=\"\(TasteReport.curvePoints)\"", in: large) == 2)
    #expect(TasteReport.thinned(Array(0..<1_000), to: 5) == [0, 249, 499, 749, 999])
    #expect(TasteReport.tenths([0, 0.05, 0.1, 0.95, 1]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2])
    #expect(count("class=\"p k-", in: large) == 4)
  }

  @Test func withoutAModelItSaysWhatIsMissing() {
    var report = TasteReport(madeAt: 0, version: "1")
    report.advice = ["no model yet: it needs 20 liked and 20 rejected songs"]
    let text = report.html
    #expect(text.contains("There is no model yet."))
    #expect(text.contains("<ul class=\"advice\"><li>no model yet: it needs 20 liked and 20 rejected songs</li></ul>"))
    #expect(text.contains("at least 20 of each"))
    #expect(!text.contains("<figure"))
    #expect(!text.contains("NaN") && !text.contains("inf"))
  }

  @Test func aModelThatMayBeACoinGivesGuessesAndNoPercentages() {
    var report = report()
    let list = "class=\"chance\">80%<"
    #expect(report.html.contains(list) && report.html.contains("(recommended, 50%)"))
    report.model?.figures.aucLow = 0.45
    #expect(report.html.contains("class=\"chance\">guess<") && !report.html.contains(list))
    #expect(report.html.contains("(recommended)") && !report.html.contains(", 50%)"))
  }

  @Test func theLineOfTheScoresIsTheOneThatIsTold() {
    var report = report()
    let line = "class=\"guide\""
    let without = count(line, in: report.html)
    report.limits = "A track needs a score of 0.802 to come onto the list, and of 0.725 to stay on it."
    #expect(count(line, in: report.html) == without + 1)
    #expect(count("needs a score of 0.802", in: report.html) == 2)
  }

  @Test func thePromiseIsToldOnce() {
    var report = report()
    report.standing = "18 tracks, at least 75% of them to your liking"
    #expect(count("18 tracks, at least 75%", in: report.html) == 1)
  }

  @Test func whatHasNothingToTellIsLeftOut() {
    var report = report()
    report.studies.karaoke = []
    report.studies.learningCurve = [60, 100].map { Checks.CurvePoint(songs: $0, auc: 0.7, spread: 0.6...0.8) }
    #expect(!report.html.contains("id=\"karaoke\"") && !report.html.contains("id=\"curve\""))
    report.studies.learningCurve.append(Checks.CurvePoint(songs: 150, auc: 0.8, spread: 0.8...0.8))
    #expect(report.html.contains("id=\"curve\""))
  }

  @Test func figuresAreSpelledTheSameEverywhere() {
    #expect(Words.decimals(-0.0004, 3) == "0.000")
    #expect(Words.decimals(-1.25, 1) == "−1.3")
    #expect(Words.decimals(.nan, 2) == "–" && Words.decimals(nil, 2) == "–")
    #expect(Words.percent(0.555) == "56%")
    #expect(Words.place(12.34) == "12.3" && Words.place(-0.06) == "-0.1" && Words.place(3) == "3")
    #expect(Words.time(0) == WallTime.text(0))
  }

  @Test func axesHoldTheirValues() {
    let axis = Axis.upTo(37, "songs")
    #expect(axis.range.upperBound >= 37 && (3...7).contains(axis.ticks.count))
    #expect(Axis.upTo(0.7, "loss", places: 2).range.upperBound >= 0.7)
    #expect(Axis.upTo(0, "songs").range.upperBound > 0)
    let logarithmic = Axis.logarithmic([60, 100, 600], "songs")
    #expect(abs(logarithmic.place(60)) < 1e-9 && abs(logarithmic.place(600) - 1) < 1e-9)
    #expect(abs(logarithmic.place(60 * 10.0.squareRoot()) - 0.5) < 1e-9)
  }

  @Test func everyStudyHasItsArticleWithItsNumbers() throws {
    var report = report()
    report.studies.percussion = Findings.Contribution(
      songs: 123, without: 0.701, with: 0.715, alone: 0.598, difference: Interval(low: -0.004, high: 0.032))
    report.studies.permutation = Checks.Permutation(aucs: [0.49, 0.52])
    let text = report.html
    func article(_ id: String) throws -> String {
      let start = try #require(text.range(of: "id=\"\(id)\""), "\(id)")
      let rest = text[start.upperBound...]
      return String(rest[..<(try #require(rest.range(of: id == "permutation" ? "</p>" : "</article>")).lowerBound)])
    }
    let percussion = try article("hpss")
    for part in ["123 judged songs", "0.701", "0.715", "0.014", "−0.004 to 0.032", "0.598", "nothing is known"] {
      #expect(percussion.contains(part), "\(part)")
    }
    // Student's t with one degree of freedom is 12.706.
    let permutation = try article("permutation")
    #expect(permutation.contains("0.505 on average over 2 dealings, 95% interval 0.314 to 0.696. It holds 0.5"))
    let high = Checks.Permutation(aucs: [0.59, 0.6, 0.61])
    #expect(high.words.contains("something may leak") && Checks.Permutation(aucs: [0.6]).words.hasSuffix("dealings."))
    #expect(try article("karaoke").contains("1 version"))
    #expect(try article("separation").contains("by chance it would be 50%"))
  }
}
