import AudioDecoding
import AudioFeatures
import Foundation
import Learning
import TasteModel
import TestSupport
import Testing
import Tracks

/// The same music in every format: it lies at the same places and sounds the same.
///
/// `FORMATS_MUSIC` in the environment names a folder of real music, `FORMATS_SONGS` how many of its files are taken instead
/// of made-up songs; then the figures of every format are printed.
@Suite(.enabled(if: Fixture.hasFFmpeg)) struct SameMusicTests {
  private struct Copy {
    var song: Int
    var format: String
    var summary: [Float]
  }

  private static let environment = ProcessInfo.processInfo.environment

  /// WAV files of different songs in `folder`.
  private func songs(in folder: TemporaryFolder, seconds: Int? = nil) throws -> [String] {
    guard let music = Self.environment["FORMATS_MUSIC"] else {
      return try (0..<3).map { number in
        var song = Song(seed: UInt64(number) + 1)
        return try folder.write(WaveFile.bytes(song.values(seconds: seconds ?? 20), channels: 2), to: "\(number).wav")
      }
    }
    let wanted = Self.environment["FORMATS_SONGS"].flatMap { Int($0) } ?? 8
    let found = try FileManager.default.subpathsOfDirectory(atPath: music).sorted().filter { name in
      [".ogg", ".mp3", ".opus", ".flac"].contains { name.hasSuffix($0) }
    }
    return try (0..<min(wanted, found.count)).map { number in
      let output = folder["\(number).wav"]
      try Program.run([
        "ffmpeg", "-v", "error", "-nostdin", "-y", "-i", "\(music)/\(found[number * found.count / wanted])", "-t",
        "\(seconds ?? 90)",
        "-ac", "2", "-ar", "44100", "-c:a", "pcm_s16le", output,
      ])
      return output
    }
  }

  /// The summary of a file: of real music from as many samples as indexd takes, of made-up songs from eight at most.
  private func summary(_ path: FilePath, _ properties: AudioProperties) throws -> [Float] {
    let extractor = DenseExtractor()
    var block = [Float](repeating: 0, count: BlockLayout(.dense).count)
    var statistics = [Float](repeating: 0, count: SummaryLayout.statisticsCount)
    var summary = SongSummary()
    let count = Self.environment["FORMATS_MUSIC"] == nil ? 8 : Sampling.count
    let starts = SamplePlan.starts(duration: properties.duration, from: 0, to: nil, count: count)
    try SampleReader().read(path, properties: properties, starts: starts) { _, sample in
      block.withUnsafeMutableBufferPointer { block in
        statistics.withUnsafeMutableBufferPointer {
          extractor.extract(UnsafeBufferPointer(sample), block: block, statistics: $0)
        }
      }
      summary.add(statistics)
    }
    return summary.summary
  }

  @Test(.timeLimit(.minutes(20))) func liesAtTheSamePlacesAndSoundsLikeItself() throws {
    let folder = try TemporaryFolder()
    let encoders = Encoder.all.filter(\.isInstalled)
    #expect(encoders.count >= 15, "the formats of ffmpeg, flac, lame, oggenc, opusenc and wavpack")
    var copies: [Copy] = []
    var lags: [String: [Double]] = [:]
    for (number, wave) in try songs(in: folder).enumerated() {
      let original = FilePath(wave)
      let properties = try AudioFile.probe(original).properties
      let starts = [0, properties.duration * 0.43, properties.duration - 5.2]
      let expected = try Fixture.samples(original, from: starts)
      copies.append(Copy(song: number, format: "WAV", summary: try summary(original, properties)))
      for encoder in encoders {
        let path = FilePath(try encoder.encode(wave))
        let probed = try AudioFile.probe(path).properties
        #expect(abs(probed.duration - properties.duration) < 0.1, "\(encoder.name), song \(number)")
        // ffmpeg's encoder of layer II changes music more than some songs differ: only its places are compared.
        if encoder.name != "MP2" {
          copies.append(Copy(song: number, format: encoder.name, summary: try summary(path, probed)))
        }
        for (index, sample) in try Fixture.samples(path, from: starts) {
          let lag = Lag.milliseconds(of: sample, behind: try #require(expected[index]))
          #expect(abs(lag) <= 50, "\(encoder.name), song \(number), from \(starts[index]) s: \(lag) ms")
          lags[encoder.name, default: []].append(lag)
        }
      }
    }
    #expect(lags.values.allSatisfy { $0.count == lags["FLAC"]?.count }, "every sample of every format was read")
    #expect(lags["FLAC"]?.allSatisfy { $0 == 0 } == true)
    try compare(copies, lags)
  }

  /// Matroska files of more than an hour are sought in, which ffmpeg does by the times of its blocks.
  @Test(.timeLimit(.minutes(20))) func aMatroskaFileOfAnHourLiesAtTheSamePlaces() throws {
    let folder = try TemporaryFolder()
    let isMeasured = Self.environment["FORMATS_MUSIC"] != nil
    let codecs = [
      "libopus -b:a 32k -ac 1 -compression_level 0", "libvorbis -q:a 4", "aac -b:a 160k", "libmp3lame -b:a 160k",
      "ac3 -b:a 192k", "flac", "alac", "pcm_s16le",
    ]
    let seconds = 60
    let rounds = 66
    for (number, wave) in try songs(in: folder, seconds: seconds).prefix(isMeasured ? 3 : 1).enumerated() {
      for codec in isMeasured ? codecs : Array(codecs.prefix(1)) {
        let path = folder["\(number).mka"]
        try Program.run(
          ["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "\(rounds - 1)", "-i", wave, "-c:a"]
            + codec.split(separator: " ").map(String.init) + [path])
        // None reaches over the end of a round, where the original ends.
        let starts = (0..<(isMeasured ? 28 : 4)).map { 3.7 + Double($0 * (isMeasured ? 130 : 1_247)) }
        let within = starts.map { $0.truncatingRemainder(dividingBy: Double(seconds)) }
        let expected = try Fixture.samples(FilePath(wave), from: within)
        let samples = try Fixture.samples(FilePath(path), from: starts)
        #expect(samples.count == starts.count, "\(codec)")
        let lags = samples.compactMap { index, sample -> Double? in
          guard let original = expected[index], original.count == sample.count else { return nil }
          return Lag.milliseconds(of: sample, behind: original)
        }
        #expect(lags.allSatisfy { abs($0) <= 50 } && lags.count == starts.count, "\(codec): \(lags)")
        if isMeasured { print("Matroska of 66 minutes, \(codec): \(lags.min() ?? 0) to \(lags.max() ?? 0) ms") }
      }
    }
  }

  private func compare(_ copies: [Copy], _ lags: [String: [Double]]) throws {
    let summaries = Matrix(rows: copies.count, columns: SummaryLayout.count, values: copies.flatMap(\.summary))
    // As in a library, where most songs are there once; a few made-up ones are too alike to measure by.
    let isLibrary = Self.environment["FORMATS_MUSIC"] != nil
    let measured = copies.indices.filter { !isLibrary || copies[$0].format == "WAV" }
    let places = SongSpace(summaries.rows(measured)).places(of: summaries)
    var farthest: [String: Double] = [:]
    for (one, copy) in copies.enumerated() {
      var own = (distance: 0.0, format: "")
      var other = Double.infinity
      for (another, candidate) in copies.enumerated() {
        let distance = SongSpace.distance(places.row(one), places.row(another))
        if candidate.song == copy.song {
          if distance > own.distance { own = (distance, candidate.format) }
        } else {
          other = min(other, distance)
        }
      }
      #expect(own.distance < other, "\(copy.format) and \(own.format) of song \(copy.song)")
      guard let original = copies.firstIndex(where: { $0.song == copy.song }) else { continue }
      let apart = SongSpace.distance(places.row(original), places.row(one)) / other
      farthest[copy.format] = max(farthest[copy.format] ?? 0, apart)
    }
    guard Self.environment["FORMATS_MUSIC"] != nil else { return }
    for format in farthest.keys.sorted() {
      let late = lags[format]?.sorted() ?? [0]
      print(
        String(
          format: "%@ | %.1f to %.1f ms | %.3f", format, late[0], late[late.count - 1], farthest[format] ?? 0))
    }
  }
}

/// How far apart in time two recordings of one piece of music are.
enum Lag {
  /// By how many milliseconds `sample` lies behind `original`, both at the rate of the analysis: where their normalised
  /// cross-correlation is largest within 120 ms.
  static func milliseconds(of sample: [Float], behind original: [Float]) -> Double {
    let farthest = 5_292
    let end = min(sample.count, original.count) - farthest
    var best = (likeness: -Double.infinity, shift: 0)
    func look(_ shift: Int, step: Int) {
      var product = 0.0
      var energy = 1e-12
      for index in stride(from: farthest, to: end, by: step) {
        let value = Double(original[index - shift])
        product += Double(sample[index]) * value
        energy += value * value
      }
      let likeness = product / energy.squareRoot()
      if likeness > best.likeness { best = (likeness, shift) }
    }
    for shift in stride(from: -farthest, through: farthest, by: 4) { look(shift, step: 61) }
    let near = best.shift
    best.likeness = -.infinity
    for shift in (near - 6)...(near + 6) where abs(shift) <= farthest { look(shift, step: 1) }
    return Double(best.shift) / Double(Sampling.rate) * 1_000
  }
}
