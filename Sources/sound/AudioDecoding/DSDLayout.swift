import Tracks

/// How many samples of one bit are there in a DSF or DSDIFF file.
struct DSDLayout {
  /// The number of channels.
  let channels: Int
  /// The samples a second of each channel, in Hz.
  let rate: Int
  /// The bytes of each channel that are there.
  let length: Int64

  /// What the audio is: a value for eight samples.
  var properties: AudioProperties {
    AudioProperties(codec: "dsd", sampleRate: rate / 8, channels: channels, frames: length, bitRate: rate * channels)
  }

  /// The layout of a file of a kind that has one.
  init(_ file: ByteFile, in container: Container, path: FilePath) throws(DecodingFailure) {
    if case .dsdiff = container.kind {
      self = try Chunks(file, in: container.bytes).layout(path)
    } else {
      try self.init(dsf: file, in: container.bytes, path: path)
    }
  }

  /// A DSF file (DSF File Format Specification 1.01): header, format and data follow each other, the tag comes behind.
  private init(dsf file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    let head = file.bytes(at: bytes.lowerBound, count: 92)
    guard head.count == 92, head.has("DSD "), head.has("fmt ", at: 28), head.has("data", at: 80) else {
      throw DecodingFailure(.damaged, path, detail: "no header of DSF")
    }
    let bits = head.little(60, as: UInt32.self)
    let start = bytes.lowerBound + 92
    let pointer = bytes.lowerBound &+ head.little(20, as: Int64.self)
    var end = bytes.upperBound
    if pointer > start, pointer < end { end = pointer }
    // Its size counts the 12 bytes before the samples.
    let size = head.little(84, as: Int64.self)
    if size > 12, size - 12 < end - start { end = start + size - 12 }
    let samples = head.little(64, as: Int64.self)
    try self.init(
      (
        Int(head.little(52, as: UInt32.self)), Int(head.little(56, as: UInt32.self)),
        Int(head.little(72, as: UInt32.self))
      ), start..<max(start, end), most: samples > 0 ? samples / 8 : .max,
      isKnown: bits == 1 || bits == 8, path)
  }

  private init(
    _ form: (channels: Int, rate: Int, block: Int), _ bytes: Range<Int64>, most: Int64, isKnown: Bool,
    _ path: FilePath
  ) throws(DecodingFailure) {
    guard isKnown, (1...8).contains(form.channels), form.rate > 0, form.rate % 8 == 0, (1...65_536).contains(form.block)
    else {
      throw DecodingFailure(.unsupported, path, detail: "DSD of \(form.channels) channels at \(form.rate) Hz")
    }
    let group = Int64(form.block * form.channels)
    let there = Int64(bytes.count) / group * Int64(form.block)
    channels = form.channels
    rate = form.rate
    length = min(most, there)
    guard length > 0 else { throw DecodingFailure(.noFrames, path) }
  }
}

extension DSDLayout {
  /// The chunks of a DSDIFF file (DSDIFF File Format Specification 1.5).
  struct Chunks {
    private var channels = 0
    private var rate = 0
    /// The samples, a byte of each channel in turn.
    private(set) var sound: Range<Int64>?
    /// Whether the samples are compressed (Direct Stream Transfer).
    private(set) var isCompressed = false
    /// Where an ID3v2 tag begins; `nil` without one.
    private(set) var tag: Int64?

    /// Walks the chunks of the file that is found in `bytes` of a file.
    init(_ file: ByteFile, in bytes: Range<Int64>) {
      walk(file, bytes.lowerBound + 16, bytes.upperBound)
    }

    private mutating func walk(_ file: ByteFile, _ start: Int64, _ end: Int64) {
      var position = start
      // A handful in every file; more come from damage.
      for _ in 0..<1_000 {
        let head = file.bytes(at: position, count: 24)
        guard position < end, head.count >= 12 else { return }
        let size = head.big(4, as: Int64.self)
        let body = position + 12
        guard size >= 0 else { return }
        let next = size > end - body ? end : body + size
        if head.has("PROP"), head.has("SND ", at: 12) {
          walk(file, body + 4, next)
        } else if head.has("FS  "), head.count >= 16 {
          rate = Int(head.big(12, as: UInt32.self))
        } else if head.has("CHNL"), head.count >= 14 {
          channels = Int(head.big(12, as: UInt16.self))
        } else if head.has("CMPR"), head.count >= 16 {
          isCompressed = !head.has("DSD ", at: 12)
        } else if head.has("DST ") {
          isCompressed = true
        } else if head.has("DSD ") {
          sound = sound ?? body..<max(body, next)
        } else if head.has("ID3 ") {
          tag = body
        }
        position = next + (size & 1)
      }
    }

    /// The layout of samples that are not compressed.
    func layout(_ path: FilePath) throws(DecodingFailure) -> DSDLayout {
      guard let sound, channels > 0, rate > 0 else {
        throw DecodingFailure(.damaged, path, detail: "no samples in DSDIFF")
      }
      return try DSDLayout((channels, rate, 1), sound, most: .max, isKnown: true, path)
    }
  }
}
