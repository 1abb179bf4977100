import CLibav

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
  /// The packets of an open file, read to its end; `each` gets every one of them.
  init(of file: LibavFile, each: (UnsafePointer<AVPacket>) -> Void = { _ in }) {
    while file.read() {
      let packet = file.packet.pointee
      add(
        time: packet.pts == libav_no_time ? nil : Double(packet.pts),
        duration: packet.duration > 0 ? Double(packet.duration) : nil)
      each(file.packet)
    }
  }
}
