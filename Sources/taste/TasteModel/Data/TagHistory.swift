import Glibc
import Learning
import Tracks

/// What the owner's opinions so far predict for a song by its artist, album artist, album, genre and year.
///
/// For each of the five: the log-odds that the owner likes a song of that value, drawn towards the share over all songs
/// as if `prior` further songs had been judged so, and the logarithm of one more than the number of judged songs behind
/// it. An album (`AlbumKey`) is drawn towards the share of its artist instead. A song with several genres takes the mean of
/// theirs. Years count by nearness, a song `yearWidth` years away e times less. A value that was never judged gets the
/// share over all songs, with a count of 0.
struct TagHistory: Sendable, Equatable {
  /// How many songs of average success each value is credited with.
  static let prior = 2.0
  /// The distance in years at which another song counts 1 / e.
  static let yearWidth = 3.0
  /// The number of columns.
  static let width = 10

  /// Which of a song's names are looked up.
  private enum Known {
    case all
    case notItsAlbum
    case notItsArtist
  }

  private struct Tally: Sendable, Equatable {
    var good = 0.0
    var all = 0.0
  }

  private var artists: [String: Tally] = [:]
  private var albumArtists: [String: Tally] = [:]
  private var albums: [String: Tally] = [:]
  private var genres: [String: Tally] = [:]
  private var years: [Int: Tally] = [:]
  private var total = Tally()

  /// The history of these songs.
  ///
  /// - Parameter folders: the folder of each song, by which albums without an artist of their own are distinguished; empty
  ///   where they are not known.
  init(_ tags: [TrackTags], _ liked: [Bool], folders: [FilePath] = []) {
    precondition(tags.count == liked.count, "an opinion for every song")
    for (number, (song, isLiked)) in zip(tags, liked).enumerated() {
      let one = Tally(good: isLiked ? 1 : 0, all: 1)
      func add(_ tally: inout Tally) {
        tally.good += one.good
        tally.all += one.all
      }
      add(&total)
      if let artist = NameKey.of(song.artist) { add(&artists[artist, default: Tally()]) }
      if let artist = NameKey.of(song.albumArtist) { add(&albumArtists[artist, default: Tally()]) }
      if let album = AlbumKey.of(song, folder: TagHistory.folder(number, folders)) {
        add(&albums[album, default: Tally()])
      }
      for genre in TagHistory.genres(song) { add(&genres[genre, default: Tally()]) }
      if let year = TagHistory.year(song) { add(&years[year, default: Tally()]) }
    }
  }

  /// The columns of the songs that the history is made of, those of each song made from the other four fifths of the
  /// songs, in which there are no copies of it. A quarter of the songs are shown as if nothing of their album had been judged,
  /// a quarter as if nothing of their artist had, so that a model also learns what to make of such songs.
  ///
  /// - Parameter recordings: the number of the first copy of each song; empty where there are none.
  static func crossFitted(
    _ tags: [TrackTags], _ liked: [Bool], folders: [FilePath] = [], recordings: [Int] = [], seed: UInt64
  ) -> Matrix {
    var random = SplitMix64(seed: SplitMix64.seed(seed, for: 0x7461_6773))
    let parts = 5
    var part = [Int](repeating: 0, count: tags.count)
    for (place, song) in random.permutation(tags.count).enumerated() { part[song] = place % parts }
    for (song, first) in recordings.enumerated() { part[song] = part[first] }
    let known = tags.map { _ -> Known in
      switch random.below(4) {
      case 0: .notItsAlbum
      case 1: .notItsArtist
      default: .all
      }
    }
    var columns = Matrix(rows: tags.count, columns: width)
    for held in 0..<parts {
      let rest = tags.indices.filter { part[$0] != held }
      let history = TagHistory(
        rest.map { tags[$0] }, rest.map { liked[$0] }, folders: folders.isEmpty ? [] : rest.map { folders[$0] })
      for song in tags.indices where part[song] == held {
        for (column, value) in history.columns(
          of: tags[song], TagHistory.folder(song, folders), known[song]
        ).enumerated() {
          columns[song, column] = value
        }
      }
    }
    return columns
  }

  /// The columns of some songs, a row each.
  func columns(of tags: [TrackTags], folders: [FilePath] = []) -> Matrix {
    Matrix(
      rows: tags.count, columns: TagHistory.width,
      values: tags.enumerated().flatMap { columns(of: $1, TagHistory.folder($0, folders), .all) })
  }

