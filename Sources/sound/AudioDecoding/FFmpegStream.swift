import Glibc
import Tracks

/// The frames that the program ffmpeg decodes, through a pipe, at the rate that ffprobe named and with the channels that
/// its decoder gives: told a number of channels, it would mix them its own way.
final class FFmpegStream: FrameSource {
  private let program: FilePath
  private let input: FFmpeg.Input
  private let scratch: Scratch
  /// The channels of what the program writes; `nil` until its first bytes have come.
  private var channels: Int?
  private var child: ChildProgram?
  /// Set when the program could not be started, was stopped or crashed.
  private(set) var failure: DecodingFailure?

  let sampleRate: Int
  let cheapGap: Int

  /// A stream of a file with these properties; decoding begins with the first read or seek.
  ///
  /// `seekGap` is how many seconds are rather decoded than sought over; `nil` where nothing is ever sought.
  init(
    _ input: FFmpeg.Input, properties: AudioProperties, seekGap: Int? = 20, scratch: Scratch
  ) throws(DecodingFailure) {
    let path = input.path
    let program = try FFmpeg.program("ffmpeg", for: path)
    guard properties.sampleRate > 0, (1...64).contains(properties.channels) else {
      throw DecodingFailure(
        .unsupported, path, detail: "\(properties.channels) channels at \(properties.sampleRate) Hz")
    }
    self.program = program
    self.input = input
    self.scratch = scratch
    sampleRate = properties.sampleRate
    cheapGap = seekGap.map { $0 * properties.sampleRate } ?? .max
  }

  func seek(to frame: Int64) -> Int64? {
    let reached = cheapGap == .max ? 0 : frame
    return start(at: reached) ? reached : nil
  }

  private func start(at frame: Int64) -> Bool {
    var arguments = FFmpeg.words("-v", "quiet", "-nostdin", "-threads", "1")
    if frame > 0 { arguments += FFmpeg.words("-ss", Self.seconds(frame, rate: sampleRate)) }
    arguments += input.words
    arguments += FFmpeg.words(
      "-map", "0:a:0", "-map_metadata", "-1", "-c:a", "pcm_f32be", "-ar", String(sampleRate), "-f", "au", "pipe:1")
    channels = nil
    child = nil
    child = ChildProgram(program, arguments)
    if child == nil { failure = FFmpeg.unstartable("ffmpeg", input.path) }
    return failure == nil
  }

  /// The time of a frame with six decimals, which is all that ffmpeg takes.
  static func seconds(_ frame: Int64, rate: Int) -> String {
    let micros = (frame.multipliedFullWidth(by: 1_000_000), Int64(rate))
    let whole = micros.1.dividingFullWidth(micros.0).quotient
    let decimals = String(whole % 1_000_000)
    return "\(whole / 1_000_000).\(String(repeating: "0", count: 6 - decimals.count))\(decimals)"
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    guard failure == nil, child != nil || start(at: 0), let channels = channels ?? readHeader() else { return 0 }
    let interleaved = scratch.values(Scratch.frames * channels)
    var done = 0
    while done < count {
      let frames = min(Scratch.frames, count - done)
      let size = channels * MemoryLayout<Float>.size
      let got = fill(interleaved, count: frames * size) / size
      for index in 0..<(got * channels) {
        interleaved[index] = Float(bitPattern: UInt32(bigEndian: interleaved[index].bitPattern))
      }
      Mono.mix(interleaved, channels: channels, frames: got, into: target + done)
      done += got
      if got < frames { break }
    }
    return done
  }

  /// Reads what stands before the frames, the header of an AU file, and returns the number of channels.
  private func readHeader() -> Int? {
    let size = 24
    let most = 4_096
    return withUnsafeTemporaryAllocation(byteCount: most, alignment: 4) { bytes -> Int? in
      guard let start = bytes.baseAddress, fill(start, count: size) == size else { return nil }
      let header = UnsafeRawBufferPointer(rebasing: bytes[..<size])
      let rest = Int(header.big(4, as: UInt32.self)) - size
      let channels = Int(header.big(20, as: UInt32.self))
      guard header.has(".snd"), (0...most).contains(rest), (1...64).contains(channels), fill(start, count: rest) == rest
      else { return nil }
      self.channels = channels
      return channels
    }
  }

  /// Reads `count` bytes, fewer only at the end.
  private func fill(_ bytes: UnsafeMutableRawPointer, count: Int) -> Int {
    var done = 0
    while done < count {
      switch child?.read(into: bytes + done, count: count - done) {
      case .bytes(let got)?: done += got
      case .failed(let reason, let words)?:
        failure = DecodingFailure(reason, input.path, detail: "ffmpeg: \(words)")
        return done
      case .ended?, nil: return done
      }
    }
    return count
  }
}
