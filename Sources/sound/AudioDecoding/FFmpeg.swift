import Glibc
import Tracks

/// The programs of FFmpeg, which know every format, where they are installed.
enum FFmpeg {
  /// What ffprobe says of a file's first audio stream.
  struct Report {
    /// What the stream is; its frames are the caller's to tell.
    var properties: AudioProperties
    /// Names and values of tags, those of the file first.
    var tags: [(name: String, value: String)]
    /// The length that is stated or guessed, in seconds; `nil` without one.
    var stated: Double?
    /// The number of packets, the length of all and of the last, in seconds; 0 where they were not asked for, and the
    /// lengths where they carry no times.
    var packets = 0
    var counted = 0.0
    var lastPacket = 0.0
    /// Whether the last packet itself tells its length.
    var isLastTold = false
  }

  /// One of FFmpeg's programs, to be started for a file.
  static func program(_ name: String, for path: FilePath) throws(DecodingFailure) -> FilePath {
    guard FileAccess.startsPrograms else { throw DecodingFailure(.programWanted, path) }
    guard let program = SearchPath.program(name) else { throw DecodingFailure(.ffmpegMissing, path) }
    return program
  }

  /// Arguments as bytes.
  static func words(_ words: String...) -> [[UInt8]] {
    words.map { Array($0.utf8) }
  }

  /// Formats that hold no audio of their own, or that are taken for anything without a better name.
  private static let foreign: Set<String> = [
    "hls", "concat", "concatf", "dash", "sdp", "rtsp", "tty", "lrc", "ass", "srt", "webvtt", "subviewer", "microdvd",
    "ffmetadata", "image2", "imf", "h264", "hevc",
  ]

  /// The names that MP4 files give to streams that only a licence opens (FairPlay, Common Encryption, Audible).
  private static let encrypted: Set<String> = ["drms", "drmi", "enca", "encv", "aavd", "p608"]

  /// Asks ffprobe about a file.
  ///
  /// - Parameters:
  ///   - input: The file.
  ///   - isAudio: Whether its first bytes are those of audio, so that what ffprobe makes nothing of is damaged.
  ///   - isCounted: Whether its packets are to be counted, which reads all of it and decodes nothing.
  static func probe(_ input: Input, isAudio: Bool, isCounted: Bool = true) throws(DecodingFailure) -> Report {
    let path = input.path
    let program = try self.program("ffprobe", for: path)
    _ = try self.program("ffmpeg", for: path)
    let entries = """
      format=format_name,probe_score,duration,bit_rate:format_tags:\
      stream=codec_name,codec_tag_string,sample_rate,channels,time_base,duration,bit_rate:stream_tags
      """
    let all = entries + (isCounted ? ":packet=pts,duration" : "")
    let arguments = words("-v", "quiet", "-of", "flat", "-select_streams", "a:0", "-show_entries", all) + input.words
    guard var child = ChildProgram(program, arguments) else { throw unstartable("ffprobe", path) }
    var fields: [String: String] = [:]
    var tags: [(name: String, value: String)] = []
    var reader = PacketCount.Reader()
    for line in try lines(of: &child, path, without: { reader.take($0) }) {
      guard let (key, value) = field(line) else { continue }
      if let mark = key.range(ofTags: ".tags.") {
        tags.append((String(key[mark...]), value))
      } else {
        fields[key] = value
      }
    }
    reader.finish()
    var report = try report(fields, tags, path, isAudio)
    report.packets = reader.count.packets
    let tick = fields["streams.stream.0.time_base"].flatMap(seconds(ofTick:)) ?? 0
    report.counted = reader.count.ticks * tick
    report.lastPacket = reader.count.last * tick
    report.isLastTold = reader.count.isLastTold
    return report
  }

  /// A fraction of a second such as `1/44100`; `nil` where the text is none.
  private static func seconds(ofTick text: String) -> Double? {
    let parts = text.split(separator: "/").compactMap { Double($0) }
    return parts.count == 2 && parts[0] > 0 && parts[1] > 0 ? parts[0] / parts[1] : nil
  }

  /// The failure of a file whose program the system does not start, by the error number that it left.
  static func unstartable(_ program: String, _ path: FilePath) -> DecodingFailure {
    DecodingFailure(.unreadable, path, detail: "\(program) cannot be started: \(String(cString: strerror(errno)))")
  }

