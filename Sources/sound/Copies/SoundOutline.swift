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
  /// The cells: 12 pitch classes and 20 bands of the spectrum, `quarters` vectors each; zero where nothing was heard.
  ///
  /// In vectors of eight, for there the compiler still makes use of the processor's: of 32 it does not.
  let cells: [SIMD8<Float>]
  /// Whether there is something in a cell.
  let isHeard: [Bool]
  /// The number of cells.
  var count: Int { isHeard.count }

  /// The number of vectors in a cell.
  static let quarters = 4
  private static let lanes = 8
  /// The bands of the mel spectrogram that are taken, `bandsInGroup` at a time: higher ones go with a codec's bit rate.
  private static let firstBand = 4
  private static let groups = 20
  private static let bandsInGroup = 5
  private static let pitches = 12
  /// What a band must vary by to count fully: less is the noise of a codec.
  private static let leastDeviation = (pitches: Float(0.03), bands: Float(0.1))

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
    var cells = [SIMD8<Float>](repeating: .zero, count: Self.quarters * count)
    var isHeard = [Bool](repeating: false, count: count)
    // Plain pointers: an outline is made for every track of a library, and again for most of its neighbours.
    var steps = [SIMD8<Float>](repeating: .zero, count: Self.quarters * BlockLayout.steps)
    blocks.withUnsafeBufferPointer { blocks in
      cells.withUnsafeMutableBufferPointer { cells in
        isHeard.withUnsafeMutableBufferPointer { isHeard in
          steps.withUnsafeMutableBufferPointer { steps in
            for (number, start) in starts.enumerated() {
              Self.fill(steps, blocks, from: number * layout.count, layout)
              var index = max(0, Int((start / cell - 0.5).rounded(.up)))
              while index < count, (Double(index) + 0.5) * cell <= start + Double(Sampling.seconds) {
                let place = ((Double(index) + 0.5) * cell - start) / (2 * cell) - 0.5
                let inside = min(max(place, 0), Double(BlockLayout.steps - 1))
                let step = min(Int(inside), BlockLayout.steps - 2)
                let weight = Float(inside - Double(step))
                for quarter in 0..<Self.quarters {
                  let (before, after) = (Self.quarters * step + quarter, Self.quarters * (step + 1) + quarter)
                  cells[Self.quarters * index + quarter] = steps[before] * (1 - weight) + steps[after] * weight
                }
                isHeard[index] = true
                index += 1
              }
            }
          }
          for quarter in 0..<Self.quarters { Self.standardise(cells, isHeard, quarter) }
        }
      }
    }
    self.duration = duration
    self.cells = cells
    self.isHeard = isHeard
  }

  /// Writes the time steps of one block.
  private static func fill(
    _ steps: UnsafeMutableBufferPointer<SIMD8<Float>>, _ blocks: UnsafeBufferPointer<Float16>, from start: Int,
    _ layout: BlockLayout
  ) {
    let count = BlockLayout.steps
    let chroma = start + layout.range(.chroma).lowerBound
    let mel = start + layout.range(.mel).lowerBound
    steps.withMemoryRebound(to: Float.self) { values in
      let width = quarters * lanes
      for step in 0..<count {
        for pitch in 0..<pitches {
          values[width * step + pitch] = BlockCoding.widen(blocks[chroma + pitch * count + step])
        }
        for group in 0..<groups {
          var sum: Float = 0
          for band in 0..<bandsInGroup {
            sum += BlockCoding.widen(blocks[mel + (firstBand + group * bandsInGroup + band) * count + step])
          }
          values[width * step + pitches + group] = sum / Float(bandsInGroup)
        }
      }
    }
  }

  /// Frees one quarter of all cells of its mean and scales it.
  private static func standardise(
    _ cells: UnsafeMutableBufferPointer<SIMD8<Float>>, _ isHeard: UnsafeMutableBufferPointer<Bool>, _ quarter: Int
  ) {
    var sum = SIMD8<Float>.zero
    var squares = SIMD8<Float>.zero
    var count: Float = 0
    for index in isHeard.indices where isHeard[index] {
      let cell = cells[quarters &* index &+ quarter]
      sum += cell
      squares += cell * cell
      count += 1
    }
    let mean = sum / max(count, 1)
    let variance = squares / max(count, 1) - mean * mean
    var factor = SIMD8<Float>.zero
    for lane in 0..<lanes {
      let least = lanes * quarter + lane < pitches ? leastDeviation.pitches : leastDeviation.bands
      factor[lane] = 1 / min(max(max(variance[lane], 0).squareRoot(), least), 1e6)
    }
    for index in isHeard.indices where isHeard[index] {
      cells[quarters &* index &+ quarter] = (cells[quarters &* index &+ quarter] - mean) * factor
    }
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
    let places = Array(stride(from: 0, to: outline.count, by: 2))
    cells = places.map { place in
      let first = SoundOutline.quarters * place
      let (third, fourth) = (outline.cells[first + 2], outline.cells[first + 3])
      // The pitch classes, and four bands of the spectrum far apart: 14, 19, 24 and 29 of the cell's 32.
      let bands = SIMD4(outline.cells[first + 1][6], third[3], fourth[0], fourth[5])
      return SIMD16(
        lowHalf: outline.cells[first], highHalf: SIMD8(lowHalf: outline.cells[first + 1].lowHalf, highHalf: bands))
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
