import Glibc
import Tracks

/// The frames that the program ffmpeg decodes, through a pipe, at the rate and with the channels that ffprobe named.
final class FFmpegStream: FrameSource {
  private let program: FilePath
  private let path: FilePath
  private let channels: Int
  private let scratch: Scratch
  private var child: ChildProgram?
  /// Set when the program was stopped because nothing came.
  private(set) var failure: DecodingFailure.Reason?

  let sampleRate: Int
  let cheapGap: Int

  /// A stream of a file with these properties; decoding begins with the first read or seek.
  ///
  /// In bare streams of frames, in WMA and in Musepack ffmpeg guesses where a time lies: those are read from the start.
  init(
    _ path: FilePath, properties: AudioProperties, isSeekable: Bool, scratch: Scratch
  ) throws(DecodingFailure) {
    guard let program = FFmpeg.program("ffmpeg") else { throw DecodingFailure(.ffmpegMissing, path) }
    guard properties.sampleRate > 0, (1...64).contains(properties.channels) else {
      throw DecodingFailure(
        .unsupported, path, detail: "\(properties.channels) channels at \(properties.sampleRate) Hz")
    }
    self.program = program
    self.path = path
    self.scratch = scratch
    channels = properties.channels
    sampleRate = properties.sampleRate
    // Starting the program again costs as much as decoding some 20 s.
    cheapGap = isSeekable ? 20 * properties.sampleRate : .max
  }

  func seek(to frame: Int64) -> Int64? {
    child = nil
    guard start(at: frame) else { return nil }
    return frame
  }

  private func start(at frame: Int64) -> Bool {
    var arguments = FFmpeg.words("-v", "quiet", "-nostdin", "-threads", "1")
    if frame > 0 { arguments += FFmpeg.words("-ss", Self.seconds(frame, rate: sampleRate)) }
    arguments += FFmpeg.input(path)
    arguments += FFmpeg.words(
      "-map", "0:a:0", "-c:a", "pcm_f32le", "-ar", String(sampleRate), "-ac", String(channels), "-f", "f32le", "pipe:1")
    child = ChildProgram(program, arguments)
    return child != nil
  }

  /// The time of a frame with six decimals, which is all that ffmpeg takes.
  static func seconds(_ frame: Int64, rate: Int) -> String {
    let micros = (frame.multipliedFullWidth(by: 1_000_000), Int64(rate))
    let whole = micros.1.dividingFullWidth(micros.0).quotient
    let decimals = String(whole % 1_000_000)
    return "\(whole / 1_000_000).\(String(repeating: "0", count: 6 - decimals.count))\(decimals)"
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    if failure != nil || (child == nil && !start(at: 0)) { return 0 }
    let interleaved = scratch.values(Scratch.frames * channels)
    var done = 0
    while done < count {
      let frames = min(Scratch.frames, count - done)
      let got = fill(interleaved, count: frames * channels) / channels
      Mono.mix(interleaved, channels: channels, frames: got, into: target + done)
      done += got
      if got < frames { break }
    }
    return done
  }

  /// Reads `count` values, fewer only at the end.
  private func fill(_ values: UnsafeMutablePointer<Float>, count: Int) -> Int {
    let bytes = UnsafeMutableRawPointer(values)
    let wanted = count * MemoryLayout<Float>.size
    var done = 0
    while done < wanted {
      switch child?.read(into: bytes + done, count: wanted - done) {
      case .bytes(let got)?: done += got
      case .stalled?:
        failure = .timedOut
        child = nil
        return done / MemoryLayout<Float>.size
      case .ended?, nil: return done / MemoryLayout<Float>.size
      }
    }
    return count
  }
}
