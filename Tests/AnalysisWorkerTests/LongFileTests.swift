import AnalysisWorker
import Foundation
import TestSupport
import Testing
import Tracks

/// Files of ten hours: as many samples as of any other, in no more memory.
extension WorkerPoolTests {
  enum LongKind: String, CaseIterable {
    case wav, dsf, mp3

    func write(_ path: String) throws {
      switch self {
      case .wav: try LongFile.wave(path, seconds: 36_000)
      case .dsf: try LongFile.directStream(path, seconds: 36_000)
      case .mp3: try LongFile.repeating("untagged.mp3", path, seconds: 36_000)
      }
    }
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("ffprobe")), arguments: LongKind.allCases)
  func aLongFileGivesItsSamplesInLittleMemory(_ kind: LongKind) async throws {
    let folder = try TemporaryFolder()
    let path = folder["long.\(kind)"]
    try kind.write(path)
    try await withPool(limits: WorkerLimits(seconds: 120, megabytes: 512)) { pool in
      let audio = try await pool.probe(FilePath(path)).get()
      // Each piece of the MP3 file has the encoder's silence at its ends.
      #expect(abs(audio.properties.duration - 36_000) < 1_000)
      let request = AnalysisRequest(path: FilePath(path), variants: [.dense], properties: audio.properties)
      #expect(try await pool.analyse(request).get()[0].starts.count == Sampling.count)
      let worker = try #require(Workers.running().first)
      let memory = try #require(Workers.status(worker)["VmHWM"].flatMap { Int($0.prefix { $0 != " " }) })
      #expect(memory < 100 << 10, "\(memory) kB")
    }
  }
}
