import Glibc
import Tracks

/// The frames of a DSF file (DSF File Format Specification 1.01): one bit a sample, made into numbers at an eighth of its
/// rate. ffmpeg decodes it as well, but reads everything up to where it is to begin.
final class DSFStream: FrameSource {
  private let file: ByteFile
  private let channels: Int
  /// The bytes of one channel that lie together, eight samples each.
  private let block: Int
  private let data: Int64
  /// The bytes of each channel that are there.
  private let length: Int64
  private let filter: [Float]
  private var position: Int64 = 0
  private var bytes: [UInt8]

  let sampleRate: Int
  let cheapGap = 0
  var failure: DecodingFailure? { file.failure }

  /// The bytes that each value is made of; the value lies in their middle.
  private static let span = 12
  /// Eight samples of silence.
  private static let silence: UInt8 = 0x69

  /// Opens the file that is found in `bytes` of a file.
  init(_ file: ByteFile, in bytes: Range<Int64>, path: FilePath) throws(DecodingFailure) {
    let head = file.bytes(at: bytes.lowerBound, count: 92)
    guard head.count == 92, head.has("DSD "), head.has("fmt ", at: 28), head.has("data", at: 80) else {
      throw DecodingFailure(.damaged, path, detail: "no header of DSF")
    }
    let channels = Int(head.little(52, as: UInt32.self))
    let rate = Int(head.little(56, as: UInt32.self))
    let bits = head.little(60, as: UInt32.self)
    let block = Int(head.little(72, as: UInt32.self))
    guard (1...8).contains(channels), rate > 0, rate % 8 == 0, bits == 1 || bits == 8, (1...65_536).contains(block)
    else {
      throw DecodingFailure(.unsupported, path, detail: "DSF of \(channels) channels, \(bits) bits, \(rate) Hz")
    }
    let data = bytes.lowerBound + 92
    let there = (bytes.upperBound - data) / Int64(block * channels) * Int64(block)
    self.file = file
    self.channels = channels
    self.block = block
    self.data = data
    length = min(max(0, head.little(64, as: Int64.self)) / 8, there)
    filter = Self.filter(isLowestFirst: bits == 1)
    sampleRate = rate / 8
    self.bytes = [UInt8](repeating: Self.silence, count: Scratch.frames + Self.span)
  }

  func seek(to frame: Int64) -> Int64? {
    position = max(0, frame)
    return position
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    var done = 0
    while done < count {
      let frames = Int(min(Int64(min(Scratch.frames, count - done)), length - position))
      guard frames > 0 else { break }
      (target + done).update(repeating: 0, count: frames)
      for channel in 0..<channels {
        guard gather(channel, frames: frames) else { return done }
        add(frames, to: target + done)
      }
      done += frames
      position += Int64(frames)
    }
    return done
  }

  /// Collects the bytes of a channel for the next frames, with those around them; `false` where they cannot be read.
  private func gather(_ channel: Int, frames: Int) -> Bool {
    let first = position - Int64(Self.span / 2)
    var index = 0
    while index < frames + Self.span {
      let place = first + Int64(index)
      guard place >= 0, place < length else {
        bytes[index] = Self.silence
        index += 1
        continue
      }
      let (group, offset) = place.quotientAndRemainder(dividingBy: Int64(block))
      let run = Int(min(Int64(block) - offset, length - place, Int64(frames + Self.span - index)))
      let start = data + (group * Int64(channels) + Int64(channel)) * Int64(block) + offset
      let got = bytes.withUnsafeMutableBytes { file.copy(at: start, count: run, to: $0.baseAddress! + index) }
      guard got == run else { return false }
      index += run
    }
    return true
  }

  /// Adds a channel's share to the means.
  private func add(_ frames: Int, to target: UnsafeMutablePointer<Float>) {
    let share = 1 / Float(channels)
    bytes.withUnsafeBufferPointer { bytes in
      filter.withUnsafeBufferPointer { filter in
        for frame in 0..<frames {
          var sum: Float = 0
          for place in 0..<Self.span { sum += filter[place &* 256 &+ Int(bytes[frame &+ place])] }
          target[frame] += sum * share
        }
      }
    }
  }

  /// What each byte at each place adds to a value: a low-pass filter of 96 samples, flat to a fortieth of the rate and 110
  /// dB down from a tenth on (a sinc in a Kaiser window), so that nothing folds into what can be heard.
  private static func filter(isLowestFirst: Bool) -> [Float] {
    let count = 8 * span
    let shape = 11.2
    let cutoff = 1.0 / 16
    func bessel(_ x: Double) -> Double {
      var term = 1.0
      var sum = 1.0
      for index in 1...60 {
        term *= (x / (2 * Double(index))) * (x / (2 * Double(index)))
        sum += term
      }
      return sum
    }
    let weights = (0..<count).map { index in
      let time = Double(index) - Double(count - 1) / 2
      let edge = 2 * time / Double(count)
      return sin(2 * .pi * cutoff * time) / (.pi * time) * bessel(shape * (1 - edge * edge).squareRoot())
    }
    let scale = 1 / weights.reduce(0, +)
    return (0..<span).flatMap { place in
      (0..<256).map { byte in
        Float(
          (0..<8).reduce(0.0) { sum, time in
            let isOn = byte >> (isLowestFirst ? time : 7 - time) & 1 == 1
            return sum + (isOn ? scale : -scale) * weights[8 * place + time]
          })
      }
    }
  }
}
