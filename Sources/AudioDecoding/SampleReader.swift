public import Tracks

/// Reads samples out of audio files: mono, at the rate of the analysis.
///
/// It owns its buffers and resamplers and uses them again for the next file; one thread at a time may use it.
public final class SampleReader {
  private let scratch = Scratch()
  private var mono = Scratch()
  private var output: UnsafeMutableBufferPointer<Float> = .allocate(capacity: Sampling.length)
  private var resampler: Resampler?

  /// A reader without any memory of a file.
  public init() {}

  deinit {
    output.deallocate()
  }

  /// Decodes samples of `Sampling.seconds` and hands each to `body` with its place in `starts`.
  ///
  /// A sample begins at frame round(start x rate) of the file's own rate. Its values are the mean of all channels,
  /// resampled on its own (libsoxr, high quality), not yet scaled, and lent for the length of the call; `body` may change
  /// them. There are `Sampling.length` of them, fewer only where the audio ends. Values are finite.
  ///
  /// Samples are handed over in ascending order of their starts, and no frame is decoded twice however they overlap. A
  /// sample of which less than a second can be decoded (behind the end of a file that was cut off, in a damaged stretch)
  /// is left out, unless the audio itself is shorter.
  /// - Parameters:
  ///   - path: The file.
  ///   - properties: What `AudioFile.probe` said of it.
  ///   - starts: Where the samples begin, in seconds from the start of the audio.
  ///   - body: Gets the index of the start and the values.
  /// - Throws: `DecodingFailure` where not a single sample could be decoded; what `body` throws.
  public func read(
    _ path: FilePath, properties: AudioProperties, starts: [Double],
    body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let file = try ByteFile.open(path)
    let container = Container(file)
    let delivered: Int
    switch container.decoder {
    case .libsndfile:
      delivered = try readWithLibsndfile(file, container, path, properties, starts, body)
    case .opusfile:
      var source = try OpusStream(file, in: container.bytes, path: path, scratch: scratch)
      delivered = try read(&source, path, properties, starts, body)
    case .vorbisfile:
      var source = try VorbisStream(file, in: container.bytes, path: path)
      delivered = try read(&source, path, properties, starts, body)
    case .ffmpeg:
      delivered = try readWithFFmpeg(path, container, properties, starts, body)
    }
    guard delivered > 0 || starts.isEmpty else { throw DecodingFailure(.damaged, path) }
  }

  private func readWithLibsndfile(
    _ file: ByteFile, _ container: Container, _ path: FilePath, _ properties: AudioProperties, _ starts: [Double],
    _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Int {
    do {
      let part =
        container.kind == .mpeg
        ? MPEGStream.part(file, in: container.bytes, frames: properties.frames) : FilePart(file, container.bytes)
      var source = try SoundFile(part, path: path, scratch: scratch)
      return try read(&source, path, properties, starts, body)
    } catch let failure as DecodingFailure where failure.reason == .unsupported && FFmpeg.program("ffmpeg") != nil {
      return try readWithFFmpeg(path, container, properties, starts, body)
    }
  }

  private func readWithFFmpeg(
    _ path: FilePath, _ container: Container, _ properties: AudioProperties, _ starts: [Double],
    _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Int {
    let isBare = container.kind == .adts || container.kind == .other
    var source = try FFmpegStream(path, properties: properties, isBare: isBare, scratch: scratch)
    let delivered = try read(&source, path, properties, starts, body)
    if source.isStalled { throw DecodingFailure(.timedOut, path) }
    return delivered
  }

  private func read<Source: FrameSource & ~Copyable>(
    _ source: inout Source, _ path: FilePath, _ properties: AudioProperties, _ starts: [Double],
    _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Int {
    let rate = source.sampleRate
    let length = rate * Sampling.seconds
    let shortest = Int(min(Int64(rate), max(1, properties.frames)))
    let window = mono.values(length)
    try prepare(rate: rate, path: path)
    let order = starts.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
    var delivered = 0
    // The window holds `filled` frames from `first`; the source stands at `position`, nil where that is unknown.
    var first: Int64 = 0
    var filled = 0
    var position: Int64? = 0
    for (place, index) in order.enumerated() {
      let wanted = Int64((max(0, starts[index]) * Double(rate)).rounded())
      if wanted < first + Int64(filled), let end = position, end == first + Int64(filled) {
        let dropped = Int(wanted - first)
        filled -= dropped
        window.update(from: window + dropped, count: filled)
      } else {
        filled = 0
        position = advance(&source, from: position, to: wanted)
        guard position != nil else { continue }
      }
      first = wanted
      let got = source.read(into: window + filled, count: length - filled)
      Mono.sanitise(window + filled, count: got)
      filled += got
      position = filled == length ? first + Int64(length) : nil
      guard filled >= shortest else { continue }
      let isKept = place + 1 < order.count && starts[order[place + 1]] < starts[index] + Double(Sampling.seconds)
      try body(index, sample(window, count: filled, rate: rate, isKept: isKept))
      delivered += 1
    }
    return delivered
  }

  /// Makes a sample out of the window: the window itself where it has the right rate and is not needed again.
  private func sample(
    _ window: UnsafeMutablePointer<Float>, count: Int, rate: Int, isKept: Bool
  ) -> UnsafeMutableBufferPointer<Float> {
    let target = output.baseAddress!
    if rate == Sampling.rate {
      if !isKept { return UnsafeMutableBufferPointer(start: window, count: count) }
      target.update(from: window, count: count)
      return UnsafeMutableBufferPointer(start: target, count: count)
    }
    let made = resampler?.convert(window, count: count, into: target, capacity: Sampling.length) ?? 0
    return UnsafeMutableBufferPointer(start: target, count: made)
  }

  private func prepare(rate: Int, path: FilePath) throws(DecodingFailure) {
    guard rate != Sampling.rate, resampler?.sourceRate != rate else { return }
    resampler = Resampler(sourceRate: rate)
    if resampler == nil { throw DecodingFailure(.unsupported, path, detail: "a sample rate of \(rate) Hz") }
  }

  /// Brings a source to a frame, and returns it, or `nil` where it cannot be reached.
  private func advance<Source: FrameSource & ~Copyable>(
    _ source: inout Source, from position: Int64?, to wanted: Int64
  ) -> Int64? {
    if let position, wanted >= position, wanted - position <= Int64(source.cheapGap) {
      return skip(&source, Int(wanted - position)) ? wanted : nil
    }
    // Decoders may land beside the target: read on up to it, or start further ahead.
    var target = wanted
    for _ in 0..<4 {
      guard let reached = source.seek(to: target) else { break }
      if reached <= wanted { return skip(&source, Int(wanted - reached)) ? wanted : nil }
      target = max(0, target - 2 * (reached - wanted))
    }
    return nil
  }

  /// Decodes `count` frames for nothing.
  private func skip<Source: FrameSource & ~Copyable>(_ source: inout Source, _ count: Int) -> Bool {
    var left = count
    while left > 0 {
      let piece = min(left, Sampling.length)
      if source.read(into: output.baseAddress!, count: piece) < piece { return false }
      left -= piece
    }
    return true
  }
}
