/// Rows of values over the frames of a sample, eight frames to a vector.
///
/// The lanes beyond the last frame hold whatever the silence there gave; nothing reads them.
final class FeatureMatrix {
  let rows: Int
  /// The number of vectors of a row.
  let stride: Int
  private let storage: AlignedStorage<Lanes>

  /// A matrix for at most `frames` frames.
  init(rows: Int, frames: Int) {
    self.rows = rows
    stride = (frames + 7) / 8
    // One vector more, for the one that a shifted read of the last row touches.
    storage = AlignedStorage(rows * stride + 1, filledWith: .zero)
  }

  /// The first vector of the first row.
  var lanes: UnsafeMutablePointer<Lanes> { storage.base }

  /// The vectors of a row.
  func row(_ index: Int) -> UnsafeMutablePointer<Lanes> { storage.base + index * stride }

  /// The values of a row, frame by frame.
  func values(_ index: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(row(index)).assumingMemoryBound(to: Float.self)
  }

  /// Writes `BlockLayout.steps` means of each row, over numpy's `array_split` of the frames, row after row; with fewer
  /// frames than steps each step takes the frame that it lies in.
  func pool(frames: Int, steps: Int, into target: UnsafeMutablePointer<Float>) {
    for index in 0..<rows {
      let source = values(index)
      for step in 0..<steps {
        let range = Self.part(step, of: steps, frames: frames)
        target[index * steps + step] = Self.sum(source + range.lowerBound, range.count) / Float(range.count)
      }
    }
  }

  /// Writes the mean and the population deviation of each row, all means before all deviations.
  func statistics(
    frames: Int, means: UnsafeMutablePointer<Float>, deviations: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<rows {
      let source = values(index)
      let mean = Self.sum(source, frames) / Float(frames)
      means[index] = mean
      deviations[index] = (Self.squares(source, frames, around: mean) / Float(frames)).squareRoot()
    }
  }

  /// Adds `shift` to every value, then raises those below `least` to it.
  func shift(by shift: Lanes, atLeast least: Lanes) {
    for place in 0..<(rows * stride) { lanes[place] = Vector.max(lanes[place] + shift, least) }
  }

  /// Writes the population deviation of each row's differences from one frame to the next; 0 for a single frame.
  func changes(frames: Int, into deviations: UnsafeMutablePointer<Float>) {
    for index in 0..<rows {
      let source = values(index)
      let count = frames - 1
      guard count > 0 else {
        deviations[index] = 0
        continue
      }
      let mean = (source[count] - source[0]) / Float(count)
      var sums = Lanes.zero
      let whole = count / 8 * 8
      for place in Swift.stride(from: 0, to: whole, by: 8) {
        let next = UnsafeRawPointer(source + place + 1).loadUnaligned(as: Lanes.self)
        let apart = next - UnsafeRawPointer(source + place).loadUnaligned(as: Lanes.self) - mean
        sums += apart * apart
      }
      var result = sums.sum()
      for place in whole..<count {
        let apart = source[place + 1] - source[place] - mean
        result += apart * apart
      }
      deviations[index] = (result / Float(count)).squareRoot()
    }
  }

  /// The frames of a step.
  static func part(_ step: Int, of steps: Int, frames: Int) -> Range<Int> {
    guard frames >= steps else {
      let frame = step * frames / steps
      return frame..<(frame + 1)
    }
    let (length, longer) = frames.quotientAndRemainder(dividingBy: steps)
    let start = step * length + min(step, longer)
    return start..<(start + length + (step < longer ? 1 : 0))
  }

  static func sum(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = Lanes.zero
    let whole = count / 8 * 8
    for place in Swift.stride(from: 0, to: whole, by: 8) {
      sums += UnsafeRawPointer(values + place).loadUnaligned(as: Lanes.self)
    }
    var result = sums.sum()
    for place in whole..<count { result += values[place] }
    return result
  }

  private static func squares(_ values: UnsafePointer<Float>, _ count: Int, around mean: Float) -> Float {
    var sums = Lanes.zero
    let whole = count / 8 * 8
    for place in Swift.stride(from: 0, to: whole, by: 8) {
      let apart = UnsafeRawPointer(values + place).loadUnaligned(as: Lanes.self) - mean
      sums += apart * apart
    }
    var result = sums.sum()
    for place in whole..<count { result += (values[place] - mean) * (values[place] - mean) }
    return result
  }
}
