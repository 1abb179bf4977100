import Foundation
import Glibc
import Learning

/// Fits one learner on rows from a file and prints what it cost, so that `compare.py` can set it beside scikit-learn.
///
/// Arguments: LEARNER ROWS [NAME=NUMBER ...]. ROWS holds the numbers of rows, columns and training rows as 64-bit whole
/// numbers, then a byte for each row's class, then the values in single precision, row after row. The answers for the
/// rows after the training rows go to ROWS.answers.
@main
struct Learners {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else {
      print("usage: learners LEARNER ROWS [NAME=NUMBER ...]")
      exit(64)
    }
    var settings: [String: Double] = [:]
    for setting in arguments.dropFirst(3) {
      let parts = setting.split(separator: "=")
      if parts.count == 2 { settings[String(parts[0])] = Double(parts[1]) }
    }
    guard let learner = learner(arguments[1], settings) else {
      print("unknown learner \(arguments[1])")
      exit(64)
    }
    let (train, test, positive) = try read(arguments[2])

    let start = usage()
    let model = try learner.fit(train, positive, weights: nil, seed: UInt64(settings["seed"] ?? 1)) { _ in }
    let fitted = usage()
    let answers = model.probabilities(of: test)
    let answered = usage()
    var writer = ByteWriter()
    model.encode(into: &writer)
    let encoded = usage()
    var reader = ByteReader(writer.bytes)
    _ = try type(of: model).init(from: &reader)
    let decoded = usage()
    try answers.withUnsafeBytes { try Data($0).write(to: URL(filePath: arguments[2] + ".answers")) }
    print(
      """
      {"fitCPU": \(fitted.cpu - start.cpu), "fitWall": \(fitted.wall - start.wall), \
      "answerCPU": \(answered.cpu - fitted.cpu), "bytes": \(writer.bytes.count), \
      "decodeWall": \(decoded.wall - encoded.wall), "peakMB": \(fitted.peak)}
      """)
  }

  private static func learner(_ name: String, _ settings: [String: Double]) -> (any Learner)? {
    let columns: SplitColumns = settings["columns"].map { $0 >= 1 ? .all : .share($0) } ?? .squareRoot
    let parameters = TreeParameters(
      maximumDepth: settings["depth"].map { Int($0) }, minimumRowsInLeaf: Int(settings["leaf"] ?? 1),
      splitColumns: columns)
    let trees = Int(settings["trees"] ?? 100)
    let threads = Int(settings["threads"] ?? 2)
    switch name {
    case "decision-tree": return DecisionTreeLearner(parameters: parameters)
    case "study-tree": return DecisionTreeLearner.study
    case "random-forest": return RandomForestLearner(trees: trees, parameters: parameters, threads: threads)
    case "extra-trees": return ExtraTreesLearner(trees: trees, parameters: parameters, threads: threads)
    case "logistic": return LogisticRegressionLearner(penalty: settings["penalty"] ?? 1, threads: threads)
    case "support-vectors": return SupportVectorMachine(threads: threads)
    case "k-nearest-neighbours":
      return KNearestNeighbours(neighbours: Int(settings["neighbours"] ?? 5), threads: threads)
    case "small-network":
      var network = SmallNetwork()
      network.threads = threads
      return network
    case "boosting": return GradientBoostingLearner(trees: trees, threads: threads)
    default: return nil
    }
  }

  private static func read(_ path: String) throws -> (train: Matrix, test: Matrix, positive: [Bool]) {
    let data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    return data.withUnsafeBytes { bytes in
      let sizes = (0..<3).map { Int(bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
      let (rows, columns, training) = (sizes[0], sizes[1], sizes[2])
      let positive = (0..<training).map { bytes[24 + $0] != 0 }
      func matrix(_ range: Range<Int>) -> Matrix {
        let count = range.count * columns
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
          let first = 24 + rows + 4 * columns * range.lowerBound
          UnsafeMutableRawBufferPointer(buffer).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[first..<(first + 4 * count)]))
          initialized = count
        }
        return Matrix(rows: range.count, columns: columns, values: values)
      }
      return (matrix(0..<training), matrix(training..<rows), positive)
    }
  }

  private static func usage() -> (cpu: Double, wall: Double, peak: Int) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let cpu = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    return (cpu, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, peak())
  }

  /// The most memory this process held, in MB. `getrusage` would count what its parent held before it.
  private static func peak() -> Int {
    guard let status = try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8) else { return 0 }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
  }
}
