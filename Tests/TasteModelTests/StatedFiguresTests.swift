import Foundation
import Testing

/// The README states what Tests/Benchmarks/RESULTS.md measured, and no other figure.
@Suite struct StatedFiguresTests {
  private let readme: [Substring]
  private let results: [Substring]

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    func lines(_ name: String) throws -> [Substring] {
      try String(contentsOf: root.appending(path: name), encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
    }
    readme = try lines("README.md")
    results = try lines("Tests/Benchmarks/RESULTS.md")
  }

  /// The cells of the rows below a heading that begin with these words; below the first such heading, up to the next.
  private func rows(_ lines: [Substring], under heading: String, _ name: String = "") -> [[String]] {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("#") && $0.drop { $0 == "#" || $0 == " " } == heading })
    else { return [] }
    return lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.filter { $0.hasPrefix("| \(name)") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// The default's figure of a person or collection: with tags where there are artists.
  private func stated(_ name: String) -> String? {
    guard let row = rows(results, under: "Today's default", name).first, row.count > 2 else { return nil }
    return row[1] == "-" ? row[2] : row[1]
  }

  @Test func theReadmesFiguresAreThoseOfTheDefault() throws {
    let told = rows(readme, under: "How good it is").map { $0[1] }
    let persons = try ["a", "b", "c"].map { name in try #require(stated("person \(name)")) }
    let collections = try ["first", "second"].map { name in try #require(stated("\(name) collection")) }
    for figures in collections + [persons.joined(separator: ", ")] {
      #expect(told.contains(figures), "the README does not state \(figures)")
    }
  }

  @Test func theDefaultsFiguresAreThoseOfTheLongTables() throws {
    let both = rows(results, under: "Two collections that share no package", "**combined** | sound and tags")
    let figures = both.reduce(into: [String: [String]]()) { figures, row in
      figures[row[2], default: []].append(String(row[3].prefix(4)))
    }
    let song = try #require(figures["song"])
    let artist = try #require(figures["artist"])
    #expect(song.count == 2 && artist.count == 2)
    #expect(stated("first collection") == "\(song[0]) / \(artist[0])")
    #expect(stated("second collection") == "\(song[1]) / \(artist[1])")
  }

  @Test func theReadmesPromisesAreThoseOfTheRounds() throws {
    let rounds = rows(results, under: "How often a promise is broken")
    let drawn = try #require(rounds.firstIndex { $0[0].contains("16% of the unheard liked") })
    func broken(_ list: String) throws -> String {
      let row = try #require(rounds[drawn...].first { $0[0] == list })
      let share = try #require(Double(row[4]))
      return "\(Int((share * 100).rounded()))%"
    }
    let real = rounds.indices.filter { rounds[$0][0].contains("collection: ") }
    #expect(real.count == 2)
    let first = try real.map { place in
      let row = try #require(rounds[place...].first { $0[0] == "list 1" })
      return try #require(Int(row[3]))
    }
    let words = readme.joined(separator: " ")
    let (once, twice) = (try broken("list 1"), try broken("list 2"))
    #expect(words.contains("its promise for \(once) of simulated owners (\(first.reduce(0, +)) of 60 made-up owners"))
    #expect(words.contains("bounded by what became of the first, for \(twice) (none)"))
  }
}
