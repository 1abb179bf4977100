import Foundation
import TasteModel

/// A model's figures as the text that the index keeps.
enum FiguresText {
  /// What stands beside the figures' own keys; what is absent was not known to the version that wrote the text.
  private struct Beside: Codable {
    var breakdown: ModelBreakdown?
  }

  static func encode(_ figures: ModelMetrics, _ breakdown: ModelBreakdown? = nil) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(figures), as: UTF8.self)
    guard let breakdown else { return text }
    let beside = String(decoding: try encoder.encode(Beside(breakdown: breakdown)), as: UTF8.self)
    return text.dropLast() + "," + beside.dropFirst()
  }

  static func decode(_ text: String) throws -> ModelMetrics {
    try JSONDecoder().decode(ModelMetrics.self, from: Data(text.utf8))
  }

  /// What the model is made of; `nil` for one of an earlier version.
  static func breakdown(_ text: String) throws -> ModelBreakdown? {
    try JSONDecoder().decode(Beside.self, from: Data(text.utf8)).breakdown
  }
}
