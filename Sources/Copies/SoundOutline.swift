import Tracks

/// How a track's sound runs over time, coarsely: its harmony and the shape of its spectrum in cells of a third of a second.
///
/// It is made of the blocks that the analysis stored, so it costs no decoding. Each band is freed of its mean and scaled
/// to its deviation over the track: neither loudness nor an equaliser changes it. Where no sample was taken it is empty.
public struct SoundOutline: Sendable {
  /// The length of a cell in seconds: half a time step of a block.
  public static let secondsPerCell = Double(Sampling.seconds) / Double(2 * BlockLayout.steps)
  /// The version of the outlines, the places and what is concluded from them, with that of the features.
  public static let version = 100 * FeatureVariant.dense.version + 1

  /// The track's length in seconds.
  public let duration: Double
  /// The cells: 12 pitch classes and 20 bands of the spectrum; zero where nothing was heard.
  let cells: [SIMD32<Float>]
  /// Whether there is something in a cell.
  let isHeard: [Bool]

  /// The bands of the mel spectrogram that are taken, `bandsInGroup` at a time: higher ones go with a codec's bit rate.
  private static let firstBand = 4
  private static let groups = 20
  private static let bandsInGroup = 5
  private static let pitches = 12
  /// What a band must vary by to count fully: less is the noise of a codec.
  private static let leastDeviation = SIMD32<Float>(lowHalf: quiet, highHalf: .init(repeating: 0.1))
  private static let quiet: SIMD16<Float> = {
    var least = SIMD16<Float>(repeating: 0.1)
    for pitch in 0..<pitches { least[pitch] = 0.03 }
    return least
  }()

  /// The outline of a track, or `nil` where there are no blocks.
  /// - Parameters:
  ///   - blocks: The dense blocks of its samples, one after the other.
  ///   - starts: Where the samples begin, in seconds, ascending.
  ///   - duration: The track's length in seconds.
  public init?(blocks: [Float16], starts: [Double], duration: Double) {
    let layout = BlockLayout(.dense)
    guard !starts.isEmpty, blocks.count == starts.count * layout.count, duration > 0, duration < 1e6 else { return nil }
    let cell = Self.secondsPerCell
    let count = Int((duration / cell).rounded(.up)) + 1
    var cells = [SIMD32<Float>](repeating: .zero, count: count)
    var isHeard = [Bool](repeating: false, count: count)
    // Plain pointers: an outline is made for every track of a library, and again for most of its neighbours.
    var steps = [SIMD32<Float>](repeating: .zero, count: BlockLayout.steps)
    blocks.withUnsafeBufferPointer { blocks in
      cells.withUnsafeMutableBufferPointer { cells in
        isHeard.withUnsafeMutableBufferPointer { isHeard in
          steps.withUnsafeMutableBufferPointer { steps in
            for (number, start) in starts.enumerated() {
              Self.fill(steps, blocks, from: number * layout.count, layout)
              var index = max(0, Int((start / cell - 0.5).rounded(.up)))
              while index < count, (Double(index) + 0.5) * cell <= start + Double(Sampling.seconds) {
                let place = ((Double(index) + 0.5) * cell - start) / (2 * cell) - 0.5
                let inside = min(max(place, 0), Double(steps.count - 1))
                let step = min(Int(inside), steps.count - 2)
                let weight = Float(inside - Double(step))
                cells[index] = steps[step] * (1 - weight) + steps[step + 1] * weight
                isHeard[index] = true
                index += 1
              }
            }
          }
          Self.standardise(cells, isHeard)
        }
      }
    }
    self.duration = duration
    self.cells = cells
    self.isHeard = isHeard
  }

  /// Writes the time steps of one block.
  private static func fill(
    _ steps: UnsafeMutableBufferPointer<SIMD32<Float>>, _ blocks: UnsafeBufferPointer<Float16>, from start: Int,
    _ layout: BlockLayout
  ) {
    let count = steps.count
    let chroma = start + layout.range(.chroma).lowerBound
    let mel = start + layout.range(.mel).lowerBound
    for step in 0..<count {
      for pitch in 0..<pitches { steps[step][pitch] = Float(blocks[chroma + pitch * count + step]) }
      for group in 0..<groups {
        var sum: Float = 0
        for band in 0..<bandsInGroup {
          sum += Float(blocks[mel + (firstBand + group * bandsInGroup + band) * count + step])
        }
        steps[step][pitches + group] = sum / Float(bandsInGroup)
      }
    }
  }

  private static func standardise(
    _ cells: UnsafeMutableBufferPointer<SIMD32<Float>>, _ isHeard: UnsafeMutableBufferPointer<Bool>
  ) {
    var sum = SIMD32<Float>.zero
    var squares = SIMD32<Float>.zero
    var count: Float = 0
    for index in cells.indices where isHeard[index] {
      let cell = cells[index]
      sum += cell
      squares += cell * cell
      count += 1
    }
    let mean = sum / max(count, 1)
    let variance = squares / max(count, 1) - mean * mean
    let scale = variance.clamped(lowerBound: .zero, upperBound: .init(repeating: 1e12)).squareRoot()
      .clamped(lowerBound: leastDeviation, upperBound: .init(repeating: 1e6))
    let factor = 1 / scale
    for index in cells.indices where isHeard[index] { cells[index] = (cells[index] - mean) * factor }
  }
}

/// An outline in half the resolution and half the bands: what a first search for an alignment needs.
public struct RoughOutline: Sendable {
  /// The track's length in seconds.
  let duration: Double
  let cells: [SIMD16<Float>]
  /// The sum of the squares of each cell.
  let power: [Float]
  /// 1 for a cell in which there is something, else 0.
  let weight: [Float]

  /// Every second cell of an outline.
  public init(_ outline: SoundOutline) {
    duration = outline.duration
    let places = Array(stride(from: 0, to: outline.cells.count, by: 2))
    cells = places.map { place in
      let cell = outline.cells[place]
      // The pitch classes, and four bands of the spectrum far apart.
      var rough = cell.lowHalf
      for (lane, band) in [14, 19, 24, 29].enumerated() { rough[12 + lane] = cell[band] }
      return rough
    }
    power = cells.map { ($0 * $0).sum() }
    weight = places.map { outline.isHeard[$0] ? 1 : 0 }
  }

  /// The rows of an outline where they lie in memory.
  struct Rows {
    let count: Int
    let cells: UnsafePointer<SIMD16<Float>>
    let power: UnsafePointer<Float>
    let weight: UnsafePointer<Float>
  }

  /// Lends the rows for the length of a call: a search touches each many hundred times.
  func withRows(_ body: (Rows) -> Void) {
    cells.withUnsafeBufferPointer { cells in
      power.withUnsafeBufferPointer { power in
        weight.withUnsafeBufferPointer { weight in
          guard let first = cells.baseAddress, let power = power.baseAddress, let weight = weight.baseAddress else {
            return
          }
          body(Rows(count: cells.count, cells: first, power: power, weight: weight))
        }
      }
    }
  }
}
