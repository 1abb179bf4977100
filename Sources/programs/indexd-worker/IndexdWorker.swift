import AnalysisWorker
import AudioDecoding
import AudioFeatures
import CMemoryGuard
import Confinement
import Glibc
import TasteModel
import Tracks

/// The program that decodes and trains, and the only one that links the codecs: what a file does to it, it does to nobody
/// else.
@main
enum IndexdWorker {
  static func main() {
    guard VectorInstructions.areAvailable else {
      let complaint = Array(
        "indexd-worker was built for a newer processor than this one: build it on this machine\n".utf8)
      _ = write(STDERR_FILENO, complaint, complaint.count)
      exit(1)
    }
    memory_guard_arm()
    let analyser = TrackAnalyser()
    let handlers = WorkerHandlers(
      probe: { try AudioFile.probe($0) },
      analyse: { try analyser.analyse($0) },
      fingerprint: { request in
        try Fingerprint.compute(
          request.path, properties: request.properties, from: request.from, maxSeconds: request.seconds)
      },
      jobs: [
        TrainingRequest.jobName: { payload, progress in
          try TrainingRequest(bytes: payload).carryOut { done, _ in progress(done) }
        },
        FeaturesRequest.jobName: { payload, _ in try features(payload) },
        PercussionOrder.jobName: { payload, _ in
          guard let order = PercussionOrder(bytes: payload) else {
            throw WorkerFailure(reason: WorkerFailure.unknownJob, detail: "the order for percussion cannot be read")
          }
          return PercussionOrder.encode(answer: try analyser.percussion(order))
        },
      ],
      confine: { try Confinement.enter() },
      take: { FileAccess.hand($0.path, descriptor: $0.descriptor, errorNumber: $0.errorNumber) },
      describe: describe)
    exit(WorkerLoop.run(arguments: Array(CommandLine.arguments.dropFirst()), handlers: handlers))
  }

  /// The features of five seconds as JSON.
  private static func features(_ payload: [UInt8]) throws -> [UInt8] {
    guard let order = FeaturesRequest(bytes: payload) else {
      throw WorkerFailure(reason: WorkerFailure.unknownJob, detail: "the order for features cannot be read")
    }
    let properties = try AudioFile.probe(order.path).properties
    guard order.start < properties.duration else { throw Self.noAudio(order, properties) }
    var measured: SampleFeatures?
    try SampleReader().read(order.path, properties: properties, starts: [order.start]) { _, samples in
      measured = SampleAnalyser().sample(
        UnsafeBufferPointer(samples), variant: order.variant, sampleRate: Sampling.rate, start: order.start)
    }
    guard let measured else { throw Self.noAudio(order, properties) }
    return Array(measured.json.utf8)
  }

  private static func noAudio(_ order: FeaturesRequest, _ properties: AudioProperties) -> WorkerFailure {
    let length = (properties.duration * 10).rounded() / 10
    return WorkerFailure(
      reason: "noFrames", detail: "\(order.path.display): is \(length) s long; there is no audio at \(order.start) s")
  }

  private static func describe(_ error: any Error) -> WorkerFailure {
    switch error {
    case let failure as DecodingFailure:
      WorkerFailure(reason: failure.reason.rawValue, detail: failure.description)
    case let failure as TasteFailure: WorkerFailure(reason: "training", detail: failure.description)
    default: WorkerFailure(reason: WorkerFailure.crashed, detail: "\(error)")
    }
  }
}
