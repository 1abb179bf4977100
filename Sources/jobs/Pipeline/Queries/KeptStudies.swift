import Foundation
import Platform
import Reports
import TasteModel
import Tracks

/// The studies of a report that take minutes, with everything that they rest on. The report's own file keeps them: who may
/// read the index and not write it has a quick second report, too.
public struct KeptStudies: Codable, Sendable, Equatable {
  /// A hash of everything that the studies rest on, this program's file included.
  var basis: String
  /// The studies that train models.
  var trained: Trained?
  /// What harmonic-percussive separation adds; `nil` where too few files could be read.
  var percussion: Findings.Contribution?

  /// The studies that train models.
  struct Trained: Codable, Equatable {
    var importance: [Findings.Importance]
    var progress: LearningProgress?
    var learningCurve: [Checks.CurvePoint]
    var permutation: Checks.Permutation?
  }

  /// Nothing yet on a basis.
  init(basis: String) {
    self.basis = basis
  }

  /// The studies in the file of an earlier report; `nil` where it keeps none that this program can read.
  ///
  /// - Parameter file: the bytes of the file.
  public init?(inReport file: [UInt8]) {
    let bytes = Data(file)
    guard let start = bytes.range(of: Data(TasteReport.keptMark.utf8))?.upperBound,
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")), let text = Data(base64Encoded: bytes[start..<end]),
      // What another version wrote is made anew.
      let kept = try? Self.decoder.decode(KeptStudies.self, from: text)
    else { return nil }
    self = kept
  }

  /// The studies as a report keeps them.
  func text() throws -> String { try Self.encoder.encode(self).base64EncodedString() }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}

extension ReportStudies {
  /// A hash of everything that the dear studies rest on.
  func basis(_ active: ActiveModel) throws -> String {
    let hash = ContentHash()
    hash.add("\(RefreshBasis.stamp(FilePath("/proc/self/exe")).map { "\($0)" } ?? "")")
    hash.add("\(active.id) \(active.model.trainedAt) \(configuration.samples) \(configuration.training.threads)")
    hash.add("\(active.model.settings)")
    let songs = try TasteData(index: index).dataset().tracks
    for song in songs { JudgedBeside.add(song, to: hash, .audioAndTags) }
    return hexadecimal(hash.digest)
  }
}
