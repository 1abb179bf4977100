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
    /// Where it starts in that file, in frames: its INDEX 01, or what comes nearest to it.
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
  /// The audio tracks in the order of the sheet.
  public private(set) var tracks: [Track] = []

  /// Reads a sheet. A line or a track that makes no sense costs itself.
  ///
  /// - Parameters:
  ///   - contents: its bytes: UTF-8, UTF-16 with a mark, or a code page.
  ///   - codePage: the character set of what is not Unicode; Windows-1252 where it is `nil` or unknown.
  /// - Returns: `nil` where there is no audio track in it.
  public init?(contents: [UInt8], codePage: String? = nil) {
    guard contents.count <= Self.largest else { return nil }
    self.init(text: CueSheetText.text(contents, codePage))
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
    /// The number that the track's line gives; 0 where that makes no sense.
    var number: Int?
    var isAudio = false
    var title: String?
    var performer: String?
    /// Where each index of the track lies.
    var indices: [Int: (file: Int, frame: Int)] = [:]
    /// The file that was named last.
    var file: Int?
  }

  private mutating func take(_ words: [String], _ reading: inout Reading) {
    guard let command = words.first?.uppercased() else { return }
    let rest = words.dropFirst().joined(separator: " ")
    let value = rest.isEmpty ? nil : rest
    switch command {
    case "FILE":
      let name = Self.fileName(words)
      // Some programs name the file again before each of its tracks.
      reading.file = files.firstIndex(of: name) ?? files.count
      if reading.file == files.count { files.append(name) }
    case "TRACK":
      end(&reading)
      guard words.count >= 2 else { return }
      reading.number = Int(words[1]).flatMap { (1...9_999).contains($0) ? $0 : nil } ?? 0
      let type = words.count >= 3 ? words[2].uppercased() : "AUDIO"
      reading.isAudio = !type.hasPrefix("MODE") && !type.hasPrefix("CDI")
    case "TITLE": if reading.number == nil { title = title ?? value } else { reading.title = reading.title ?? value }
    case "PERFORMER":
      if reading.number == nil {
        performer = performer ?? value
      } else {
        reading.performer = reading.performer ?? value
      }
    case "INDEX":
      guard words.count >= 3, let number = Int(words[1]), (0...99).contains(number), reading.indices[number] == nil,
        let frame = Self.frames(words[2])
      else { return }
      reading.indices[number] = (reading.file ?? 0, frame)
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
    defer { reading = Reading(file: reading.file) }
    guard let number = reading.number, reading.isAudio, let start = start(of: reading) else { return }
    // Sheets of several discs in one count from 1 again: then the place in the sheet is the number.
    var free = number
    if free == 0 || tracks.contains(where: { $0.number == free }) { free = (tracks.map(\.number).max() ?? 0) + 1 }
    tracks.append(
      Track(
        number: free, file: start.file, start: start.frame, title: reading.title,
        performer: reading.performer))
  }

  /// Where a track starts: at its INDEX 01, else at the gap before it, else at what of it is named first; the first track of
  /// a file that names nothing starts with the file.
  private func start(of reading: Reading) -> (file: Int, frame: Int)? {
    if let first = reading.indices[1], reading.number != 0 || reading.file != nil { return first }
    // Without a file nothing else says that this is a sheet.
    guard let file = reading.file, let number = reading.number else { return nil }
    if let nearest = reading.indices.keys.min() { return reading.indices[nearest] }
    let isFirst = number > 0 && !tracks.contains { $0.file == file }
    return isFirst ? (file, 0) : nil
  }

  /// The name in a FILE line. Its last word is the type of the file, mostly.
  private static func fileName(_ words: [String]) -> String {
    let types: Set<String> = ["WAVE", "WAV", "MP3", "AIFF", "BINARY", "MOTOROLA", "FLAC", "APE", "OGG", "AAC"]
    var parts = Array(words.dropFirst())
    if parts.count > 1, let last = parts.last, types.contains(last.uppercased()) || !last.contains(".") {
      parts.removeLast()
    }
    var name = parts.joined(separator: " ")
    // A quote that is not closed takes the type into the name.
    if parts.count == 1, let blank = name.lastIndex(of: " "), types.contains(name[blank...].dropFirst().uppercased()),
      !FilePath(String(name[..<blank])).fileExtension.isEmpty
    {
      name = String(name[..<blank])
    }
    return name
  }

  // MARK: Where the tracks lie

  /// The part of an audio file that each of its tracks is, to the next track or the end of the file, in their order in the
  /// file. Tracks that would begin behind its end, or where another one begins, are left out.
  ///
  /// - Parameters:
  ///   - places: the positions in `files` of all its names: a sheet may spell it in several ways.
  ///   - duration: its duration in seconds.
  public func spans(of places: Set<Int>, duration: Double) -> [(track: Track, span: AudioSpan)] {
    var starts: Set<Int> = []
    let inside = tracks.filter { places.contains($0.file) && Double($0.start) / 75 < duration }
      .filter { starts.insert($0.start).inserted }
      .sorted { $0.start < $1.start }
    return inside.enumerated().map { place, track in
      let end = place + 1 < inside.count ? Double(inside[place + 1].start) / 75 : duration
      return (track, AudioSpan(start: Double(track.start) / 75, end: end))
    }
  }

  /// Which audio files around it the sheet means: for each of `files` its path from the sheet's folder on, `nil` where there
  /// is none.
  ///
  /// A path is followed as far as it leads somewhere: at first all of it, then without its first folders, for those of an
  /// absolute path are mostly another machine's. A name fits as it is; else but for case and normalisation; else but for
  /// its extension, for a sheet is often older than what its WAV file was encoded to; and the one file of a sheet that fits
  /// nothing is the one named like the sheet.
  ///
  /// - Parameters:
  ///   - sheet: the sheet's name.
  ///   - look: the names of the audio files and of the folders in a folder, given from the sheet's folder on, which is the
  ///     empty list; `nil` where there is no such folder or nobody may look there.
  public func audioFiles(
    sheet: FilePath, look: ([FilePath]) -> (audio: [FilePath], folders: [FilePath])?
  ) -> [FilePath?] {
    let isOne = Set(files.map { Folding.component($0) }).count == 1
    return files.map { file in
      var parts = file.split(whereSeparator: { $0 == "/" || $0 == "\\" }).map(String.init).filter { $0 != "." }
      if let drive = parts.first, drive.utf8.count == 2, drive.hasSuffix(":") { parts.removeFirst() }
      // Longer paths than anybody has are no reason to look everywhere.
      parts = Array(parts.suffix(12))
      while !parts.isEmpty {
        if let found = Self.follow(parts, look) { return found }
        parts.removeFirst()
      }
      guard isOne, let here = look([]) else { return nil }
      return Self.like(sheet.display, here.audio)
    }
  }

  /// The audio file at the end of a path; `nil` where it leads nowhere.
  private static func follow(
    _ parts: [String], _ look: ([FilePath]) -> (audio: [FilePath], folders: [FilePath])?
  ) -> FilePath? {
    var folder: [FilePath] = []
    for part in parts.dropLast() {
      if part == ".." {
        if folder.isEmpty || folder.last == FilePath("..") {
          folder.append(FilePath(".."))
        } else {
          folder.removeLast()
        }
        continue
      }
      guard let inside = look(folder), let next = same(part, inside.folders) else { return nil }
      folder.append(next)
    }
    guard let last = parts.last, let inside = look(folder),
      let name = same(last, inside.audio) ?? like(last, inside.audio)
    else { return nil }
    return folder.isEmpty ? name : folder.dropFirst().reduce(folder[0]) { $0.appending($1) }.appending(name)
  }

  /// The name that is one as it is, or the only one but for case and normalisation.
  private static func same(_ wanted: String, _ names: [FilePath]) -> FilePath? {
    if let exact = names.first(where: { $0 == FilePath(wanted) }) { return exact }
    let folded = Folding.component(wanted)
    let found = names.filter { Folding.component($0.display) == folded }
    return found.count == 1 ? found[0] : nil
  }

  /// The only name that is one but for its extension.
  private static func like(_ wanted: String, _ names: [FilePath]) -> FilePath? {
    func stem(_ name: String) -> FoldedText {
      Folding.component(FilePath(name).fileExtension.isEmpty ? name : FilePath(name).nameWithoutExtension)
    }
    let folded = stem(wanted)
    let found = names.filter { stem($0.display) == folded }
    return found.count == 1 ? found[0] : nil
  }

  // MARK: Text

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

  /// The frames of a time `mm:ss:ff`. Frames and seconds that go beyond a whole second or minute are carried; of three
  /// digits the last part is a thousandth of a second; without frames they are 0.
  private static func frames(_ text: String) -> Int? {
    let parts = text.utf8.split(omittingEmptySubsequences: false) { ":.,;".utf8.contains($0) }
    let numbers = parts.compactMap { LocationString.decimal(Array($0)) }
    guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers[0] < 100_000, numbers[1] < 100 else {
      return nil
    }
    let whole = (numbers[0] * 60 + numbers[1]) * framesPerSecond
    guard let last = parts.dropFirst(2).first else { return whole }
    guard last.count <= 3 else { return nil }
    return whole + (last.count == 3 ? numbers[2] * framesPerSecond / 1_000 : numbers[2])
  }
}
