import AudioDecoding
import AudioFeatures
import Foundation
import Glibc
import Synchronization
import Tracks

/// The tables of RESULTS.md.
enum Tables {
  private static let rounds = 7

  /// Measures every path and prints what it cost.
  static func print(_ paths: [String]) throws {
    var files: [String] = []
    var folders: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        Swift.print("\(path): no such file or folder")
        exit(1)
      }
      if isFolder.boolValue { folders.append(path) } else { files.append(path) }
    }
    if let first = files.first { try steps(first) }
    if !files.isEmpty { try codecs(files) }
    for folder in folders { try songs(folder) }
  }

  /// Every step of the dense features, and both variants as a whole, for a sample of 5 s.
  private static func steps(_ file: String) throws {
    let samples = try Samples.of(FilePath(file))
    Swift.print("\nCPU milliseconds for a sample of 5 s: median (smallest-largest) of \(rounds) rounds\n")
    Swift.print("| step | ms |\n|---|---|")
    let repetitions = 20
    samples.analyse(.dense)
    let stages = FeatureStages()
    samples.values.withUnsafeBufferPointer { values in
      for (name, run) in stages.stages(UnsafeBufferPointer(rebasing: values[..<Sampling.length])) {
        let seconds = Stopwatch.rounds(rounds) { for _ in 0..<repetitions { run() } }
        Swift.print("| \(name) | \(Stopwatch.words(seconds.map { $0 / Double(repetitions) })) |")
      }
    }
    let extras = Stopwatch.rounds(rounds) { for _ in 0..<repetitions { samples.extractExtras() } }
    Swift.print(
      "| tonal centroids, percussion (on demand) | \(Stopwatch.words(extras.map { $0 / Double(repetitions) })) |")
    for variant in [FeatureVariant.dense, .study] {
      let seconds = Stopwatch.rounds(rounds) { samples.analyse(variant) }
      Swift.print("| **\(variant.rawValue), all** | \(Stopwatch.words(seconds.map { $0 / Double(samples.count) })) |")
    }
  }

  /// Decoding alone against decoding and analysing, turn by turn, for each file's samples.
  private static func codecs(_ files: [String]) throws {
    Swift.print(
      """

      CPU milliseconds for the samples of one file: median (smallest-largest) of \(rounds) rounds; `reading` is finding,
      decoding, mixing down and resampling; the ratio is of the last column to the first of numbers

      | file | codec, rate, samples | libsndfile alone | probing | reading | reading and dense features | ratio |
      |---|---|---|---|---|---|---|
      """)
    for file in files {
      let path = FilePath(file)
      let properties = try AudioFile.probe(path).properties
      let starts = Samples.starts(properties)
      let samples = Samples(values: [])
      let reader = SampleReader()
      var buffer: [Float] = []
      var plain: [Double] = []
      var probing: [Double] = []
      var reading: [Double] = []
      var whole: [Double] = []
      var decodes = true
      for round in 0...rounds {
        let begin = Stopwatch.now()
        decodes = PlainDecoding.run(file, starts: starts, buffer: &buffer)
        let decoded = Stopwatch.now()
        _ = try AudioFile.probe(path)
        let probed = Stopwatch.now()
        try reader.read(path, properties: properties, starts: starts) { _, _ in }
        let read = Stopwatch.now()
        try reader.read(path, properties: properties, starts: starts) { _, sample in
          samples.extract(UnsafeBufferPointer(sample), .dense)
        }
        let end = Stopwatch.now()
        // The first round warms up.
        guard round > 0 else { continue }
        plain.append(decoded - begin)
        probing.append(probed - decoded)
        reading.append(read - probed)
        whole.append(end - read)
      }
      let ratio = Stopwatch.median(whole) / Stopwatch.median(plain)
      Swift.print(
        """
        | \(path.name.display) | \(properties.codec), \(properties.sampleRate) Hz, \(starts.count) \
        | \(decodes ? Stopwatch.words(plain) : "cannot") | \(Stopwatch.words(probing)) | \(Stopwatch.words(reading)) \
        | \(Stopwatch.words(whole)) | \(decodes ? Stopwatch.short(ratio) : "") |
        """)
    }
  }

  /// Every file below a folder, up to 200, on two threads, three times over.
  private static func songs(_ folder: String) throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().prefix(200)
    let rounds = (0..<3).map { _ in round(names.map { folder + "/" + $0 }) }
    func words(_ value: (Round) -> Double) -> String {
      let sorted = rounds.map(value).sorted()
      return "\(Stopwatch.short(sorted[1])) (\(Stopwatch.short(sorted[0]))-\(Stopwatch.short(sorted[2])))"
    }
    Swift.print(
      """

      \(folder), read and measured on two threads, median (smallest-largest) of 3 rounds: \(rounds[0].songs) songs, \
      \(Stopwatch.short(rounds[0].megabytes)) MB; \(words { Double($0.songs) * 60 / $0.seconds }) songs a minute; \
      \(words { $0.cpu * 1_000 / Double(max(1, $0.songs)) }) CPU milliseconds a song
      """)
  }

  private struct Round {
    var songs = 0
    var megabytes = 0.0
    var seconds = 0.0
    var cpu = 0.0
  }

  private static func round(_ files: [String]) -> Round {
    let next = Mutex(0)
    let result = Mutex(Round())
    let wall = Date()
    let start = Stopwatch.now()
    let threads = (0..<2).map { _ in
      let finished = DispatchSemaphore(value: 0)
      Thread {
        let samples = Samples(values: [])
        let reader = SampleReader()
        while let index = next.withLock({ next in
          defer { next += 1 }
          return next < files.count ? next : nil
        }) {
          let path = FilePath(files[index])
          // What is no audio is no song.
          guard let properties = try? AudioFile.probe(path).properties else { continue }
          let read: Void? = try? reader.read(path, properties: properties, starts: Samples.starts(properties)) {
            samples.extract(UnsafeBufferPointer($1), .dense)
          }
          guard read != nil else { continue }
          var status = stat()
          stat(files[index], &status)
          result.withLock {
            $0.songs += 1
            $0.megabytes += Double(status.st_size) / 1e6
          }
        }
        finished.signal()
      }.start()
      return finished
    }
    for thread in threads { thread.wait() }
    var round = result.withLock { $0 }
    round.seconds = Date().timeIntervalSince(wall)
    round.cpu = Stopwatch.now() - start
    return round
  }
}
