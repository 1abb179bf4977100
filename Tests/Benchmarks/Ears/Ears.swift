import AudioFeatures
import Foundation
import Glibc
import Tracks

/// Measures what listening costs, in seconds of CPU time, and what comes out of it.
///
/// - `ears FILE-OR-FOLDER...` prints tables: every step of the dense features; for each file decoding and analysis of
///   30 samples and their ratio; for each folder the songs a minute on two threads.
/// - `ears try INDEXCTL FOLDER...` prints, for each folder, the whole of `indexctl try` against decoding alone.
/// - `ears samples FILE OUT` writes the file's samples, one after the other, as 32-bit floats.
/// - `ears time VARIANT ROUNDS SAMPLES` prints the seconds a sample takes, one number a round, as JSON.
/// - `ears statistics FILE OUT` writes the statistics and the extra descriptors of each sample as 32-bit floats.
/// - `ears layout` prints, as JSON, where each family lies among those, as [first, count].
/// - `ears features VARIANT SAMPLES` prints an array of what `indexctl features --json` prints for each sample.
@main
struct Ears {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch (arguments.first, arguments.count) {
    case ("samples", 3):
      try Samples.of(FilePath(arguments[1])).write(to: arguments[2])
    case ("try", 3...):
      try WholeTry.print(indexctl: arguments[1], folders: Array(arguments.dropFirst(2)))
    case ("statistics", 3):
      let values = try Samples.of(FilePath(arguments[1])).statisticsAndExtras()
      try values.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: arguments[2])) }
    case ("layout", 1):
      try printJSON(Samples.layout)
    case ("time", 4):
      guard let variant = FeatureVariant(rawValue: arguments[1]), let rounds = Int(arguments[2]) else { usage() }
      let samples = try Samples(file: arguments[3])
      let seconds = Stopwatch.rounds(rounds) { samples.analyse(variant) }.map { $0 / Double(samples.count) }
      try printJSON(seconds)
    case ("features", 3):
      guard let variant = FeatureVariant(rawValue: arguments[1]) else { usage() }
      try print("[" + Samples(file: arguments[2]).features(variant).map(\.json).joined(separator: ",") + "]")
    case (let first?, _) where !["samples", "try", "time", "features", "statistics", "layout"].contains(first):
      try Tables.print(arguments)
    default:
      usage()
    }
  }

  private static func usage() -> Never {
    print(
      """
      usage: ears FILE-OR-FOLDER... | try INDEXCTL FOLDER... | samples FILE OUT | statistics FILE OUT | layout
             | time VARIANT ROUNDS SAMPLES | features VARIANT SAMPLES
      """)
    exit(64)
  }

  private static func printJSON(_ value: some Encodable) throws {
    print(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
  }
}
