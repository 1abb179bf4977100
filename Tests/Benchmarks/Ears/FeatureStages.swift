import Tracks

@testable import AudioFeatures

/// The steps of the dense extraction one by one.
final class FeatureStages {
  private let grid = FrameGrid(size: 2_048, hop: 512)
  private let chromaGrid = FrameGrid(size: 4_096, hop: 2_048)
  private let sample = ScaledSample()
  private let spectrum: PowerSpectrum
  private let chromaSpectrum: ChromaSpectrum
  private let mel: MelFilterBank
  private let chroma: ChromaFilterBank
  private let contrast: SpectralContrast
  private let shape: SpectralShape
  private let flux: SpectralFlux
  private let tempo: TempoEstimator
  private let cosines = CosineTransform()
  private let bands = AlignedStorage<Lanes>(MelFilterBank.bands, filledWith: .zero)
  private let peaks = AlignedStorage<Lanes>(7, filledWith: .zero)
  private let valleys = AlignedStorage<Lanes>(7, filledWith: .zero)
  private let coefficients = AlignedStorage<Lanes>(CosineTransform.coefficients, filledWith: .zero)
  private let envelope: AlignedStorage<Float>
  private let frames: Int
  private let chromaFrames: Int

  /// All steps, with their plans and memory.
  init() {
    frames = grid.frames(of: Sampling.length)
    chromaFrames = chromaGrid.frames(of: Sampling.length)
    spectrum = PowerSpectrum(grid)
    chromaSpectrum = ChromaSpectrum(chromaGrid)
    mel = MelFilterBank(grid, highest: 16_384)
    chroma = ChromaFilterBank(chromaGrid)
    contrast = SpectralContrast(grid, lowest: 200, octaves: 6)
    shape = SpectralShape(grid)
    flux = SpectralFlux(grid, frames: frames)
    tempo = TempoEstimator(hop: grid.hop, frames: frames)
    envelope = AlignedStorage(frames, filledWith: 0)
  }

  /// The names of the steps, each with the work of one whole sample.
  ///
  /// - Parameter samples: `Sampling.length` values, which must outlive the steps.
  func stages(_ samples: UnsafeBufferPointer<Float>) -> [(name: String, run: () -> Void)] {
    precondition(samples.count == Sampling.length, "the steps are measured on whole samples")
    sample.load(samples)
    // From here on each step works on what the steps before it left, eight frames of which stand for all.
    spectrum.compute(sample, from: 200, of: frames)
    chromaSpectrum.compute(sample, from: 40, of: chromaFrames)
    let batches = (frames + 7) / 8
    let chromaBatches = (chromaFrames + 7) / 8
    return [
      ("peak and scale", { [self] in sample.load(samples) }),
      (
        "power spectra (2,048)",
        { [self] in for batch in 0..<batches { spectrum.compute(sample, from: 8 * batch, of: frames) } }
      ),
      (
        "power spectra for the chroma (4,096)",
        { [self] in
          for batch in 0..<chromaBatches { chromaSpectrum.compute(sample, from: 8 * batch, of: chromaFrames) }
        }
      ),
      (
        "chroma",
        { [self] in for _ in 0..<chromaBatches { chroma.apply(chromaSpectrum.power.base, into: bands.base) } }
      ),
      ("mel, logarithm", { [self] in for _ in 0..<batches { logMel() } }),
      ("mel, decibels, flux", { [self] in measureFlux(batches) }),
      (
        "MFCC",
        { [self] in for _ in 0..<batches { cosines.apply(bands.base, into: coefficients.base, stride: 1) } }
      ),
      (
        "contrast",
        { [self] in
          for _ in 0..<batches {
            contrast.apply(spectrum.power.base, peaks: peaks.base, valleys: valleys.base, stride: 1)
          }
        }
      ),
      (
        "rolloff, centroid, flatness, energies",
        { [self] in for _ in 0..<batches { peaks.base[0] = shape.all(spectrum.power.base).rolloff } }
      ),
      ("tempo", { [self] in _ = tempo.estimate(envelope.base, frames: frames) }),
    ]
  }

  private func logMel() {
    mel.apply(spectrum.power.base, into: bands.base)
    for band in 0..<bands.count { bands.base[band] = Vector.max(Vector.log10(bands.base[band]), Lanes(repeating: -5)) }
  }

  private func measureFlux(_ batches: Int) {
    for batch in 0..<batches {
      mel.apply(spectrum.power.base, into: bands.base)
      for band in 0..<bands.count {
        // A little different from batch to batch, so that there is an onset to find a tempo in.
        flux.decibels.row(band)[batch] = Vector.decibels(bands.base[band] * Float(1 + batch % 3))
      }
    }
    flux.finish(frames: frames, into: envelope.base)
  }
}
