import CTagLib
import Tracks

/// A tag before or behind the audio, whatever the kind of file: an ID3v2 tag or an ID3v1 tag by its first byte, an APEv2
/// tag by the first byte of its footer.
struct OuterTag: Equatable {
  var kind: ctaglib_tag
  var offset: Int64
}

/// What kind of file the first and last bytes say this is, whatever its name says.
struct Container: Equatable {
  /// The kinds told apart here.
  enum Kind: Equatable {
    case flac, mpeg, riff, aiff, caf
    /// Uncompressed audio of the rarer formats that libsndfile knows (AU, W64).
    case sound
    case ogg(OggCodec, chained: Bool)
    case mp4, asf, ape, wavpack, musepack, trueAudio, matroska, dsf
    /// A bare stream of AAC frames.
    case adts
    /// One bit a sample in the chunks of DSDIFF.
    case dsdiff(isCompressed: Bool)
    /// Anything else that may be audio.
    case other
  }

  /// The codecs that Ogg streams announce in their first packet.
  enum OggCodec: Equatable {
    case vorbis, opus, flac, speex, other
  }

  /// What decodes it.
  enum Decoder: Equatable {
    case libsndfile, libav
  }

  var kind: Kind
  /// The audio's bytes: behind tags and junk at the start of the file and before those at its end.
  var bytes: Range<Int64>
  /// The tags before and behind these bytes, in the order in which they count.
  private(set) var tags: [OuterTag] = []

  /// What decodes files of this kind.
  var decoder: Decoder {
    switch kind {
    case .flac, .mpeg, .riff, .aiff, .caf, .sound: .libsndfile
    case .ogg, .mp4, .asf, .ape, .wavpack, .musepack, .trueAudio, .matroska, .dsf, .adts, .dsdiff, .other: .libav
    }
  }

  /// The kind of file for the tag reader, or `nil` where it knows none.
  var tagKind: ctaglib_kind? {
    switch kind {
    case .flac: CTAGLIB_FLAC
    case .mpeg: CTAGLIB_MPEG
    case .riff: CTAGLIB_WAV
    case .aiff: CTAGLIB_AIFF
    case .ogg(.vorbis, _): CTAGLIB_OGG_VORBIS
    case .ogg(.opus, _): CTAGLIB_OGG_OPUS
    case .ogg(.flac, _): CTAGLIB_OGG_FLAC
    case .ogg(.speex, _): CTAGLIB_OGG_SPEEX
    case .mp4: CTAGLIB_MP4
    case .asf: CTAGLIB_ASF
    case .ape: CTAGLIB_APE
    case .wavpack: CTAGLIB_WAVPACK
    case .musepack: CTAGLIB_MUSEPACK
    case .trueAudio: CTAGLIB_TRUE_AUDIO
    case .caf, .sound, .ogg(.other, _), .matroska, .dsf, .adts, .dsdiff, .other: nil
    }
  }

  /// Looks at a file's first and last bytes.
  init(_ file: ByteFile) {
    var tags: [OuterTag] = []
    let start = Self.afterTags(file, &tags)
    let end = Self.beforeTags(file, start: start, &tags)
    self.tags = tags.sorted { $0.kind.rawValue < $1.kind.rawValue }
    bytes = start..<max(start, end)
    let head = file.bytes(at: start, count: 64)
    if head.has("fLaC") {
      kind = .flac
    } else if head.has("OggS") {
      kind = .ogg(OggStream.codec(file, at: start), chained: OggStream.isChained(file, in: bytes))
    } else if head.has("RIFF") || head.has("RIFX") || head.has("RF64"), head.has("WAVE", at: 8) {
      kind = .riff
    } else if head.has("FORM"), head.has("AIFF", at: 8) || head.has("AIFC", at: 8) {
      kind = .aiff
    } else if head.has("caff") {
      kind = .caf
    } else if head.has(".snd") || head.has("riff") {
      kind = .sound
    } else if head.has("ftyp", at: 4) {
      kind = .mp4
    } else if head.has("\u{30}\u{26}") && head.count > 4 && head[2] == 0xB2 && head[3] == 0x75 {
      kind = .asf
    } else if head.count > 4, head.big(0, as: UInt32.self) == 0x1A45_DFA3 {
      kind = .matroska
    } else if head.has("DSD ") {
      kind = .dsf
    } else if head.has("FRM8"), head.has("DSD ", at: 12) {
      kind = .dsdiff(isCompressed: DSDLayout.Chunks(file, in: bytes).isCompressed)
    } else if head.has("MAC ") {
      kind = .ape
    } else if head.has("wvpk") {
      kind = .wavpack
    } else if head.has("MPCK") || head.has("MP+") {
      kind = .musepack
    } else if head.has("TTA1") || head.has("TTA2") {
      kind = .trueAudio
    } else if ADTSStream.begins(file, in: bytes) {
      kind = .adts
    } else if let header = MPEGStream.header(file, at: start),
      MPEGInformation(file, at: start, header: header).isPresent
    {
      kind = .mpeg
    } else if let first = MPEGStream.firstFrame(file, in: bytes) {
      kind = .mpeg
      bytes = first..<bytes.upperBound
    } else {
      kind = .other
    }
  }

