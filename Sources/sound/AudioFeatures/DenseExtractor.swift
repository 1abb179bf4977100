internal import Glibc
internal import Tracks

/// Extracts the dense features from samples: frames of 2,048 values, 512 apart, over all of the sample, and for the
/// chroma frames of 4,096, 2,048 apart.
///
/// All with librosa's conventions: centred frames, silence beyond both ends, periodic Hann windows. A sample shorter
/// than 5 s has fewer frames; none at all counts as one frame of silence. An extractor owns its plans and all memory it
/// needs: use one in each thread.
public final class DenseExtractor {
  private static let grid = FrameGrid(size: 2_048, hop: 512)
  private static let chromaGrid = FrameGrid(size: 4_096, hop: 2_048)
  private static let quietestMel = Lanes(repeating: log10(SummaryLayout.leastMelPower))
  private static let frames = grid.frames(of: Sampling.length)
  private static let chromaFrames = chromaGrid.frames(of: Sampling.length)

  private let sample = ScaledSample()
  private let spectrum = PowerSpectrum(grid)
  private let chromaSpectrum = ChromaSpectrum(chromaGrid)
  private let melFilters = MelFilterBank(grid, highest: 16_384)
  private let fluxFilters = MelFilterBank(grid, highest: 22_050)
  private let chromaFilters = ChromaFilterBank(chromaGrid)
  private let contrast = SpectralContrast(grid, lowest: 200, octaves: 6)
  private let shape = SpectralShape(grid)
  private let flux = SpectralFlux(grid, frames: frames)
  private let tempo = TempoEstimator(hop: grid.hop, frames: frames)
  private let cosines = CosineTransform()
  private let logMel = FeatureMatrix(rows: MelFilterBank.bands, frames: frames)
  private let mfcc = FeatureMatrix(rows: CosineTransform.coefficients, frames: frames)
  private let chroma = FeatureMatrix(rows: ChromaFilterBank.classes, frames: chromaFrames)
  private let peaks = FeatureMatrix(rows: 7, frames: frames)
  private let valleys = FeatureMatrix(rows: 7, frames: frames)
  private let heardContrast = FeatureMatrix(rows: 7, frames: frames)
  private let onsets = FeatureMatrix(rows: 1, frames: frames)
  private let rolloff = FeatureMatrix(rows: 1, frames: frames)
  private let centroid = FeatureMatrix(rows: 1, frames: frames)
  private let flatness = FeatureMatrix(rows: 1, frames: frames)
  private let energyFraction = FeatureMatrix(rows: 1, frames: frames)
  private let loudness = FeatureMatrix(rows: 1, frames: frames)
  private let bands = AlignedStorage<Lanes>(MelFilterBank.bands, filledWith: .zero)
  private let pitches = AlignedStorage<Lanes>(ChromaFilterBank.classes, filledWith: .zero)
  private let layout = BlockLayout(.dense)
  private lazy var extras = ExtraExtractor(frames: Self.frames, chromaFrames: Self.chromaFrames)
  /// The number of values of the sample extracted last.
  private var lastCount = 0

  /// An extractor with its plans and memory.
  public init() {}

  /// Writes the block of one sample and its statistics over the frames.
  ///
  /// The block is of the sample over its peak. In the statistics the log-mel, and what is made of it, is of the sample over
  /// four times its RMS, as a single click must not decide how loud the rest is; what lies below `SummaryLayout.leastMelPower`
  /// and `leastMagnitude` in that scale counts as silence.
  /// - Parameters:
  ///   - samples: mono at `Sampling.rate`, at most `Sampling.length` values, in the file's own scale (the loudness is
  ///     taken of it). Values that are not finite count as silence.
  ///   - room: for exactly `BlockLayout(.dense).count` values, all of which become finite.
  ///   - statisticsRoom: for exactly `SummaryLayout.statisticsCount` values, all of which become finite.
  public func extract(
    _ samples: UnsafeBufferPointer<Float>, block room: UnsafeMutableBufferPointer<Float>,
    statistics statisticsRoom: UnsafeMutableBufferPointer<Float>
  ) {
    guard let block = room.baseAddress, let statistics = statisticsRoom.baseAddress, room.count == layout.count,
      statisticsRoom.count == SummaryLayout.statisticsCount
    else {
      preconditionFailure("a dense block has \(layout.count) values, its statistics \(SummaryLayout.statisticsCount)")
    }
    sample.load(samples)
    lastCount = samples.count
    let frames = Self.grid.frames(of: samples.count)
    let chromaFrames = Self.chromaGrid.frames(of: samples.count)
    analyse(frames: frames)
    analyseChroma(frames: chromaFrames)
    let envelope = onsets.values(0)
    flux.finish(frames: frames, into: envelope)
    finishContrast(frames: frames)
    let beat = tempo.estimate(envelope, frames: frames)

    pool(logMel, .mel, frames, into: block)
    pool(chroma, .chroma, chromaFrames, into: block)
    pool(peaks, .contrast, frames, into: block)
    pool(onsets, .flux, frames, into: block)
    pool(rolloff, .rolloff, frames, into: block)
    pool(energyFraction, .energyFraction, frames, into: block)
    block[layout.range(.tempo).lowerBound] = Float(beat.tempo)

    logMel.shift(by: melShift, atLeast: Self.quietestMel)
    summarise(logMel, .logMel, frames, into: statistics)
    summarise(mfcc, .mfcc, frames, into: statistics)
    summarise(heardContrast, .contrast, frames, into: statistics)
    summarise(chroma, .chroma, chromaFrames, into: statistics)
    summarise(onsets, .flux, frames, into: statistics)
    summarise(rolloff, .rolloff, frames, into: statistics)
    summarise(centroid, .centroid, frames, into: statistics)
    summarise(flatness, .flatness, frames, into: statistics)
    summarise(energyFraction, .energyFraction, frames, into: statistics)
    summarise(loudness, .loudness, frames, into: statistics)
    mfcc.changes(frames: frames, into: statistics + SummaryLayout.statisticsRange(.mfccChange).lowerBound)
    statistics[SummaryLayout.statisticsRange(.tempo).lowerBound] = Float(beat.tempo)
    statistics[SummaryLayout.statisticsRange(.tempoStrength).lowerBound] = Float(beat.strength)
  }

