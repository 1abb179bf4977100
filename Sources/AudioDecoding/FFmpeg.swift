import Glibc
import Tracks

/// The programs of FFmpeg, which know every format, where they are installed.
enum FFmpeg {
  /// What ffprobe says of a file's first audio stream.
  struct Report {
    var properties: AudioProperties
    var tags: TrackTags
  }

  /// The words that name a file to FFmpeg: never an option, never another protocol, nothing but itself to be opened.
  static func input(_ path: FilePath) -> [[UInt8]] {
    words("-protocol_whitelist", "file", "-i") + [Array("file:".utf8) + path.bytes]
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

  /// Asks ffprobe about a file.
  ///
  /// `isAudio` tells that its first bytes are those of audio, so that what ffprobe makes nothing of is damaged.
  static func probe(_ path: FilePath, isAudio: Bool) throws(DecodingFailure) -> Report {
    guard let program = SearchPath.program("ffprobe"), SearchPath.program("ffmpeg") != nil else {
      throw DecodingFailure(.ffmpegMissing, path)
    }
    let entries = """
      format=format_name,probe_score,duration,bit_rate:format_tags:\
      stream=codec_name,sample_rate,channels,duration,bit_rate:stream_tags
      """
    let arguments =
      words("-v", "quiet", "-of", "flat", "-select_streams", "a:0", "-show_entries", entries) + input(path)
    guard var child = ChildProgram(program, arguments) else { throw unstartable("ffprobe", path) }
    var fields: [String: String] = [:]
    var tags: [(name: String, value: String)] = []
    for line in try lines(of: &child, path) {
      guard let (key, value) = field(line) else { continue }
      if let mark = key.range(ofTags: ".tags.") {
        tags.append((String(key[mark...]), value))
      } else {
        fields[key] = value
      }
    }
    return try report(fields, tags, path, isAudio)
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
    func seconds(_ key: String) -> Double? {
      fields[key].flatMap { Double($0) }.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }
    guard let duration = seconds(stream + "duration") ?? seconds("format.duration"), duration < 1e8 else {
      throw DecodingFailure(.noFrames, path)
    }
    let bitRate = (fields[stream + "bit_rate"] ?? fields["format.bit_rate"]).flatMap { Int($0) } ?? 0
    let frames = max(1, Int64(KernelNumber.integer((duration * Double(rate)).rounded())))
    let short = codec.hasPrefix("pcm_") ? "pcm" : codec.hasPrefix("dsd_") ? "dsd" : codec
    return Report(
      properties: AudioProperties(
        codec: short, sampleRate: rate, channels: channels, frames: frames, bitRate: bitRate),
      tags: TagReader.tags(tags))
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

  private static func lines(
    of child: inout ChildProgram, _ path: FilePath
  ) throws(DecodingFailure) -> [[UInt8]] {
    // Tags are small; whoever writes more than this has found something else.
    let most = 1 << 24
    var text: [UInt8] = []
    let capacity = 1 << 16
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    defer { buffer.deallocate() }
    reading: while text.count < most {
      switch child.read(into: buffer.baseAddress!, count: capacity) {
      case .bytes(let count): text.append(contentsOf: buffer[..<count])
      case .ended: break reading
      case .failed(let reason, let words): throw DecodingFailure(reason, path, detail: "ffprobe: \(words)")
      }
    }
    return text.split(separator: 10).map(Array.init)
  }

  /// The hash of the packets that ffmpeg copies out of the first audio stream.
  static func hashPackets(_ path: FilePath, _ hash: borrowing AudioHash) throws(DecodingFailure) {
    guard let program = SearchPath.program("ffmpeg") else { throw DecodingFailure(.ffmpegMissing, path) }
    let arguments =
      words("-v", "quiet", "-nostdin") + input(path) + words("-map", "0:a:0", "-c", "copy", "-f", "data", "pipe:1")
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
