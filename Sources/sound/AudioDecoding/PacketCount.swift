/// The length of a stream as its packets tell it, one after the other, in ticks of the stream's clock.
///
/// What a container states is a promise that its end must keep: a file that was cut off, or that nobody finished, holds
/// other packets than it says. Decoders join what they get, so a gap between two packets adds nothing.
struct PacketCount {
  /// The number of packets.
  private(set) var packets = 0
  /// The ticks of the last packet; 0 where nothing tells them.
  var last: Double { max(0, duration > 0 ? duration : step) }
  /// Whether the last packet itself tells its ticks.
  var isLastTold: Bool { duration > 0 }
  /// The ticks of all packets without those before time 0, which decoders drop; 0 where the packets carry no times.
  var ticks: Double {
    let total = sum + last
    return first < 0 && -first < total ? total + first : total
  }

  private var sum = 0.0
  private var first = 0.0
  private var time: Double?
  private var duration = 0.0
  /// The last distance between two packets that was none of a gap.
  private var step = 0.0

  /// Adds a packet with its time and its duration in ticks, `nil` where it has none.
  mutating func add(time next: Double?, duration ticks: Double?) {
    if packets == 0 {
      first = next ?? 0
    } else {
      sum += distance(to: next)
    }
    packets += 1
    time = next
    duration = ticks ?? 0
  }

  /// The ticks that the packet before the next one lasted.
  private mutating func distance(to next: Double?) -> Double {
    guard let time, let next, next >= time else { return last }
    let distance = next - time
    // Clocks of milliseconds round, and encoders begin with packets of other lengths.
    let most = duration > 0 ? 2 * duration + 2 : step > 0 ? 16 * step : .infinity
    guard distance <= most else { return last }
    step = distance
    return distance
  }
}

extension PacketCount {
  /// Reads the times of packets out of the flat output of ffprobe, whose lines they come in.
  struct Reader {
    private(set) var count = PacketCount()
    private var time: Double??

    private static let head = Array("packets.packet.".utf8)
    private static let timeKey = Array(".pts".utf8)
    private static let durationKey = Array(".duration".utf8)

    /// Takes a line, and returns whether it was one of a packet: its time comes first, then its duration.
    mutating func take(_ line: ArraySlice<UInt8>) -> Bool {
      guard line.starts(with: Self.head) else { return false }
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return true }
      let key = line[..<equals]
      let value = Double(String(decoding: line[(equals + 1)...], as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
      if key.suffix(Self.timeKey.count).elementsEqual(Self.timeKey) {
        finish()
        time = .some(value)
      } else if key.suffix(Self.durationKey.count).elementsEqual(Self.durationKey) {
        count.add(time: time ?? nil, duration: value)
        time = nil
      }
      return true
    }

    /// Counts a packet of which only the time has come.
    mutating func finish() {
      if let time { count.add(time: time, duration: nil) }
      time = nil
    }
  }
}
