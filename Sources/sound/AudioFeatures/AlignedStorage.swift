/// Memory of a fixed number of values, aligned for vector instructions and freed with its owner.
///
/// The alignment is always the same, because FFTW chooses its plan (and with it the last bits of the result) by it.
struct AlignedStorage<Element: BitwiseCopyable>: ~Copyable {
  /// The first value.
  let base: UnsafeMutablePointer<Element>
  /// The number of values.
  let count: Int

  /// Storage of `count` values, all equal to `value`.
  init(_ count: Int, filledWith value: Element) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
    base = bytes.bindMemory(to: Element.self, capacity: max(1, count))
    base.initialize(repeating: value, count: count)
    self.count = count
  }

  /// Storage that holds a copy of `values`.
  init(_ values: [Element], filler: Element) {
    self.init(values.count, filledWith: filler)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  /// Sets every value to `value`.
  func fill(with value: Element) {
    base.update(repeating: value, count: count)
  }
}

/// Eight frames side by side: every step of the analysis works on the same bin of eight frames at once.
typealias Lanes = SIMD8<Float>
