import Labelling
import TestSupport
import Testing
import Tracks

/// Rules that hold whatever the library, tried on seeded random ones.
@Suite struct PropertyTests {
  private static func library(_ random: inout SeededGenerator, count: Int) -> [LabellingFile] {
    let titles = ["Song", "song", "Song (TV Size)", "Song (Karaoke)", "Other", "Other -short ver.-", "Intro", ""]
    return (1...count).map { id in
      var file = track(
        Int64(id), title: titles.randomElement(using: &random), artist: ["A", "B", nil].randomElement(using: &random)!,
        album: ["X", "Y", nil].randomElement(using: &random)!, number: ["1", "2", nil].randomElement(using: &random)!,
        duration: [90, 91, 199, 200, 201.5, 2_000, 0].randomElement(using: &random)!,
        identity: UInt8.random(in: 0...60, using: &random), codec: ["flac", "mp3"].randomElement(using: &random)!,
        bitRate: [128_000, 900_000].randomElement(using: &random)!,
        plays: [nil, 0, 1, 5, 6, 40].randomElement(using: &random)!,
        arrival: exportDay + Double.random(in: -9...9, using: &random) * day,
        word: Int.random(in: 0..<20, using: &random) == 0 ? Correction.allCases.randomElement(using: &random) : nil)
      if Bool.random(using: &random) { file.identity = nil }
      if Int.random(in: 0..<20, using: &random) == 0 { file.failure = "broken" }
      return file
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func whatAlwaysHolds(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let files = Self.library(&random, count: 60)
    let activeIDs = files.map(\.id).filter { _ in Bool.random(using: &random) }
    let imports = activeSet(activeIDs)
    let evidence = (0..<6).map { _ in
      PairEvidence(
        first: Int64.random(in: 1...70, using: &random), second: Int64.random(in: 1...70, using: &random),
        kind: PairEvidence.Kind.allCases.randomElement(using: &random)!, description: "x")
    }
    let ids = Set(files.map(\.id))
    let result = assignLabels(files: files, imports: imports, evidence: evidence, explaining: ids)

    // The order of the arguments does not matter.
    let shuffled = assignLabels(
      files: files.shuffled(using: &random), imports: imports, evidence: evidence.shuffled(using: &random),
      explaining: ids)
    #expect(result == shuffled)

    // Every track has one label, in order, with words.
    #expect(result.assignments.map(\.id) == files.map(\.id))
    #expect(result.assignments.allSatisfy { !$0.detail.isEmpty })
    #expect(Set(result.explanations.keys) == ids)

    // Groups are disjoint, their links hold them together, exactly one copy is not a duplicate.
    var seen: Set<Int64> = []
    for group in result.copies {
      let members = [group.kept] + group.others
      #expect(seen.isDisjoint(with: members))
      seen.formUnion(members)
      #expect(group.links.count == group.others.count)
      var reached: Set<Int64> = [group.kept]
      for _ in group.links {
        for link in group.links where reached.contains(link.first) || reached.contains(link.second) {
          reached.formUnion([link.first, link.second])
        }
      }
      #expect(reached == Set(members))
      for id in group.others {
        let other = result.assignments[Int(id) - 1]
        #expect(other.reason == .duplicate && other.label == .excluded && other.partner == group.kept)
      }
      #expect(result.assignments[Int(group.kept) - 1].reason != .duplicate)
      #expect(Set(members.map { result.assignments[Int($0) - 1].plays }).count == 1)
    }
    for assignment in result.assignments {
      if assignment.reason == .duplicate { #expect(seen.contains(assignment.id)) }
      if [.duplicate, .shortVersion, .multiTrack, .unreadable].contains(assignment.reason) {
        #expect(assignment.label == .excluded)
      }
      if assignment.reason == .shortVersion {
        let long = result.assignments[Int(try #require(assignment.partner)) - 1]
        #expect(long.label == .good || long.label == .bad || long.label == .excluded)
        #expect(files[Int(long.id) - 1].duration > files[Int(assignment.id) - 1].duration)
      }
      // What is recommended was never played, in no copy.
      if assignment.label == .unheard { #expect((assignment.plays ?? 0) == 0) }
    }
  }

  /// Groups by audio and name against the definition, pair by pair.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func groupsAreTheConnectedPairs(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let files = (1...50).map { id in
      track(
        Int64(id), title: ["a", "b", "c"].randomElement(using: &random), artist: "A",
        duration: Double.random(in: 100...140, using: &random), identity: UInt8.random(in: 0...200, using: &random))
    }
    func areCopies(_ one: LabellingFile, _ other: LabellingFile) -> Bool {
      one.identity == other.identity
        || one.tags.title == other.tags.title && (one.duration - other.duration).magnitude <= 2
    }
    var group = Dictionary(uniqueKeysWithValues: files.map { ($0.id, $0.id) })
    var changed = true
    while changed {
      changed = false
      for one in files {
        for other in files where areCopies(one, other) && group[one.id]! < group[other.id]! {
          group[other.id] = group[one.id]!
          changed = true
        }
      }
    }
    let expected = Set(
      Dictionary(grouping: files.map(\.id)) { group[$0]! }.values.filter { $0.count > 1 }.map { Set($0) })
    let found = Set(assignLabels(files: files, imports: ImportedSets()).copies.map { Set([$0.kept] + $0.others) })
    #expect(found == expected)
  }

  @Test func aLibraryMadeToBeSlowIsNot() {
    // All of one name, one duration and one album, each of another number: no two are copies, all are compared.
    let files = (1...20_000).map {
      track(Int64($0), title: "Song", artist: "A", album: "X", number: String($0), duration: 200)
    }
    #expect(assignLabels(files: files, imports: ImportedSets()).copies.isEmpty)
  }
}
