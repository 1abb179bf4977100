import Foundation
import Glibc
import Learning
import Platform

/// Trains the study's network on rows from a file and prints the seconds of each epoch, so that `compare.py` can set
/// them beside PyTorch's.
///
/// Arguments: ROWS THREADS EPOCHS. ROWS holds the numbers of rows and columns as 64-bit whole numbers, then a byte for
/// each row's class, then the values in single precision, row after row; the columns are those of a study block.
@main
struct Networks {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let threads = Int(arguments[2]), let epochs = Int(arguments[3]) else {
      print("usage: networks ROWS THREADS EPOCHS")
      exit(64)
    }
    let (rows, positive) = try read(arguments[1])
    var training = StudyNetwork.training
    training.threads = threads
    training.epochs = epochs
    training.validation = .none
    let layout = StudyNetwork.layout(
      columns: 1072,
      [
        .init(columns: 1071..<1072, bands: 1, kind: .dense), .init(columns: 1050..<1057, bands: 1, kind: .dense),
        .init(columns: 1057..<1064, bands: 1, kind: .dense), .init(columns: 1064..<1071, bands: 1, kind: .dense),
        .init(columns: 0..<896, bands: 128, kind: .fourConvolutions),
        .init(columns: 980..<1050, bands: 10, kind: .twoConvolutions),
        .init(columns: 896..<980, bands: 12, kind: .threeConvolutions),
      ])
    let clock = Clock()
    let learner = NetworkLearner(layout: layout, training: training, standardises: false) { record in
      let (wall, cpu) = clock.lap()
      print("{\"epoch\": \(record.number), \"wall\": \(wall), \"cpu\": \(cpu), \"loss\": \(record.trainingLoss)}")
      fflush(nil)
    }
    _ = try learner.fit(rows, positive, weights: nil, seed: 1) { done in if done < 1e-9 { _ = clock.lap() } }
  }

  private static func read(_ path: String) throws -> (Matrix, [Bool]) {
    let data = try Data(contentsOf: URL(filePath: path))
    return data.withUnsafeBytes { bytes in
      let rows = Int(bytes.loadUnaligned(fromByteOffset: 0, as: Int64.self))
      let columns = Int(bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
      let positive = (0..<rows).map { bytes[16 + $0] != 0 }
      let values = [Float](unsafeUninitializedCapacity: rows * columns) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(16 + rows)...]))
        initialized = rows * columns
      }
      return (Matrix(rows: rows, columns: columns, values: values), positive)
    }
  }
}

/// Wall and processor time since the last lap.
///
/// Unchecked: only the fitting thread calls it.
private final class Clock: @unchecked Sendable {
  private var last = Clock.now()

  private static func now() -> (wall: Double, cpu: Double) {
    var wall = timespec()
    var cpu = timespec()
    clock_gettime(CLOCK_MONOTONIC, &wall)
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu)
    return (Double(wall.tv_sec) + 1e-9 * Double(wall.tv_nsec), Double(cpu.tv_sec) + 1e-9 * Double(cpu.tv_nsec))
  }

  func lap() -> (wall: Double, cpu: Double) {
    let now = Self.now()
    defer { last = now }
    return (now.wall - last.wall, now.cpu - last.cpu)
  }
}
