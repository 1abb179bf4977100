import BenchmarkLibav
import BenchmarkSndfile
import Tracks

/// Decoding and nothing else: what every analysis has to be compared with.
enum PlainDecoding {
  /// Decodes 5 s at each start, all channels; false where libsndfile cannot read the file.
  static func run(_ path: String, starts: [Double], buffer: inout [Float]) -> Bool {
    var info = SF_INFO()
    guard let file = sf_open(path, Int32(SFM_READ), &info) else { return false }
    defer { sf_close(file) }
    let frames = sf_count_t(info.samplerate) * sf_count_t(Sampling.seconds)
    let values = Int(frames) * Int(info.channels)
    if buffer.count < values { buffer = [Float](repeating: 0, count: values) }
    for start in starts {
      sf_seek(file, sf_count_t((start * Double(info.samplerate)).rounded()), Int32(SEEK_SET))
      _ = buffer.withUnsafeMutableBufferPointer { sf_readf_float(file, $0.baseAddress, frames) }
    }
    return true
  }

  /// Decodes a whole file with libavcodec, all channels; false where that cannot read it.
  static func whole(_ path: String) -> Bool {
    benchmark_decode(path) > 0
  }
}