  /// Where the ID3v2 and APEv2 tags at the start of a file end.
  private static func afterTags(_ file: ByteFile, _ tags: inout [OuterTag]) -> Int64 {
    var start: Int64 = 0
    while true {
      let head = file.bytes(at: start, count: 32)
      if head.has("ID3"), head.count >= 10, head[6] | head[7] | head[8] | head[9] < 0x80 {
        tags.append(OuterTag(kind: CTAGLIB_ID3V2, offset: start))
        let size = head[6..<10].reduce(Int64(0)) { $0 << 7 | Int64($1) }
        start += 10 + size + (head[5] & 0x10 != 0 ? 10 : 0)
        // Some taggers count the padding short: zeros follow where the audio should.
        start = afterZeros(file, from: start)
      } else if head.has("APETAGEX"), head.count == 32, head[23] & 0x20 != 0 {
        start += 32 + Int64(head.little(12, as: UInt32.self))
        tags.append(OuterTag(kind: CTAGLIB_APEV2, offset: start - 32))
      } else {
        return min(start, file.size)
      }
    }
  }

  private static func afterZeros(_ file: ByteFile, from start: Int64) -> Int64 {
    var position = start
    while position < file.size, position - start < 1 << 20 {
      let piece = file.bytes(at: position, count: 4_096)
      guard let other = piece.firstIndex(where: { $0 != 0 }) else {
        position += Int64(piece.count)
        continue
      }
      return position + Int64(other)
    }
    return start
  }

  /// Where the ID3v1, APEv2, Lyrics3 and appended ID3v2 tags at the end of a file begin.
  private static func beforeTags(_ file: ByteFile, start: Int64, _ tags: inout [OuterTag]) -> Int64 {
    var end = file.size
    while end > start {
      let before = end
      let foot = file.bytes(at: max(start, end - 256), count: Int(min(256, end - start)))
      let count = foot.count
      // The beginning of an APEv2 tag of 131 bytes looks like an ID3v1 tag.
      if count >= 128, foot.has("TAG", at: count - 128), !foot.has("APETAGEX", at: count - 131) {
        end -= 128
        tags.append(OuterTag(kind: CTAGLIB_ID3V1, offset: end))
        if count >= 227 + 128, foot.has("TAG+", at: count - 355) { end -= 227 }
      } else if count >= 32, foot.has("APETAGEX", at: count - 32) {
        let flags = foot.little(count - 12, as: UInt32.self)
        tags.append(OuterTag(kind: CTAGLIB_APEV2, offset: end - 32))
        end -= Int64(foot.little(count - 20, as: UInt32.self)) + (flags & 0x8000_0000 != 0 ? 32 : 0)
      } else if count >= 15, foot.has("LYRICS200", at: count - 9) {
        let size = foot[(count - 15)..<(count - 9)].reduce(Int64(0)) { $0 * 10 + Int64($1 & 15) }
        end -= size + 15
      } else if count >= 10, foot.has("3DI", at: count - 10) {
        let size = foot[(count - 4)..<count].reduce(Int64(0)) { $0 << 7 | Int64($1 & 0x7F) }
        end -= size + 20
      }
      if end < start { return before }
      if end == before { break }
    }
    return end
  }
}
