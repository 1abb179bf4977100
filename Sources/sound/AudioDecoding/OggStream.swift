import Platform
import Tracks

/// The pages of an Ogg file (RFC 3533), walked for the length and the hash of the packets without decoding.
struct OggStream {
  /// The sample rate of the identification header, 0 where it has none.
  var sampleRate = 0
  /// The number of channels of the identification header.
  var channels = 0
  /// The granule position at the end of the last packet.
  var lastGranule: Int64 = 0
  /// Samples that decoders drop at the start (Opus).
  var preSkip: Int64 = 0
  /// Where the streams that follow each other begin.
  var starts: [Int64] = []
  /// The bytes of the packets behind the headers.
  var length: Int64 = 0
  /// Whether the first granule position is larger than the packets before it can explain: a stream cut out of another.
  var startsLate = false
  /// Whether no granule position, or one that cannot be, stands where the last packet ends: nothing tells the length.
  var endsUnknown = false
  /// The hash of the packets behind the headers.
  var digest: [UInt8] = []

  /// The codec that the page at `offset` announces.
  static func codec(_ file: ByteFile, at offset: Int64) -> Container.OggCodec {
    guard let page = OggPage(file, at: offset) else { return .other }
    let body = file.bytes(at: page.body, count: min(page.length, 64))
    if body.has("\u{1}vorbis") { return .vorbis }
    if body.has("OpusHead") { return .opus }
    if body.has("\u{7F}FLAC") { return .flac }
    if body.has("Speex   ") { return .speex }
    return .other
  }

  /// Whether the last whole page belongs to another stream than the first: a chain, or several streams at once.
  static func isChained(_ file: ByteFile, in bytes: Range<Int64>) -> Bool {
    guard let first = OggPage(file, at: bytes.lowerBound) else { return false }
    if let second = OggPage(file, at: first.end), second.isFirst { return true }
    let farthest = max(bytes.lowerBound, bytes.upperBound - Int64(ByteFile.capacity))
    let count = Int(bytes.upperBound - farthest)
    let tail = file.bytes(at: farthest, count: count)
    var index = tail.count - 27
    while index >= 0 {
      if tail[index] == 0x4F, tail.has("OggS", at: index), tail[index + 4] == 0 {
        return tail.little(index + 14, as: UInt32.self) != first.serial
      }
      index -= 1
    }
    return false
  }

  /// Walks all pages in `bytes`.
  init(_ file: ByteFile, in bytes: Range<Int64>, codec: Container.OggCodec) {
    let hash = ContentHash()
    let lengths = ContentHash()
    var position = bytes.lowerBound
    var serial: UInt32 = 0
    var headers = 0
    var packet: Int64 = 0
    var packets: Int64 = 0
    var base: Int64 = 0
    var isFirstGranule = true
    while let page = Self.nextPage(file, from: position, to: bytes.upperBound) {
      position = page.end
      if page.isFirst, starts.isEmpty || (page.serial != serial && headers == 0) {
        serial = page.serial
        starts.append(page.start)
        headers = Self.headerCount(file, page: page, codec: codec)
        packet = 0
        if starts.count == 1 { readIdentification(file, page: page, codec: codec) }
      }
      guard page.serial == serial else { continue }
      // Where the page's audio begins; the lacing values tell where packets end.
      var audio = headers > 0 ? -1 : 0
      var offset = 0
      let before = packets
      let table = file.bytes(at: page.start + 27, count: page.segments)
      for value in table {
        offset += Int(value)
        packet += Int64(value)
        guard value < 255 else { continue }
        if headers > 0 {
          headers -= 1
          if headers == 0 { audio = offset }
        } else {
          lengths.add(packet)
          packets += 1
        }
        packet = 0
      }
      guard audio >= 0 else { continue }
      let body = file.bytes(at: page.body + Int64(audio), count: page.length - audio)
      hash.add(body)
      length += Int64(body.count)
      if packets > before { endsUnknown = page.granule < 0 }
      guard page.granule >= 0, packets > 0 else { continue }
      let farthest = packets * Self.longestPacket
      if isFirstGranule {
        startsLate = page.granule > farthest
        base = startsLate ? page.granule : 0
        isFirstGranule = false
      }
      // A damaged number must not make hours of minutes.
      endsUnknown = page.granule - base > farthest
      if !endsUnknown { lastGranule = page.granule }
    }
    lengths.digest.withUnsafeBytes { hash.add($0) }
    digest = hash.digest
  }

  /// No packet of Vorbis (8,192 frames at most), Opus (5,760) or FLAC in Ogg (65,535) is longer.
  private static let longestPacket: Int64 = 65_536

  private static func nextPage(_ file: ByteFile, from start: Int64, to end: Int64) -> OggPage? {
    var position = start
    while position + 27 <= end {
      if let page = OggPage(file, at: position) { return page.end <= end ? page : nil }
      position += 1
      let piece = file.bytes(at: position, count: 4_096)
      position += Int64(piece.firstIndex(of: 0x4F) ?? piece.count)
    }
    return nil
  }

  private static func headerCount(_ file: ByteFile, page: OggPage, codec: Container.OggCodec) -> Int {
    let body = file.bytes(at: page.body, count: min(page.length, 80))
    switch codec {
    case .vorbis: return 3
    case .opus: return 2
    case .flac: return body.count >= 9 ? 1 + Int(body.big(7, as: UInt16.self)) : 2
    case .speex: return body.count >= 72 ? 2 + Int(min(255, body.little(68, as: UInt32.self))) : 2
    case .other: return 2
    }
  }

  private mutating func readIdentification(_ file: ByteFile, page: OggPage, codec: Container.OggCodec) {
    let body = file.bytes(at: page.body, count: min(page.length, 80))
    switch codec {
    case .vorbis where body.count >= 30:
      channels = Int(body[11])
      sampleRate = Int(body.little(12, as: UInt32.self))
    case .opus where body.count >= 19:
      channels = Int(body[9])
      preSkip = Int64(body.little(10, as: UInt16.self))
      sampleRate = 48_000
    case .flac where body.count >= 13 + 4 + 18:
      let bits = body.big(13 + 4 + 10, as: UInt64.self)
      sampleRate = Int(bits >> 44)
      channels = Int(bits >> 41 & 7) + 1
    default:
      break
    }
  }
}

/// The header of one Ogg page.
struct OggPage {
  let start: Int64
  let granule: Int64
  let serial: UInt32
  let segments: Int
  /// The number of bytes behind the header.
  let length: Int
  /// Whether a stream begins here.
  let isFirst: Bool

  /// Where the bytes behind the header begin.
  var body: Int64 { start + 27 + Int64(segments) }
  /// Where the next page begins.
  var end: Int64 { body + Int64(length) }

  /// The page at `offset`, or `nil` where there is none.
  init?(_ file: ByteFile, at offset: Int64) {
    let head = file.bytes(at: offset, count: 27 + 255)
    guard head.count >= 27, head.has("OggS"), head[4] == 0 else { return nil }
    let segments = Int(head[26])
    guard head.count >= 27 + segments else { return nil }
    start = offset
    isFirst = head[5] & 2 != 0
    granule = head.little(6, as: Int64.self)
    serial = head.little(14, as: UInt32.self)
    self.segments = segments
    var length = 0
    for index in 0..<segments { length += Int(head[27 + index]) }
    self.length = length
  }
}
