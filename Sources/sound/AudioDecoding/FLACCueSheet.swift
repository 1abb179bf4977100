/// The CUESHEET block of a FLAC file (RFC 9639, 8.7), which knows tracks and where they begin, but no names.
enum FLACCueSheet {
  /// The block whose content lies in `bytes` as the text of a cue sheet; `nil` where no track is in it.
  static func text(_ file: ByteFile, in bytes: Range<Int64>, rate: Int) -> String? {
    // Behind the catalogue number, the lead-in and the flags.
    var position = bytes.lowerBound + 128 + 8 + 259
    let tracks = file.bytes(at: position, count: 1)
    guard tracks.count == 1 else { return nil }
    var lines: [String] = []
    position += 1
    for _ in 0..<tracks[0] {
      let head = file.bytes(at: position, count: 36)
      guard head.count == 36, position + 36 <= bytes.upperBound else { break }
      let start = head.big(0, as: UInt64.self)
      let number = head[8]
      let isAudio = head[21] & 0x80 == 0
      let indices = Int(head[35])
      position += 36
      // The track behind the last one marks the end.
      let isLeadOut = number == 170 || number == 255
      if isAudio, !isLeadOut { lines.append("  TRACK \(pair(UInt64(number))) AUDIO") }
      for _ in 0..<indices {
        let index = file.bytes(at: position, count: 12)
        guard index.count == 12, position + 12 <= bytes.upperBound else { break }
        let frame = start &+ index.big(0, as: UInt64.self)
        if isAudio, !isLeadOut { lines.append("    INDEX \(pair(UInt64(index[8]))) \(time(frame, rate: rate))") }
        position += 12
      }
    }
    return lines.isEmpty ? nil : (["FILE \"\" WAVE"] + lines).joined(separator: "\n")
  }

  /// Minutes, seconds and 75ths of a second.
  private static func time(_ frame: UInt64, rate: Int) -> String {
    let rate = UInt64(rate)
    let seconds = frame / rate
    return "\(pair(seconds / 60)):\(pair(seconds % 60)):\(pair(frame % rate * 75 / rate))"
  }

  private static func pair(_ number: UInt64) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}
