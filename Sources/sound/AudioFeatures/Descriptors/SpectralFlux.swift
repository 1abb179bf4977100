/// Spectral flux, or onset strength: how much the mel spectrogram in dB rises from one frame to the next, falls not
/// counted, averaged over 128 bands. As librosa's `onset_strength`.
///
/// Reference: S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
final class SpectralFlux {
  /// The mel spectrogram's power in dB; the caller fills it, eight frames at a time.
  let decibels: FeatureMatrix
  /// The frames by which the flux is late: 1, and as many as half a window has.
  private let delay: Int
  private let rises: AlignedStorage<Lanes>

  /// Flux on a grid for samples of at most `frames` frames.
  init(_ grid: FrameGrid, frames: Int) {
    decibels = FeatureMatrix(rows: MelFilterBank.bands, frames: frames)
    delay = 1 + grid.size / (2 * grid.hop)
    rises = AlignedStorage(decibels.stride, filledWith: .zero)
  }

  /// Writes the flux of each frame; `decibels` is limited to 80 dB below its largest value on the way.
  func finish(frames: Int, into envelope: UnsafeMutablePointer<Float>) {
    let batches = (frames + 7) / 8
    let floor = Lanes(repeating: largest(frames: frames) - 80)
    rises.fill(with: .zero)
    for band in 0..<decibels.rows {
      let row = decibels.row(band)
      var current = Vector.max(row[0], floor)
      for batch in 0..<batches {
        let after = Vector.max(row[batch + 1], floor)
        let shifted = SIMD8(
          current[1], current[2], current[3], current[4], current[5], current[6], current[7], after[0])
        rises.base[batch] += Vector.max(shifted - current, .zero)
        current = after
      }
    }
    let rise = UnsafeRawPointer(rises.base).assumingMemoryBound(to: Float.self)
    for frame in 0..<frames {
      envelope[frame] = frame < delay ? 0 : rise[frame - delay] / Float(decibels.rows)
    }
  }

  private func largest(frames: Int) -> Float {
    var largest = -Float.greatestFiniteMagnitude
    let whole = frames / 8
    var lanes = Lanes(repeating: largest)
    for band in 0..<decibels.rows {
      let row = decibels.row(band)
      for batch in 0..<whole { lanes = Vector.max(lanes, row[batch]) }
      let values = decibels.values(band)
      for frame in (whole * 8)..<frames { largest = max(largest, values[frame]) }
    }
    return max(largest, lanes.max())
  }
}
