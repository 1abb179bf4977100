import Foundation

/// The features of a sample for people.
enum FeatureText {
  private struct Values: Decodable {
    var variant: String
    var sampleRate: Int
    var start: Double
    var tempo: Double
    var flux: [Double]
    var rolloff: [Double]
    var energyFraction: [Double]
    var mel: [[Double]]
    var contrast: [[Double]]
    var chroma: [[Double]]
  }

  /// A line a row; the mel spectrogram, which is 128 rows, in its first and last ones.
  static func lines(_ json: String) -> [String] {
    guard let values = try? JSONDecoder().decode(Values.self, from: Data(json.utf8)) else { return [json] }
    func row(_ name: String, _ numbers: [Double], _ places: Int) -> String {
      Layout.pad(name, 16) + numbers.map { Layout.pad(Layout.decimals($0, places), 8, right: true) }.joined()
    }
    var lines = [
      "\(values.variant), 5 s from \(Layout.decimals(values.start, 2)) s at \(values.sampleRate) Hz",
      Layout.pad("tempo", 16) + Layout.pad(Layout.decimals(values.tempo, 1), 8, right: true) + " BPM",
      row("flux", values.flux, 3), row("rolloff, Hz", values.rolloff, 0),
      row("energy fraction", values.energyFraction, 4),
    ]
    for (number, band) in values.contrast.enumerated() { lines.append(row("contrast \(number), dB", band, 1)) }
    for (number, band) in values.chroma.enumerated() { lines.append(row("chroma \(pitches[number])", band, 3)) }
    for number in [0, 1, 2, 126, 127] where number < values.mel.count {
      lines.append(row("mel \(number)", values.mel[number], 2))
    }
    return lines
  }

  private static let pitches = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
}
