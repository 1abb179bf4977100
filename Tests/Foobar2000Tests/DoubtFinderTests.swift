import Glibc
import TestSupport
import Testing
import Tracks

@testable import Foobar2000

@Suite struct DoubtFinderTests {
  private func doubt(
    _ entry: String, _ file: String, tags: TrackTags = TrackTags(), entryTags: TrackTags = TrackTags()
  ) -> DoubtKind? {
    var finder = DoubtFinder()
    finder.add(ListeningRecord(locations: entry.isEmpty ? [] : [.init(path: entry)], tags: entryTags))
    return finder.doubt(about: TrackKeys(LibraryFile(id: 1, path: FilePath(file), tags: tags)))?.kind
  }

  @Test(arguments: [
    ("D:\\Old\\01 Song.flac", "/m/New/01 Song.flac", DoubtKind.name),
    ("D:\\Old\\01 SONG.FLAC", "/m/New/01 song.flac", .name),
    ("D:\\A\\01 Song.flac", "/m/A/01 Song.mp3", .spelling),
    ("D:\\A\\01 Song_ Live.flac", "/m/A/01 Song: Live.flac", .spelling),
    ("D:\\A\\01 S?ng.flac", "/m/A/01 Söng.flac", .letters), ("D:\\A\\01 S??ng.flac", "/m/A/01 Söng.flac", .letters),
    ("D:\\A\\01 S_ng.flac", "/m/A/01 Söng.flac", .letters),
    ("D:\\A\\01 S\u{FFFD}ng.flac", "/m/A/01 Söng.flac", .letters),
    ("D:\\A\\01 SÃ¶ng.flac", "/m/A/01 Söng.flac", .letters), ("D:\\A\\01 S├╢ng.flac", "/m/A/01 Söng.flac", .letters),
    ("D:\\A\\01 S÷ng.flac", "/m/A/01 Söng.flac", .letters), ("D:\\A\\01 S”ng.flac", "/m/A/01 Söng.flac", .letters),
    ("D:\\A\\01 Söng.flac", "/m/A/01 SÃ¶ng.flac", .letters), ("D:\\A\\Tokyo.flac", "/m/A/Tōkyō.flac", .letters),
    ("D:\\A\\Olver Strasse.flac", "/m/A/Ølver Straße.flac", .letters), ("D:\\A\\???.flac", "/m/A/日本語.flac", .letters),
    ("D:\\A\\01 ??.flac", "/m/A/01 日本.flac", .letters),
    ("D:\\A\\01%20S%C3%B6ng.flac", "/m/B/01 Söng.flac", .encoded),
    ("D:/A/01%20S%F6ng.flac", "/m/B/01 Söng.flac", .encoded),
    ("file:///D:/A/01%2520Song.flac", "/m/B/01 Song.flac", .encoded),
    ("smb://nas/A/01%20Song.flac", "/m/B/01 Song.flac", .encoded),
    ("D:\\A\\Rock &amp; Roll.flac", "/m/B/Rock & Roll.flac", .encoded),
    ("D:\\A\\01 Song.flac", "/m/B/01%20Song.flac", .encoded),
    ("D:\\A\\S\\u00f6ng.flac", "/m/B/Söng.flac", .encoded),
    ("http://e.org/A/01 Song.flac?token=1", "/m/B/01 Song.flac", .name),
    ("D:\\a.zip|A\\01 Song.flac", "/m/B/01 Song.flac", .name),
    ("D:\\Music\\Band\\Album\\01 Song.flac", "/m/Band/Album/07 Song.flac", .title),
    ("ng of Joy.flac", "/m/A/01 Song of Joy.flac", .part), ("D:\\A\\01 Song of J", "/m/A/01 Song of Joy.flac", .part),
    ("D:\\A\\album.mka,3", "/m/B/album.mka", .name),
    ("D:\\MUSIC~1\\MUSICO~1.MP3", "/m/A/Music of the Night.mp3", .part),
    ("D:\\A\\01SONG~2.FLA", "/m/A/01 Song of Joy.flac", .part), ("D:\\A\\AB~1.MP3", "/m/A/a.b.mp3", .spelling),
    ("D:\\A\\MU1A2B~3.MP3", "/m/A/Music of the Night.mp3", .part),
  ])
  func cannotRuleOut(entry: String, file: String, kind: DoubtKind) {
    #expect(doubt(LocationString.location(entry).path, file) == kind)
  }

