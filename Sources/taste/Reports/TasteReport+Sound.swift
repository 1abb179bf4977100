import Foundation
import Learning
import TasteModel

extension TasteReport {
  /// What matters in the sound; `nil` where nothing was looked at.
  var soundSection: Section? {
    var figures: [HTML] = []
    if !studies.importance.isEmpty { figures.append(importanceFigure.html) }
    var words: [HTML] = []
    var experts: [HTML] = []
    if !studies.redundancy.isEmpty { experts.append("<div class=\"figures\">\(redundancyFigure.html)</div>") }
    if let separation = studies.separation { words.append(apart(separation)) }
    if !studies.karaoke.isEmpty { words.append(karaokeWords) }
    if let found = studies.percussion { experts.append(percussionWords(found)) }
    words += studies.remarks.map { "<p class=\"remark\">\($0)</p>" }
    guard !figures.isEmpty || !words.isEmpty || !experts.isEmpty else { return nil }
    return Section(
      id: "sound", title: "What matters in the sound",
      body: """
        <div class="figures">\(figures)</div>
        <div class="findings">\(words)</div>
        \(experts.isEmpty ? "" : Self.forExperts("properties that say the same, and percussion", id: "sound-experts", "\(experts)"))
        """)
  }

  private var importanceFigure: Figure {
    let found = studies.importance
    let largest = max(0.01, found.map(\.spread.upperBound).max() ?? 0)
    let smallest = min(0, found.map(\.spread.lowerBound).min() ?? 0)
    func x(_ value: Double) -> Double { 168 + (value - smallest) / (largest - smallest) * 180 }
    let rows = found.enumerated().map { number, row -> HTML in
      let y = Double(number) * 21 + 8
      let (from, to) = (min(x(0), x(row.aucLoss)), max(x(0), x(row.aucLoss)))
      return """
        <text x="162" y="\(Words.place(y + 12))" text-anchor="end">\(Self.short(row.trait))</text><rect class="bar s1" x="\(Words.place(from))" y="\(Words.place(y + 1))" width="\(Words.place(to - from))" height="14"/><line class="whisker s2" x1="\(Words.place(x(row.spread.lowerBound)))" x2="\(Words.place(x(row.spread.upperBound)))" y1="\(Words.place(y + 8))" y2="\(Words.place(y + 8))"/><text x="395" y="\(Words.place(y + 12))" text-anchor="end">\(Words.decimals(row.aucLoss, 3))</text>

        """
    }
    let height = Double(found.count) * 21 + 14
    let zero = Words.place(x(0))
    return Figure(
      id: "importance", title: "Which properties matter",
      words: """
        By how much the AUC on unseen songs falls when a property is dealt out at random among them; thin lines \
        span the repetitions. About 0 means that it does not matter, or that others say the same.
        """,
      summary: "Most important: \(found.prefix(3).map(\.trait.name).joined(separator: ", ")).",
      drawing: "<line class=\"axis\" x1=\"\(zero)\" x2=\"\(zero)\" y1=\"4\" y2=\"\(Words.place(height - 4))\"/>\(rows)",
      height: height,
      table: DataTable(
        header: ["property", "AUC lost", "least", "most"],
        rows: found.map {
          [
            $0.trait.name, Words.decimals($0.aucLoss, 4), Words.decimals($0.spread.lowerBound, 4),
            Words.decimals($0.spread.upperBound, 4),
          ]
        }, numbers: [1, 2, 3], hasRowNames: true))
  }

  /// A property's name where there is little room.
  private static func short(_ trait: SoundTrait) -> String {
    let name = trait.name
    guard let bracket = name.firstIndex(of: "(") else { return name }
    return name[..<bracket].trimmingCharacters(in: .whitespaces)
  }