  private static func report(
    _ fields: [String: String], _ tags: [(name: String, value: String)], _ path: FilePath, _ isAudio: Bool
  ) throws(DecodingFailure) -> Report {
    let stream = "streams.stream.0."
    let formats = Set(fields["format.format_name", default: ""].split(separator: ",").map(String.init))
    let least = 25
    guard let score = fields["format.probe_score"].flatMap({ Int($0) }), score >= least,
      formats.isDisjoint(with: foreign), !formats.contains(where: { $0.hasSuffix("_pipe") })
    else {
      if isAudio { throw DecodingFailure(.damaged, path, detail: "ffprobe cannot make out what is in it") }
      throw DecodingFailure(.notAudio, path)
    }
    guard let codec = fields[stream + "codec_name"], codec != "unknown",
      let rate = fields[stream + "sample_rate"].flatMap({ Int($0) }), rate > 0,
      let channels = fields[stream + "channels"].flatMap({ Int($0) }), channels > 0
    else { throw DecodingFailure(.damaged, path, detail: "ffprobe finds no audio stream that can be decoded") }
    if let mark = fields[stream + "codec_tag_string"], encrypted.contains(mark) {
      throw DecodingFailure(.encrypted, path, detail: mark)
    }
    func seconds(_ key: String) -> Double? {
      fields[key].flatMap { Double($0) }.flatMap { $0.isFinite && $0 > 0 && $0 < 1e8 ? $0 : nil }
    }
    let bitRate = (fields[stream + "bit_rate"] ?? fields["format.bit_rate"]).flatMap { Int($0) } ?? 0
    let short = codec.hasPrefix("pcm_") ? "pcm" : codec.hasPrefix("dsd_") ? "dsd" : codec
    return Report(
      properties: AudioProperties(
        codec: short, sampleRate: rate, channels: channels, frames: 0, bitRate: bitRate),
      tags: tags, stated: seconds(stream + "duration") ?? seconds("format.duration"))
  }

  /// A line such as `format.tags.title="a \\"b\\""` as its key and its value.
  static func field(_ line: [UInt8]) -> (String, String)? {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    var value: [UInt8] = []
    var rest = line[(equals + 1)...]
    if rest.first == UInt8(ascii: "\""), rest.last == UInt8(ascii: "\""), rest.count >= 2 {
      rest = rest.dropFirst().dropLast()
    }
    var isEscaped = false
    for byte in rest {
      if isEscaped {
        value.append(byte == UInt8(ascii: "n") ? 10 : byte == UInt8(ascii: "r") ? 13 : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        value.append(byte)
      }
    }
    return (String(decoding: line[..<equals], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  /// The lines that a program writes, without those that `take` has taken.
  private static func lines(
    of child: inout ChildProgram, _ path: FilePath, without take: (ArraySlice<UInt8>) -> Bool
  ) throws(DecodingFailure) -> [[UInt8]] {
    // Tags are small; whoever writes more than this has found something else.
    let most = 1 << 24
    var kept = 0
    var lines: [[UInt8]] = []
    var text: [UInt8] = []
    let capacity = 1 << 16
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { buffer.deallocate() }
    func cut() {
      var start = text.startIndex
      while let end = text[start...].firstIndex(of: 10) {
        if !take(text[start..<end]), end > start {
          lines.append(Array(text[start..<end]))
          kept += end - start
        }
        start = end + 1
      }
      text.removeSubrange(..<start)
    }
    reading: while kept + text.count < most {
      switch child.read(into: buffer.baseAddress!, count: capacity) {
      case .bytes(let count):
        text.append(contentsOf: buffer[..<count])
        cut()
      case .ended: break reading
      case .failed(let reason, let words): throw DecodingFailure(reason, path, detail: "ffprobe: \(words)")
      }
    }
    return lines
  }

  /// The hash of the packets that ffmpeg copies out of the first audio stream.
  static func hashPackets(_ input: Input, _ hash: borrowing AudioHash) throws(DecodingFailure) {
    let path = input.path
    let program = try self.program("ffmpeg", for: path)
    let arguments =
      words("-v", "quiet", "-nostdin") + input.words + words("-map", "0:a:0", "-c", "copy", "-f", "data", "pipe:1")
    guard var child = ChildProgram(program, arguments) else { throw unstartable("ffmpeg", path) }
    let capacity = 1 << 16
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { buffer.deallocate() }
    var isEmpty = true
    while true {
      switch child.read(into: buffer.baseAddress!, count: capacity) {
      case .bytes(let count):
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        isEmpty = false
      case .ended:
        if isEmpty { throw DecodingFailure(.damaged, path, detail: "ffmpeg finds no packets") }
        return
      case .failed(let reason, let words): throw DecodingFailure(reason, path, detail: "ffmpeg: \(words)")
      }
    }
  }
}

extension String {
  /// Where the text behind the first `mark` begins, or `nil` without it.
  fileprivate func range(ofTags mark: String) -> String.Index? {
    let bytes = Array(mark.utf8)
    var index = utf8.startIndex
    while index < utf8.endIndex {
      if utf8[index...].starts(with: bytes) { return utf8.index(index, offsetBy: bytes.count) }
      index = utf8.index(after: index)
    }
    return nil
  }
}
