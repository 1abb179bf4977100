public import Tracks

/// An order for the worker: how percussive a song's samples are, by harmonic-percussive separation.
public struct PercussionOrder: Sendable, Equatable {
  /// The name of the worker's job that carries the order out.
  public static let jobName = "percussion"

  /// The file.
  public var path: FilePath
  /// The number of samples.
  public var samples: Int

  /// An order of these parts.
  public init(path: FilePath, samples: Int) {
    self.path = path
    self.samples = samples
  }

  /// The order as bytes.
  public func encode() -> [UInt8] {
    Array("\(samples) ".utf8) + path.bytes
  }

  /// The order that `encode()` wrote, `nil` for other bytes.
  public init?(bytes: [UInt8]) {
    let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let samples = Int(String(decoding: parts[0], as: UTF8.self)), samples > 0 else {
      return nil
    }
    self.init(path: FilePath(bytes: Array(parts[1])), samples: samples)
  }

  /// An answer as bytes.
  public static func encode(answer values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  /// The answer that `encode(answer:)` wrote.
  public static func answer(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
  }
}
