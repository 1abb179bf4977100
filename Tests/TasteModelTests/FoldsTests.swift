import TestSupport
import Testing
import Tracks

@testable import TasteModel

@Suite struct FoldsTests {
  @Test func singleSongsAreDealtEvenly() throws {
    let liked = (0..<30).map { $0 < 10 }
    let folds = try Folds(liked: liked, grouping: Grouping(songs: 30), count: 5, seed: 3)
    for fold in 0..<5 {
      #expect(folds.judged(fold).count == 6)
      #expect(folds.judged(fold).count { liked[$0] } == 2)
      #expect(folds.training(fold).count == 24)
    }
  }

  @Test func groupsGoWhereTheyBalanceBest() throws {
    // Groups: a = 4 good, b = 2 good and 2 bad, c = 4 bad, d = 1 good, e = 1 bad; in all 7 good and 7 bad, in 2 folds.
    let groups = ["a", "a", "a", "a", "b", "b", "b", "b", "c", "c", "c", "c", "d", "e"]
    let liked = [true, true, true, true, true, true, false, false, false, false, false, false, true, false]
    let tracks = zip(groups, liked).enumerated().map { number, song in
      TasteTrack(identity: [UInt8(number)], liked: song.1, copyGroup: song.0, summary: [])
    }
    let folds = try Folds(liked: liked, grouping: Grouping(tracks, by: .song), count: 2, seed: 1)
    // The three of four come first, in an order by the seed. Wherever the second goes, b costs least apart from the one
    // that shares fewer of its songs' opinions, and a and c cost nothing together, so b stands alone.
    #expect(folds.fold[0] == folds.fold[8])
    #expect(folds.fold[4] != folds.fold[0])
    // Then d and e go to b, the emptier fold.
    #expect(folds.fold[12] == folds.fold[4])
    #expect(folds.fold[13] == folds.fold[4])
  }

  @Test func groupsAreNeverOnBothSides() throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 40...200, using: &random)
      let tracks = (0..<count).map { number in
        TasteTrack(
          identity: [UInt8(number)], liked: Bool.random(using: &random),
          tags: TrackTags(album: "\(Int.random(in: 0..<40, using: &random))"),
          copyGroup: Bool.random(using: &random) ? nil : "\(Int.random(in: 0..<30, using: &random))", summary: [])
      }
      let grouping = Grouping(tracks, by: .song)
      let folds = try Folds(liked: tracks.map(\.liked), grouping: grouping, count: 4, seed: seed)
      for division in folds.divisions {
        #expect(Set(division.training).isDisjoint(with: division.judged), "seed \(seed)")
        #expect(division.training.count + division.judged.count == count)
        let learnt = Set(division.training.map { grouping.group[$0] })
        #expect(learnt.isDisjoint(with: division.judged.map { grouping.group[$0] }), "seed \(seed)")
      }
      #expect(Set(folds.divisions.flatMap(\.judged)).count == count)
    }
  }

  @Test func aTrainingSideWithoutAnOpinionIsRefused() {
    // All good songs are one recording.
    let liked = (0..<20).map { $0 < 5 }
    let tracks = liked.enumerated().map { number, isLiked in
      TasteTrack(identity: [UInt8(number)], liked: isLiked, copyGroup: isLiked ? "a" : nil, summary: [])
    }
    #expect(throws: TasteFailure(.cannotSplit(.song))) {
      try Folds(liked: liked, grouping: Grouping(tracks, by: .song), count: 5, seed: 1)
    }
  }

  @Test func fewerGroupsThanFoldsAreRefused() {
    let liked = [true, false, true, false]
    #expect(throws: TasteFailure(.cannotSplit(.song))) {
      try Folds(liked: liked, grouping: Grouping(songs: 4), count: 5, seed: 1)
    }
  }

  @Test func theSeedDecidesAndNothingElse() throws {
    let liked = (0..<60).map { $0 % 3 == 0 }
    let first = try Folds(liked: liked, grouping: Grouping(songs: 60), count: 5, seed: 1)
    let again = try Folds(liked: liked, grouping: Grouping(songs: 60), count: 5, seed: 1)
    let other = try Folds(liked: liked, grouping: Grouping(songs: 60), count: 5, seed: 2)
    #expect(first == again)
    #expect(first != other)
  }
}

extension Grouping {
  /// Songs that are each a group of their own.
  init(songs: Int) {
    self.init(kind: .song, group: Array(0..<songs), count: songs, named: 0, divided: 0)
  }
}
