/// How the blocks of a sample are kept in half precision, and how they come back.
///
/// Half precision has 11 bits and ends at 65,504. The study's mel spectrogram is linear power, which reaches 10^6 and
/// whose quiet bands would vanish below 6e-8, so it is kept as its square root: every power from 4e-9 to 4e9 then
/// keeps a relative accuracy of 1e-3, and down to 1e-10 one of 1e-2. Everything else is kept as it is.
public enum BlockCoding {
  /// Half-precision values for a block of physical values. Values beyond the range are clamped to it; a value that is
  /// not a number becomes 0.
  public static func encode(_ block: [Float], variant: FeatureVariant) -> [Float16] {
    let layout = BlockLayout(variant)
    precondition(block.count == layout.count, "a whole block is encoded at a time")
    let mel = layout.range(.mel)
    let largest = Float(Float16.greatestFiniteMagnitude)
    return block.indices.map { index in
      let value = block[index]
      guard !value.isNaN else { return 0 }
      let kept = variant == .study && mel.contains(index) ? max(value, 0).squareRoot() : value
      return Float16(min(max(kept, -largest), largest))
    }
  }

  /// A half-precision value in single precision, exactly.
  ///
  /// `Float.init` of a `Float16` is a call of a function wherever the compiler may not count on the processor's own
  /// instruction for it; this is a shift and a product, which it can do for many values at once.
  @inlinable
  public static func widen(_ half: Float16) -> Float {
    // The exponent moves by the difference of the two biases, 127 - 15; subnormals become normal on the way.
    let shifted = UInt32(half.bitPattern & 0x7FFF) &<< 13
    let isFinite = half.bitPattern & 0x7C00 != 0x7C00
    let magnitude = isFinite ? (Float(bitPattern: shifted) * 0x1p112).bitPattern : shifted | 0x7F80_0000
    return Float(bitPattern: magnitude | UInt32(half.bitPattern & 0x8000) &<< 16)
  }

  /// The physical values of a block, or of several blocks one after the other.
  public static func decode(_ blocks: [Float16], variant: FeatureVariant) -> [Float] {
    let layout = BlockLayout(variant)
    precondition(blocks.count % layout.count == 0, "whole blocks are decoded")
    var values = blocks.map(widen)
    guard variant == .study else { return values }
    let mel = layout.range(.mel)
    for start in stride(from: 0, to: values.count, by: layout.count) {
      for index in mel {
        values[start + index] *= values[start + index]
      }
    }
    return values
  }
}
