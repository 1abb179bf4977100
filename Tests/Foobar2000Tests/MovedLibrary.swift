import Foundation
import TestSupport
import Tracks

@testable import Foobar2000

/// A collection as foobar2000 knew it on Windows, and what became of it on the way to this machine.
struct MovedLibrary {
  /// One track on both sides.
  struct Track {
    var foreign: String
    var file: LibraryFile
    /// Whether its name is an 8.3 one, of which nobody can know what it was.
    var isMangled: Bool
  }

  private(set) var tracks: [Track] = []
  private var random: SeededGenerator
  private var taken: Set<FilePath> = []

  private static let artists = [
    "Björk", "Sigur Rós", "Motörhead", "AC/DC", "Guns N' Roses", "Beyoncé", "Édith Piaf", "Antonín Dvořák", "椎名林檎",
    "宇多田ヒカル", "久石譲", "Земфира", "Кино", "Μίκης Θεοδωράκης", "Cœur de pirate", "Sunn O)))", "M.I.A.", "R.E.M.",
    "Ke$ha", "P!nk", "BUMP OF CHICKEN", "Perfume", "きゃりーぱみゅぱみゅ", "이소라", "周杰倫", "Ólafur Arnalds", "The The",
    "Sólstafir", "Şebnem Ferah", "Hüsker Dü", "Trần Tiến", "Мумий Тролль", "Godspeed You! Black Emperor", "Pink Floyd",
    "Boards of Canada", "Aphex Twin", "Charles Mingus", "Glenn Gould", "くるり", "フィッシュマンズ", "Einstürzende Neubauten",
    "Mahmut Orhan", "Ásgeir", "Sezen Aksu", "Édgar", "Emir Kusturica", "Ηλίας", "Étienne Daho", "Nação Zumbi",
    "Tōkyō Jihen",
  ]
  private static let words = [
    "Love", "Nacht", "Jóga", "Für Elise", "Señorita", "Naïve", "Øyeblikk", "Привет", "Γειά σου", "Song 2", "Don't Stop",
    "Don’t Look", "Where Is My Mind?", "Part 1: Dawn", "A/B", "\"Heroes\"", "“Heroes” again", "〜終わり〜", "ガラスのくつ",
    "プールサイド", "Live", "Intro", "Untitled", "…Baby", "Wait...", "What?", "What", "50% * 2", "<3", "Straße", "ΣΊΣΥΦΟΣ",
    "夜に駆ける", "東京", "Über alles", "L'été", "L’hiver", "Rondò", "Håll", "Ðe", "İstanbul", "ılık", "Who | What",
    "バベル", "Ｆｕｌｌ Ｗｉｄｔｈ", "Ame～雨", "Ame〜雨", "Mañana", "Fjörður", "Zażółć", "Đêm", "Reprise", "Remix", "Blue", "Red",
  ]
  private static let albums = [
    "Greatest Hits", "Live", "Homogenic", "Ágætis byrjun", "無罪モラトリアム", "First Love", "Ок", "Best of: 1990-2000", "?",
    "Музыка", "Demos", "Vol. 1", "Vol. 2", "Sessions", "Années", "Ωδή", "Hits", "B-Sides", "The Wall", "Untitled",
  ]

  init(seed: UInt64, albums count: Int) {
    random = SeededGenerator(seed: seed)
    for album in 0..<count { add(album) }
  }

