import Foundation
import TestSupport
import Testing

@testable import AudioFeatures

/// The fast arithmetic against the plain one.
struct NumericTests {
  @Test func logarithmsAndRootsAreExactEnough() {
    var worstLogarithm = 0.0
    var worstRoot = 0.0
    for exponent in -120...120 {
      for step in 0..<64 {
        let value = Float(pow(2, Double(exponent)) * (1 + Double(step) / 64 + 1e-4))
        let exact = log2(Double(value))
        let made = Double(Vector.log2(Lanes(repeating: value))[step % 8])
        worstLogarithm = max(worstLogarithm, (made - exact).magnitude / max(1, exact.magnitude))
        let root = Double(Vector.squareRoot(Lanes(repeating: value))[step % 8])
        worstRoot = max(worstRoot, (root / Double(value).squareRoot() - 1).magnitude)
      }
    }
    #expect(worstLogarithm < 2e-7)
    #expect(worstRoot < 3e-7)
    #expect(Vector.squareRoot(.zero) == .zero)
    #expect(Vector.log2(Lanes(repeating: 1)) == .zero)
  }

  @Test func exponentialsAreExactEnough() {
    for step in -12_500...12_700 {
      let value = Float(step) / 100
      let made = Double(Vector.exp2(Lanes(repeating: value))[(step + 12_504) % 8])
      #expect((made / pow(2, Double(value)) - 1).magnitude < 4e-7, "\(value)")
    }
  }

  @Test func runningMediansAreThoseOfSortedWindows() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let filter = MedianFilter()
    for count in [1, 2, 7, 8, 15, 31, 40, 128] {
      let source = AlignedStorage<Lanes>(3 * count, filledWith: .zero)
      for index in 0..<source.count {
        for lane in 0..<8 { source.base[index][lane] = Float(Int.random(in: 0...20, using: &generator)) }
      }
      let target = AlignedStorage<Lanes>(3 * count, filledWith: .zero)
      filter.apply(source.base + 1, count: count, stride: 3, into: target.base + 1)
      for place in 0..<count {
        for lane in 0..<8 {
          let window = (-15...15).map { shift in
            source.base[3 * MedianFilter.mirrored(place + shift, count) + 1][lane]
          }
          #expect(target.base[3 * place + 1][lane] == window.sorted()[15], "\(place) of \(count), seed \(seed)")
        }
      }
      #expect(target.base[0] == .zero)
    }
    #expect((-3...6).map { MedianFilter.mirrored($0, 3) } == [2, 1, 0, 0, 1, 2, 2, 1, 0, 0])
  }

  @Test func powerSpectrumIsTheFourierSum() {
    let grid = FrameGrid(size: 64, hop: 512)
    let samples = TestSignals.floats(TestSignals.noise(5_000, seed: 9))
    let sample = ScaledSample()
    samples.withUnsafeBufferPointer(sample.load)
    let frames = grid.frames(of: samples.count)
    let spectrum = PowerSpectrum(FrameGrid(size: 1_024, hop: 512))
    spectrum.compute(sample, from: 0, of: frames)
    let window = spectrum.grid.window
    for frame in 0..<8 {
      for bin in [0, 1, 7, 200, 511, 512] {
        var sum = SIMD2<Double>.zero
        for place in 0..<1_024 {
          let angle = -2 * Double.pi * Double(bin * place) / 1_024
          let value = Double(sample.values[spectrum.grid.start(of: frame) + place]) * window[place]
          sum += value * SIMD2(cos(angle), sin(angle))
        }
        let expected = (sum * sum).sum()
        #expect((Double(spectrum.power.base[bin][frame]) - expected).magnitude < 1e-5 * max(expected, 1e-3))
      }
    }
  }

  @Test func extremesAreThoseOfASortedList() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let grid = FrameGrid(size: 2_048, hop: 512)
    let contrast = SpectralContrast(grid, lowest: 200, octaves: 6)
    let rows = contrast.bands.count
    for round in 0..<10 {
      let power = AlignedStorage<Lanes>(grid.bins, filledWith: .zero)
      for bin in 0..<grid.bins {
        for lane in 0..<8 {
          // Whole numbers, so that there are ties.
          power.base[bin][lane] = Float(Int.random(in: 0...(round < 5 ? 9 : 1_000_000), using: &generator))
        }
      }
      let peaks = AlignedStorage<Lanes>(rows, filledWith: .zero)
      let valleys = AlignedStorage<Lanes>(rows, filledWith: .zero)
      contrast.apply(power.base, peaks: peaks.base, valleys: valleys.base, stride: 1)
      for (row, band) in contrast.bands.enumerated() {
        for lane in 0..<8 {
          let sorted = band.bins.map { Double(power.base[$0][lane]).squareRoot() }.sorted()
          let low = sorted.prefix(band.extremes).reduce(0, +) / Double(band.extremes)
          let high = sorted.suffix(band.extremes).reduce(0, +) / Double(band.extremes)
          #expect((Double(valleys.base[row][lane]) - low).magnitude <= 1e-5 * low, "row \(row), seed \(seed)")
          #expect((Double(peaks.base[row][lane]) - high).magnitude <= 1e-5 * high, "row \(row), seed \(seed)")
        }
      }
    }
  }

  @Test func contrastBandsAreLibrosas() {
    let dense = SpectralContrast(FrameGrid(size: 2_048, hop: 512), lowest: 200, octaves: 6)
    #expect(dense.bands.count == 7)
    #expect(dense.bands[0] == SpectralContrast.Band(bins: 0..<9, extremes: 1))
    #expect(dense.bands[6] == SpectralContrast.Band(bins: 297..<1_025, extremes: 15))
    let study = SpectralContrast(FrameGrid(size: 4_096, hop: 32_768), lowest: 31, octaves: 9)
    #expect(study.bands.count == 10)
    #expect(study.bands[9].bins.upperBound == 2_049)
  }

  @Test func stepsAreNumpysSplit() {
    #expect((0..<7).map { FeatureMatrix.part($0, of: 7, frames: 431) }.map(\.count) == [62, 62, 62, 62, 61, 61, 61])
    for frames in 7...200 {
      let parts = (0..<7).map { FeatureMatrix.part($0, of: 7, frames: frames) }
      #expect(parts[0].lowerBound == 0 && parts[6].upperBound == frames)
      #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }
    for frames in 1..<7 {
      #expect((0..<7).allSatisfy { FeatureMatrix.part($0, of: 7, frames: frames).upperBound <= frames })
    }
  }
}
