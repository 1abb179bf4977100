import CChromaprint
public import Tracks

/// Acoustic fingerprints: what a recording sounds like, whatever it was encoded with.
///
/// Chromaprint's algorithm 2 (chroma features of frames of 0.37 s, 0.12 s apart, each made into 32 bits by 16 filters and
/// quantisers; https://oxygene.sk/2011/01/how-does-chromaprint-work). `FingerprintComparison` compares two of them.
public enum Fingerprint {
  /// The raw fingerprint of up to `maxSeconds` of a file from `from`: an item for each
  /// `FingerprintComparison.secondsPerItem`, the first after about 2.6 s. Empty where there is less audio than that.
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
    let count = Scratch.frames
    let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
    let whole = UnsafeMutablePointer<Int16>.allocate(capacity: count)
    defer {
      values.deallocate()
      whole.deallocate()
    }
    let farthest = 1e15
    let first = Int64(min(max(0, from) * Double(rate), farthest).rounded())
    var left = Int64(min(max(0, maxSeconds) * Double(rate), farthest))
    var isEmpty = true
    if source.advance(from: 0, to: first, spare: values, spareCount: count) {
      while left > 0 {
        let got = source.read(into: values, count: Int(min(left, Int64(count))))
        if got == 0 { break }
        Mono.sanitise(values, count: got)
        for index in 0..<got { whole[index] = Int16(max(-32_768, min(32_767, values[index] * 32_767))) }
        chromaprint_feed(context, whole, Int32(got))
        left -= Int64(got)
        isEmpty = false
      }
    }
    if let failure = source.failure { throw failure }
    if isEmpty { throw DecodingFailure(.damaged, path) }
    var items: UnsafeMutablePointer<UInt32>?
    var size: Int32 = 0
    guard chromaprint_finish(context) == 1, chromaprint_get_raw_fingerprint(context, &items, &size) == 1, let items
    else { return [] }
    defer { chromaprint_dealloc(items) }
    return Array(UnsafeBufferPointer(start: items, count: Int(size)))
  }
}