  /// Writes the extra descriptors of the sample that was extracted last.
  ///
  /// - Parameter room: for exactly `ExtraDescriptors.count` values, all of which become finite.
  public func extractExtras(into room: UnsafeMutableBufferPointer<Float>) {
    guard let target = room.baseAddress, room.count == ExtraDescriptors.count else {
      preconditionFailure("there are \(ExtraDescriptors.count) extra descriptors")
    }
    extras.extract(
      chroma: chroma, chromaFrames: Self.chromaGrid.frames(of: lastCount), logMel: logMel,
      frames: Self.grid.frames(of: lastCount), into: target)
  }

  /// What brings log-mel of the sample over its peak to that over its level.
  private var melShift: Lanes { Lanes(repeating: -2 * log10(sample.level)) }

  /// Everything that one spectrum after the other gives, eight frames at a time.
  private func analyse(frames: Int) {
    let power = spectrum.power.base
    let quietest = Lanes(repeating: 1e-5)
    let shift = melShift
    let least = SummaryLayout.leastMagnitude * sample.level
    for batch in 0..<((frames + 7) / 8) {
      spectrum.compute(sample, from: 8 * batch, of: frames)
      melFilters.apply(power, into: bands.base)
      for band in 0..<bands.count {
        let value = Vector.log10(bands.base[band])
        bands.base[band] = Vector.max(value + shift, Self.quietestMel)
        logMel.row(band)[batch] = value
      }
      cosines.apply(bands.base, into: mfcc.lanes + batch, stride: mfcc.stride)
      fluxFilters.apply(power, into: bands.base)
      for band in 0..<bands.count { flux.decibels.row(band)[batch] = Vector.decibels(bands.base[band]) }
      contrast.apply(power, peaks: peaks.lanes + batch, valleys: valleys.lanes + batch, stride: peaks.stride)
      for row in 0..<peaks.rows {
        let high = Vector.decibels(Vector.max(peaks.row(row)[batch], Lanes(repeating: least)))
        let low = Vector.decibels(Vector.max(valleys.row(row)[batch], Lanes(repeating: least)))
        heardContrast.row(row)[batch] = high - low
      }
      let values = shape.all(power, least: max(least * least, 1e-10))
      rolloff.lanes[batch] = values.rolloff
      centroid.lanes[batch] = values.centroid
      flatness.lanes[batch] = values.flatness
      energyFraction.lanes[batch] = values.energyFraction
      loudness.lanes[batch] = Vector.log10(Vector.max(values.rms * sample.peak, quietest))
    }
  }

  private func analyseChroma(frames: Int) {
    for batch in 0..<((frames + 7) / 8) {
      chromaSpectrum.compute(sample, from: 8 * batch, of: frames)
      chromaFilters.apply(chromaSpectrum.power.base, into: pitches.base)
      for pitch in 0..<pitches.count { chroma.row(pitch)[batch] = pitches.base[pitch] }
    }
  }

  /// Lanes that are no frames are silent, and the last batch of an earlier sample may lie behind a shorter one: neither
  /// may decide where the lower end of the decibels lies, so both become silence, which never is the largest.
  private func finishContrast(frames: Int) {
    let batches = (frames + 7) / 8
    for row in 0..<peaks.rows {
      for batch in batches..<peaks.stride {
        peaks.row(row)[batch] = .zero
        valleys.row(row)[batch] = .zero
      }
    }
    SpectralContrast.finish(peaks: peaks.lanes, valleys: valleys.lanes, count: peaks.rows * peaks.stride)
  }

  private func pool(
    _ matrix: FeatureMatrix, _ feature: BlockLayout.Feature, _ frames: Int, into block: UnsafeMutablePointer<Float>
  ) {
    matrix.pool(frames: frames, steps: BlockLayout.steps, into: block + layout.range(feature).lowerBound)
  }

  private func summarise(
    _ matrix: FeatureMatrix, _ family: SummaryLayout.Family, _ frames: Int, into statistics: UnsafeMutablePointer<Float>
  ) {
    matrix.statistics(
      frames: frames, means: statistics + SummaryLayout.statisticsRange(family, .mean).lowerBound,
      deviations: statistics + SummaryLayout.statisticsRange(family, .deviation).lowerBound)
  }
}
