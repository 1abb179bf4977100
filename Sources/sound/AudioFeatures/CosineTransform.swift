internal import Glibc

/// The first 20 coefficients of the orthonormal cosine transform (DCT-II) of a mel spectrogram in dB: MFCCs as
/// librosa's, without a limit to the decibels.
final class CosineTransform {
  static let coefficients = 20
  private static let bands = MelFilterBank.bands
  /// For each coefficient half of the row; the other half mirrors it, with the sign of the coefficient's parity.
  private let weights: AlignedStorage<Float>
  private let folded: AlignedStorage<Lanes>

  /// A transform with its table.
  init() {
    let bands = Double(Self.bands)
    var weights: [Float] = []
    for coefficient in 0..<Self.coefficients {
      let scale = (coefficient == 0 ? 1 / bands : 2 / bands).squareRoot()
      for band in 0..<(Self.bands / 2) {
        // The input is log10, the coefficients are of dB: hence 10.
        weights.append(Float(10 * scale * cos(.pi * Double(coefficient) * (Double(band) + 0.5) / bands)))
      }
    }
    self.weights = AlignedStorage(weights, filler: 0)
    folded = AlignedStorage(Self.bands, filledWith: .zero)
  }

  /// Writes the coefficients of eight frames of log10-mel, each row `stride` after the last.
  func apply(_ logMel: UnsafePointer<Lanes>, into target: UnsafeMutablePointer<Lanes>, stride: Int) {
    let half = Self.bands / 2
    for band in 0..<half {
      let mirror = logMel[Self.bands - 1 - band]
      folded.base[band] = logMel[band] + mirror
      folded.base[half + band] = logMel[band] - mirror
    }
    for coefficient in 0..<Self.coefficients {
      let source = folded.base + (coefficient % 2) * half
      let row = weights.base + coefficient * half
      var sum = Lanes.zero
      for band in 0..<half { sum += row[band] * source[band] }
      target[coefficient * stride] = sum
    }
  }
}
