internal import Tracks

/// Extracts the features of the 2019 study from samples: 7 frames, 32,768 values apart.
///
/// Mel spectrogram, chroma, contrast and energy fraction come from windows of 4,096 values, flux, rolloff and tempo
/// from windows of 2,048, with librosa's conventions: centred frames, silence beyond both ends, periodic Hann windows.
/// A sample shorter than 5 s is one with silence behind it. An extractor owns its plans and all memory it needs: use
/// one in each thread.
public final class StudyExtractor {
  private static let long = FrameGrid(size: 4_096, hop: 32_768)
  private static let short = FrameGrid(size: 2_048, hop: 32_768)
  private static let frames = BlockLayout.steps

  private let sample = ScaledSample()
  private let longSpectrum = PowerSpectrum(long)
  private let shortSpectrum = PowerSpectrum(short)
  private let melFilters = MelFilterBank(long, highest: 16_384)
  private let fluxFilters = MelFilterBank(short, highest: 22_050)
  private let chromaFilters = ChromaFilterBank(long)
  private let contrast = SpectralContrast(long, lowest: 31, octaves: 9)
  private let longShape = SpectralShape(long)
  private let shortShape = SpectralShape(short)
  private let flux = SpectralFlux(short, frames: frames)
  private let tempo = TempoEstimator(hop: short.hop, frames: frames)
  private let mel = FeatureMatrix(rows: MelFilterBank.bands, frames: frames)
  private let chroma = FeatureMatrix(rows: ChromaFilterBank.classes, frames: frames)
  private let peaks = FeatureMatrix(rows: 10, frames: frames)
  private let valleys = FeatureMatrix(rows: 10, frames: frames)
  private let layout = BlockLayout(.study)

  /// An extractor with its plans and memory.
  public init() {}

  /// Writes the block of one sample, in physical units as `features --json` prints them.
  ///
  /// - Parameters:
  ///   - samples: mono at `Sampling.rate`, at most `Sampling.length` values, in any scale. Values that are not finite
  ///     count as silence.
  ///   - block: room for exactly `BlockLayout(.study).count` values, all of which become finite.
  public func extract(_ samples: UnsafeBufferPointer<Float>, into block: UnsafeMutableBufferPointer<Float>) {
    guard let target = block.baseAddress, block.count == layout.count else {
      preconditionFailure("a study block has \(layout.count) values")
    }
    sample.load(samples)
    let frames = Self.frames
    longSpectrum.compute(sample, from: 0, of: frames)
    shortSpectrum.compute(sample, from: 0, of: frames)
    let power = longSpectrum.power.base

    melFilters.apply(power, into: mel.lanes)
    copy(mel, .mel, to: target)
    chromaFilters.apply(power, into: chroma.lanes)
    copy(chroma, .chroma, to: target)
    contrast.apply(power, peaks: peaks.lanes, valleys: valleys.lanes, stride: 1)
    finishContrast()
    copy(peaks, .contrast, to: target)
    write(longShape.energyFraction(power), to: target + layout.range(.energyFraction).lowerBound)
    write(shortShape.rolloff(shortSpectrum.power.base), to: target + layout.range(.rolloff).lowerBound)

    let decibels = flux.decibels
    fluxFilters.apply(shortSpectrum.power.base, into: decibels.lanes)
    for band in 0..<decibels.rows { decibels.lanes[band] = Vector.decibels(decibels.lanes[band]) }
    let envelope = target + layout.range(.flux).lowerBound
    flux.finish(frames: frames, into: envelope)
    target[layout.range(.tempo).lowerBound] = Float(tempo.estimate(envelope, frames: frames).tempo)
  }

  /// The eighth lane is no frame: it must not decide where the lower end of the decibels lies.
  private func finishContrast() {
    for row in 0..<peaks.rows {
      peaks.lanes[row][7] = 0
      valleys.lanes[row][7] = 0
    }
    SpectralContrast.finish(peaks: peaks.lanes, valleys: valleys.lanes, count: peaks.rows)
  }

  private func copy(_ matrix: FeatureMatrix, _ feature: BlockLayout.Feature, to target: UnsafeMutablePointer<Float>) {
    let start = layout.range(feature).lowerBound
    for row in 0..<matrix.rows { write(matrix.row(row)[0], to: target + start + row * Self.frames) }
  }

  private func write(_ lanes: Lanes, to target: UnsafeMutablePointer<Float>) {
    for frame in 0..<Self.frames { target[frame] = lanes[frame] }
  }
}
