import CChromaprint
public import Tracks

/// Acoustic fingerprints: what a recording sounds like, whatever it was encoded with.
///
/// Chromaprint's algorithm 2 (chroma features of frames of 0.37 s, 0.12 s apart, each made into 32 bits by 16 filters and
/// quantisers; https://oxygene.sk/2011/01/how-does-chromaprint-work). `FingerprintComparison` compares two of them.
public enum Fingerprint {
  /// The raw fingerprint of up to `maxSeconds` of a file from `from`: an item for each
  /// `FingerprintComparison.secondsPerItem`, the first after about 2.6 s. Empty where there is less audio than that. What
  /// is heard is, 5 s by 5 s, what `SampleReader` hears: also where channels cancel each other.
  /// - Parameters:
  ///   - path: The file.
  ///   - properties: What `AudioFile.probe` said of it.
  ///   - from: Where to begin, in seconds from the start of the audio.
  ///   - maxSeconds: How much to listen to, in seconds.
  /// - Throws: `DecodingFailure` where nothing can be decoded.
  public static func compute(
    _ path: FilePath, properties: AudioProperties, from: Double = 0, maxSeconds: Double = 120
  ) throws(DecodingFailure) -> [UInt32] {
    let source = try AudioSource.open(path, properties: properties, scratch: Scratch())
    let rate = source.sampleRate
    guard SampleReader.rates.contains(rate),
      let context = chromaprint_new(Int32(CHROMAPRINT_ALGORITHM_DEFAULT.rawValue))
    else { throw DecodingFailure(.unsupported, path, detail: "a sample rate of \(rate) Hz") }
    defer { chromaprint_free(context) }
    guard chromaprint_start(context, Int32(rate), 1) == 1 else {
      throw DecodingFailure(.unsupported, path, detail: "libchromaprint refuses a sample rate of \(rate) Hz")
    }
    let length = rate * Sampling.seconds
    let (memory, spare) = (Scratch(), Scratch())
    let values = memory.values(2 * length)
    let stretch = Stretch(
      source, MixTarget(mean: values, apart: properties.channels > 1 ? values + length : nil), length: length,
      spare: UnsafeMutableBufferPointer(start: spare.values(Scratch.frames), count: Scratch.frames))
    let first = Stretch.frame(at: from, rate: rate)
    let wanted = Stretch.frame(at: maxSeconds, rate: rate)
    var done: Int64 = 0
    while done < wanted, stretch.move(to: first + done), stretch.filled > 0 {
      let count = Int(min(wanted - done, Int64(stretch.filled)))
      let heard = stretch.heard
      let whole = (0..<count).map { Int16(max(-32_768, min(32_767, heard[$0] * 32_767))) }
      chromaprint_feed(context, whole, Int32(count))
      done += Int64(count)
      if stretch.filled < length { break }
    }
    if let failure = source.failure { throw failure }
    if done == 0 { throw DecodingFailure(.damaged, path) }
    var items: UnsafeMutablePointer<UInt32>?
    var size: Int32 = 0
    guard chromaprint_finish(context) == 1, chromaprint_get_raw_fingerprint(context, &items, &size) == 1, let items
    else { return [] }
    defer { chromaprint_dealloc(items) }
    return Array(UnsafeBufferPointer(start: items, count: Int(size)))
  }
}
