import AnalysisWorker
import AudioDecoding
import AudioFeatures
import Confinement
import Copies
import TestSupport
import Testing
import Tracks

/// The examples of the pages of the floor sound.
@Suite struct SoundExamples {
  let song: FilePath
  private let temporary: TemporaryFolder

  init() throws {
    temporary = try TemporaryFolder()
    song = FilePath(
      try temporary.write(WaveFile.bytes(Tune(seed: 1, seconds: 12).played(seconds: 12), rate: Tune.rate), to: "a.wav"))
  }

  @Test func audioDecoding() throws {
    // Example: AudioDecoding
    let audio = try AudioFile.probe(song)
    var energies: [Float] = []
    try SampleReader().read(song, properties: audio.properties, starts: [0, 5]) { _, sample in
      energies.append(sample.reduce(0) { $0 + $1 * $1 } / Float(sample.count))
    }
    // End
    #expect(energies.count == 2 && energies.allSatisfy { $0 > 0 })
  }

  @Test func audioFeatures() {
    // Example: AudioFeatures
    let silence = [Float](repeating: 0, count: Sampling.length)
    let features = silence.withUnsafeBufferPointer { sample in
      SampleAnalyser().sample(sample, variant: .dense, sampleRate: Sampling.rate, start: 0)
    }
    // End
    #expect(features.start == 0)
  }

  @Test func analysisWorker() async throws {
    // Example: AnalysisWorker
    let pool = WorkerPool(program: WorkerPool.programBesideThis(), count: 2)
    let answer = await pool.probe(song)
    await pool.shutdown()
    // End
    // Beside a test no worker lies: the file fails with that as its reason.
    if case .success(let audio) = answer { #expect(audio.properties.channels == 1) }
  }

  /// Not run: what it gives up, this process would never get back.
  private func confinement() throws {
    // Example: Confinement
    // From here on the process reads only what is open already, and starts nothing.
    try Confinement.enter()
    // End
  }

  @Test func copies() {
    // Example: Copies
    let print = (0..<400).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
    let comparison = WindowComparison(print, from: 0, Array(print.dropFirst(40)), from: 0)
    let share = comparison?.errorRate
    // End
    #expect(share == 0)
  }
}
