import AnalysisWorker
import AudioDecoding
import Glibc
import Tracks

/// The program that decodes, and the only one that links the codecs: what a file does to it, it does to nobody else.
@main
enum IndexdWorker {
  static func main() {
    let analyser = TrackAnalyser()
    let handlers = WorkerHandlers(
      probe: { try AudioFile.probe($0) },
      analyse: { try analyser.analyse($0) },
      fingerprint: { path, _, _ in throw DecodingFailure(.unsupported, path) },
      describe: describe)
    exit(WorkerLoop.run(arguments: Array(CommandLine.arguments.dropFirst()), handlers: handlers))
  }

  private static func describe(_ error: any Error) -> WorkerFailure {
    guard let failure = error as? DecodingFailure else {
      return WorkerFailure(reason: WorkerFailure.crashed, detail: "\(error)")
    }
    return WorkerFailure(reason: failure.reason.rawValue, detail: failure.description)
  }
}