  private var redundancyFigure: Figure {
    let traits = SoundTrait.allCases
    let table = studies.redundancy
    let size = 16.5
    let cells = traits.indices.flatMap { row in
      traits.indices.map { column -> HTML in
        let value = table[row][column]
        let title = "\(Self.short(traits[row])) and \(Self.short(traits[column])): \(Words.decimals(value, 2))"
        return """
          <rect class="heat" x="\(Words.place(165 + Double(column) * size))" y="\(Words.place(20 + Double(row) * size))" width="16" height="16" fill-opacity="\(Words.decimals(value, 2))"><title>\(title)</title></rect>
          """
      }
    }
    let names = traits.enumerated().map { number, trait -> HTML in
      """
      <text x="160" y="\(Words.place(33 + Double(number) * size))" text-anchor="end">\(Self.short(trait)) \(number + 1)</text><text class="small" x="\(Words.place(173 + Double(number) * size))" y="14" text-anchor="middle">\(number + 1)</text>
      """
    }
    var pairs: [(Double, String)] = []
    for row in traits.indices {
      for column in 0..<row { pairs.append((table[row][column], "\(traits[column].name) and \(traits[row].name)")) }
    }
    let closest = pairs.sorted { ($0.0, $1.1) > ($1.0, $0.1) }.prefix(3).map(\.1)
    return Figure(
      id: "redundancy", title: "Which properties say the same",
      words: """
        How closely two properties go together over your judged songs: the darker, the more. What two \
        properties share cannot make either of them matter alone.
        """,
      summary: "Most alike: \(closest.joined(separator: "; ")).",
      drawing: "\(names)\(cells)", height: 20 + Double(traits.count) * size + 4,
      table: DataTable(
        header: ["property"] + traits.indices.map { String($0 + 1) },
        rows: traits.indices.map { row in
          ["\(row + 1) \(traits[row].name)"] + table[row].map { Words.decimals($0, 2) }
        }, numbers: Set(1...traits.count), hasRowNames: true))
  }

  private func apart(_ found: Findings.Separation) -> HTML {
    let larger = (found.withinGood + found.withinBad) / 2
    let ratio = larger > 0 ? found.between / larger : 1
    let verdict =
      ratio < 1.02
      ? "They are mixed through one another: what you like is not one place in the space of sounds, and a model must find what tells them apart."
      : "They lie apart, if not in two heaps."
    return """
      <article id="separation"><h3>How far apart liked and rejected songs lie</h3>
      <p>Two liked songs lie \(Words.decimals(found.withinGood, 2)) apart on average, two rejected ones \(Words.decimals(found.withinBad, 2)), a liked and a rejected one \(Words.decimals(found.between, 2)). \(verdict) The nearest neighbour of a song is judged the same in \(Words.percent(found.nearestAgrees)) of all cases; by chance it would be \(Words.percent(found.nearestByChance)).</p></article>
      """
  }

  private var karaokeWords: HTML {
    let pairs = studies.karaoke
    let places = pairs.map(\.place).sorted()
    let first = places.count { $0 == 1 }
    let table = DataTable(
      header: ["version", "original", "distance", "place", "of"],
      rows: pairs.map {
        [$0.version, $0.original, Words.decimals($0.distance, 2), String($0.place), String($0.tracks)]
      }, numbers: [2, 3, 4], hasRowNames: true)
    return """
      <article id="karaoke"><h3>How near karaoke versions lie to their originals</h3>
      <p>Of \(Words.count(pairs.count, "version", "versions")) without vocals \(first) \(first == 1 ? "is" : "are") the nearest of all tracks to the original; the middle place is \(places[places.count / 2]) of \(pairs[0].tracks). The nearer, the less the model can tell the two apart by their sound.</p>
      \(table.details(id: "karaoke-data", summary: "Versions without vocals and their originals"))</article>
      """
  }

  private func percussionWords(_ found: Findings.Contribution) -> HTML {
    let verdict =
      found.difference.map { interval -> String in
        interval.low > 0
          ? "They make the model better."
          : interval.high < 0 ? "They make the model worse." : "The interval holds 0: nothing is known to be gained."
      } ?? ""
    let interval = found.difference.map {
      " (95% interval \(Words.decimals($0.low, 3)) to \(Words.decimals($0.high, 3)))"
    }
    return """
      <article id="hpss"><h3>What harmonic-percussive separation adds</h3>
      <p>On \(found.songs) judged songs the percussive share of the sound was measured as well. Without it the AUC is \(Words.decimals(found.without, 3)), with it \(Words.decimals(found.with, 3)): a difference of \(Words.decimals(found.with - found.without, 3))\(interval ?? ""). The percussive share alone gives \(Words.decimals(found.alone, 3)). \(verdict)</p></article>
      """
  }
}
