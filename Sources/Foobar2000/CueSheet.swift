public import Tracks

/// A cue sheet: which tracks lie where in which audio files.
public struct CueSheet: Sendable, Equatable {
  /// The frames of a CD in a second: what the times of a sheet count in.
  public static let framesPerSecond = 75
  /// The largest sheet that is read, in bytes.
  public static let largest = 1 << 20
  /// The most tracks that are read.
  public static let mostTracks = 999

  /// A track.
  public struct Track: Sendable, Equatable {
    /// The number in the whole sheet, from 1: what foobar2000 calls the subsong.
    public var number: Int
    /// The position in `files` of the file in which it starts.
    public var file: Int
    /// Where it starts in that file, in frames: its INDEX 01.
    public var start: Int
    /// The title.
    public var title: String?
    /// The performer.
    public var performer: String?
  }

  /// The title of the whole.
  public private(set) var title: String?
  /// The performer of the whole.
  public private(set) var performer: String?
  /// The genre of the whole.
  public private(set) var genre: String?
  /// The date of the whole, mostly a year.
  public private(set) var date: String?
  /// The names of the audio files as the sheet spells them.
  public private(set) var files: [String] = []
  /// The audio tracks in the order of the sheet; within a file their starts ascend.
  public private(set) var tracks: [Track] = []

  /// Reads a sheet. A line or a track that makes no sense costs itself.
  ///
  /// - Parameters:
  ///   - contents: its bytes: UTF-8, UTF-16 with a mark, or a code page.
  ///   - codePage: the character set of what is not Unicode; Windows-1252 where it is `nil` or unknown.
  /// - Returns: `nil` where there is no audio track in it.
  public init?(contents: [UInt8], codePage: String? = nil) {
    guard contents.count <= Self.largest else { return nil }
    self.init(text: Self.text(contents, codePage))
  }

