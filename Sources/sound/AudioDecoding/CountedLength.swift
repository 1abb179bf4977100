import Tracks

/// The length of what can be decoded of a file: counted, and stated only where the count bears it out.
enum CountedLength {
  /// How far, in seconds, the end that a file states may lie from the end of its packets.
  private static let tolerance = 0.05
  /// A cut packet shorter than this, in seconds, is passed over without asking its decoder for what is left of it.
  private static let shortPacket = 0.1

  /// The frames of a file.
  ///
  /// - Parameters:
  ///   - report: What ffprobe says of it, with its packets.
  ///   - stated: The length that the file's own header states, in seconds; `nil` where it states none.
  ///   - isGuess: Whether that may come from the bit rate alone.
  ///   - input: The file.
  ///   - seekGap: As for `FFmpegStream`.
  static func frames(
    _ report: FFmpeg.Report, stated: Double?, isGuess: Bool, input: FFmpeg.Input, seekGap: Int?
  ) throws(DecodingFailure) -> Int64 {
    let rate = Double(report.properties.sampleRate)
    guard report.packets > 0 else { throw DecodingFailure(.noFrames, input.path) }
    guard report.counted > 0, report.counted < 1e8 else {
      return try decoded(report, input, from: 0, seekGap: nil)
    }
    let counted = report.counted
    let last = report.lastPacket
    // The end that such a file states may be that of a last packet taken for a whole one.
    let isOpen = !report.isLastTold && last > tolerance
    if !isOpen, let stated, stated <= counted + tolerance, stated >= counted - last - tolerance {
      return frames(stated, rate)
    }
    if !isOpen, let stated, stated < counted { return frames(counted, rate) }
    if isOpen || last > shortPacket {
      // The lead is more than a decoder needs to find its way.
      let lead = seekGap == nil ? 0 : max(0, counted - 2 * last - 1)
      return try decoded(report, input, from: lead, seekGap: seekGap)
    }
    // Without a stated length nothing tells that the last packet was cut.
    return frames(stated == nil || isGuess || counted <= last ? counted : counted - last, rate)
  }

  private static func frames(_ seconds: Double, _ rate: Double) -> Int64 {
    max(1, Int64((seconds * rate).rounded()))
  }

  /// The frames up to the end, those from a time in seconds on counted by decoding them.
  private static func decoded(
    _ report: FFmpeg.Report, _ input: FFmpeg.Input, from start: Double, seekGap: Int?
  ) throws(DecodingFailure) -> Int64 {
    let stream = try FFmpegStream(input, properties: report.properties, seekGap: seekGap, scratch: Scratch())
    let first = Int64(start * Double(report.properties.sampleRate))
    if first > 0, stream.seek(to: first) == nil { throw stream.failure ?? DecodingFailure(.damaged, input.path) }
    let frames = first + (try decoded(stream))
    guard frames > 0 else { throw DecodingFailure(.noFrames, input.path) }
    return frames
  }

  /// The frames that a source delivers from where it stands up to its end.
  static func decoded(_ source: any FrameSource) throws(DecodingFailure) -> Int64 {
    let memory = Scratch()
    let target = memory.values(Scratch.frames)
    var frames: Int64 = 0
    while true {
      let got = source.read(into: target, count: Scratch.frames)
      frames += Int64(got)
      if got < Scratch.frames { break }
    }
    if let failure = source.failure { throw failure }
    return frames
  }
}
