import CSoxr
import Tracks

/// libsoxr at its high quality, from one rate to the rate of the analysis.
struct Resampler: ~Copyable {
  /// What is fed at once stays in the processor's cache.
  private static let piece = 1 << 14

  private let handle: OpaquePointer
  /// The rate it converts from, in Hz.
  let sourceRate: Int

  /// A resampler from `sourceRate`; `nil` where libsoxr refuses the rate.
  init?(sourceRate: Int) {
    guard let handle = Self.handle(from: sourceRate, to: Sampling.rate) else { return nil }
    self.handle = handle
    self.sourceRate = sourceRate
  }

  /// A resampler of libsoxr for one channel between two rates in Hz, to be deleted by its owner; `nil` where libsoxr
  /// refuses them.
  static func handle(from source: Int, to target: Int) -> OpaquePointer? {
    var format = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = soxr_quality_spec(UInt(SOXR_HQ), 0)
    var runtime = soxr_runtime_spec(1)
    return soxr_create(Double(source), Double(target), 1, nil, &format, &quality, &runtime)
  }

  deinit {
    soxr_delete(handle)
  }

  /// Converts a piece of audio on its own, as if nothing were before or behind it, and returns how many values it
  /// became, at most `capacity`.
  func convert(
    _ source: UnsafePointer<Float>, count: Int, into target: UnsafeMutablePointer<Float>, capacity: Int
  ) -> Int {
    soxr_clear(handle)
    var made = 0
    var used = 0
    while used < count, made < capacity {
      var taken = 0
      var given = 0
      let piece = min(Self.piece, count - used)
      let error = soxr_process(handle, source + used, piece, &taken, target + made, capacity - made, &given)
      if error != nil || (taken == 0 && given == 0) { break }
      used += taken
      made += given
    }
    while made < capacity {
      var given = 0
      let error = soxr_process(handle, nil, 0, nil, target + made, capacity - made, &given)
      if error != nil || given == 0 { break }
      made += given
    }
    return made
  }
}
