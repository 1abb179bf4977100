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
  ///   - count: Its packets.
  ///   - tick: The seconds of a tick of their clock.
  ///   - rate: The frames a second.
  ///   - stated: The length that the file's own header states, in seconds; `nil` where it states none.
  ///   - isGuess: Whether that may come from the bit rate alone.
  ///   - open: Opens what decodes the file.
  static func frames(
    _ count: PacketCount, tick: Double, rate: Double, stated: Double?, isGuess: Bool,
    open: () throws(DecodingFailure) -> any FrameSource
  ) throws(DecodingFailure) -> Int64 {
    let counted = count.ticks * tick
    guard counted > 0, counted < 1e8 else { return try decoded(open()) }
    let last = count.last * tick
    // The end that such a file states may be that of a last packet taken for a whole one.
    let isOpen = !count.isLastTold && last > tolerance
    if !isOpen, let stated, stated <= counted + tolerance, stated >= counted - last - tolerance {
      return frames(stated, rate)
    }
    if !isOpen, let stated, stated < counted { return frames(counted, rate) }
    if isOpen || last > shortPacket {
      let source = try open()
      // The lead is more than a decoder needs to find its way.
      let lead = Int64(max(0, counted - 2 * last - 1) * rate)
      guard let start = source.seek(to: lead) else { return try decoded(open()) }
      return start + (try decoded(source))
    }
    // Without a stated length nothing tells that the last packet was cut.
    return frames(stated == nil || isGuess || counted <= last ? counted : counted - last, rate)
  }

  private static func frames(_ seconds: Double, _ rate: Double) -> Int64 {
    max(1, Int64((seconds * rate).rounded()))
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
