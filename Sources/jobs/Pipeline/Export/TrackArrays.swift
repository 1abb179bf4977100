import Glibc
import MusicIndex
import Platform
import Tracks

/// Every track as arrays of equal length, in the order of the paths, for `numpy.load`:
///
/// | array | type | what |
/// |---|---|---|
/// | `path` | `S` | the path's bytes |
/// | `track` | `int32` | the number in the cue sheet; 0 for a whole file |
/// | `label`, `reason` | `U` | empty where there is none |
/// | `plays` | `int32` | -1 where no import tells them |
/// | `probability` | `float64` | NaN without a score |
/// | `features` | `float32`, a row a track | the summary; NaN where the sound was not analysed |
/// | `featureNames` | `U`, a name a column | what each number of the summary is |
///
/// Beside some numbers a track nothing is held in memory: paths wait in a file that has no name.
enum TrackArrays {
  private struct Columns {
    var audio: [Int64] = []
    var track: [Int32] = []
    var plays: [Int32] = []
    var probability: [Double] = []
    var label: [UInt8] = []
    var reason: [UInt16] = []
    var reasons: [String] = []
    var longest = 1
  }

  static func write(_ index: MusicIndex, features isWanted: Bool = true, to write: @escaping ([UInt8]) throws -> Void)
    throws
  {
    guard let paths = tmpfile() else {
      throw PipelineFailure("no temporary file can be made (\(SystemError.text()))")
    }
    defer { fclose(paths) }
    let columns = try read(index, paths)
    let zip = ZipWriter(write)
    let count = columns.track.count
    rewind(paths)
    try zip.array("path", "|S\(columns.longest)", [count], columns.longest) { _ in
      try path(from: paths, padded: columns.longest)
    }
    try zip.array("track", "<i4", [count], 4) { bytes(columns.track[$0]) }
    let labels = TrackLabel.allCases.map(\.rawValue)
    try texts("label", labels, columns.label.map { Int($0) - 1 }, zip)
    try texts("reason", columns.reasons, columns.reason.map { Int($0) - 1 }, zip)
    try zip.array("plays", "<i4", [count], 4) { bytes(columns.plays[$0]) }
    try zip.array("probability", "<f8", [count], 8) { bytes(columns.probability[$0].bitPattern) }
    if isWanted {
      try features(index, columns.audio, zip)
      let names = (0..<SummaryLayout.count).map { SummaryLayout.name(of: $0) }
      try texts("featureNames", names, Array(names.indices), zip)
    }
    try zip.finish()
  }

  private static func read(_ index: MusicIndex, _ paths: UnsafeMutablePointer<FILE>) throws -> Columns {
    var columns = Columns()
    var numbers: [String: Int] = [:]
    let labels = Dictionary(uniqueKeysWithValues: TrackLabel.allCases.enumerated().map { ($1, UInt8($0 + 1)) })
    try index.forEachTrack(version: FeatureVariant.dense.version) { track, label, probability in
      let path = track.path.bytes
      columns.longest = max(columns.longest, path.count)
      let record = bytes(UInt32(path.count)) + path
      guard fwrite(record, 1, record.count, paths) == record.count else { throw full() }
      columns.audio.append(track.audio ?? 0)
      columns.track.append(Int32(clamping: track.number))
      columns.plays.append(label?.plays.map { Int32(clamping: $0) } ?? -1)
      columns.probability.append(probability ?? .nan)
      columns.label.append(label.flatMap { labels[$0.label] } ?? 0)
      var number = 0
      if let reason = label?.reason {
        number = numbers[reason, default: numbers.count + 1]
        if numbers.updateValue(number, forKey: reason) == nil { columns.reasons.append(reason) }
      }
      columns.reason.append(UInt16(clamping: number))
    }
    guard fflush(paths) == 0 else { throw full() }
    return columns
  }

  private static func path(from file: UnsafeMutablePointer<FILE>, padded length: Int) throws -> [UInt8] {
    var head = [UInt8](repeating: 0, count: 4)
    guard fread(&head, 1, 4, file) == 4 else { throw full() }
    let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
    var path = [UInt8](repeating: 0, count: length)
    guard fread(&path, 1, count, file) == count else { throw full() }
    return path
  }

  /// Texts as UTF-32, each by its number; -1 stands for none.
  private static func texts(_ name: String, _ texts: [String], _ numbers: [Int], _ zip: ZipWriter) throws {
    let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
    let padded = texts.map { text in
      let scalars = text.unicodeScalars.flatMap { bytes($0.value) }
      return scalars + [UInt8](repeating: 0, count: 4 * width - scalars.count)
    }
    let none = [UInt8](repeating: 0, count: 4 * width)
    try zip.array(name, "<U\(width)", [numbers.count], 4 * width) { numbers[$0] < 0 ? none : padded[numbers[$0]] }
  }

  private static func features(_ index: MusicIndex, _ audio: [Int64], _ zip: ZipWriter) throws {
    let width = SummaryLayout.count
    let none = [UInt8]([[UInt8]](repeating: bytes(Float.nan.bitPattern), count: width).joined())
    let version = FeatureVariant.dense.version
    try zip.array("features", "<f4", [audio.count, width], 4 * width) { row in
      let summary = try index.read { try $0.summary(of: audio[row], version: version) }
      guard let summary, summary.count == width else { return none }
      return summary.map(\.bitPattern.littleEndian).withUnsafeBytes(Array.init)
    }
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  private static func full() -> PipelineFailure {
    PipelineFailure("the temporary folder cannot hold the paths (\(SystemError.text()))")
  }
}

extension ZipWriter {
  /// Adds an array in numpy's format 1.0.
  ///
  /// - Parameters:
  ///   - type: numpy's description of its elements.
  ///   - shape: its lengths; the first one counts the rows.
  ///   - width: the bytes of a row.
  ///   - row: the bytes of each row.
  func array(_ name: String, _ type: String, _ shape: [Int], _ width: Int, _ row: (Int) throws -> [UInt8]) throws {
    let lengths = shape.map { "\($0)," }.joined(separator: " ")
    var head = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(lengths)), }".utf8)
    // The rows begin at a multiple of 64.
    head += [UInt8](repeating: 0x20, count: 63 - (10 + head.count) % 64) + [0x0A]
    let preamble =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(head.count & 0xFF), UInt8(head.count >> 8)] + head
    try begin(name + ".npy", size: preamble.count + shape[0] * width)
    try add(preamble)
    for number in 0..<shape[0] { try add(try row(number)) }
    try end()
  }
}