  @Test(arguments: [
    ("D:\\A\\01 Song.flac", "/m/A/02 Other.flac"), ("D:\\A\\01 S?ng.flac", "/m/A/01 Story.flac"),
    ("D:\\A\\東京.flac", "/m/A/大阪.flac"), ("D:\\A\\01 東京.flac", "/m/A/01 大阪.flac"),
    ("D:\\A\\Album\\03 Intro.flac", "/m/B/Other/01 Intro.flac"), ("D:\\A\\a.flac", "/m/b.flac"),
    ("D:\\A\\Привет.flac", "/m/A/Москва.flac"), ("C:a.mp3", "/m/b.flac"), ("", "/m/b.flac"),
    ("D:\\A\\MUSICO~1.MP3", "/m/A/Musical.mp3"), ("D:\\A\\AB~1.MP3", "/m/A/abba.mp3"),
    ("D:\\A\\MUSICO~1.MP3", "/m/A/My Music of the Night.mp3"),
  ])
  func rulesOut(entry: String, file: String) {
    #expect(doubt(entry, file) == nil)
  }

  @Test(arguments: [("CP932", "01 テスト"), ("CP932", "能登の表.x ソ"), ("GBK", "中国乗り"), ("BIG5", "許功蓋"), ("CP949", "한국 뷁")])
  func aLineOfAnEastAsianCodePageIsNotLost(page: String, name: String) throws {
    let line = Self.encoded("D:\\音\\\(name).flac", page) + Array("\r\n".utf8)
    let (records, _) = try read(Array("D:\\Jóga.flac\r\n".utf8) + line, as: "Active.m3u")
    let found = doubt(try #require(records.last).locations[0].path, "/m/A/\(name).flac")
    #expect(found != nil, "\(records.last?.locations[0].path ?? "-")")
  }

  @Test(arguments: [
    ("http://radio.example/stream", true), ("http://e.org/a.mp3?x=1", false), ("smb://nas/A/01.flac", false),
    ("cdda://1234", true), ("D:\\a.zip|x.mp3", false), ("D:\\gone", false),
  ])
  func tellsStreamsFromWhatIsLost(entry: String, isStream: Bool) {
    let record = ListeningRecord(locations: [.init(path: entry)])
    #expect(LossCensus.isStream(record, RecordMatcher(library: []).match(record)) == isStream)
  }

  @Test func artistAndTitleSayWhatTheNameDoesNot() {
    let song = TrackTags(title: "Jóga", artist: "Björk", album: "Homogenic")
    let described = TrackTags(title: "Joga", artist: "Bjork")
    #expect(doubt("D:\\x\\1.mp3", "/m/a.flac", tags: song, entryTags: described) == .tags)
    let lost = TrackTags(title: "J?ga", artist: "Bj?rk")
    #expect(doubt("D:\\x\\1.mp3", "/m/a.flac", tags: song, entryTags: lost) == .tags)
    #expect(doubt("", "/m/a.flac", tags: song, entryTags: TrackTags(title: "Jóga", artist: "Björk")) == .tags)
    #expect(doubt("D:\\x\\01 Björk - Jóga.mp3", "/m/a.flac", tags: song) == .tags)
    #expect(doubt("D:\\Homogenic\\02 Jóga.mp3", "/m/a.flac", tags: song) == .title)
    #expect(doubt("", "/m/Björk - Jóga.flac", entryTags: TrackTags(title: "Jóga", artist: "Björk")) == .tags)
    #expect(doubt("", "/m/a.flac", tags: song, entryTags: TrackTags(title: "Other", artist: "Björk")) == nil)
    #expect(doubt("", "/m/a.flac", tags: song, entryTags: TrackTags(title: "Jóga")) == .tags)
  }

  /// The bytes of a text in a code page, `?` for every character that it lacks.
  static func encoded(_ text: String, _ page: String) -> [UInt8] {
    guard let handle = iconv_open(page, "UTF-8"), Int(bitPattern: handle) != -1 else { return Array("?".utf8) }
    defer { iconv_close(handle) }
    return text.unicodeScalars.flatMap { scalar -> [UInt8] in
      var input = Array(String(scalar).utf8).map(CChar.init(bitPattern:))
      var output = [CChar](repeating: 0, count: 16)
      var (inputLeft, outputLeft) = (input.count, output.count)
      let result = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
          var (from, to) = (source.baseAddress, target.baseAddress)
          return iconv(handle, &from, &inputLeft, &to, &outputLeft)
        }
      }
      // What iconv only approximates is lost as well.
      if result != 0 { return Array("?".utf8) }
      return output[..<(output.count - outputLeft)].map(UInt8.init(bitPattern:))
    }
  }

  /// The bytes of a line after something happened to it.
  private func mangled(_ path: String, _ random: inout SeededGenerator) -> [UInt8] {
    let names = path.split(separator: "\\").map(String.init)
    let (folder, name) = (names.dropLast().joined(separator: "\\"), names[names.count - 1])
    switch Int.random(in: 0..<14, using: &random) {
    case 0: return Self.encoded(path, "CP1252")
    case 1: return Self.encoded(path, "CP850")
    case 2: return Self.encoded(path, "CP437")
    case 3: return Array(String(decoding: Self.encoded(path, "ASCII"), as: UTF8.self).utf8)
    case 4: return Array(String(path.map { $0.isASCII ? $0 : "_" }).utf8)
    case 5:
      // UTF-8 that was read as Windows-1252 and saved as UTF-8.
      var (bytes, text) = (Array(path.utf8), [UInt8]())
      CodePageConverter(from: "CP1252")?.convert(&bytes, into: &text, isLast: true)
      return text
    case 6:
      var (bytes, text) = (Array(path.utf8), [UInt8]())
      CodePageConverter(from: "CP850")?.convert(&bytes, into: &text, isLast: true)
      return text
    case 7:
      let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/:\\".utf8)
      return path.utf8.flatMap { byte -> [UInt8] in
        plain.contains(byte)
          ? [byte] : Array("%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
      }
    case 8: return Array(path.utf8.dropFirst(Int.random(in: 0...folder.utf8.count, using: &random)))
    case 9: return Array("\(folder.reversed())\\\(name)".utf8)
    case 10: return Array(path.replacing(".flac", with: ".mp3").utf8)
    case 11: return Array(path.uppercased().utf8)
    case 12: return Array(path.decomposed.utf8)
    default: return Array(path.utf8)
    }
  }

  /// Whatever happens to the lines of a list: the track that a line means is found, or is one that it may mean.
  @Test(arguments: 0..<60) func nothingThatALineMeansIsRuledOut(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = ["abcdefgh kmnost", "äöüßéèñø abcde", "日本語東京音楽 ab", "привет мир", "αβγδ ab", "łōšđž abc"]
    func word() -> String {
      let letters = Array(letters[Int.random(in: 0..<letters.count, using: &random)])
      let text = String(
        (0..<Int.random(in: 5...12, using: &random)).map { _ in
          letters[Int.random(in: 0..<letters.count, using: &random)]
        })
      return text.trimmed.isEmpty ? "x" : text.trimmed
    }
    var names: [String] = []
    for _ in 0..<40 {
      let number = Int.random(in: 1...20, using: &random)
      names.append("\(word())/\(word())/\(number < 10 ? "0" : "")\(number) \(word()).flac")
    }
    let library = names.enumerated().map { LibraryFile(id: Int64($0), path: FilePath("/srv/m/\($1)")) }
    var list: [UInt8] = []
    for name in names {
      list += mangled("D:\\Music\\\(name.replacing("/", with: "\\"))", &random) + Array("\r\n".utf8)
    }
    let (records, _) = try read(list, as: "Active.m3u")
    try #require(records.count == names.count, "seed \(seed)")
    let matcher = RecordMatcher(library: library)
    var finder = DoubtFinder()
    var meant: Set<Int64> = []
    for record in records {
      switch matcher.match(record) {
      case .matched(let tracks, _, false): meant.formUnion(tracks.map(\.file))
      case .matched(let tracks, _, true), .ambiguous(let tracks):
        meant.formUnion(tracks.map(\.file))
        finder.add(record)
      case .missing, .notAFile: finder.add(record)
      }
    }
    for file in library where !meant.contains(file.id) {
      let line = records[Int(file.id)].locations[0].path
      #expect(finder.doubt(about: TrackKeys(file)) != nil, "seed \(seed): \(file.path.display) and \(line)")
    }
  }

  /// Without any index of the entries this would take minutes.
  @Test func costsLittleForManyEntriesAndTracks() {
    let scale = Int(getenv("DOUBTS").flatMap { Int(String(cString: $0)) } ?? 1)
    let (entries, tracks) = (2_000 * scale, 10_000 * scale)
    var finder = DoubtFinder()
    for number in 0..<entries {
      finder.add(
        ListeningRecord(
          locations: [.init(path: "D:\\Music\\Artist \(number % 700)\\Album\\01 S?ng \(number).flac")],
          tags: TrackTags(title: "Song \(number)", artist: "Artist \(number % 700)")))
    }
    let clock = ContinuousClock()
    let began = clock.now
    var found = 0
    var known = FolderKeys()
    for number in 0..<tracks {
      let file = LibraryFile(
        id: Int64(number), path: FilePath("/srv/music/Artist \(number % 900)/Album/01 Track \(number).flac"),
        tags: TrackTags(title: "Söng \(number)", artist: "Artist \(number % 900)", album: "Album"))
      if finder.doubt(about: TrackKeys(file, &known)) != nil { found += 1 }
    }
    let seconds = (clock.now - began) / .seconds(1)
    print("DoubtFinder: \(entries) entries, \(tracks) tracks: \(seconds) s, \(found) found")
    #expect(seconds < 30)
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }

  /// In canonical decomposition, as a Mac writes names.
  fileprivate var decomposed: String { String(decoding: Folding.text(self), as: UTF8.self) }
}
