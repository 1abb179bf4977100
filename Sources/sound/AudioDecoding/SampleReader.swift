public import Tracks

/// Reads samples out of audio files: mono, at the rate of the analysis.
///
/// It owns its buffers and resamplers and uses them again for the next file; one thread at a time may use it.
public final class SampleReader {
  /// The sample rates of files that are read, in Hz: beyond them lie damaged headers.
  static let rates = 2_000...1_536_000

  private let scratch = Scratch()
  private let mono = Scratch()
  private var output: UnsafeMutableBufferPointer<Float> = .allocate(capacity: Sampling.length)
  private var resampler: Resampler?
  /// The share of the values of the sample handed over last that were none, such as NaN, and became 0 (0 to 1).
  public private(set) var unfitShare = 0.0

  /// A reader without any memory of a file.
  public init() {}

  deinit {
    output.deallocate()
  }

  /// Decodes samples of `Sampling.seconds` and hands each to `body` with its place in `starts`.
  ///
  /// A sample begins at frame round(start x rate) of the file's own rate. Its values are the mean of all channels or, where
  /// that lies more than 12 dB below the channels' mean power, what cancels in it (of two channels half their difference),
  /// resampled on its own (libsoxr, high quality), not yet scaled, and lent for the length of the call; `body` may change
  /// them. There are `Sampling.length` of them, fewer only where the audio ends. Values are finite.
  ///
  /// Samples are handed over in ascending order of their starts, and no frame is decoded twice however they overlap. A
  /// sample of which less than a second can be decoded (behind the end of a file that was cut off, in a damaged stretch)
  /// is left out, unless the audio itself is shorter: what is shorter than it says gives what there is. Values that are none,
  /// such as NaN, are 0 in it, and `unfitShare` tells how many; floats of another scale stay in it.
  /// - Parameters:
  ///   - path: The file.
  ///   - properties: What `AudioFile.probe` said of it.
  ///   - starts: Where the samples begin, in seconds from the start of the audio.
  ///   - body: Gets the index of the start and the values.
  /// - Throws: `DecodingFailure` where not a single sample could be decoded, or the decoder or the system gave up on the
  ///   way; what `body` throws.
  public func read(
    _ path: FilePath, properties: AudioProperties, starts: [Double],
    body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let source = try AudioSource.open(path, properties: properties, scratch: scratch)
    let rate = source.sampleRate
    try prepare(rate: rate, path: path)
    let shortest = Int(min(Int64(rate), max(1, properties.frames)))
    let length = rate * Sampling.seconds
    let isPaired = properties.channels > 1
    let memory = mono.values(isPaired ? 2 * length : length)
    // The samples are made out of the stretch, so their own memory is free on the way.
    let stretch = Stretch(
      source, MixTarget(mean: memory, apart: isPaired ? memory + length : nil), length: length,
      spare: UnsafeMutableBufferPointer(start: output.baseAddress, count: Sampling.length))
    let order = starts.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
    var delivered = 0
    for (place, index) in order.enumerated() {
      guard stretch.move(to: Stretch.frame(at: starts[index], rate: rate)) else { continue }
      unfitShare = stretch.unfitShare
      if source.failure != nil { break }
      let isAll = starts.count == 1 && stretch.first == 0 && stretch.filled > 0
      guard stretch.filled >= shortest || isAll else { continue }
      let isKept = place + 1 < order.count && starts[order[place + 1]] < starts[index] + Double(Sampling.seconds)
      try body(index, sample(stretch.heard, count: stretch.filled, rate: rate, isKept: isKept))
      delivered += 1
    }
    if let failure = source.failure { throw failure }
    guard delivered > 0 || starts.isEmpty else { throw DecodingFailure(.damaged, path) }
  }

  /// Makes a sample out of a stretch: the stretch itself where it has the right rate and is not needed again.
  private func sample(
    _ stretch: UnsafeMutablePointer<Float>, count: Int, rate: Int, isKept: Bool
  ) -> UnsafeMutableBufferPointer<Float> {
    let target = output.baseAddress!
    if rate == Sampling.rate {
      if !isKept { return UnsafeMutableBufferPointer(start: stretch, count: count) }
      target.update(from: stretch, count: count)
      return UnsafeMutableBufferPointer(start: target, count: count)
    }
    let made = resampler?.convert(stretch, count: count, into: target, capacity: Sampling.length) ?? 0
    return UnsafeMutableBufferPointer(start: target, count: made)
  }

  private func prepare(rate: Int, path: FilePath) throws(DecodingFailure) {
    if rate == Sampling.rate || resampler?.sourceRate == rate { return }
    resampler = Self.rates.contains(rate) ? Resampler(sourceRate: rate) : nil
    if resampler == nil { throw DecodingFailure(.unsupported, path, detail: "a sample rate of \(rate) Hz") }
  }
}
