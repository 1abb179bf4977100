/// Memory for single-precision numbers, zero at first, that stays where it is until its owner goes.
final class FloatStorage {
  /// The first number; aligned to 64 bytes.
  let base: UnsafeMutablePointer<Float>
  /// How many there are.
  let count: Int

  /// Room for so many numbers.
  init(_ count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
      to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  /// Room that holds these numbers.
  convenience init(_ values: [Float]) {
    self.init(values.count)
    values.withUnsafeBufferPointer { source in
      if let address = source.baseAddress { base.update(from: address, count: values.count) }
    }
  }

  /// All numbers.
  var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  deinit { base.deallocate() }
}