  /// The opinions on songs of a song's artist and of its album: those liked, and all.
  func judged(
    of song: TrackTags, folder: FilePath?
  ) -> (artist: (good: Double, all: Double)?, album: (good: Double, all: Double)?) {
    let artist = (NameKey.of(song.artist) ?? NameKey.of(song.albumArtist)).flatMap { artists[$0] ?? albumArtists[$0] }
    let album = AlbumKey.of(song, folder: folder).flatMap { albums[$0] }
    return (artist.map { ($0.good, $0.all) }, album.map { ($0.good, $0.all) })
  }

  private static func folder(_ number: Int, _ folders: [FilePath]) -> FilePath? {
    folders.isEmpty ? nil : folders[number]
  }

  private func columns(of song: TrackTags, _ folder: FilePath?, _ known: Known) -> [Float] {
    let hasArtist = known != .notItsArtist
    let artist = NameKey.of(song.artist).flatMap { hasArtist ? artists[$0] : nil } ?? Tally()
    let albumArtist = NameKey.of(song.albumArtist).flatMap { hasArtist ? albumArtists[$0] : nil } ?? Tally()
    let album = known == .all ? AlbumKey.of(song, folder: folder).flatMap { albums[$0] } ?? Tally() : Tally()
    var genre = Tally()
    let named = TagHistory.genres(song)
    for name in named {
      guard let tally = genres[name] else { continue }
      genre.good += tally.good / Double(named.count)
      genre.all += tally.all / Double(named.count)
    }
    var near = Tally()
    if let year = TagHistory.year(song) {
      for (other, tally) in years.sorted(by: { $0.key < $1.key }) {
        let weight = exp(-abs(Double(year - other)) / TagHistory.yearWidth)
        near.good += weight * tally.good
        near.all += weight * tally.all
      }
    }
    let all = (total.good + 1) / (total.all + 2)
    let ofArtist = (artist.good + TagHistory.prior * all) / (artist.all + TagHistory.prior)
    return [(artist, all), (albumArtist, all), (genre, all), (near, all), (album, ofArtist)].flatMap {
      tally, share -> [Float] in
      [Float(logOdds(tally, towards: share)), Float(log1p(tally.all))]
    }
  }

  private func logOdds(_ tally: Tally, towards share: Double) -> Double {
    let good = tally.good + TagHistory.prior * share
    let bad = tally.all - tally.good + TagHistory.prior * (1 - share)
    return log(good / bad)
  }

  /// The genres of a song, each once.
  static func genres(_ song: TrackTags) -> [String] {
    let parts = (song.genre ?? "").split(whereSeparator: { ",;/|".contains($0) })
    return Set(parts.compactMap { NameKey.of(String($0)) }).sorted()
  }

  /// The year in a date: its first four digits in a row, where they are a year since 1000.
  static func year(_ song: TrackTags) -> Int? {
    var digits = ""
    for character in song.date ?? "" {
      digits = character.isASCII && character.isNumber ? digits + String(character) : ""
      if digits.count == 4 { return Int(digits).flatMap { $0 >= 1000 ? $0 : nil } }
    }
    return nil
  }
}

extension TagHistory {
  func encode(into writer: inout ByteWriter) {
    func write(_ tally: Tally) {
      writer.write(tally.good)
      writer.write(tally.all)
    }
    write(total)
    for tallies in [artists, albumArtists, albums, genres] {
      writer.write(UInt32(tallies.count))
      for (name, tally) in tallies.sorted(by: { $0.key < $1.key }) {
        writer.write(name)
        write(tally)
      }
    }
    writer.write(UInt32(years.count))
    for (year, tally) in years.sorted(by: { $0.key < $1.key }) {
      writer.write(Int32(year))
      write(tally)
    }
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    func tally() throws(CodingFailure) -> Tally {
      Tally(good: try reader.readDouble(), all: try reader.readDouble())
    }
    func names() throws(CodingFailure) -> [String: Tally] {
      var tallies: [String: Tally] = [:]
      for _ in 0..<(try reader.read(UInt32.self)) {
        let text = try reader.readText()
        let found = try tally()
        // Models of earlier versions tell spellings apart that are one name now.
        let name = text.contains("\u{0}") ? text : NameKey.of(text) ?? text
        tallies[name, default: Tally()].good += found.good
        tallies[name, default: Tally()].all += found.all
      }
      return tallies
    }
    total = try tally()
    artists = try names()
    albumArtists = try names()
    albums = try names()
    genres = try names()
    for _ in 0..<(try reader.read(UInt32.self)) { years[Int(try reader.read(Int32.self))] = try tally() }
  }
}