  /// Reads a sheet's text, as a tag of an audio file holds it.
  ///
  /// - Returns: `nil` where there is no audio track in it.
  public init?(text: String) {
    guard text.utf8.count <= Self.largest else { return nil }
    var reading = Reading()
    for line in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      if tracks.count == Self.mostTracks { break }
      take(Self.words(line), &reading)
    }
    end(&reading)
    guard !tracks.isEmpty else { return nil }
  }

  /// What the lines so far leave open.
  private struct Reading {
    var number: Int?
    var isAudio = false
    var title: String?
    var performer: String?
    var start: (file: Int, frame: Int)?
  }

  private mutating func take(_ words: [String], _ reading: inout Reading) {
    guard let command = words.first?.uppercased() else { return }
    let rest = words.dropFirst().joined(separator: " ")
    let value = rest.isEmpty ? nil : rest
    switch command {
    case "FILE":
      // The last word is the type of the file.
      let name = words.count > 2 ? words[1..<(words.count - 1)].joined(separator: " ") : rest
      files.append(name)
    case "TRACK":
      end(&reading)
      guard words.count >= 3, let number = Int(words[1]), number > 0 else { return }
      reading.number = number
      reading.isAudio = words[2].uppercased() == "AUDIO"
    case "TITLE": if reading.number == nil { title = title ?? value } else { reading.title = reading.title ?? value }
    case "PERFORMER":
      if reading.number == nil {
        performer = performer ?? value
      } else {
        reading.performer = reading.performer ?? value
      }
    case "INDEX":
      guard words.count >= 3, Int(words[1]) == 1, reading.start == nil, let frame = Self.frames(words[2])
      else { return }
      reading.start = (max(0, files.count - 1), frame)
    case "REM" where words.count >= 3 && reading.number == nil:
      let text = words.dropFirst(2).joined(separator: " ")
      switch words[1].uppercased() {
      case "GENRE": genre = genre ?? text
      case "DATE": date = date ?? text
      default: break
      }
    default: break
    }
  }

  private mutating func end(_ reading: inout Reading) {
    defer { reading = Reading() }
    guard let number = reading.number, reading.isAudio, let start = reading.start else { return }
    if let last = tracks.last(where: { $0.file == start.file }), last.start >= start.frame { return }
    // Sheets of several discs in one count from 1 again: then the place in the sheet is the number.
    var free = number
    if tracks.contains(where: { $0.number == free }) { free = (tracks.map(\.number).max() ?? 0) + 1 }
    tracks.append(
      Track(
        number: free, file: start.file, start: start.frame, title: reading.title,
        performer: reading.performer))
  }

  // MARK: Where the tracks lie

  /// The part of an audio file that each of its tracks is, to the next track or the end of the file. Tracks that would
  /// begin behind its end are left out.
  ///
  /// - Parameters:
  ///   - file: the file's position in `files`.
  ///   - duration: its duration in seconds.
  public func spans(of file: Int, duration: Double) -> [(track: Track, span: AudioSpan)] {
    let inside = tracks.filter { $0.file == file && Double($0.start) / 75 < duration }
    return inside.enumerated().map { place, track in
      let end = place + 1 < inside.count ? Double(inside[place + 1].start) / 75 : duration
      return (track, AudioSpan(start: Double(track.start) / 75, end: end))
    }
  }

  /// Which of a folder's audio files the sheet means: for each of `files` the name, `nil` where there is none.
  ///
  /// A name fits as it is; else but for case and normalisation; else but for its extension, for a sheet is often older
  /// than what its WAV file was encoded to; and the one file of a sheet that fits nothing is the one named like the sheet.
  public func audioFiles(among names: [FilePath], sheet: FilePath) -> [FilePath?] {
    let folded = names.map { ($0, Folding.component($0.display)) }
    func one(_ matches: [FilePath]) -> FilePath? { matches.count == 1 ? matches[0] : nil }
    func stem(_ name: String) -> FoldedText {
      Folding.component(FilePath(name).fileExtension.isEmpty ? name : FilePath(name).nameWithoutExtension)
    }
    func like(_ wanted: String) -> FilePath? {
      let wanted = stem(wanted)
      return one(names.filter { stem($0.display) == wanted })
    }
    return files.map { file in
      let base = file.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? file
      if let exact = names.first(where: { $0 == FilePath(base) }) { return exact }
      let wanted = Folding.component(base)
      if let same = one(folded.filter({ $0.1 == wanted }).map(\.0)) { return same }
      return like(base) ?? (files.count == 1 ? like(sheet.display) : nil)
    }
  }

  // MARK: Text

  private static func text(_ contents: [UInt8], _ codePage: String?) -> String {
    switch TextEncoding.marked(contents) {
    case .utf8(let mark): return String(decoding: contents.dropFirst(mark), as: UTF8.self)
    case .utf16(let bigEndian, let mark):
      let bytes = Array(contents.dropFirst(mark))
      let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
        let unit = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        return bigEndian ? unit : unit.byteSwapped
      }
      return String(decoding: units, as: UTF16.self)
    case .codePage, .mixed, nil: break
    }
    if let text = String(validating: contents, as: UTF8.self) { return text }
    var bytes = contents
    var converted: [UInt8] = []
    for name in [codePage, "CP1252"].compactMap({ $0 }) {
      guard let converter = CodePageConverter(from: name) else { continue }
      converter.convert(&bytes, into: &converted, isLast: true)
      break
    }
    return String(decoding: converted, as: UTF8.self)
  }

  /// The words of a line; what stands in double quotes is one word.
  private static func words(_ line: Substring.UTF8View.SubSequence) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var isQuoted = false
    var hasWord = false
    for byte in line {
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        hasWord = true
      } else if !isQuoted, byte == 0x20 || byte == 0x09 {
        if hasWord { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
        hasWord = false
      } else {
        word.append(byte)
        hasWord = true
      }
    }
    if hasWord { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }

  /// The frames of a time `mm:ss:ff`.
  private static func frames(_ text: String) -> Int? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":")).map { LocationString.decimal(Array($0)) }
    guard parts.count == 3, let minutes = parts[0], let seconds = parts[1], let frames = parts[2], minutes < 100_000,
      seconds < 60, frames < framesPerSecond
    else { return nil }
    return (minutes * 60 + seconds) * framesPerSecond + frames
  }
}
