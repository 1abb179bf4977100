import Glibc
import Tracks

/// The frames of a DSF or DSDIFF file: one bit a sample, made into numbers at an eighth of its rate. ffmpeg decodes them
/// as well, but reads everything up to where it is to begin.
final class DSDStream: FrameSource {
  private let file: ByteFile
  private let layout: DSDLayout
  private let filter: [Float]
  private var position: Int64 = 0
  private var bytes: [UInt8]
  /// The bytes of all channels where they lie in turns, one by one.
  private var turns: [UInt8] = []

  let sampleRate: Int
  let cheapGap = 0
  var failure: DecodingFailure? { file.failure }

  /// The bytes that each value is made of; the value lies in their middle.
  private static let span = 12
  /// Eight samples of silence.
  private static let silence: UInt8 = 0x69

  /// The samples that lie so in a file.
  init(_ layout: DSDLayout, _ file: ByteFile) {
    self.file = file
    self.layout = layout
    filter = Self.filter(isLowestFirst: layout.isLowestFirst)
    sampleRate = layout.rate / 8
    bytes = [UInt8](repeating: Self.silence, count: Scratch.frames + Self.span)
  }

  func seek(to frame: Int64) -> Int64? {
    position = max(0, frame)
    return position
  }

  func read(into target: UnsafeMutablePointer<Float>, count: Int) -> Int {
    var done = 0
    while done < count {
      let frames = Int(min(Int64(min(Scratch.frames, count - done)), layout.length - position))
      guard frames > 0 else { break }
      (target + done).update(repeating: 0, count: frames)
      for channel in 0..<layout.channels {
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
      guard place >= 0, place < layout.length else {
        bytes[index] = Self.silence
        index += 1
        continue
      }
      let left = min(layout.length - place, Int64(frames + Self.span - index))
      let run = layout.block == 1 ? takeTurns(channel, place, Int(left), index) : copyBlock(channel, place, left, index)
      guard let run else { return false }
      index += run
    }
    return true
  }

  /// Copies what lies together of a channel's bytes from `place` on, and returns how many there are.
  private func copyBlock(_ channel: Int, _ place: Int64, _ left: Int64, _ index: Int) -> Int? {
    let block = Int64(layout.block)
    let (group, offset) = place.quotientAndRemainder(dividingBy: block)
    let run = Int(min(block - offset, left))
    let start = layout.data + (group * Int64(layout.channels) + Int64(channel)) * block + offset
    let got = bytes.withUnsafeMutableBytes { file.copy(at: start, count: run, to: $0.baseAddress! + index) }
    return got == run ? run : nil
  }

  /// Picks a channel's bytes from `place` on out of those of all channels.
  private func takeTurns(_ channel: Int, _ place: Int64, _ count: Int, _ index: Int) -> Int? {
    let channels = layout.channels
    if turns.count < bytes.count * channels { turns = [UInt8](repeating: 0, count: bytes.count * channels) }
    let start = layout.data + place * Int64(channels)
    let size = count * channels
    guard turns.withUnsafeMutableBytes({ file.copy(at: start, count: size, to: $0.baseAddress!) }) == size else {
      return nil
    }
    for offset in 0..<count { bytes[index + offset] = turns[offset * channels + channel] }
    return count
  }

  /// Adds a channel's share to the means.
  private func add(_ frames: Int, to target: UnsafeMutablePointer<Float>) {
    let share = 1 / Float(layout.channels)
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
