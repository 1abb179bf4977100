import Glibc

/// The kinds of owners that are made up for a folder of music.
enum OwnerKind: String, CaseIterable {
  /// Likes about a third of the styles, with 12% of the single opinions the other way round.
  case styles
  /// The same with 25% of the opinions the other way round.
  case fickle
  /// Hears only the styles whose makers are named and likes half of the makers, wherever their songs lie; 12% of the
  /// opinions the other way round. All songs of a style whose maker is not named count as one maker's.
  case composers

  /// What owners of the kind are like, in a few words.
  var words: String {
    switch self {
    case .styles: "likes a third of the styles, 12% of the opinions turned round"
    case .fickle: "likes a third of the styles, 25% of the opinions turned round"
    case .composers: "likes half of the composers within the styles, 12% of the opinions turned round"
    }
  }

  /// What an owner thinks of each song; `nil` of songs that are not in that owner's library.
  func opinions(of library: MusicLibrary, owner: Int) -> [Bool?] {
    var random = Numbers(state: UInt64(owner) &* 7_919 &+ 1)
    let styles = Set(library.songs.map(\.style)).sorted()
    let turned = self == .fickle ? 0.25 : 0.12
    switch self {
    case .styles, .fickle:
      let liked = Set(random.shuffled(styles).prefix(max(1, Int((0.35 * Double(styles.count)).rounded()))))
      return library.songs.map { liked.contains($0.style) != (random.next() < turned) }
    case .composers:
      let named = styles.filter { style in
        Set(library.songs.filter { $0.style == style }.compactMap(\.composer)).count > 1
          && library.songs.count { $0.style == style && $0.composer != nil } > 4
      }
      let makers = Set(library.songs.filter { named.contains($0.style) }.map(OwnerKind.maker)).sorted()
      let liked = Set(random.shuffled(makers).prefix(makers.count / 2))
      return library.songs.map { song in
        guard named.contains(song.style) else { return nil }
        return liked.contains(OwnerKind.maker(of: song)) != (random.next() < turned)
      }
    }
  }

  private static func maker(of song: LibrarySong) -> String {
    song.composer ?? "unnamed in \(song.style)"
  }
}

/// Random numbers from a seed.
struct Numbers {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  /// A number from the standard normal distribution.
  mutating func normal() -> Double {
    (-2 * log(1 - next())).squareRoot() * cos(2 * .pi * next())
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for place in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(place, Int(next() * Double(place + 1)))
    }
    return elements
  }
}