  private mutating func pick<Element>(_ list: [Element]) -> Element {
    list[Int.random(in: 0..<list.count, using: &random)]
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func add(_ number: Int) {
    let isCompilation = number % 10 == 7
    let artist = isCompilation ? "Various Artists" : Self.artists[number % Self.artists.count]
    let album =
      pick(Self.albums) + (chance(60) ? " " + pick(Self.words) : "") + (chance(30) ? " \(1970 + number % 50)" : "")
    let discs = chance(15) ? 2 : 1
    let change = AlbumChange(&random)
    var titles: Set<String> = []
    for disc in 1...discs {
      for position in 1...Int.random(in: 6...12, using: &random) {
        var title = pick(Self.words)
        while !titles.insert(title.lowercased() + "\(disc)").inserted { title += " " + pick(Self.words) }
        let performer = isCompilation ? pick(Self.artists) : artist
        let tags = TrackTags(
          title: title, artist: performer, album: album, albumArtist: artist, trackNumber: "\(position)",
          discNumber: discs > 1 ? "\(disc)" : nil)
        add(tags, position: position, disc: discs > 1 ? disc : nil, change)
      }
    }
  }

  private mutating func add(_ tags: TrackTags, position: Int, disc: Int?, _ change: AlbumChange) {
    let number = position < 10 ? "0\(position)" : "\(position)"
    let isCompilation = tags.artist != tags.albumArtist
    let title = isCompilation ? "\(tags.artist ?? "") - \(tags.title ?? "")" : tags.title ?? ""
    let names =
      [tags.albumArtist ?? "", tags.album ?? ""] + (disc.map { ["CD \($0)"] } ?? []) + ["\(number) \(title).flac"]
    let windows = names.map(Self.windowsName)
    let foreign = "D:\\Music\\" + windows.joined(separator: "\\")
    let local = change.local(windows, tags, number: number, disc: disc, &random)
    let path = FilePath("/srv/music/" + local.joined(separator: "/"))
    // Two albums of one name in one folder would overwrite each other.
    guard taken.insert(path).inserted, taken.insert(FilePath(foreign)).inserted else { return }
    let file = LibraryFile(
      id: Int64(tracks.count), path: path, tags: tags, duration: Double.random(in: 60...600, using: &random))
    tracks.append(Track(foreign: foreign, file: file, isMangled: change.kinds.contains(.mangled)))
  }

  /// A name without what Windows forbids.
  private static func windowsName(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.precomposedStringWithCanonicalMapping.unicodeScalars {
      scalars.append("<>:\"/\\|?*".unicodeScalars.contains(scalar) ? "_" : scalar)
    }
    return String(scalars)
  }
}

/// What happened to an album on the way.
struct AlbumChange {
  enum Kind: CaseIterable {
    case none, lowerCase, upperCase, decomposed, privateUse, lookAlikes, trailingDots, catia, trailingStandIns, mangled
    case sorted, joined, otherParent, renumbered, artistFirst, titleOnly, inbox
  }

  private(set) var kinds: [Kind] = []

  init(_ random: inout SeededGenerator) {
    kinds.append(Kind.allCases.randomElement(using: &random) ?? .none)
    if Int.random(in: 0..<3, using: &random) == 0 { kinds.append(Kind.allCases.randomElement(using: &random) ?? .none) }
  }

  private static let swaps: [Character] = ["÷", "¿", "¤", "¨", "«", "»", "¦"]

  /// A name of eight letters and three, as Samba and Windows make it up for old programs: `W3NEM5~I.FLA`.
  private static func mangled(_ name: String, _ random: inout SeededGenerator) -> String {
    let letters = name.uppercased().unicodeScalars.filter { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }
    let sign = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".randomElement(using: &random) ?? "1"
    return String(String.UnicodeScalarView(letters.prefix(6))) + "~\(sign).FLA"
  }

  /// The names of a file on this machine.
  func local(
    _ windows: [String], _ tags: TrackTags, number: String, disc: Int?, _ random: inout SeededGenerator
  ) -> [String] {
    var names = windows
    let title = windows[windows.count - 1].dropFirst(3).dropLast(5)
    for kind in kinds {
      let last = names.count - 1
      switch kind {
      case .none: break
      case .lowerCase: names = names.map { $0.lowercased() }
      case .upperCase: names[last] = names[last].uppercased()
      case .decomposed: names = names.map(\.decomposedStringWithCanonicalMapping)
      case .privateUse: names = names.map { $0.replacingOccurrences(of: "_", with: "\u{F03F}") }
      case .lookAlikes: names = names.map { $0.replacingOccurrences(of: "_", with: "\u{FF1F}") }
      case .trailingDots: if names.count > 1 { names[names.count - 2] += "." }
      // Samba's vfs_catia shows a sign that Windows forbids as another one.
      case .catia:
        names = names.map { String($0.map { $0 == "_" ? Self.swaps.randomElement(using: &random) ?? "_" : $0 }) }
      case .trailingStandIns:
        if names.count > 1 { names[names.count - 2] += ["\u{F028}", "\u{F029}"].randomElement(using: &random) ?? "" }
      case .mangled: names[last] = Self.mangled(names[last], &random)
      case .sorted: names = ["sorted", ["Jazz", "ロック", "Pop"][number.utf8.count % 3]] + names
      case .joined: if names.count > 2 { names = ["\(names[0]) - \(names[1])"] + names[2...] }
      case .otherParent: names[0] = "New arrivals"
      case .renumbered: names[last] = "\(disc.map { "\($0)-" } ?? "")\(number). \(title).flac"
      case .artistFirst: names[last] = "\(windows[0]) - \(number) - \(title).flac"
      case .titleOnly: names[last] = "\(title).flac"
      case .inbox: names = ["inbox", "\(tags.album.hashless) \(disc ?? 0) \(number) \(title).flac"]
      }
    }
    return names.map { $0.replacingOccurrences(of: "/", with: "_") }
  }
}

extension Optional<String> {
  /// The text without what cannot stand in a name.
  fileprivate var hashless: String { (self ?? "").replacingOccurrences(of: "/", with: "_") }
}
