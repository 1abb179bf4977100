import CLibav
import Tracks

/// What libavformat says of a file's first audio stream.
struct LibavReport {
  /// What the stream is; its frames are the caller's to tell.
  var properties: AudioProperties
  /// Names and values of tags, those of the stream first.
  let tags: [(name: String, value: String)]
  /// The length that is stated or guessed, in seconds; `nil` without one.
  let stated: Double?

  /// The names that MP4 files give to streams that only a licence opens (FairPlay, Common Encryption, Audible).
  private static let encrypted: Set<String> = ["drms", "drmi", "enca", "encv", "aavd", "p608"]

  /// Looks at an open file, of which no packet need have been read.
  init(_ file: LibavFile, _ path: FilePath) throws(DecodingFailure) {
    let parameters = file.stream.pointee.codecpar.pointee
    let channels = Int(parameters.ch_layout.nb_channels)
    guard let codec = avcodec_descriptor_get(parameters.codec_id), parameters.sample_rate > 0, channels > 0 else {
      throw DecodingFailure(.damaged, path, detail: "no audio stream that can be decoded")
    }
    let mark = withUnsafeBytes(of: parameters.codec_tag.littleEndian) { String(decoding: $0, as: UTF8.self) }
    if Self.encrypted.contains(mark) { throw DecodingFailure(.encrypted, path, detail: mark) }
    let name = String(cString: codec.pointee.name)
    let bitRate = parameters.bit_rate > 0 ? parameters.bit_rate : file.context.pointee.bit_rate
    properties = AudioProperties(
      codec: name.hasPrefix("pcm_") ? "pcm" : name.hasPrefix("dsd_") ? "dsd" : name,
      sampleRate: Int(parameters.sample_rate), channels: channels, frames: 0, bitRate: Int(max(0, bitRate)))
    tags = Self.pairs(file.stream.pointee.metadata) + Self.pairs(file.context.pointee.metadata)
    func seconds(_ ticks: Int64, _ tick: Double) -> Double? {
      let value = Double(ticks) * tick
      return ticks != libav_no_time && value > 0 && value < 1e8 ? value : nil
    }
    stated =
      seconds(file.stream.pointee.duration, av_q2d(file.stream.pointee.time_base))
      ?? seconds(file.context.pointee.duration, 1 / Double(AV_TIME_BASE))
  }

  private static func pairs(_ dictionary: OpaquePointer?) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    var entry: UnsafeMutablePointer<AVDictionaryEntry>?
    while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
      entry = next
      // Statistics are known by names without blanks.
      let name = String(decoding: String(cString: next.pointee.key).utf8.map { isPlain($0) ? $0 : 95 }, as: UTF8.self)
      pairs.append((name, String(cString: next.pointee.value)))
    }
    return pairs
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
  }
}
